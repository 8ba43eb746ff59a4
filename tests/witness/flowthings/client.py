"""The manual of the Python client, call by call, on the server at URL: `client.py HOST:PORT ACCOUNT TOKEN`.

Prints the name of each call before it is made, as JSON, one a line, and between them in lists what the workflows and the socket give. A
call that the server refuses is told on stderr.
"""

from gevent import monkey

monkey.patch_all()

import json
import sys

import gevent
from gevent.pool import Pool

import importable  # noqa: F401
import flowthings
from flowthings import AGE, EXISTS, HAS, MATCHES, NOT, API, M, Token, mem

host, account, token = sys.argv[1:]
api = API(Token(account, token), gevent, secure=False, host=host, ws_host=host)
NOBODY = "f" + "0" * 24


def path(name):
    return f"/{account}/{name}"


def say(*what):
    print(json.dumps(what), flush=True)


def call(name, make):
    print(json.dumps(name), flush=True)
    try:
        return make()
    except flowthings.FlowThingsException as error:
        print(f"{name}: {error!r}", file=sys.stderr)


a = call("create", lambda: api.flow.create({"path": path("a"), "displayName": "foo"}))
b = call("create", lambda: api.flow.create({"path": path("b")}))
call("find by id", lambda: api.flow.find(a["id"]))
call("read", lambda: api.flow.read(a["id"]))
call("read_or_else", lambda: api.flow.read_or_else(NOBODY, None))
call("read_many", lambda: api.flow.read_many([a["id"], b["id"]]))
call("find by ids", lambda: api.flow.find([a["id"], b["id"]]))
call("find by a filter", lambda: api.flow.find(mem.displayName == "foo"))
call("find by two filters", lambda: api.flow.find(mem.displayName == "foo", mem.path.re("^/" + account, "i")))
call("find by one or the other", lambda: api.flow.find((mem.displayName == "foo").OR(mem.displayName == "bar")))
call("find by age", lambda: api.flow.find(AGE > 1000))
call("find by what is there", lambda: api.flow.find(NOT(EXISTS("description"))))
call("find with references", lambda: api.flow.find(limit=10, refs=True))
call("find in an order", lambda: api.flow.find(start=1, sort="path", order="asc", only=["id", "path"]))
call("update a dictionary", lambda: api.flow.update({"id": a["id"], "displayName": "Foo"}))
call("update M", lambda: api.flow.update(M(a, displayName="Bar", capacity=10)))
call("update_many", lambda: api.flow.update_many([{"id": a["id"], "description": "x"}, M(b, description="y")]))
c = call("save a new one", lambda: api.flow.save({"path": path("c")}))
call("save a dictionary", lambda: api.flow.save({"id": c["id"], "description": "z"}))
call("save M", lambda: api.flow.save(M(c, description="w")))
call("save a list", lambda: api.flow.save([M(c, capacity=3)]))
call("save a null", lambda: api.flow.save({"id": c["id"], "description": None}))

drop = call("drop.create", lambda: api.drop(a["id"]).create({"elems": {"foo": 15, "bar": "it's"}}))
call("drop.create by path", lambda: api.drop.create({"path": path("a"), "elems": {"foo": 5}}))
call("drop.find", lambda: api.drop(a["id"]).find(limit=10))
call("drop.find by a member", lambda: api.drop(a["id"]).find(mem.elems.foo > 12))
call("drop.find by a value", lambda: api.drop(a["id"]).find(mem.elems.bar == "it's"))
call("drop.find by a list", lambda: api.drop(a["id"]).find(mem.elems.foo.IN(1, 5.5, "x", True)))
call("drop.find by a type", lambda: api.drop(a["id"]).find(HAS("string")))
call("drop.find by a text", lambda: api.drop(a["id"]).find(MATCHES("it", "i")))
call("drop.find by a place", lambda: api.drop(a["id"]).find(mem.location.WITHIN(5, "KM", coords=(1.5, -2))))
call("drop.find with hints", lambda: api.drop(a["id"]).find(hints=True))
call("drop.read", lambda: api.drop(a["id"]).read(drop["id"]))
call("drop.read_many", lambda: api.drop(a["id"]).read_many([drop["id"]]))
call("drop.update", lambda: api.drop(a["id"]).update(M(drop, elems={"foo": 16})))

