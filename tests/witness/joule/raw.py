"""Requests that the client does not make, or whose answers it hides: statuses, reasons, headers and bodies as they are."""

import http.client
import json
import random
import struct
import urllib.parse

T = 1_790_000_000_000_000
ROOM = "/witness/raw"


class Raw:
    """A connection for each request, as the client has it."""

    def __init__(self, url, key):
        self.address = urllib.parse.urlsplit(url).netloc
        self.key = key

    async def __call__(self, method, path, body=None, /, key=None, kind="application/json", **query):
        if query:
            path += "?" + urllib.parse.urlencode({name.replace("_", "-"): value for name, value in query.items()})
        headers = {"X-API-KEY": key or self.key}
        if body is not None:
            headers["Content-Type"] = kind
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        told = ("content-type", "joule-layout", "joule-decimation", "allow", "transfer-encoding", "x-proxy-path")
        return {
            "status": answer.status,
            "reason": answer.reason,
            "headers": {name: answer.headers[name] for name in told if answer.headers[name]},
            "body": content(answer.headers["content-type"], data),
        }


def content(kind, data):
    if kind == "application/octet-stream":
        return data.hex(" ")
    text = data.decode()
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


def float32(time, *values):
    return struct.pack(f"<q{len(values)}f", time, *values)


def described(name, width=3, /, **more):
    element = {
        "id": None, "units": "", "plottable": True, "display_type": "continuous", "offset": 0, "scale_factor": 1.0,
        "default_max": None, "default_min": None,
    }
    return {
        "id": None, "name": name, "description": "", "datatype": "float32", "keep_us": -1, "decimate": True,
        "is_configured": False, "is_source": False, "is_destination": False,
        "elements": [{**element, "name": f"e{at}"} for at in range(width)], **more,
    }


def without(description, key):
    return {name: value for name, value in description.items() if name != key}


async def of_http(say, raw):
    for path in "/", "/version", "/version.json", "/app.json", "/proxies.json", "/nowhere":
        await say(f"GET {path}", raw("GET", path))
    await say("GET /version with a wrong key", raw("GET", "/version", key="x" * 32))
    await say("GET /nowhere with a wrong key", raw("GET", "/nowhere", key="x" * 32))
    await say("PATCH /stream.json", raw("PATCH", "/stream.json"))
    await say("OPTIONS /data", raw("OPTIONS", "/data"))
    await say("HEAD /version", raw("HEAD", "/version"))
    await say("POST /stream.json as text", raw("POST", "/stream.json", {}, kind="text/plain"))
    await say("POST /stream.json with a charset", raw("POST", "/stream.json", {}, kind="application/json; charset=utf-8"))
    for path in "/stream.json", "/event.json", "/annotation.json", "/master.json", "/follower.json":
        await say(f"POST {path} with bad JSON", raw("POST", path, b"{"))
    await say("PUT /folder.json with bad JSON", raw("PUT", "/folder.json", b"{"))
    await say("PUT /folder.json of more than 1 MiB", raw("PUT", "/folder.json", b" " * (1024 * 1024 + 1)))
    await say("POST /archive.json", raw("POST", "/archive.json", b"x", kind="application/zip"))


async def of_addresses(say, raw):
    for path in (
        "/stream.json", "/folder.json", "/event.json", "/data", "/data/intervals.json", "/annotations.json",
        "/annotations/info.json", "/module.json", "/module/logs.json", "/proxy.json", "/event/data.json", "/folder/map.json",
        "/app/auth",
    ):
        await say(f"GET {path} of nothing", raw("GET", path))
    for path in "/stream.json", "/folder.json", "/event.json", "/data", "/module.json", "/proxy.json":
        await say(f"GET {path} of no number", raw("GET", path, id="abc"))
        await say(f"GET {path} of a number that is not there", raw("GET", path, id=999_999))
    for path in "no/slash", "/live/", "//live", "":
        await say(f"GET /folder.json at {path!r}", raw("GET", "/folder.json", path=path))
    await say("GET /stream.json at a path without a slash", raw("GET", "/stream.json?path=live/rand&no-info"))
    await say("DELETE /stream.json of nothing", raw("DELETE", "/stream.json"))
    await say("DELETE /master.json of nothing", raw("DELETE", "/master.json"))
    for kind in "user", "joule", "lumen":
        await say(f"POST /master.json of a {kind} without a name", raw("POST", "/master.json", {"master_type": kind}))
    await say("POST /master.json of a lumen without parameters", raw("POST", "/master.json", {"master_type": "lumen", "identifier": "x"}))
    await say("DELETE /follower.json of nothing", raw("DELETE", "/follower.json"))
    await say("DELETE /annotation.json of nothing", raw("DELETE", "/annotation.json"))


