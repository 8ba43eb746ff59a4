"""Reads a stream to its end with the Python client: prints the seconds and the rows."""

import asyncio
import sys
import time

from joule.api.node import TcpNode
from joule.errors import EmptyPipeError


async def read(url: str) -> tuple[float, int]:
    node = TcpNode("bench", url, "key")
    rows = 0
    start = time.perf_counter()
    pipe = await node.data_read(1)
    try:
        while await pipe.not_empty():
            block = await pipe.read()
            pipe.consume(len(block))
            rows += len(block)
    except EmptyPipeError:
        pass
    await pipe.close()
    seconds = time.perf_counter() - start
    await node.close()
    return seconds, rows


print(*asyncio.run(read(sys.argv[1])))
