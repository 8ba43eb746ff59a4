//! The manual of the Python client, call by call, with this client.

use std::future::IntoFuture;

use headwaters::{
    Batch, Result, Spawned,
    flowthings::{
        Api, Center, Distance, Event, Filter, Modify, age, exists, has, matches_with, mem,
        types::{
            Drop, Flow, NewDevice, NewFlow, NewGroup, NewShare, NewToken, NewTrack,
            SharePermissions, TokenPermissions, Track,
        },
    },
    reqwest::Method,
};
use serde_json::{Value, json};

const NOBODY: &str = "f000000000000000000000000";

/// The names of the calls that have been made, and between them in lists what workflows and the socket gave.
struct Calls(Vec<Value>);

impl Calls {
    fn say(&mut self, what: Value) {
        self.0.push(what);
    }

    /// What the server refuses shows in its journal.
    async fn make<T, C: IntoFuture<Output = Result<T>>>(
        &mut self,
        name: &str,
        call: C,
    ) -> Option<T> {
        self.say(name.into());
        call.await.ok()
    }
}

fn changed(id: &str, member: &str, value: &str) -> Flow {
    serde_json::from_value(json!({"id": id, member: value})).unwrap()
}

/// Makes the calls of `tests/witness/flowthings/client.py`, in its order, and gives what that prints.
pub async fn walk(api: &Api, account: &str) -> Vec<Value> {
    let mut calls = Calls(Vec::new());
    let path = |name: &str| format!("/{account}/{name}");
    let flows = api.flow();
    let new = NewFlow::new(path("a")).display_name("foo");
    let a = calls.make("create", flows.create(new)).await.unwrap();
    let b = flows.create(NewFlow::new(path("b")));
    let b = calls.make("create", b).await.unwrap();
    calls.make("find by id", flows.find(&a.id)).await;
    calls.make("read", flows.read(&a.id)).await;
    let nothing = flows.read(NOBODY).optional();
    assert!(calls.make("read_or_else", nothing).await.unwrap().is_none());
    let ids = [&a.id, &b.id];
    calls.make("read_many", flows.read_many(ids)).await;
    calls.make("find by ids", flows.find(ids)).await;
    let is_foo = || mem("displayName").eq("foo");
    calls.make("find by a filter", flows.find(is_foo())).await;
    let both = is_foo() & mem("path").re_with(format!("^/{account}"), "i");
    calls.make("find by two filters", flows.find(both)).await;
    let either = is_foo() | mem("displayName").eq("bar");
    calls
        .make("find by one or the other", flows.find(either))
        .await;
    calls.make("find by age", flows.find(age().gt(1000))).await;
    let bare = !exists("description");
    calls.make("find by what is there", flows.find(bare)).await;
    let referring = flows.find_many().limit(10).with_references();
    calls.make("find with references", referring).await;
    let ordered = flows.find_many().start(1).sort("path").order("asc");
    calls
        .make("find in an order", ordered.only(["id", "path"]))
        .await;
    let whole = changed(a.id.as_str(), "displayName", "Foo");
    calls.make("update a dictionary", flows.update(whole)).await;
    let change = Modify::new(a.clone())
        .set("displayName", "Bar")
        .set("capacity", 10);
    calls.make("update M", flows.update(change)).await;
    let whole = changed(a.id.as_str(), "description", "x");
    let many: [headwaters::Change<Flow>; 2] = [
        whole.into(),
        Modify::new(b.clone()).set("description", "y").into(),
    ];
    calls.make("update_many", flows.update_many(many)).await;
    let c = calls.make("save a new one", flows.save(NewFlow::new(path("c"))));
    let c = c.await.unwrap();
    let whole = changed(c.id.as_str(), "description", "z");
    calls.make("save a dictionary", flows.save(whole)).await;
    let change = Modify::new(c.clone()).set("description", "w");
    calls.make("save M", flows.save(change)).await;
    let change = Modify::new(c.clone()).set("capacity", 3);
    calls.make("save a list", flows.save([change])).await;
    let null = json!({"id": c.id, "description": null});
    calls.make("save a null", flows.save(null)).await;
    drops(&mut calls, api, &a, &path).await;
    let track = others(&mut calls, api, &a, &path).await;
    statistics(&mut calls, api, &a, &track).await;
    let raw = api.request(Method::GET, "/flow").with_query("limit", "1");
    calls.make("request", raw.json::<Value>()).await;
    let raw = api.request(Method::PUT, format!("/flow/{}", a.id));
    let raw = raw.with_json(&json!({"description": "r"}));
    calls.make("request with data", raw.json::<Value>()).await;
    socket(&mut calls, api, &a).await;
    let reason = flows.delete(&c.id).body(json!({"reason": "x"}));
    calls.make("delete with data", reason).await;
    for flow in [b, a] {
        calls.make("delete", flows.delete(&flow.id)).await;
    }
    calls.0
}