async def of_creation(say, raw):
    good = described("made")
    await say("POST /stream.json", raw("POST", "/stream.json", {"stream": good, "dest_path": ROOM}))
    await say("POST /stream.json of nothing", raw("POST", "/stream.json", {"dest_path": ROOM}))
    await say("POST /stream.json to nowhere", raw("POST", "/stream.json", {"stream": good}))
    await say("POST /stream.json to no number", raw("POST", "/stream.json", {"stream": good, "dest_id": 999_999}))
    for key in "id", "name", "description", "datatype", "keep_us", "decimate", "is_source", "elements":
        body = {"stream": without(described("x"), key), "dest_path": ROOM}
        await say(f"POST /stream.json without {key}", raw("POST", "/stream.json", body))
    for key in "id", "name", "units", "display_type", "offset", "default_min":
        stream = described("x", 1)
        stream["elements"] = [without(stream["elements"][0], key)]
        await say(f"POST /stream.json without {key} of an element", raw("POST", "/stream.json", {"stream": stream, "dest_path": ROOM}))
    for key, value in ("datatype", "int8"), ("name", None):
        body = {"stream": described("x", **{key: value}), "dest_path": ROOM}
        await say(f"POST /stream.json with {key} {value}", raw("POST", "/stream.json", body))
    await say("PUT /stream.json of nothing", raw("PUT", "/stream.json", {"stream": {}}))
    await say("PUT /stream.json of no stream", raw("PUT", "/stream.json", {"id": 999_999, "stream": {}}))
    await say("PUT /stream/move.json of nothing", raw("PUT", "/stream/move.json", {"dest_path": ROOM}))
    await say("PUT /stream/move.json to nowhere", raw("PUT", "/stream/move.json", {"src_path": f"{ROOM}/made"}))
    event = {"id": None, "name": "e", "description": "", "event_fields": {}, "chunk_duration_us": 0, "keep_us": -1}
    await say("POST /event.json", raw("POST", "/event.json", {"stream": event, "dest_path": ROOM}))
    for key in event:
        body = {"stream": without(event, key), "dest_path": ROOM}
        await say(f"POST /event.json without {key}", raw("POST", "/event.json", body))
    for key, value in (
        ("event_fields", {"a": "text"}), ("event_fields", {"a": "category:[]"}), ("event_fields", {"a": 'category:["a:b"]'}),
        ("event_fields", []), ("chunk_duration_us", -1), ("chunk_duration_us", "x"), ("keep_us", -2), ("keep_us", None),
    ):
        body = {"stream": {**event, "name": "f", key: value}, "dest_path": ROOM}
        await say(f"POST /event.json with {key} {value}", raw("POST", "/event.json", body))
    await say("PUT /event.json of null", raw("PUT", "/event.json", {"id": None, "stream": {}}))
    await say("PUT /folder.json of nothing", raw("PUT", "/folder.json", {"folder": {}}))
    await say("PUT /folder.json onto its like", raw("PUT", "/folder.json", await renamed(raw)))


async def renamed(raw):
    """A body that gives a folder the name of its sibling."""
    await raw("POST", "/stream.json", {"stream": described("x"), "dest_path": "/witness/other"})
    folder = (await raw("GET", "/folder.json", path="/witness/other"))["body"]
    return {"id": folder["id"], "folder": {"name": "raw"}}


