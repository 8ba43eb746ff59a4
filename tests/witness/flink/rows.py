"""The published table of the Python client flink-rest-client 1.0.8, called row by row.

A stranger's proof: the client knows nothing of headwaters, so a server that it accepts speaks Flink's protocol. Each call prints
one line of JSON:

    {"row": "24", "rest": "GET /jobs/:jobid", "python": "jobs.get(job)", "outcome": "ok", "value": {...}}
    {"row": "35", ..., "outcome": "raised", "exception": {"class": "RestException", "text": "..."}, "note": "..."}

`row` is the number of the row; a letter after it marks a further call that belongs to it, `h` the table's helpers and `setup` what must
be there before. `raises` is true where the call raises on a real cluster, and `note` says why: some expressions of the table do not
work with the client itself, and the line after it is the nearest that does.

The exit status is 1 if a call raises that should not, or returns that should raise.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time
from urllib.parse import urlsplit

import requests
from flink_rest_client import FlinkRestClient

UNKNOWN = "0" * 32


class Rows:
    """Calls the rows, prints what came of each and remembers whether all went as on a real cluster."""

    def __init__(self, step):
        self.step = step
        self.astonished = False

    def call(self, row, rest, python, function, raises=False, note=None):
        """Calls one row. With `--step` it waits for a line of standard input first; returns the value, or None."""
        if self.step:
            sys.stdin.readline()
        line = {"row": row, "rest": rest, "python": python, "raises": raises}
        if note:
            line["note"] = note
        value = None
        try:
            value = function()
            line.update(outcome="ok", value=value)
        except Exception as error:  # whatever a client may raise
            line.update(outcome="raised", exception={"class": type(error).__name__, "text": str(error)})
        self.astonished |= raises != (line["outcome"] == "raised")
        # A handle of the client is shown as what it holds.
        print(json.dumps(line, default=vars), flush=True)
        return value


def until(condition, seconds=30):
    """Waits until the condition holds and returns what it gave. A server that is not ready may fail it for a while."""
    end = time.monotonic() + seconds
    while True:
        try:
            value = condition()
            if value:
                return value
        except Exception:
            if time.monotonic() > end:
                raise
        if time.monotonic() > end:
            raise TimeoutError("waited %s s in vain" % seconds)
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="of the JobManager, e.g. http://127.0.0.1:8081")
    parser.add_argument("--step", action="store_true", help="wait for a line of standard input before each call")
    parser.add_argument("--jar", help="whose manifest names a streaming program; the sandbox needs none")
    parser.add_argument("--batch-class", default="headwaters.jobs.BatchJob", help="in the jar, leaves a data set behind")
    parser.add_argument("--keep-cluster", action="store_true", help="leave out row 3, which shuts the cluster down")
    arguments = parser.parse_args()
    # The client has no timeouts of its own.
    socket.setdefaulttimeout(60)

    address = urlsplit(arguments.url)
    client = FlinkRestClient.get(host=address.hostname, port=address.port)
    directory = tempfile.mkdtemp(prefix="witness-")
    jar_file = arguments.jar
    if jar_file is None:
        jar_file = os.path.join(directory, "readings.jar")
        with open(jar_file, "wb") as file:
            file.write(b"not looked into")
    rows = Rows(arguments.step)
    call = rows.call

    # Cluster
    call("1", "GET /overview", "overview()", client.overview)
    call("2", "GET /config", "config()", client.config)

    # JobManager
    jobmanager = client.jobmanager
    call("6", "GET /jobmanager/config", "jobmanager.config()", jobmanager.config)
    logs = call("7", "GET /jobmanager/logs", "jobmanager.logs()", jobmanager.logs)
    log = next(log["name"] for log in logs if log["name"].endswith(".log") and "task" not in log["name"])
    call("8", "GET /jobmanager/logs/:log_file", "jobmanager.get_log(file)", lambda: jobmanager.get_log(log))
    call("8b", "GET /jobmanager/logs/:log_file", "jobmanager.get_log(unknown)", lambda: jobmanager.get_log("nope.log"),
         raises=True, note="404: there is no such file")
    call("setup", "GET /jobmanager/metrics", "wait for metrics", lambda: until(jobmanager.metric_names))
    call("9", "GET /jobmanager/metrics", "jobmanager.metrics()", jobmanager.metrics)

    # TaskManagers
    call("10", "GET /taskmanagers", "taskmanager.all()", lambda: client.taskmanager.all(),
         raises=True, note="the table says taskmanager; the client says taskmanagers")
    taskmanagers = client.taskmanagers
    call("10b", "GET /taskmanagers", "taskmanagers.all()", taskmanagers.all)
    ids = call("h", "GET /taskmanagers", "taskmanagers.taskmanager_ids()", taskmanagers.taskmanager_ids)
    taskmanager = ids[0]
    call("setup", "GET /taskmanagers/metrics", "wait for metrics", lambda: until(taskmanagers.metric_names))
    call("11", "GET /taskmanagers/metrics", "taskmanagers.metrics()", taskmanagers.metrics)
    call("11b", "GET /taskmanagers/metrics", "taskmanagers.metrics(agg_modes=['skew'])",
         lambda: taskmanagers.metrics(agg_modes=["skew"]), raises=True, note="the client does not know skew, Flink does")
    call("12", "GET /taskmanagers/:taskmanagerid", "taskmanagers.get(id)", lambda: taskmanagers.get(taskmanager))
    call("13", "GET /taskmanagers/:taskmanagerid/logs", "taskmanagers.get_logs(id)", lambda: taskmanagers.get_logs(taskmanager))
    call("14", "GET /taskmanagers/:taskmanagerid/metrics", "taskmanagers.get_metrics(id)",
         lambda: taskmanagers.get_metrics(taskmanager))
    call("15", "GET /taskmanagers/:taskmanagerid/thread-dump", "taskmanagers.get_thread_dump(id)",
         lambda: taskmanagers.get_thread_dump(taskmanager), note="a dict: of threads with one name the last is kept")

    # Jars
    jars = client.jars
    uploaded = call("17", "POST /jars/upload", "jars.upload(path)", lambda: jars.upload(jar_file))
    jar = os.path.basename(uploaded["filename"])
    call("16", "GET /jars", "jars.all()", jars.all)
    call("18", "POST /jars/:jarid/plan", "jars.get_plan(id)", lambda: jars.get_plan(jar))
    job = call("19", "POST /jars/:jarid/run", "jars.run(id, arguments, parallelism=2)",
               lambda: jars.run(jar, arguments={"name": "witness"}, parallelism=2),
               note="entry_class is sent as entry-class, which is no member of the body: the manifest's class runs")
    call("19b", "POST /jars/:jarid/run", "jars.run(unknown)", lambda: jars.run("nope.jar"), raises=True, note="500: there is no such jar")
    call("19c", "POST /jars/:jarid/run", "jars.run(id, parallelism=-1)", lambda: jars.run(jar, parallelism=-1),
         raises=True, note="refused by the client")
    other = call("h", "POST /jars/upload, POST /jars/:jarid/run", "jars.upload_and_run(path)", lambda: jars.upload_and_run(jar_file))

    # Jobs
    jobs = client.jobs

    def runs(job):
        details = jobs.get(job)
        states = [vertex["status"] for vertex in details["vertices"]]
        return states and set(states) == {"RUNNING"}

    call("setup", "GET /jobs/:jobid", "wait for both jobs", lambda: until(lambda: runs(job) and runs(other)))
    call("setup", "GET /jobs/:jobid/checkpoints", "wait for a checkpoint",
         lambda: until(lambda: jobs.get_checkpoints(job)["counts"]["completed"]))
    call("setup", "GET /jobs/metrics", "wait for metrics", lambda: until(jobs.metric_names))
    call("setup", "GET /jobs/:jobid/metrics", "wait for metrics", lambda: until(lambda: jobs.get_metrics(job)))
    call("setup", "GET /jobs/:jobid/accumulators", "wait for a report",
         lambda: until(lambda: jobs.get_accumulators(job)["user-task-accumulators"]))
    call("21", "GET /jobs", "jobs.all()", jobs.all)
    call("h", "GET /jobs", "jobs.job_ids()", jobs.job_ids)
    call("22", "GET /jobs/overview", "jobs.overview()", jobs.overview)
    call("23", "GET /jobs/metrics", "jobs.metrics()", jobs.metrics)
    call("h", "GET /jobs/metrics", "jobs.metric_names()", jobs.metric_names)
    call("24", "GET /jobs/:jobid", "jobs.get(id)", lambda: jobs.get(job))
    call("24b", "GET /jobs/:jobid", "jobs.get(unknown)", lambda: jobs.get(UNKNOWN), raises=True, note="404: there is no such job")
    vertices = call("h", "GET /jobs/:jobid", "jobs.get_vertex_ids(id)", lambda: jobs.get_vertex_ids(job))
    call("25", "GET /jobs/:jobid/config", "jobs.get_config(id)", lambda: jobs.get_config(job))
    call("26", "GET /jobs/:jobid/exceptions", "jobs.get_exceptions(id)", lambda: jobs.get_exceptions(job))
    call("27", "GET /jobs/:jobid/execution-result", "jobs.get_execution_results(id)", lambda: jobs.get_execution_results(job),
         raises=True, note="the table says results; the client says result")
    call("27b", "GET /jobs/:jobid/execution-result", "jobs.get_execution_result(id)", lambda: jobs.get_execution_result(job))
    call("28", "GET /jobs/:jobid/metrics", "jobs.get_metrics(id)", lambda: jobs.get_metrics(job))
    call("29", "GET /jobs/:jobid/plan", "jobs.get_plan(id)", lambda: jobs.get_plan(job))
    call("30", "GET /jobs/:jobid/accumulators", "jobs.get_accumulators(id)", lambda: jobs.get_accumulators(job))
    call("30b", "GET /jobs/:jobid/accumulators", "jobs.get_accumulators(id, True)", lambda: jobs.get_accumulators(job, True))
    call("31", "GET /jobs/:jobid/checkpoints/config", "jobs.get_checkpointing_configuration(id)",
         lambda: jobs.get_checkpointing_configuration(job))
    call("32", "GET /jobs/:jobid/checkpoints", "jobs.get_checkpoints(id)", lambda: jobs.get_checkpoints(job))
    checkpoints = call("h", "GET /jobs/:jobid/checkpoints", "jobs.get_checkpoint_ids(id)", lambda: jobs.get_checkpoint_ids(job))
    checkpoint = checkpoints[-1]
    call("33", "GET /jobs/:jobid/checkpoints/details/:checkpointid", "jobs.get_checkpoint_details(id, checkpoint)",
         lambda: jobs.get_checkpoint_details(job, checkpoint))
    call("34", "GET /jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid",
         "jobs.get_checkpoint_details(id, checkpoint, show_subtasks=True)",
         lambda: jobs.get_checkpoint_details(job, checkpoint, show_subtasks=True))
    call("35", "PATCH /jobs/:jobid/rescaling", "jobs.rescale(id, 3)", lambda: jobs.rescale(job, 3),
         raises=True, note="503 since Flink 1.9; the table says GET")

    # Vertices: one in the middle of the stream.
    vertex = call("h", "", "jobs.get_vertex(id, vertex)", lambda: jobs.get_vertex(job, vertices[1]), note="no request")
    call("39", "GET /jobs/:jobid/vertices/:vertexid", "job_vertex.details()", vertex.details)
    call("setup", "GET /jobs/:jobid/vertices/:vertexid/metrics", "wait for metrics",
         lambda: until(lambda: len(vertex.metric_names()) > 150))
    call("setup", "GET /jobs/:jobid/vertices/:vertexid/backpressure", "wait for a measurement",
         lambda: until(lambda: vertex.backpressure()["status"] == "ok"))
    call("40", "GET /jobs/:jobid/vertices/:vertexid/backpressure", "job_vertex.backpressure()", vertex.backpressure)
    call("41", "GET /jobs/:jobid/vertices/:vertexid/metrics", "job_vertex.metrics()", vertex.metrics,
         raises=True, note="all names in one request line, which is longer than the 4096 bytes that Flink takes")
    call("41b", "GET /jobs/:jobid/vertices/:vertexid/metrics", "job_vertex.metrics(names)",
         lambda: vertex.metrics(["0.numRecordsIn", "1.numRecordsIn"]))
    call("42", "GET /jobs/:jobid/vertices/:vertexid/subtasktimes", "job_vertex.subtasktimes()", vertex.subtasktimes)
    call("43", "GET /jobs/:jobid/vertices/:vertexid/taskmanagers", "job_vertex.taskmanagers()", vertex.taskmanagers)
    call("44", "GET /jobs/:jobid/vertices/:vertexid/watermarks", "job_vertex.watermarks()", vertex.watermarks)

    # Subtasks
    subtasks = vertex.subtasks
    call("45", "GET /jobs/:jobid/vertices/:vertexid/accumulators", "job_vertex.subtasks.accumulators()", subtasks.accumulators,
         note="calls row 49; no method of the client calls this one")
    call("45b", "GET /jobs/:jobid/vertices/:vertexid/accumulators", "requests.get(url)",
         lambda: requests.get("%s/accumulators" % vertex.prefix_url).json(), note="without the client")
    call("h", "GET /jobs/:jobid/vertices/:vertexid/subtasks/accumulators", "job_vertex.subtasks.subtask_ids()", subtasks.subtask_ids)
    call("46", "GET /jobs/:jobid/vertices/:vertexid/subtasks/metrics", "job_vertex.subtasks.metrics()", subtasks.metrics)
    call("47", "GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex", "job_vertex.subtasks.get(0)", lambda: subtasks.get(0))
    call("48", "GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/attempts/:attempt",
         "job_vertex.subtasks.get_attempt(0, 0)", lambda: subtasks.get_attempt(0, 0))
    call("48b", "GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex", "job_vertex.subtasks.get_attempt(0)",
         lambda: subtasks.get_attempt(0), note="without an attempt it calls row 47")
    call("49", "GET /jobs/:jobid/vertices/:vertexid/subtasks/accumulators", "job_vertex.subtasks.get_attempt_accumulators(0, 0)",
         lambda: subtasks.get_attempt_accumulators(0, 0), note="calls that of the attempt; row 45 calls this one")

    # What ends jobs
    savepoint = call("36", "POST /jobs/:jobid/savepoints", "jobs.create_savepoint(id, directory)",
                     lambda: jobs.create_savepoint(job, directory), note="the table says GET")
    call("setup", "GET /jobs/:jobid/savepoints/:triggerid", "wait for the savepoint", lambda: until(lambda: ended(savepoint)))
    call("36b", "GET /jobs/:jobid/savepoints/:triggerid", "trigger.status", lambda: savepoint.status)
    stop = call("38", "POST /jobs/:jobid/stop", "jobs.stop(id, directory)", lambda: jobs.stop(job, directory), note="the table says GET")
    call("setup", "GET /jobs/:jobid/savepoints/:triggerid", "wait for the savepoint", lambda: until(lambda: ended(stop)))
    call("38b", "GET /jobs/:jobid/savepoints/:triggerid", "trigger.status", lambda: stop.status)
    call("setup", "GET /jobs", "wait for the end", lambda: until(lambda: state(jobs, job) == "FINISHED"))
    call("37", "PATCH /jobs/:jobid", "jobs.terminate(id)", lambda: jobs.terminate(other))
    call("setup", "GET /jobs", "wait for the end", lambda: until(lambda: state(jobs, other) == "CANCELED"))

    # What batch jobs leave. The client cannot name the class to run.
    before = call("4", "GET /datasets", "datasets()", client.datasets)
    run = "%s/jars/%s/run" % (client.api_url, jar)
    batch = call("setup", "POST /jars/:jarid/run", "requests.post(url)",
                 lambda: requests.post(run, json={"entryClass": arguments.batch_class}).json()["jobid"])
    call("setup", "GET /jobs", "wait for the end", lambda: until(lambda: state(jobs, batch) == "FINISHED"))
    datasets = call("4b", "GET /datasets", "datasets()", client.datasets)
    dataset = next(dataset["id"] for dataset in datasets if dataset not in before)
    deletion = call("5", "DELETE /datasets/:datasetid", "delete_dataset(id)", lambda: client.delete_dataset(dataset))
    call("setup", "GET /datasets/delete/:triggerid", "wait for the deletion", lambda: until(lambda: ended(deletion)))
    call("5b", "GET /datasets/delete/:triggerid", "trigger.status", lambda: deletion.status)

    call("20", "DELETE /jars/:jarid", "jars.delete(id)", lambda: jars.delete(jar))
    call("20b", "DELETE /jars/:jarid", "jars.delete(unknown)", lambda: jars.delete(jar), raises=True, note="400: there is no such jar")
    if not arguments.keep_cluster:
        call("3", "DELETE /cluster", "delete_cluster()", client.delete_cluster)
    sys.exit(rows.astonished)


def ended(trigger):
    return trigger.status["status"]["id"] == "COMPLETED"


def state(jobs, id):
    return next(job["status"] for job in jobs.all() if job["id"] == id)


if __name__ == "__main__":
    main()
