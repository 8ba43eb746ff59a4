"""Every call of the Python client streamsx that has REST, against one flavour of IBM Streams.

A stranger's proof: the client knows nothing of headwaters, so a server that it accepts speaks the protocol of Streams. Each call
prints one line of JSON:

    {"call": "instance.get_jobs()", "outcome": "ok", "value": ["application::NeuralNet_0", "application::Trades_1"]}
    {"call": "instance.get_job('99')", "raises": true, "outcome": "raised", "exception": {"class": "ValueError", "text": "..."}}

`raises` is true where the call raises on a real server, too. With `--step` it says which call comes next, `{"next": ".."}`, and waits
for a line of standard input before it makes it and for another one after it, so that requests between two calls belong to neither. The
exit status is 1 if a call raises that should not, returns that should raise, or returns something else than the demonstration data has.

    client.py SANDBOX      where SANDBOX is the first line that `headwaters sandbox --streams --streams-flavour F` prints
"""

import argparse
import gzip
import io
import json
import os
import re
import sys
import tarfile
import tempfile
import time
from urllib.parse import urlsplit

import requests
# Before its parts, which import each other.
from streamsx.rest import StreamingAnalyticsConnection, StreamsConnection
import streamsx.rest_primitives as primitives
from streamsx.topology.context import JobConfig

NEURAL_NET = ["identity", "neural_net_model", "Op.PublishTopic.TopicProperties", "periodicSource", "print_flush"]
# Its text has a comment in it, and goes on behind an element; one of its elements stands there twice.
DEPENDENCY = """
    <dependency>
      <common:name>com.example<!-- ours -->.other</common:name>
      <common:version> 2.0<common:x/>.1</common:version>
      <common:version>3</common:version>
    </dependency>"""
TRADES = ["Averages", "Filter[0]", "Filter[1]", "Report", "Trades"]


class Calls:
    """Makes calls, prints what came of each and remembers whether all went as they should."""

    def __init__(self, step):
        self.step = step
        self.count = 0
        self.astonished = 0

    def __call__(self, call, function, expected=None, raises=False):
        """Makes one call. `expected` is what it returns, or a function that says whether it is what it should be."""
        if self.step:
            print(json.dumps({"next": call}), flush=True)
            sys.stdin.readline()
        self.count += 1
        line, value = {"call": call}, None
        if raises:
            line["raises"] = True
        try:
            value = function()
            line.update(outcome="ok", value=value)
            fits = not raises and (expected(value) if callable(expected) else expected is None or plain(value) == expected)
        except Exception as error:  # whatever a client may raise
            line.update(outcome="raised", exception={"class": type(error).__name__, "text": str(error)})
            fits = raises
        if not fits:
            line["astonishing"] = True
            self.astonished += 1
        print(json.dumps(line, default=plain), flush=True)
        if self.step:
            sys.stdin.readline()
        return value

    def newer(self, name, element, method, expected=None):
        """Makes a call that versions before 1.14 do not have."""
        if hasattr(type(element), method):
            self(f"{name}.{method}()", getattr(element, method), expected)


def plain(value):
    """The value as JSON has it; elements by what names them."""
    if isinstance(value, primitives._ResourceElement):
        names = value.json_rep
        return next((names[key] for key in ("name", "id", "restid", "self", "collectionTime") if key in names), names)
    if isinstance(value, primitives.PublishedTopic):
        return [value.topic, value.schema and value.schema.schema()]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    return str(value)


