"""Builds and prints a filter with the Python client: prints the microseconds of one, and the filter."""

import pathlib
import sys
import timeit

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests/witness/flowthings"))

import importable  # noqa: E402, F401
from flowthings import mem  # noqa: E402


def text():
    return str((mem.elems.temperature > 12).AND(mem.displayName == "foo").OR(mem.elems.state != "off"))


COUNT = 20_000
rounds = sorted(timeit.repeat(text, number=COUNT, repeat=9))
print(rounds[4] / COUNT * 1e6, text())
