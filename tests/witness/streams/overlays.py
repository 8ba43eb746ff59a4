"""2,000 job configurations of the Python client, one a line: what has been set, and the overlays that come of it.

    {"settings": {"job_name": "a", ..}, "overlays": {"jobConfigOverlays": [{"jobConfig": {"jobName": "a"}}]}}
"""

import copy
import json
import logging
import random

from streamsx.topology.context import JobConfig

COUNT = 2000
TRACING = ["error", "warn", "info", "debug", "trace", logging.CRITICAL, logging.WARNING, logging.NOTSET, logging.DEBUG, None]

chance = random.Random(1415)


def maybe(make, probability=0.5):
    return make() if chance.random() < probability else None


def text():
    return "".join(chance.choice("abcXYZ019 .:_-/\"\\äß€\u2028") for _ in range(chance.randrange(12)))


def value(depth=0):
    kinds = [text, lambda: chance.randrange(-2**40, 2**40), lambda: chance.uniform(-1e6, 1e6), lambda: chance.random() < 0.5, lambda: None]
    if depth < 2:
        kinds.append(lambda: [value(depth + 1) for _ in range(chance.randrange(3))])
        kinds.append(lambda: {text(): value(depth + 1) for _ in range(chance.randrange(3))})
    return chance.choice(kinds)()


def members(makers):
    """Some of these members."""
    return {name: make() for name, make in makers.items() if chance.random() < 0.4}


def with_more(object):
    """The members, and perhaps one of the future."""
    return {**object, **members({"ofTheFuture": value})}


def raw_job():
    return members({
        "jobName": text, "jobGroup": text, "dataDirectory": text, "preloadApplicationBundles": lambda: chance.random() < 0.5,
        "tracing": lambda: chance.choice(["off", "error", "trace", "another"]), "ofTheFuture": value,
        "submissionParameters": lambda: [with_more({"name": text(), "value": value()}) for _ in range(chance.randrange(3))],
    })


def raw_deployment():
    return members({
        "fusionScheme": lambda: chance.choice(["automatic", "legacy", "manual"]), "fusionTargetPeCount": lambda: chance.randrange(1, 9),
        "threadingModel": lambda: chance.choice(["manual", "dynamic", "dedicated", "another"]), "ofTheFuture": value,
    })


def raw_instructions():
    return with_more(members({"adjustmentSection": lambda: [
        with_more({"targetParallelRegion": with_more({"regionName": text(), "newWidth": chance.randrange(1, 9)})})
        for _ in range(chance.randrange(3))]}))


def raw_overlay():
    return members({
        "jobConfig": raw_job, "deploymentConfig": raw_deployment, "configInstructions": raw_instructions,
        "operationConfig": lambda: with_more(members({"forcePeStopped": lambda: chance.random() < 0.5})),
        "operatorConfigs": lambda: [value()], "ofTheFuture": value,
    })


for _ in range(COUNT):
    config = JobConfig(
        job_name=maybe(text), job_group=maybe(text), preload=chance.random() < 0.5, data_directory=maybe(text),
        tracing=chance.choice(TRACING))
    config.comment = maybe(text)
    config.target_pe_count = maybe(lambda: chance.choice([chance.randrange(1, 99), str(chance.randrange(1, 99))]))
    config.raw_overlay = maybe(raw_overlay)
    for _ in range(chance.choice([0, 0, 1, 3])):
        config.submission_parameters[text()] = value()
    settings = {name: getattr(config, name) for name in (
        "comment", "data_directory", "job_group", "job_name", "preload", "raw_overlay", "target_pe_count", "tracing")}
    settings["submission_parameters"] = list(config.submission_parameters.items())
    # The overlays share parts with the raw overlay, and change it.
    line = {"settings": copy.deepcopy(settings)}
    line["overlays"] = config.as_overlays()
    print(json.dumps(line))
