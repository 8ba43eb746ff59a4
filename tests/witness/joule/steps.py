"""Calls a Joule node step by step, with the client of the package joule and without it, and prints a line for each step.

    steps.py URL KEY
"""

import asyncio
import logging
import sys

from joule.api.node import TcpNode

import client
import raw
from lines import Lines


async def main(url, key):
    # The client talks of what it does.
    logging.disable(logging.CRITICAL)
    say = Lines(url, url.removeprefix("http://"))
    node = TcpNode("testnode", url, key)
    try:
        await client.go(say, node)
    finally:
        await node.close()
    await raw.go(say, raw.Raw(url, key))


asyncio.run(main(*sys.argv[1:]))
