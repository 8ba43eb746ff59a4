"""Reads a flow of flowthings.io so many times with the Python client, so many at once with gevent: prints the seconds and how many
answers there were.

    flows.py HOST:PORT ACCOUNT TOKEN FLOW COUNT AT_ONCE
"""

from gevent import monkey

monkey.patch_all()

import pathlib  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
from gevent.pool import Pool  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests/witness/flowthings"))

import importable  # noqa: E402, F401
from flowthings import API, Token  # noqa: E402

host, account, token, flow, count, at_once = sys.argv[1:]
api = API(Token(account, token), gevent, secure=False, host=host, ws_host=host)
started = api.async_(Pool(int(at_once)))
start = time.perf_counter()
for _ in range(int(count)):
    started.flow.read(flow)
flows = started.results()
seconds = time.perf_counter() - start
print(seconds, sum(read["id"] == flow for read in flows))