many = getattr(api, "async")(Pool(3))
for name in ["a", "b", "nothing"]:
    call("async.flow.find", lambda: many.flow.find(mem.path == path(name)))
say("async", [len(flows) for flows in many.results()])
for flow in [a["id"], NOBODY]:
    call("async.drop.find", lambda: many.drop(flow).find(limit=10))
say("async", [len(drops) if error is None else error.errors for error, drops in many.results(with_exceptions=True)])
lazy = api.lazy(Pool(3))
flow_a = call("lazy.flow.find", lambda: lazy.flow.find(mem.path == path("a")))
flow_b = call("lazy.flow.find", lambda: lazy.flow.find(mem.path == path("b")))
drops = call("lazy.drop.find", lambda: lazy.drop(flow_a[0]["id"]).find(limit=10))
say("lazy", flow_a.unwrap()[0]["path"], len(flow_b), len(drops))

call("aggregate", lambda: api.drop(a["id"]).aggregate(["$avg:test"], rules={"test": mem.foo > 42}))
call(
    "aggregate with all",
    lambda: api.drop(a["id"]).aggregate(
        ["$count", "$max:foo"], ["$month"], mem.foo > 1, {"test": mem.foo > 42}, ["$month:asc"]
    ),
)
call("drop.delete", lambda: api.drop(a["id"]).delete(drop["id"]))
call("drop.delete_all", lambda: api.drop(a["id"]).delete_all())

track = call("track.create", lambda: api.track.create({"source": path("a"), "destination": path("b"), "filter": str(mem.elems.foo > 1)}))
call("group.create", lambda: api.group.create({"memberIds": [a["creatorId"]]}))
call("device.create", lambda: api.device.create({"path": path("d"), "displayName": "D"}))
for name in ["track", "group", "identity", "api_task", "mqtt_task", "rss_task", "device", "token", "share"]:
    call(f"{name}.find", lambda: getattr(api, name).find(limit=3))
permissions = {path("a"): {"dropRead": True, "dropWrite": False}}
made = call("token.create", lambda: api.token.create({"paths": permissions, "duration": 600000, "description": "d"}))
call("token.delete", lambda: api.token.delete(made["id"]))
shared = {path("a"): {"administer": False, "read": True, "write": False, "dropRead": True, "dropWrite": False}}
call("share.create", lambda: api.share.create({"issuedTo": a["creatorId"], "paths": shared}))

for name in ["flow_drop_added", "flow_tracked"]:
    call(f"statistics.{name}", lambda: getattr(api.statistics, name)(a["id"], 2015, 12, level="DAY"))
for name in ["track_hit", "track_pass"]:
    call(f"statistics.{name}", lambda: getattr(api.statistics, name)(track["id"], 2015))
for name in ["api_call_by_identity", "drop_created_by"]:
    call(f"statistics.{name}", lambda: getattr(api.statistics, name)(a["creatorId"], 2015, 1, 2))

call("request", lambda: api.request("GET", "/flow", params={"limit": 1}))
call("request with data", lambda: api.request("PUT", "/flow/" + a["id"], data={"description": "r"}))


def on_open(ws):
    ws.subscribe(NOBODY, refused)


def refused(ws, body):
    say("refused", body)
    ws.subscribe(a["id"], subscribed)


def subscribed(ws, body):
    say("subscribed", body)
    call("drop.create while subscribed", lambda: api.drop(a["id"]).create({"elems": {"foo": 7, "bar": "it's"}}))


def on_message(ws, resource, value):
    say("message", resource == a["id"], value["path"], value["elems"])
    ws.unsubscribe(resource, unsubscribed)


def unsubscribed(ws, body):
    say("unsubscribed", body)
    ws._app.sock.send_close()


def on_close(ws):
    say("closed")


def on_error(ws, error):
    say("failed", repr(error))


handlers = {"on_open": on_open, "on_message": on_message, "on_close": on_close, "on_error": on_error}
ws = call("websocket.connect", lambda: api.websocket.connect(**handlers))
call("websocket.run", lambda: ws.run())

call("delete with data", lambda: api.flow.delete(c["id"], {"reason": "x"}))
for flow in [b, a]:
    call("delete", lambda: api.flow.delete(flow["id"]))
