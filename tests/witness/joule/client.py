"""Every function of the client's API, with its successes and its main errors."""

import asyncio
import json
import tempfile
import zipfile

import numpy
from aiohttp import web
from joule.api import Annotation, DataStream, Element, Event, EventStream
from joule.api.lumen_link import DisplayedDataStreamElement, DisplayedEventStream
from joule.errors import ApiError, EmptyPipeError

T = 1_790_000_000_000_000
ROOM = "/witness/room"


def rows(*times, width=1):
    """Rows of these times; the elements are 1, 2, 3 and so on, ten more in each row."""
    return numpy.array([[time, *(10 * at + element + 1 for element in range(width))] for at, time in enumerate(times)])


def stream(name, width=1, datatype="float32", **more):
    made = DataStream(name, "made by a witness", datatype, elements=[Element(f"e{at}") for at in range(width)])
    for key, value in more.items():
        setattr(made, key, value)
    return made


async def written(node, target, *blocks, **options):
    """Writes blocks with breaks between them."""
    pipe = await node.data_write(target, **options)
    try:
        for at, block in enumerate(blocks):
            if at:
                await pipe.close_interval()
            await pipe.write(block)
    finally:
        await pipe.close()


async def read(node, source, **options):
    """All intervals of a read, and what the pipe says of itself."""
    pipe = await node.data_read(source, **options)
    intervals, current = [], []
    try:
        while True:
            try:
                current.append(await pipe.read())
                pipe.consume_all()
            except EmptyPipeError:
                # It is also raised for an interval without rows, and then more may follow.
                if not pipe.end_of_interval:
                    break
            if pipe.end_of_interval:
                intervals.append(current)
                current = []
    finally:
        await pipe.close()
    intervals = [numpy.concatenate(interval) for interval in (*intervals, current) if interval]
    found = [interval for interval in intervals if len(interval)]
    return {"layout": pipe.layout, "level": pipe.decimation_level, "intervals": found}


async def subscribed(node, source, breaks):
    """What can be said of live rows whatever they are."""
    pipe = await node.data_subscribe(source)
    count = found = 0
    try:
        while count < 4 or found < breaks:
            data = await asyncio.wait_for(pipe.read(), 10)
            count += len(data)
            pipe.consume_all()
            found += pipe.end_of_interval
        return {"layout": pipe.layout, "level": pipe.decimation_level}
    finally:
        await pipe.close()


async def page(events):
    return [event async for event in events]