async def of_pipes(say, raw):
    made = f"{ROOM}/made"
    write = {"path": made, "kind": "application/octet-stream"}
    await say("GET /data never written", raw("GET", "/data", path=made))
    await say("GET /data.json never written", raw("GET", "/data.json", path=made))
    await say("GET /data at a level never written", raw("GET", "/data", path=made, decimation_level=16))
    await say("GET /data of some rows never written", raw("GET", "/data", path=made, max_rows=5))
    await say("GET /data/intervals.json never written", raw("GET", "/data/intervals.json", path=made, start=1, end=2))
    first = [float32(T, 1, 2, 3), float32(T + 1000, 4, 5, 6), float32(T + 2000, 7, 8, 9.5)]
    last = float32(T + 5000, -1, -2, -3)
    await say("POST /data", raw("POST", "/data", b"".join(first) + bytes(20) + last, **write))
    await say("GET /data", raw("GET", "/data", path=made))
    await say("GET /data.json", raw("GET", "/data.json", path=made))
    await say("GET /data from a break", raw("GET", "/data", path=made, start=T + 2001))
    await say("GET /data over a break", raw("GET", "/data", path=made, start=T + 2000, end=T + 3000))
    await say("GET /data in a gap", raw("GET", "/data", path=made, start=T + 3000, end=T + 4000))
    await say("GET /data.json in a gap", raw("GET", "/data.json", path=made, start=T + 3000, end=T + 4000))
    await say("GET /data outside", raw("GET", "/data", path=made, start=T + 10**6))
    await say("GET /data of some rows outside", raw("GET", "/data", path=made, start=T + 10**6, max_rows=5))
    await say("GET /data at a level", raw("GET", "/data", path=made, decimation_level=4))
    await say("GET /data at a level that is not there", raw("GET", "/data", path=made, decimation_level=5))
    await say("GET /data.json at a level that is not there", raw("GET", "/data.json", path=made, decimation_level=64))
    for query in (
        {"start": 5, "end": 5}, {"start": "1.5"}, {"end": "x"}, {"max_rows": 0}, {"max_rows": "x"}, {"decimation_level": 0},
        {"subscribe": 1}, {"start": 10**18}, {"end": -10**18},
    ):
        await say(f"GET /data with {query}", raw("GET", "/data", path=made, **query))
    await say("GET /data.json subscribed", raw("GET", "/data.json", path=made, subscribe=1))
    await say("GET /data/intervals.json in no year", raw("GET", "/data/intervals.json", path=made, start=0, end=10**18))
    await say("POST /data of a row and a half", raw("POST", "/data", float32(T + 6000, 1, 1, 1) + b"half", **write))
    await say("POST /data of less than a row", raw("POST", "/data", b"half", **write))
    await say("POST /data of nothing", raw("POST", "/data", b"", **write))
    await say("POST /data of tokens", raw("POST", "/data", bytes(60), **write))
    await say("POST /data twice the same", raw("POST", "/data", first[0], **write))
    await say("POST /data at another's time", raw("POST", "/data", float32(T + 500, 1, 1, 1) + first[1], **write))
    await say("POST /data backwards", raw("POST", "/data", float32(T + 9000, 1, 1, 1) + bytes(20) + float32(T + 8000, 1, 1, 1), **write))
    await say("POST /data of NaN", raw("POST", "/data", float32(T + 9500, 1, float("nan"), 1), **write))
    await say("POST /data of infinity", raw("POST", "/data", float32(T + 9600, float("inf"), -0.0, 1), **write))
    for gap in "x", -1, "1.5":
        await say(f"POST /data with a gap of {gap}", raw("POST", "/data", b"", merge_gap=gap, **write))
    await say("POST /data to a live stream", raw("POST", "/data", b"", **{**write, "path": "/live/rand"}))
    await say("POST /data to nothing", raw("POST", "/data", b"", **{**write, "path": f"{ROOM}/none"}))
    await say("GET /data.json after all that", raw("GET", "/data.json", path=made))
    await say("GET /data/intervals.json after all that", raw("GET", "/data/intervals.json", path=made))
    for query in {}, {"max_gap": "x"}, {"max_gap": 0}, {"max_gap": "1.5"}:
        path = "/data/consolidate.json?" + urllib.parse.urlencode({"path": made, **query})
        await say(f"POST /data/consolidate.json with {query}", raw("POST", path, b""))
    await say("POST /data at time zero", raw("POST", "/data", float32(0, 1, 0, 0), **write))
    await say("GET /data at time zero", raw("GET", "/data", path=made, start=-5, end=5))
    await say("DELETE /data before", raw("DELETE", "/data", path=made, end=T))
    await say("DELETE /data from", raw("DELETE", "/data", path=made, start=T + 1500))
    await say("GET /data.json after deleting", raw("GET", "/data.json", path=made))
    await say("DELETE /data", raw("DELETE", "/data", path=made))
    await say("GET /data emptied", raw("GET", "/data", path=made))
    await say("GET /data.json emptied", raw("GET", "/data.json", path=made))
    await say("GET /data of some rows emptied", raw("GET", "/data", path=made, max_rows=5))
    await say("GET /data at a level emptied", raw("GET", "/data", path=made, decimation_level=4))
    await say("GET /data/intervals.json emptied with a start", raw("GET", "/data/intervals.json", path=made, start=5))
    await say("POST /data/decimate.json emptied", raw("POST", "/data/decimate.json?path=" + made, b""))


