"""A module of Joule that writes four rows of int16_3 every 0.4 s, and ends the interval after every third time."""

import asyncio

import numpy

from joule.client import ReaderModule
from joule.utilities import time_now


class Breaker(ReaderModule):
    async def run(self, parsed_args, output):
        written = 0
        while not self.stop_requested:
            counter = numpy.arange(written, written + 4) % 1000
            rows = numpy.column_stack((time_now() + 1000 * numpy.arange(4), counter + 1, -counter, numpy.full(4, 7)))
            await output.write(rows)
            written += 4
            if written % 12 == 0:
                print(f"interval ends after row {written}")
                await output.close_interval()
            await asyncio.sleep(0.4)


if __name__ == "__main__":
    Breaker().start()