async fn drops(calls: &mut Calls, api: &Api, a: &Flow, path: &dyn Fn(&str) -> String) {
    let drops = api.drop(&a.id);
    let create = drops.create([("foo", json!(15)), ("bar", json!("it's"))]);
    let drop: Drop = calls.make("drop.create", create).await.unwrap();
    let by_path = api.drops().create(path("a"), [("foo", json!(5))]);
    calls.make("drop.create by path", by_path).await;
    calls.make("drop.find", drops.find_many().limit(10)).await;
    let found: [(&str, Filter); 6] = [
        ("a member", mem("elems.foo").gt(12)),
        ("a value", mem("elems.bar").eq("it's")),
        (
            "a list",
            mem("elems.foo").is_in([
                1.into(),
                5.5.into(),
                "x".into(),
                headwaters::flowthings::Operand::from(true),
            ]),
        ),
        ("a type", has("string")),
        ("a text", matches_with("it", "i")),
        (
            "a place",
            mem("location").within(Distance::km(5), Center::coordinates(1.5, -2)),
        ),
    ];
    for (name, filter) in found {
        let name = format!("drop.find by {name}");
        calls.make(&name, drops.find(filter)).await;
    }
    calls
        .make("drop.find with hints", drops.find_many().hints(true))
        .await;
    calls.make("drop.read", drops.read(&drop.id)).await;
    calls
        .make("drop.read_many", drops.read_many([&drop.id]))
        .await;
    let change = Modify::new(drop.clone()).set("elems", json!({"foo": 16}));
    calls.make("drop.update", drops.update(change)).await;
    workflows(calls, api, a, path).await;
    let rule = || [("test", mem("foo").gt(42))];
    let aggregate = drops.aggregate(["$avg:test"]).rules(rule());
    calls.make("aggregate", aggregate).await;
    let aggregate = drops.aggregate(["$count", "$max:foo"]).group_by(["$month"]);
    let aggregate = aggregate
        .filter(mem("foo").gt(1))
        .rules(rule())
        .sorts(["$month:asc"]);
    calls.make("aggregate with all", aggregate).await;
    calls.make("drop.delete", drops.delete(&drop.id)).await;
    calls.make("drop.delete_all", drops.delete_all()).await;
}

async fn workflows(calls: &mut Calls, api: &Api, a: &Flow, path: &dyn Fn(&str) -> String) {
    let find = |name: &str| api.flow().find(mem("path").eq(path(name)));
    let mut many = Batch::new().with_concurrency(3);
    for name in ["a", "b", "nothing"] {
        calls.say("async.flow.find".into());
        many.push(find(name));
    }
    let counts: Vec<_> = many.await.unwrap().iter().map(Vec::len).collect();
    calls.say(json!(["async", counts]));
    let mut many = Batch::new().with_concurrency(3);
    for flow in [a.id.as_str(), NOBODY] {
        calls.say("async.drop.find".into());
        many.push(api.drop(flow).find_many().limit(10));
    }
    let outcomes = many.all().await.into_iter().map(|outcome| match outcome {
        Ok(drops) => json!(drops.len()),
        Err(error) => json!(error.messages()),
    });
    calls.say(json!(["async", outcomes.collect::<Vec<_>>()]));
    calls.say("lazy.flow.find".into());
    let flow_a = Spawned::new(find("a"));
    calls.say("lazy.flow.find".into());
    let flow_b = Spawned::new(find("b"));
    calls.say("lazy.drop.find".into());
    let flow_a = flow_a.await.unwrap();
    let drops = api.drop(&flow_a[0].id).find_many().limit(10).await.unwrap();
    let flow_b = flow_b.await.unwrap();
    calls.say(json!(["lazy", flow_a[0].path, flow_b.len(), drops.len()]));
}