async def of_chance(say, raw):
    """Writes, deletions and consolidations at random, always the same ones; what is there after each, at three levels."""
    made = f"{ROOM}/chance"
    await raw("POST", "/stream.json", {"stream": described("chance", 2, datatype="int32"), "dest_path": ROOM})
    dice = random.Random(20_261_120)
    for turn in range(60):
        start = T + 10 * dice.randrange(200)
        match dice.choice("wwwwdDcr"):
            case "w":
                rows, time = b"", start
                for _ in range(dice.randrange(1, 30)):
                    rows += struct.pack("<qii", time, dice.randrange(-99, 99), turn)
                    rows += bytes(16) * (dice.random() < 0.15)
                    time += dice.choice((1, 7, 10))
                rows += bytes(16) * dice.randrange(2)
                gap = dice.choice((0, 0, 50, 1000))
                done = raw("POST", "/data", rows, path=made, merge_gap=gap, kind="application/octet-stream")
            case "d":
                done = raw("DELETE", "/data", path=made, start=start, end=start + dice.randrange(1, 300))
            case "D":
                done = raw("DELETE", "/data", path=made, **{dice.choice(("start", "end")): T + dice.choice((50, 1900))})
            case "c":
                done = raw("POST", f"/data/consolidate.json?path={made}&max_gap={dice.choice((1, 20, 200))}", b"")
            case "r":
                done = raw("POST", f"/data/decimate.json?path={made}", b"")
        await say(f"chance {turn}", done)
        await say(f"chance {turn}, intervals", raw("GET", "/data/intervals.json", path=made))
        for level in 1, 4, 16:
            await say(f"chance {turn}, level {level}", raw("GET", "/data", path=made, decimation_level=level))
        await say(f"chance {turn}, a part", raw("GET", "/data", path=made, start=start - 40, end=start + 90, max_rows=9))
    await say("chance, information", raw("GET", "/stream.json", path=made))