def until(condition, seconds=20):
    """Waits until the condition holds, and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.1)


def is_list(count=None, of=None):
    """Whether a value is a list of so many elements of a resource type."""
    return lambda value: (
        isinstance(value, list) and (count is None or len(value) == count)
        and all(of is None or element.resourceType == of for element in value)
    )


def of_connection(say, sc, four):
    entries = ["domains", "installations", "instances", "zooKeeperEnsembles"] if four else ["accessTokens", "instances", "toolkits"]
    say("sc.get_resources()", sc.get_resources, entries)
    instances = say("sc.get_instances()", sc.get_instances, ["StreamsInstance"])
    if type(sc).__name__ == "_InstanceSc":
        instance = instances[0]  # all that a connection by way of Cloud Pak for Data is for
    else:
        instance = say("sc.get_instance('StreamsInstance')", lambda: sc.get_instance("StreamsInstance"), "StreamsInstance")
        say("sc.get_instance('none')", lambda: sc.get_instance("none"), raises=True)
    if not four:
        say("sc.get_domains()", sc.get_domains, lambda value: value is None)
        say("sc.get_installations()", sc.get_installations, lambda value: value is None)
        say("sc.get_domain('StreamsDomain')", lambda: sc.get_domain("StreamsDomain"), raises=True)
        return instance
    say("sc.get_domains()", sc.get_domains, ["StreamsDomain"])
    domain = say("sc.get_domain('StreamsDomain')", lambda: sc.get_domain("StreamsDomain"), "StreamsDomain")
    say("sc.get_installations()", sc.get_installations, is_list(1, "installation"))
    say("domain.get_instances()", domain.get_instances, ["StreamsInstance"])
    say("domain.get_hosts()", domain.get_hosts, is_list(3, "host"))
    say("domain.get_active_services()", domain.get_active_services, is_list(None, "activeService"))
    say("domain.get_resource_allocations()", domain.get_resource_allocations, is_list(3, "resourceAllocation"))
    resources = say("domain.get_resources()", domain.get_resources, is_list(3, "resource"))
    say("resource.get_metrics()", resources[0].get_metrics, lambda value: "loadAverage" in plain(value))
    say("resource.get_metrics('memory')", lambda: resources[0].get_metrics(name="memory"), ["memoryCapacity", "memoryUtilization"])
    say("domain.refresh()", domain.refresh)
    say("domain.resourceTags", lambda: [tag["name"] for tag in domain.resourceTags], lambda value: "application" in value)
    return instance


def of_instance(say, instance, four):
    say("instance.status", lambda: instance.status, "running")
    say("instance.health", lambda: instance.health, "healthy")
    say("instance.none", lambda: instance.none, raises=True)
    say("instance.refresh()", instance.refresh)
    say("instance.get_operators()", instance.get_operators, sorted(NEURAL_NET + TRADES, key=str.lower))
    say("instance.get_operators('Filter')", lambda: instance.get_operators(name="Filter"), ["Filter[0]", "Filter[1]"])
    say("instance.get_operators('[')", lambda: instance.get_operators(name="["), raises=True)
    say("instance.get_operator_connections()", instance.get_operator_connections, is_list(10, "operatorConnection"))
    say("instance.get_pes()", instance.get_pes, is_list(7, "pe"))
    say("instance.get_pe_connections()", instance.get_pe_connections, is_list(8, "peConnection"))
    say("instance.get_views()", instance.get_views, ["predictions", "words", "trades"])
    say("instance.get_views('pre')", lambda: instance.get_views(name="pre"), ["predictions"])
    say("instance.get_jobs()", instance.get_jobs, ["application::NeuralNet_0", "application::Trades_1"])
    say("instance.get_jobs('Trades')", lambda: instance.get_jobs(name="Trades"), [])
    say("instance.get_jobs('.*_0$')", lambda: instance.get_jobs(name=".*_0$"), ["application::NeuralNet_0"])
    say("instance.get_job('1')", lambda: instance.get_job("1"), "application::Trades_1")
    say("instance.get_job(0)", lambda: instance.get_job(0), "application::NeuralNet_0")
    say("instance.get_job('99')", lambda: instance.get_job("99"), raises=True)
    say("instance.get_imported_streams()", instance.get_imported_streams, is_list(1, "importedStream"))
    exported = say("instance.get_exported_streams()", instance.get_exported_streams, is_list(2, "exportedStream"))
    say("exported.get_operator_output_port()", exported[0].get_operator_output_port, "OUT")
    say("instance.get_published_topics()", instance.get_published_topics, [["neural/predictions", "tuple<rstring jsonString>"]])
    if four:
        say("instance.get_domain()", instance.get_domain, "StreamsDomain")
        say("instance.get_hosts()", instance.get_hosts, is_list(3, "host"))
        say("instance.get_active_services()", instance.get_active_services, is_list(None, "activeService"))
        allocations = say("instance.get_resource_allocations()", instance.get_resource_allocations, is_list(3, "resourceAllocation"))
        for allocation in allocations:
            applies = allocation.applicationResource
            say("allocation.get_resource()", allocation.get_resource, lambda value: value.resourceType == "resource")
            say("allocation.get_pes()", allocation.get_pes, lambda value: bool(value) == applies)
            say("allocation.get_jobs()", allocation.get_jobs, lambda value: bool(value) == applies)
        return
    for name in "get_domain", "get_hosts", "get_active_services", "get_resource_allocations":
        say(f"instance.{name}()", getattr(instance, name), lambda value: value is None)


def of_job(say, instance, four):
    job = instance.get_jobs(name=".*Net")[0]
    trades = instance.get_jobs(name=".*Trades")[0]
    say("job.get_instance()", job.get_instance, "StreamsInstance")
    say("job.get_domain()", job.get_domain, "StreamsDomain" if four else lambda value: value is None)
    if four:
        say("job.get_hosts()", job.get_hosts, is_list(2, "host"))
        say("job.get_resource_allocations()", job.get_resource_allocations, is_list(2, "resourceAllocation"))
    say("job.get_operators()", job.get_operators, NEURAL_NET)
    say("trades.get_operators()", trades.get_operators, TRADES)
    say("job.get_operators('p')", lambda: job.get_operators(name="p"), ["periodicSource", "print_flush"])
    say("job.get_operator_connections()", job.get_operator_connections, is_list(5, "operatorConnection"))
    say("job.get_pes()", job.get_pes, is_list(3, "pe"))
    say("job.get_pe_connections()", job.get_pe_connections, is_list(4, "peConnection"))
    say("job.get_views()", job.get_views, ["predictions", "words"])
    # A link that begins with http:// passes for a name.
    say.newer("job", job, "get_job_group")
    say("job.refresh()", job.refresh)
    with tempfile.TemporaryDirectory() as folder:
        path = say("job.retrieve_log_trace()", lambda: job.retrieve_log_trace(dir=folder), lambda path: path.endswith(".tar.gz"))
        with tarfile.open(path) as archive:
            names = archive.getnames()
        say("the archive", lambda: names, lambda value: "job_0/pe_0.trace" in value)
    return job, trades


def of_operators(say, job, trades, four):
    operator = job.get_operators(name="neural_net_model")[0]
    say("operator.get_metrics()", operator.get_metrics, ["modelVersion", "nPredictions", "relativeOperatorCost"])
    say("operator.get_metrics('n')", lambda: operator.get_metrics(name="n"), ["nPredictions"])
    pe = say("operator.get_pe()", operator.get_pe, "1")
    say.newer("operator", operator, "get_job", "application::NeuralNet_0")
    say("operator.get_host()", operator.get_host, (lambda value: value.resourceType == "host") if four else None)
    ports = say("operator.get_output_ports()", operator.get_output_ports, ["OUT"])
    say("output.get_metrics()", ports[0].get_metrics, lambda value: "nTuplesSubmitted" in plain(value))
    say.newer("output", ports[0], "get_connections", is_list(2, "operatorConnection"))
    ports = say("operator.get_input_ports()", operator.get_input_ports, ["IN"])
    say("input.get_metrics()", ports[0].get_metrics, lambda value: "nTuplesProcessed" in plain(value))
    say.newer("input", ports[0], "get_connections", is_list(1, "operatorConnection"))
    before = {metric.name: metric for metric in ports[0].get_metrics()}["nTuplesProcessed"]

    def rate():
        moved = until(lambda: [
            metric for metric in ports[0].get_metrics(name="nTuplesProcessed$")
            if metric.lastTimeRetrieved > before.lastTimeRetrieved
        ])
        return 1000 * (moved[0].value - before.value) / (moved[0].lastTimeRetrieved - before.lastTimeRetrieved)

    say("a rate from two collections", rate, 50.0)
    copies = trades.get_operators(name="Filter")
    say("channel", lambda: [[copy.name, copy.logicalName, copy.channel] for copy in copies],
        [["Filter[0]", "Filter", 0], ["Filter[1]", "Filter", 1]])
    say("operator.refresh()", copies[0].refresh)
    return pe


def of_pes(say, instance, pe, four):
    say.newer("pe", pe, "get_job", "application::NeuralNet_0")
    if four:
        say("pe.get_host()", pe.get_host, lambda value: value.resourceType == "host")
        say("pe.get_resource_allocation()", pe.get_resource_allocation, lambda value: value.resourceType == "resourceAllocation")
    else:
        say.newer("pe", pe, "get_resource", lambda value: value.resourceType == "resource")
    say("pe.get_metrics()", pe.get_metrics, ["nCpuMilliseconds", "nMemoryConsumption", "nResidentMemoryConsumption"])
    with tempfile.TemporaryDirectory() as folder:
        path = say("pe.retrieve_trace()", lambda: pe.retrieve_trace(dir=folder), lambda path: path.endswith(".trace"))
        say("the trace", lambda: open(path).read(), lambda text: "neural_net_model" in text)
        path = say("pe.retrieve_console_log()", lambda: pe.retrieve_console_log(dir=folder), lambda path: path.endswith(".stdouterr"))
        say("the console log", lambda: open(path).read(), lambda text: "launch 1" in text)
    connection = instance.get_pe_connections()[0]
    metrics = connection.rest_client.make_request(connection.metrics)["metrics"]
    say("connection.metrics", lambda: [metric["name"] for metric in metrics], ["congestionFactor", "nTuplesFilteredOut"])


def of_views(say, instance):
    view = instance.get_views(name="predictions")[0]
    say("view.get_instance()", view.get_instance, "StreamsInstance")
    say("view.get_job()", view.get_job, "application::NeuralNet_0")
    if hasattr(view, "domain"):
        say("view.get_domain()", view.get_domain, "StreamsDomain")
    items = say("view.get_view_items()", view.get_view_items, is_list(200, "viewItem"))
    say("sorted", lambda: [item.collectionTime for item in items] == sorted(item.collectionTime for item in items), True)
    say("view.start_data_fetch()", lambda: bool(view.start_data_fetch()), True)
    try:
        tuples = say("view.fetch_tuples(250, 10)", lambda: view.fetch_tuples(250, 10), lambda value: len(value) == 250)
        serials = [item["serial"] for item in tuples]
        say("each once, none left out", lambda: serials == list(range(serials[0], serials[0] + len(serials))), True)
    finally:
        say("view.stop_data_fetch()", view.stop_data_fetch)
    words = instance.get_views(name="words")[0]
    say("view.get_view_items() of one that has not begun", words.get_view_items, [])
    say("view.start_data_fetch() of texts", lambda: bool(words.start_data_fetch()), True)
    try:
        say("view.fetch_tuples(20) of texts", lambda: words.fetch_tuples(20, 10), lambda value: value[0].startswith("word "))
    finally:
        words.stop_data_fetch()
    trades = instance.get_views(name="trades")[0]
    trades.start_data_fetch()
    try:
        say("view.fetch_tuples(20) of trades", lambda: trades.fetch_tuples(20, 10), lambda value: {"symbol", "price", "volume"} == set(value[0]))
    finally:
        trades.stop_data_fetch()
    say("channels", lambda: sorted({item.channel for item in trades.get_view_items()}), [0, 1])


def config(name=None):
    made = JobConfig(job_name=name, tracing="info")
    made.submission_parameters["threshold"] = 3
    return made


def bundle(folder, name="com.example.Main.sab"):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(gzip.compress(os.urandom(1 << 20)))
    return path


def submitted(say, instance, folder):
    """Submits jobs, and cancels them again."""
    job = say("instance.submit_job(bundle)", lambda: instance.submit_job(bundle(folder)), lambda job: job.resourceType == "job")
    say("job.cancel()", job.cancel, bool)
    say("instance.get_job() of one that is cancelled", lambda: instance.get_job(job.id), raises=True)
    say("job.refresh() of one that is cancelled", job.refresh, raises=True)
    job = say("instance.submit_job(bundle, config)", lambda: instance.submit_job(bundle(folder), config("named")), "named")
    say("its parameters", lambda: job.submitParameters[0]["value"], "3")
    say("healthy", lambda: until(lambda: job.refresh() or job.health == "healthy"), True)
    say("its view", lambda: until(lambda: job.get_views()[0].get_view_items()), is_list(None, "viewItem"))
    return job


def of_four(say, instance, folder):
    """There is neither cancel nor submit over REST."""
    job = instance.get_job("0")
    say("job.cancel()", job.cancel, False)
    uploaded = say("instance.upload_bundle(bundle)", lambda: instance.upload_bundle(bundle(folder)).resourceType, raises=True)
    assert uploaded is None


def of_five(say, sc, instance, access, folder):
    say("instance.upload_bundle(bundle)", lambda: instance.upload_bundle(bundle(folder)).bundleId, lambda value: value.startswith("bundleId:"))
    job = submitted(say, instance, folder)
    say("job.cancel()", job.cancel, True)
    say("job.cancel() twice", job.cancel, False)
    trades = instance.get_job("1")
    wider = JobConfig()
    wider.raw_overlay = {"configInstructions": {
        "adjustmentSection": [{"targetParallelRegion": {"regionName": "Filter", "newWidth": 3}}]}}
    if hasattr(trades, "update_operators"):
        say("job.update_operators(config)", lambda: trades.update_operators(wider), 0)
        say("its operators", lambda: trades.get_operators(name="Filter"), ["Filter[0]", "Filter[1]", "Filter[2]"])
    say("submit_job to a group that is not there", lambda: instance.submit_job(bundle(folder), JobConfig(job_group="none")), raises=True)
    say.newer("instance", instance, "get_job_groups", ["default", "nightly"])
    say("instance.get_application_configurations()", instance.get_application_configurations, ["kafka"])
    made = say("instance.create_application_configuration()",
               lambda: instance.create_application_configuration("mine", {"a": 1, "b": "x"}, "made by a witness"), "mine")
    say("its properties", lambda: made.properties, {"a": "1", "b": "x"})
    say("the same again", lambda: instance.create_application_configuration("mine", {}), raises=True)
    say("configuration.update()", lambda: made.update({"a": None, "c": "y"}, "changed"))
    say("its properties, changed", lambda: [made.properties, made.description], [{"b": "x", "c": "y"}, "changed"])
    say("configuration.refresh()", made.refresh)
    say("instance.get_application_configurations('m')", lambda: instance.get_application_configurations(name="m"), ["mine"])
    say("configuration.delete()", made.delete)
    say("configuration.delete() twice", made.delete, raises=True)
    try:
        from streamsx.build import BuildService
    except ImportError:
        return  # older than 1.13, as is an endpoint without Cloud Pak for Data
    endpoint, arguments = of_endpoint(access)
    if "streams_ca" not in access:
        other = say("Instance.of_endpoint(url)", lambda: primitives.Instance.of_endpoint(endpoint, **arguments), "StreamsInstance")
        say("by a token", lambda: type(other.rest_client.session.auth).__name__, "_JWTAuthHandler")
        say("other.get_jobs()", other.get_jobs, is_list(2, "job"))
    of_build(say, BuildService.of_endpoint(endpoint, **arguments), folder)


def of_build(say, build, folder):
    say("build.get_resources()", build.get_resources, lambda value: "toolkits" in plain(value))
    say("build.get_toolkits()", build.get_toolkits, ["com.ibm.streamsx.kafka", "spl"])
    say("build.get_toolkits('spl')", lambda: build.get_toolkits(name="spl"), ["spl"])
    toolkit = say("build.get_toolkit('com.ibm.streamsx.kafka-1.9.0')", lambda: build.get_toolkit("com.ibm.streamsx.kafka-1.9.0"))
    say("build.get_toolkit('none-1.0.0')", lambda: build.get_toolkit("none-1.0.0"), raises=True)
    say("toolkit.get_index()", toolkit.get_index, lambda value: value.startswith("<?xml"))
    say("toolkit.dependencies", lambda: [str(dependency) for dependency in toolkit.dependencies], ["spl [1.0.0,2.0.0)"])
    path = os.path.join(folder, "mine")
    os.mkdir(path)
    index = toolkit.get_index().replace("com.ibm.streamsx.kafka", "com.example.mine").replace("1.9.0", "0.1.0")
    with open(os.path.join(path, "toolkit.xml"), "w") as file:
        file.write(index.replace("</dependency>", "</dependency>" + DEPENDENCY))
    made = say("build.upload_toolkit(path)", lambda: build.upload_toolkit(path), "com.example.mine")
    say("build.upload_toolkit(path) twice", lambda: build.upload_toolkit(path), lambda value: value is None)
    needed = ["spl [1.0.0,2.0.0)", "com.example.other  2.0"]
    say("toolkit.dependencies of mine", lambda: [str(dependency) for dependency in made.dependencies], needed)
    say("toolkit.version", lambda: made.version, "0.1.0")
    say("toolkit.delete()", made.delete, True)
    say("toolkit.delete() twice", made.delete, False)


def of_service(say, sc, instance, folder):
    service = sc.get_streaming_analytics()
    say("service.get_instance_status()", service.get_instance_status, lambda value: value["state"] == "STARTED")
    job = submitted(say, instance, folder)
    job.cancel()
    told = say("service.submit_job(bundle)", lambda: service.submit_job(bundle(folder)), lambda value: "id" in value)
    say("service.cancel_job(job_id)", lambda: service.cancel_job(job_id=told["id"]), lambda value: isinstance(value, dict))
    say("service.cancel_job(job_id) twice", lambda: service.cancel_job(job_id=told["id"]), raises=True)
    told = service.submit_job(bundle(folder), config("by name"))
    # Version 2 of the client's service has no such method, whatever it calls.
    two = "v2_rest_url" in sc.credentials
    say("service.cancel_job(job_name)", lambda: service.cancel_job(job_name="by name"), raises=two)
    say("service.stop_instance()", service.stop_instance, lambda value: value["state"] == "STOPPED")
    say("instance.get_jobs() of one that is stopped", instance.get_jobs, [])
    say("service.start_instance()", service.start_instance, lambda value: value["status"] == "running")


def of_endpoint(access):
    """What leads to an instance of Streams 5, and to its build service."""
    arguments = dict(username=access["streams_user"], password=access["streams_password"])
    if "streams_ca" in access:
        arguments.update(service_name="StreamsInstance", verify=access["streams_ca"])
    return "%s://%s" % urlsplit(access["streams"])[:2], arguments


def connected(access, flavour):
    if flavour == "cp4d":
        endpoint, arguments = of_endpoint(access)
        return primitives.Instance.of_endpoint(endpoint, **arguments).rest_client._sc
    if flavour.startswith("sas"):
        if flavour == "sas2":
            origin = "%s://%s" % urlsplit(access["streams"])[:2]
            primitives._IAMConstants.TOKEN_URL = origin + "/oidc/token"
        name = json.loads(access["streams_vcap"])["streaming-analytics"][0]["name"]
        return StreamingAnalyticsConnection(vcap_services=access["streams_vcap"], service_name=name)
    return StreamsConnection(access["streams_user"], access["streams_password"], access["streams"])


def of_strangers(say, access, flavour):
    """Wrong credentials."""
    if flavour == "sas2":
        wrong = {"Authorization": "Bearer none"}
        say("without a token", lambda: requests.get(access["streams"], timeout=10).status_code, 401)
        say("with a wrong token", lambda: requests.get(access["streams"], headers=wrong, timeout=10).status_code, 401)
        return
    if flavour == "cp4d":
        endpoint, arguments = of_endpoint(access)
        arguments["password"] = "wrong"
        say("Instance.of_endpoint() with a wrong password", lambda: primitives.Instance.of_endpoint(endpoint, **arguments), raises=True)
        arguments.update(password=access["streams_password"], service_name="none")
        say("Instance.of_endpoint() of no service", lambda: primitives.Instance.of_endpoint(endpoint, **arguments), raises=True)
        return
    wrong = StreamsConnection(access["streams_user"], "wrong", access["streams"])
    say("sc.get_instances() with a wrong password", wrong.get_instances, raises=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("access", help="the first line of the sandbox, a JSON object")
    parser.add_argument("--step", action="store_true", help="wait for a line of standard input before each call")
    arguments = parser.parse_args()
    access = json.loads(arguments.access)
    for name in "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "STREAMS_INSTALL", "STREAMS_INSTANCE_ID":
        os.environ.pop(name, None)
    if access["streams_flavour"] == "cp4d" and not hasattr(primitives, "Toolkit"):
        sys.exit("before version 1.13 the client finds no instance by its service")
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as authority:
        if "streams_ca" in access:
            authority.write(access["streams_ca"])
            authority.flush()
            access["streams_ca"] = authority.name
        call_all(Calls(arguments.step), access, access["streams_flavour"])


def call_all(say, access, flavour):
    four = flavour not in ("standalone5", "cp4d")
    of_strangers(say, access, flavour)
    sc = connected(access, flavour)
    instance = of_connection(say, sc, four)
    of_instance(say, instance, four)
    job, trades = of_job(say, instance, four)
    pe = of_operators(say, job, trades, four)
    of_pes(say, instance, pe, four)
    of_views(say, instance)
    with tempfile.TemporaryDirectory() as folder:
        if flavour == "on-prem4":
            of_four(say, instance, folder)
        elif four:
            of_service(say, sc, instance, folder)
        else:
            of_five(say, sc, instance, access, folder)
    print(f"{say.count} calls, {say.astonished} astonishing", file=sys.stderr)
    sys.exit(say.astonished > 0)


main()
