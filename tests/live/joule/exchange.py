"""Writes or reads streams with the Python client, for a test that does the other half in Rust.

    exchange.py write FOLDER     makes a stream of every type and several widths in FOLDER, and prints what is in them
    exchange.py read FOLDER      prints what is in the streams of FOLDER
    exchange.py link FOLDER      makes a link to Lumen that shows the streams of FOLDER, and prints what it carries
    exchange.py unpack LINK      prints what a link to Lumen carries

What is printed is JSON; of streams {stream name: [interval, ...]}, an interval a list of [time, values as hexadecimal bytes].
"""

import asyncio
import json
import os
import sys

import lzstring
import numpy as np
from joule import api, errors
from joule.api import lumen_link

T0 = 1790000000000000
TYPES = {"float64": "<f8", "float32": "<f4", "int64": "<i8", "int32": "<i4", "int16": "<i2"}


def values(kind, rows, width):
    """Rows of values that use the whole range of the type."""
    dtype = np.dtype(TYPES[kind])
    if dtype.kind == "i":
        ends = np.iinfo(dtype)
        odd = [ends.min, -1, 0, 1, ends.max, 12345]
    else:
        ends = np.finfo(dtype)
        odd = [ends.max, ends.min, ends.tiny, -0.0, 1 / 3, np.inf]
    cells = [odd[(i * 7 + i // 5) % len(odd)] for i in range(rows * width)]
    return np.array(cells, dtype=dtype).reshape(rows, width)


def told(intervals):
    return [[[int(row["timestamp"]), np.atleast_1d(row["data"]).tobytes().hex()] for row in part] for part in intervals if len(part)]


async def write(node, folder):
    account = {}
    for kind in TYPES:
        for width in (1, 3, 8):
            elements = [api.Element(name=f"e{i}") for i in range(width)]
            name = f"{kind}-{width}"
            stream = await node.data_stream_create(api.DataStream(name=name, datatype=kind, elements=elements), folder)
            pipe = await node.data_write(stream)
            intervals = []
            start = T0
            for rows in (5, 1, 300):
                part = np.zeros(rows, dtype=pipe.dtype)
                part["timestamp"] = start + np.arange(rows) * 1000
                data = values(kind, rows, width)
                part["data"] = data[:, 0] if part["data"].ndim == 1 else data
                await pipe.write(part)
                await pipe.close_interval()
                intervals.append(part)
                start += rows * 1000 + 50000
            await pipe.close()
            account[name] = told(intervals)
    return account


async def read(node, folder):
    account = {}
    for stream in (await node.folder_get(folder)).data_streams:
        pipe = await node.data_read(stream)
        intervals = [[]]
        try:
            while True:
                rows = await pipe.read()
                intervals[-1].extend(rows)
                pipe.consume(len(rows))
                if pipe.end_of_interval:
                    intervals.append([])
        except errors.EmptyPipeError:
            pass
        await pipe.close()
        account[stream.name] = told(intervals)
    return account


def unpacked(link):
    packed = link.split("/explorer?view=")[1]
    return json.loads(lzstring.LZString().decompressFromEncodedURIComponent(packed))


async def link(node, folder):
    folder = await node.folder_get(folder)
    [stream], [events] = folder.data_streams, folder.event_streams
    shown = [
        lumen_link.DisplayedDataStreamElement(stream.elements[0], "first", "#ff0000", lumen_link.Axis.RIGHT),
        lumen_link.DisplayedDataStreamElement(stream.elements[1]),
    ]
    fixed, attribute = lumen_link.SettingType.FIXED, lumen_link.SettingType.ATTRIBUTE
    marked = [
        lumen_link.DisplayedEventStream(
            events,
            "switched",
            color=lumen_link.BasicSetting(fixed, "blue"),
            marker=lumen_link.SettingWithSize(fixed, 5, "circle"),
            label=lumen_link.SettingWithSize(attribute, 12, "name"),
            position=lumen_link.SettingWithAxis(attribute, "power", lumen_link.Axis.LEFT),
            height=lumen_link.BasicSetting(attribute, "power"),
            filter=[[["name", "is", "kettle"]]],
        )
    ]
    made = await node.create_lumen_link(
        "http://lumen.example",
        shown,
        marked,
        nav_time_bounds=lumen_link.IRange(T0, T0 + 5_000_001),
        left_y_bounds=lumen_link.IRange(-1.5, 20),
    )
    return unpacked(made)


async def main():
    deed, folder = sys.argv[1:]
    if deed == "unpack":
        return json.dump(unpacked(folder), sys.stdout)
    node = api.create_tcp_node(os.environ["JOULE_URL"], os.environ["JOULE_KEY"])
    try:
        account = await {"write": write, "read": read, "link": link}[deed](node, folder)
    finally:
        await node.close()
    json.dump(account, sys.stdout)


asyncio.run(main())