async def of_annotations(say, raw):
    good = {"title": "t", "content": "c", "start": T, "end": None, "stream_path": f"{ROOM}/made"}
    await say("POST /annotation.json", raw("POST", "/annotation.json", good))
    await say("POST /annotation.json with texts", raw("POST", "/annotation.json", {**good, "start": str(T), "end": f"{T + 1}.0"}))
    for key in good:
        await say(f"POST /annotation.json without {key}", raw("POST", "/annotation.json", without(good, key)))
    await say("POST /annotation.json at no time", raw("POST", "/annotation.json", {**good, "start": "x"}))
    await say("GET /annotations.json at no time", raw("GET", "/annotations.json", start="x"))
    await say("PUT /annotation.json of nothing", raw("PUT", "/annotation.json", {"title": "x"}))
    await say("PUT /annotation.json of none", raw("PUT", "/annotation.json", {"id": 999_999, "title": "x"}))


async def of_events(say, raw):
    stream = {"path": f"{ROOM}/e"}
    event = {"event_stream_id": None, "start_time": T, "end_time": T + 1, "content": {"n": 1}}
    write = "/event/data.json"
    await say("POST /event/data.json", raw("POST", write, {**stream, "events": [event]}))
    await say("POST /event/data.json of texts", raw("POST", write, {**stream, "events": [{**event, "content": "text"}]}))
    await say("POST /event/data.json of nothing", raw("POST", write, stream))
    await say("POST /event/data.json to nothing", raw("POST", write, {"events": []}))
    for key in event:
        await say(f"POST /event/data.json without {key}", raw("POST", write, {**stream, "events": [without(event, key)]}))
    await say("POST /event/data.json backwards", raw("POST", write, {**stream, "events": [{**event, "end_time": T}]}))
    await say("POST /event/data.json without an end", raw("POST", write, {**stream, "events": [{**event, "end_time": None}]}))
    await say("POST /event/data.json between µs", raw("POST", write, {**stream, "events": [{**event, "start_time": T - 0.75}]}))
    await say("GET /event/data.json", raw("GET", write, **stream, limit=10))
    for limit in "x", -1, 0, "1.5":
        path = f"/event/data.json?path={ROOM}/e&return-subset=1&limit={limit}"
        await say(f"GET /event/data.json with a limit of {limit}", raw("GET", path))
    await say("GET /event/data.json without a limit", raw("GET", write, **stream))
    await say("GET /event/data/count.json with a bad flag", raw("GET", "/event/data/count.json", **stream, include_ongoing_events="true"))
    await say("GET /event/data/count.json backwards", raw("GET", "/event/data/count.json", **stream, start=2, end=1))
    second = 1_000_000
    many = [{**event, "start_time": T + at * second, "end_time": T + (at + 1) * second, "content": {"n": at}} for at in range(1, 500)]
    await raw("POST", write, {**stream, "events": many})
    await say("GET /event/data.json as a histogram", raw("GET", write, **stream, limit=400))
    await say("GET /event/data.json as a filtered histogram",
              raw("GET", write, **stream, limit=10, start=T + second, end=T + 20 * second, filter='[[["n", "lt", 300]]]'))
    await raw("DELETE", write, **stream, start=T + 2 * second)
    await say("GET /event/data.json as a narrow histogram", raw("GET", write, **stream, limit=1))


async def of_masters(say, raw):
    good = {"master_type": "user", "identifier": "x", "api_key": "y" * 31}
    for key in good:
        await say(f"POST /master.json without {key}", raw("POST", "/master.json", without({**good, "api_key": "short"}, key)))
    await say("DELETE /master.json of no type", raw("DELETE", "/master.json?name=x&master_type=friend"))
    await say("DELETE /master.json of the guest", raw("DELETE", "/master.json?name=x&master_type=user"))
    offer = {"key": "z" * 32, "port": 9, "scheme": "http", "base_uri": "", "name": "x"}
    for key in "key", "port":
        await say(f"POST /follower.json without {key}", raw("POST", "/follower.json", without(offer, key), key="none"))
    await say("POST /follower.json of a node that is not there", raw("POST", "/follower.json", offer, key="none"))


async def go(say, raw):
    for part in of_http, of_addresses, of_creation, of_pipes, of_chance, of_annotations, of_events, of_masters:
        await part(say, raw)
    await raw("DELETE", "/folder.json", path="/witness", recursive=1)