async fn socket(calls: &mut Calls, api: &Api, a: &Flow) {
    let opened = calls.make("websocket.connect", api.websocket()).await;
    let mut socket = opened.unwrap();
    calls.say("websocket.run".into());
    // Python is given None in the place of a body.
    let refused = socket.subscribe(NOBODY).await.unwrap_err();
    assert!(refused.is_not_found(), "{refused}");
    calls.say(json!(["refused", null]));
    socket.subscribe(&a.id).await.unwrap();
    calls.say(json!(["subscribed", {}]));
    let create = api
        .drop(&a.id)
        .create([("foo", json!(7)), ("bar", json!("it's"))]);
    calls.make("drop.create while subscribed", create).await;
    let Some(Event::Message { resource, drop, .. }) = socket.next().await.unwrap() else {
        panic!("the socket has ended");
    };
    let is_a = resource == a.id.as_str();
    calls.say(json!(["message", is_a, drop.path, drop.elems]));
    socket.unsubscribe(&a.id).await.unwrap();
    calls.say(json!(["unsubscribed", {}]));
    socket.close().await;
    calls.say(json!(["closed"]));
}

async fn statistics(calls: &mut Calls, api: &Api, a: &Flow, track: &Track) {
    let identity = || a.creator_id.clone().unwrap();
    let counts = api.statistics();
    let added = counts
        .flow_drop_added(&a.id)
        .year(2015)
        .month(12)
        .level("DAY");
    calls.make("statistics.flow_drop_added", added).await;
    let tracked = counts.flow_tracked(&a.id).year(2015).month(12).level("DAY");
    calls.make("statistics.flow_tracked", tracked).await;
    let hit = counts.track_hit(&track.id).year(2015);
    calls.make("statistics.track_hit", hit).await;
    let pass = counts.track_pass(&track.id).year(2015);
    calls.make("statistics.track_pass", pass).await;
    let called = counts
        .api_call_by_identity(identity())
        .year(2015)
        .month(1)
        .day(2);
    calls.make("statistics.api_call_by_identity", called).await;
    let created = counts
        .drop_created_by(identity())
        .year(2015)
        .month(1)
        .day(2);
    calls.make("statistics.drop_created_by", created).await;
}

async fn others(calls: &mut Calls, api: &Api, a: &Flow, path: &dyn Fn(&str) -> String) -> Track {
    let track: NewTrack = serde_json::from_value(json!({
        "source": path("a"), "destination": path("b"), "filter": mem("elems.foo").gt(1).to_string()
    }))
    .unwrap();
    let track = calls.make("track.create", api.track().create(track));
    let track = track.await.unwrap();
    let creator = a.creator_id.clone().unwrap();
    let group = NewGroup::new([creator.clone()]);
    calls.make("group.create", api.group().create(group)).await;
    let device = NewDevice::new(path("d"), "D");
    calls
        .make("device.create", api.device().create(device))
        .await;
    macro_rules! finds {
        ($($service:ident)*) => {$(
            let found = api.$service().find_many().limit(3);
            calls.make(concat!(stringify!($service), ".find"), found).await;
        )*};
    }
    finds!(track group identity api_task mqtt_task rss_task device token share);
    let permissions: TokenPermissions =
        serde_json::from_value(json!({"dropRead": true, "dropWrite": false})).unwrap();
    let token = NewToken::new([(path("a"), permissions)])
        .duration_ms(600_000)
        .description("d");
    let token = calls
        .make("token.create", api.token().create(token))
        .await
        .unwrap();
    calls
        .make("token.delete", api.token().delete(&token.id))
        .await;
    let permissions: SharePermissions = serde_json::from_value(json!({
        "administer": false, "read": true, "write": false, "dropRead": true, "dropWrite": false
    }))
    .unwrap();
    let share = NewShare::new(creator, [(path("a"), permissions)]);
    calls.make("share.create", api.share().create(share)).await;
    track
}