async def uploaded(node, /, **parts):
    """The log of an archive of these parts; without any it is no zip file."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        if parts:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in parts.items():
                    archive.writestr(name, text)
        else:
            file.write(b"no archive")
        file.flush()
        return (await node.archive_upload(file.name)).to_json()


async def of_node(say, node):
    await say("info", node.info())
    await say("db_connection_info", node.db_connection_info())
    magic = {"magic": "joule-data-archive-bundle"}
    named = {**magic, "node": "elsewhere", "name": "nobody's"}
    await say("archive_upload", uploaded(node, **{"metadata.json": json.dumps(named), "data/0/x": "y" * 1000}))
    await say("archive_upload of numbers", uploaded(node, **{"metadata.json": json.dumps({**magic, "node": 1, "name": None})}))
    await say("archive_upload without a name", uploaded(node, **{"metadata.json": json.dumps({**magic, "node": "elsewhere"})}))
    await say("archive_upload without the magic", uploaded(node, **{"metadata.json": json.dumps({**named, "magic": "x"})}))
    await say("archive_upload of a list", uploaded(node, **{"metadata.json": '["magic"]'}))
    await say("archive_upload of no JSON", uploaded(node, **{"metadata.json": "{"}))
    await say("archive_upload of no metadata", uploaded(node, x="y"))
    await say("archive_upload of no archive", uploaded(node))


async def of_folders(say, node):
    root = await node.folder_root()
    await say("folder_root", asyncio.sleep(0, [folder for folder in root.children if folder.name == "configured"]))
    await say("folder_get of a path", node.folder_get("/configured"))
    await say("folder_get of nothing", node.folder_get("/nowhere"))
    await say("folder_get of a bad path", node.folder_get("no slash"))
    await node.data_stream_create(stream("seed"), ROOM)
    room = await node.folder_get(ROOM)
    await say("folder_get of an id", node.folder_get(room.id))
    room.description, room.name = "a room", "salon"
    await say("folder_update", node.folder_update(room))
    await say("folder_get updated", node.folder_get("/witness/salon"))
    room.name = "a/b"
    await say("folder_update to a bad name", node.folder_update(room))
    room.name = ""
    await say("folder_update to no name", node.folder_update(room))
    await say("folder_update of a locked one", node.folder_update(await node.folder_get("/live")))
    await say("folder_move", node.folder_move("/witness/salon", "/witness/upper/floor"))
    await say("folder_get moved", node.folder_get("/witness"))
    await say("folder_move onto its like", node.folder_move("/witness/upper/floor/salon", "/witness/upper/floor"))
    await say("folder_move below itself", node.folder_move("/witness/upper", "/witness/upper/floor/x"))
    await say("folder_move of nothing", node.folder_move("/witness/none", "/witness"))
    await say("folder_move of a locked one", node.folder_move("/live", "/witness"))
    await say("folder_move to no path", node.folder_move("/witness/upper/floor/salon", "x"))
    await say("folder_delete with children", node.folder_delete("/witness/upper"))
    await say("folder_delete recursive", node.folder_delete("/witness/upper", recursive=True))
    await say("folder_delete of nothing", node.folder_delete("/witness/upper"))
    await say("folder_delete of the root", node.folder_delete("/"))
    await say("folder_get of a wrong type", node.folder_get(1.5))


async def of_data_streams(say, node):
    made = await node.data_stream_create(stream("made", 2), ROOM)
    await say("data_stream_create", asyncio.sleep(0, made))
    await say("data_stream_create twice", node.data_stream_create(stream("made"), ROOM))
    await say("data_stream_create without elements", node.data_stream_create(stream("x", 0), ROOM))
    await say("data_stream_create of a bad type", node.data_stream_create(stream("x", datatype="uint8"), ROOM))
    await say("data_stream_create without a name", node.data_stream_create(stream(""), ROOM))
    await say("data_stream_create with a bad name", node.data_stream_create(stream("a/b"), ROOM))
    await say("data_stream_create in no path", node.data_stream_create(stream("x"), "nowhere"))
    twins = stream("x", 2)
    twins.elements[1].name = "e0"
    await say("data_stream_create with twins", node.data_stream_create(twins, ROOM))
    await say("data_stream_get of an object", node.data_stream_get(made))
    await say("data_stream_get of a path", node.data_stream_get(f"{ROOM}/made"))
    await say("data_stream_get of an id", node.data_stream_get(made.id))
    await say("data_stream_get of nothing", node.data_stream_get(f"{ROOM}/none"))
    await say("data_stream_info", node.data_stream_info(made))
    made.description, made.keep_us, made.elements[0].units = "changed", 10**15, "W"
    made.elements[1].display_type, made.elements[1].default_max = "discrete", 5.5
    await say("data_stream_update", node.data_stream_update(made))
    await say("data_stream_get updated", node.data_stream_get(made))
    made.elements[1].default_min = 6
    await say("data_stream_update with bad limits", node.data_stream_update(made))
    made.elements[1].default_min = None
    made.elements.append(Element("more"))
    await say("data_stream_update with an element more", node.data_stream_update(made))
    locked = await node.data_stream_get("/configured/fixed")
    await say("data_stream_get configured", asyncio.sleep(0, locked))
    await say("data_stream_get live", node.data_stream_get("/live/breaks"))
    await say("data_stream_update of a locked one", node.data_stream_update(locked))
    await say("data_stream_move of a locked one", node.data_stream_move(locked, ROOM))
    await say("data_stream_delete of a locked one", node.data_stream_delete(locked))
    await say("data_stream_move", node.data_stream_move(made, "/witness/attic"))
    await say("data_stream_get moved", node.data_stream_get("/witness/attic/made"))
    await say("data_stream_move onto itself", node.data_stream_move(made, "/witness/attic"))
    await say("data_stream_move of nothing", node.data_stream_move(f"{ROOM}/none", ROOM))
    await say("data_stream_delete", node.data_stream_delete("/witness/attic/made"))
    await say("data_stream_delete twice", node.data_stream_delete("/witness/attic/made"))


async def of_data(say, node):
    path = f"{ROOM}/pipe"
    made = await node.data_stream_create(stream("pipe", 2), ROOM)
    await say("data_read never written", read(node, path))
    await say("data_intervals never written", node.data_intervals(path))
    await say("data_consolidate never written", node.data_consolidate(path, 10))
    await say("data_decimate never written", node.data_decimate(path))
    await say("data_delete never written", node.data_delete(path))
    first, second = rows(T, T + 1000, T + 2000, width=2), rows(T + 5000, T + 6000, width=2)
    await say("data_write", written(node, made, first, second))
    await say("data_read", read(node, made))
    await say("data_read from", read(node, made, start=T + 1000))
    await say("data_read until", read(node, made, end=T + 5000))
    await say("data_read in a gap", read(node, made, start=T + 2001, end=T + 4000))
    await say("data_read_array", node.data_read_array(path))
    await say("data_read_array flat", node.data_read_array(path, T, T + 2000, flatten=True))
    await say("data_read_array of nothing", node.data_read_array(path, T + 10**6))
    await say("data_intervals", node.data_intervals(made))
    await say("data_intervals in bounds", node.data_intervals(made, T + 1500, T + 5500))
    await say("data_stream_info of rows", node.data_stream_info(made))
    await say("data_write again", written(node, path, first))
    await say("data_intervals after a refused write", node.data_intervals(path))
    await say("data_write backwards", written(node, path, rows(T + 9000, T + 8000, width=2)))
    await say("data_write of NaN", written(node, path, numpy.array([[T + 9000, numpy.nan, 1]])))
    await say("data_write within a gap", written(node, path, rows(T + 3000, T + 4000, width=2)))
    await say("data_intervals after a write in a gap", node.data_intervals(path))
    await say("data_write merging", written(node, path, rows(T + 7000, T + 8000, width=2), merge_gap=2000))
    await say("data_intervals after merging", node.data_intervals(path))
    await say("data_write over a range", written(node, path, rows(T + 6500, width=2), start=T + 6000, end=T + 7500))
    await say("data_read after writing over", read(node, path))
    await say("data_intervals after writing over", node.data_intervals(path))
    await say("data_consolidate small gaps", node.data_consolidate(path, 999))
    await say("data_consolidate", node.data_consolidate(path, 1500))
    await say("data_intervals after consolidating", node.data_intervals(path))
    await say("data_consolidate by nothing", node.data_consolidate(path, 0))
    await say("data_delete a range", node.data_delete(path, T + 1000, T + 2000))
    await say("data_read after deleting", read(node, path))
    await say("data_delete", node.data_delete(path))
    await say("data_read emptied", read(node, path))
    await say("data_intervals emptied", node.data_intervals(path))
    await say("data_stream_info emptied", node.data_stream_info(path))
    await say("data_write to another layout", node.data_write(stream("pipe", 3)))
    await say("data_write to nothing", node.data_write(f"{ROOM}/none"))
    await say("data_write to a live one", node.data_write("/live/rand"))
    await say("data_subscribe to a written one", node.data_subscribe(path))
    await say("data_subscribe", subscribed(node, "/live/rand", 0))
    await say("data_subscribe with breaks", subscribed(node, "/live/breaks", 1))
    for datatype in "float64", "int64", "int32", "int16":
        typed = await node.data_stream_create(stream(datatype, 1, datatype), ROOM)
        await say(f"data_write of {datatype}", written(node, typed, rows(T, T + 1)))
        await say(f"data_read of {datatype}", read(node, typed))


async def of_decimation(say, node):
    path = f"{ROOM}/levels"
    await node.data_stream_create(stream("levels", 1), ROOM)
    times = [T + 1000 * at for at in range(1000)]
    await say("data_write of a thousand", written(node, path, rows(*times)))
    await say("data_stream_info of a thousand", node.data_stream_info(path))
    for most in 2000, 999, 250, 100, 62, 16, 15, 4, 3, 1:
        await say(f"data_read of {most} rows at most", read(node, path, max_rows=most))
    await say("data_read of a range decimated", read(node, path, start=T + 100_000, end=T + 500_000, max_rows=30))
    await say("data_read of no rows at most", read(node, path, max_rows=0))
    await say("data_drop_decimations", node.data_drop_decimations(path))
    await say("data_read without levels", read(node, path, max_rows=100))
    await say("data_stream_info without levels", node.data_stream_info(path))
    await say("data_decimate", node.data_decimate(path))
    await say("data_read with levels again", read(node, path, max_rows=100))
    pieces = f"{ROOM}/pieces"
    await node.data_stream_create(stream("pieces", 1, "int16"), ROOM)
    spread = [rows(*(T + 1000 * start + at for at in range(size))) for start, size in enumerate((5, 3, 2, 9, 4))]
    await say("data_write of short intervals", written(node, pieces, *spread))
    await say("data_read of short intervals", read(node, pieces))
    await say("data_read of short intervals decimated", read(node, pieces, max_rows=8))
    await say("data_consolidate of short intervals", node.data_consolidate(pieces, 10_000))
    await say("data_decimate of one interval", node.data_decimate(pieces))
    await say("data_read of one interval decimated", read(node, pieces, max_rows=8))


async def of_annotations(say, node):
    path = f"{ROOM}/noted"
    made = await node.data_stream_create(stream("noted"), ROOM)
    await say("annotation_info of none", node.annotation_info(path))
    note = await node.annotation_create(Annotation("range", T, T + 1000, "long"), made)
    await say("annotation_create", asyncio.sleep(0, note))
    await say("annotation_create of a point", node.annotation_create(Annotation("point", T + 500), path))
    await say("annotation_create without a title", node.annotation_create(Annotation("", T), path))
    await say("annotation_create backwards", node.annotation_create(Annotation("x", T, T), path))
    await say("annotation_create on nothing", node.annotation_create(Annotation("x", T), f"{ROOM}/none"))
    await say("annotation_get", node.annotation_get(path))
    await say("annotation_get from", node.annotation_get(made, start=T + 500))
    await say("annotation_get until", node.annotation_get(made, end=T))
    await say("annotation_get on nothing", node.annotation_get(f"{ROOM}/none"))
    await say("annotation_get on no id", node.annotation_get(10**6))
    note.title, note.content, note.start = "changed", "", T + 7
    await say("annotation_update", node.annotation_update(note))
    note.title = ""
    await say("annotation_update without a title", node.annotation_update(note))
    await say("annotation_info", node.annotation_info(made))
    await say("annotation_delete", node.annotation_delete(note))
    await say("annotation_delete twice", node.annotation_delete(note))
    await say("data_stream_annotation_delete of a range", node.data_stream_annotation_delete(made, T + 600))
    await say("annotation_get after it", node.annotation_get(path))
    await say("data_stream_annotation_delete", node.data_stream_annotation_delete(path))
    await say("annotation_get after all", node.annotation_get(path))


async def of_event_streams(say, node):
    fields = {"kind": 'category:["a","b"]', "size": "numeric", "note": "string"}
    made = await node.event_stream_create(EventStream("happened", "by a witness", "1d", event_fields=fields), ROOM)
    await say("event_stream_create", asyncio.sleep(0, made))
    await say("event_stream_create twice", node.event_stream_create(EventStream("happened"), ROOM))
    await say("event_stream_create without a name", node.event_stream_create(EventStream(""), ROOM))
    await say("event_stream_create beside a data stream", node.event_stream_create(EventStream("noted"), ROOM))
    await say("event_stream_get", node.event_stream_get(made))
    await say("event_stream_get of a path", node.event_stream_get(f"{ROOM}/happened"))
    await say("event_stream_get of nothing", node.event_stream_get(f"{ROOM}/none"))
    await say("event_stream_get of a data stream", node.event_stream_get(f"{ROOM}/noted"))
    await say("event_stream_get creating", node.event_stream_get(f"{ROOM}/fresh", create=True, description="new"))
    await say("event_stream_info", node.event_stream_info(made))
    made.description, made.keep_us, made.event_fields = "changed", 10**15, {"size": "numeric"}
    await say("event_stream_update", node.event_stream_update(made))
    await say("event_stream_move", node.event_stream_move(made, "/witness/attic"))
    await say("event_stream_move of nothing", node.event_stream_move(f"{ROOM}/none", ROOM))
    await say("event_stream_move onto itself", node.event_stream_move(made, "/witness/attic"))
    await say("event_stream_delete", node.event_stream_delete("/witness/attic/happened"))
    await say("event_stream_delete twice", node.event_stream_delete("/witness/attic/happened"))


async def of_events(say, node):
    path = f"{ROOM}/fresh"
    events = [
        Event(T + 1000 * at, T + 1000 * at + 2500, {"size": at, "kind": "ab"[at % 2], "note": f"it's {at}%"}) for at in range(8)
    ]
    await say("event_stream_read_list of none", node.event_stream_read_list(path))
    await say("event_stream_write", node.event_stream_write(path, events))
    await say("event_stream_info of events", node.event_stream_info(path))
    await say("event_stream_read", page(node.event_stream_read(path)))
    await say("event_stream_read in pages", page(node.event_stream_read(path, T, T + 9000, block_size=3)))
    await say("event_stream_read_list", node.event_stream_read_list(path, T + 3000, T + 5000))
    await say("event_stream_read_list without those going on",
              node.event_stream_read_list(path, T + 3000, T + 5000, include_on_going_events=False))
    await say("event_stream_read_list limited", node.event_stream_read_list(path, limit=2))
    await say("event_stream_read_list of no events", node.event_stream_read_list(path, limit=0))
    await say("event_stream_count", node.event_stream_count(path))
    await say("event_stream_count in bounds", node.event_stream_count(path, T + 3000, T + 5000))
    await say("event_stream_count at an end", node.event_stream_count(path, T + 9500))
    for name, chosen in {
        "is": [[["kind", "is", "a"]]], "not": [[["kind", "not", "a"]]], "like": [[["note", "like", "it's _\\%"]]],
        "unlike": [[["note", "unlike", "%3%"]]], "gt": [[["size", "gt", 5]]], "gte": [[["size", "gte", "5"]]],
        "lt": [[["size", "lt", 2]]], "lte": [[["size", "lte", 2]]], "eq": [[["size", "eq", 4.0]]],
        "neq": [[["size", "neq", 4]]], "and": [[["size", "gt", 2], ["kind", "is", "b"]]],
        "or": [[["size", "eq", 1]], [["size", "eq", 2]]], "is of a number": [[["size", "is", "3"]]],
        "an absent key": [[["none", "not", "x"]]], "nothing": [], "an empty group": [[]], "no list": {"a": 1},
        "no group": ["x"], "no triple": [[["size", "gt"]]], "no operation": [[["size", "over", 1]]],
        "no text": [[["kind", "is", 1]]], "no number": [[["size", "gt", "x"]]], "no key": [[[1, "gt", 1]]],
        "null": [[["size", "gt", None]]], "a text as a number": [[["kind", "gt", 1]]],
    }.items():
        await say(f"event_stream_count by {name}", node.event_stream_count(path, json_filter=json.dumps(chosen)))
    await say("event_stream_count by no JSON", node.event_stream_count(path, json_filter="[["))
    await say("event_stream_read_list by a filter",
              node.event_stream_read_list(path, json_filter=json.dumps([[["kind", "is", "b"]]])))
    known = await node.event_stream_read_list(path, limit=2)
    known[0].content = {"size": 100}
    copy = Event(T + 60_000, T + 61_000, {"size": None, "deep": {"a": [1, 2.5, True]}})
    await say("event_stream_write of a known and a new one", node.event_stream_write(path, [known[0], copy]))
    await say("event_stream_read_list after it", node.event_stream_read_list(path))
    await say("event_stream_remove by a filter", node.event_stream_remove(path, json_filter=json.dumps([[["size", "eq", 100]]])))
    await say("event_stream_remove of a range", node.event_stream_remove(path, T + 3000, T + 5000))
    await say("event_stream_read_list after removing", node.event_stream_read_list(path))
    await say("event_stream_remove", node.event_stream_remove(path))
    await say("event_stream_count after removing", node.event_stream_count(path))
    await say("event_stream_write to nothing", node.event_stream_write(f"{ROOM}/none", events))
    await say("event_stream_write of a thousand",
              node.event_stream_write(path, [Event(T + at, T + at + 1, {"n": at}) for at in range(1001)]))
    await say("event_stream_count of a thousand", node.event_stream_count(path))
    await say("event_stream_read_list of the last", node.event_stream_read_list(path, end=T + 5000, limit=3))


async def of_modules(say, node):
    await say("module_list", node.module_list())
    await say("module_list with statistics", node.module_list(statistics=True))
    await say("module_get of a name", node.module_get("random"))
    await say("module_get of an id", node.module_get(0, statistics=True))
    await say("module_get of nothing", node.module_get("none"))
    logs = await node.module_logs("breaker")
    await say("module_logs", asyncio.sleep(0, logs[0].partition(": ")[2]))
    await say("module_logs of nothing", node.module_logs(99))
    await say("proxy_list", node.proxy_list())
    await say("proxy_get of a name", node.proxy_get("site two"))
    await say("proxy_get of an id", node.proxy_get(0))
    await say("proxy_get of nothing", node.proxy_get("none"))


async def joined(node, status, kind, text):
    """What becomes of a Lumen server that answers so, and what it is asked."""
    asked = []

    async def answer(request):
        body = await request.json()
        body["api_key"] = len(body["api_key"])
        asked.append([request.method, request.path, body])
        return web.Response(status=status, content_type=kind, text=text)

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            outcome = (await node.master_add("lumen", url, {"auth_key": "k", "scheme": "gopher"})).name == url
        except ApiError as error:
            outcome = str(error)
        stays = any(master.name == url for master in await node.master_list())
        await node.master_delete("lumen", url)
    finally:
        await runner.cleanup()
    return {"outcome": outcome, "stays": stays, "asked": asked}


async def of_masters(say, node):
    await say("master_list", node.master_list())
    await say("master_add of a user", node.master_add("user", "guest"))
    await say("master_add of a user twice", node.master_add("user", "guest"))
    await say("master_add with a key", node.master_add("user", "keyed", api_key="k" * 32))
    await say("master_add with a short key", node.master_add("user", "short", api_key="k" * 31))
    await say("master_add of no type", node.master_add("friend", "guest"))
    await say("master_list with users", node.master_list())
    await say("master_add of a node that is not there", node.master_add("joule", "http://127.0.0.1:9"))
    await say("master_add of a lumen that is not there", node.master_add("lumen", "http://127.0.0.1:9", {"name": "x"}))
    await say("master_list with what stays", node.master_list())
    await say("master_add of a lumen", joined(node, 200, "application/json", "{}"))
    await say("master_add of a lumen that says ok", joined(node, 200, "text/plain", "OK"))
    await say("master_add of a lumen that says no", joined(node, 422, "text/plain", "auth_key is missing"))
    await say("master_add of a lumen that has made something", joined(node, 201, "application/json", "{}"))
    await say("master_add of what is no lumen", joined(node, 200, "text/html", "<p>"))
    for kind, name in ("user", "guest"), ("user", "keyed"), ("joule", "http://127.0.0.1:9"), ("lumen", "http://127.0.0.1:9"):
        await say(f"master_delete of {kind} {name}", node.master_delete(kind, name))
    await say("master_delete of nobody", node.master_delete("user", "nobody"))
    await say("master_delete of no node", node.master_delete("joule", "nobody"))
    await say("master_delete of oneself", node.master_delete("user", "owner"))
    await say("follower_list", node.follower_list())
    await say("follower_delete of nobody", node.follower_delete("nobody"))
    await say("master_add of itself", node.master_add("joule", node.url))
    await say("follower_list with itself", node.follower_list())
    await say("follower_delete", node.follower_delete("testnode"))
    await say("follower_list afterwards", node.follower_list())
    await say("master_delete of itself", node.master_delete("joule", "testnode"))


async def of_lumen(say, node):
    made = await node.data_stream_get(f"{ROOM}/noted")
    events = await node.event_stream_get(f"{ROOM}/fresh")

    async def link():
        url = await node.create_lumen_link(
            "http://lumen", [DisplayedDataStreamElement(made.elements[0])], [DisplayedEventStream(events)]
        )
        return url.partition("view=")[0]

    await say("create_lumen_link", link())


async def go(say, node):
    for part in (
        of_node, of_folders, of_data_streams, of_data, of_decimation, of_annotations, of_event_streams, of_events,
        of_modules, of_masters, of_lumen,
    ):
        await part(say, node)
    await say("folder_delete of all", node.folder_delete("/witness", recursive=True))
