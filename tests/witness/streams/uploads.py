"""Submits or uploads a bundle with the Python client, with the options of the witness's jobs.

    uploads.py ACCESS BUNDLE      where ACCESS is as for client.py; it says what was done, `submitted` or `uploaded`
"""

import json
import os
import sys

# Before its parts, which import each other.
from streamsx.rest import StreamingAnalyticsConnection, StreamsConnection
import streamsx.rest_primitives as primitives
from streamsx.topology.context import JobConfig

access, bundle = json.loads(sys.argv[1]), sys.argv[2]
for name in "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "STREAMS_INSTALL", "STREAMS_INSTANCE_ID":
    os.environ.pop(name, None)

if "streams_vcap" in access:
    primitives._IAMConstants.TOKEN_URL = access["streams_origin"] + "/oidc/token"
    sc = StreamingAnalyticsConnection(vcap_services=access["streams_vcap"], service_name="sandbox")
    config = JobConfig(job_name="näme", tracing="info")
    config.submission_parameters["threshold"] = 3
    sc.get_streaming_analytics().submit_job(bundle, config)
    print("submitted")
else:
    sc = StreamsConnection(access["streams_user"], access["streams_password"], access["streams"])
    sc.get_instances()[0].upload_bundle(bundle)
    print("uploaded")
