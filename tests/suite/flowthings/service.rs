//! `find` and `save` by the type of what they are given, and calls that find nothing.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use headwaters::{
    Spawned,
    flowthings::{
        Modify, mem,
        types::{Drop, Flow, FlowId, NewDrop, NewFlow},
    },
};
use serde_json::{Value, json};

use super::*;
use crate::wire::scripted_server::{Answer, Gate, PATIENCE, ScriptedServer};

fn flow(json: Value) -> Flow {
    serde_json::from_value(json).unwrap()
}

/// A server that gives a list to GET of a service, a map to MGET and MPUT, and an object to all else.
async fn stub() -> RecordingServer {
    RecordingServer::answering(|request| {
        let is_list = request.method == "GET" && request.target.starts_with("/v0.1/acc/flow?");
        match request.method.as_str() {
            "MGET" | "MPUT" => answer(&json!({})),
            _ if is_list => answer(&json!([])),
            _ => answer(&json!({"id": "ID1"})),
        }
    })
    .await
}

fn sent(stub: &RecordingServer) -> Vec<String> {
    let line = |seen: &crate::recording_server::Seen| {
        format!("{} {} {}", seen.method, seen.target, seen.text())
    };
    stub.seen().iter().map(line).collect()
}

/// The dispatch of Python's `find`.
#[tokio::test]
async fn find_reads_by_an_id_or_several_and_finds_by_a_filter() {
    let stub = stub().await;
    let flows = api(&stub).flow();
    let _: Flow = flows.find("ID1").await.unwrap();
    let _: Flow = flows.find(FlowId::from("ID1")).await.unwrap();
    let _: Vec<Flow> = flows.find(mem("displayName").eq("Foo")).await.unwrap();
    flows.find(["ID1", "ID2"]).await.unwrap();
    flows.find(vec![FlowId::from("ID1")]).await.unwrap();
    flows.find(&[FlowId::from("ID1")][..]).await.unwrap();
    api(&stub)
        .drop("FID")
        .find("DID")
        .only(["id"])
        .await
        .unwrap();
    assert_eq!(
        sent(&stub),
        [
            "GET /v0.1/acc/flow/ID1 ",
            "GET /v0.1/acc/flow/ID1 ",
            "GET /v0.1/acc/flow?filter=displayName+%3D%3D+%27Foo%27 ",
            r#"MGET /v0.1/acc/flow ["ID1","ID2"]"#,
            r#"MGET /v0.1/acc/flow ["ID1"]"#,
            r#"MGET /v0.1/acc/flow ["ID1"]"#,
            "GET /v0.1/acc/drop/FID/DID?only=id ",
        ]
    );
}

/// The dispatch of Python's `save`.
#[tokio::test]
async fn save_creates_what_has_no_id_and_changes_what_has_one() {
    let stub = stub().await;
    let flows = api(&stub).flow();
    let whole = flow(json!({"id": "ID1", "capacity": 1}));
    let _: Flow = flows.save(NewFlow::new("/acc/a")).await.unwrap();
    let _: Flow = flows.save(&whole).await.unwrap();
    let _: Flow = flows
        .save(Modify::new(whole.clone()).set("capacity", 2))
        .await
        .unwrap();
    flows
        .save(vec![whole.clone(), flow(json!({"id": "ID2"}))])
        .await
        .unwrap();
    flows
        .save([Modify::new(whole).set("capacity", 3)])
        .await
        .unwrap();
    let _: Flow = flows
        .save(json!({"path": "/acc/b", "novelty": 1}))
        .await
        .unwrap();
    let _: Flow = flows
        .save(json!({"id": "ID1", "novelty": 1}))
        .await
        .unwrap();
    let drop: Drop = serde_json::from_value(json!({"id": "DID", "elems": {"a": 1}})).unwrap();
    api(&stub)
        .drop("FID")
        .save(Modify::new(drop).set("elems", json!({"a": 2})))
        .await
        .unwrap();
    let new = NewDrop::new([("a", 1)]).fhash("h");
    let _: Drop = api(&stub).drop("FID").save(new).await.unwrap();
    assert_eq!(
        sent(&stub),
        [
            r#"POST /v0.1/acc/flow {"path":"/acc/a"}"#,
            r#"PUT /v0.1/acc/flow/ID1 {"capacity":1,"id":"ID1"}"#,
            r#"PUT /v0.1/acc/flow/ID1 {"capacity":2}"#,
            r#"MPUT /v0.1/acc/flow {"ID1":{"capacity":1,"id":"ID1"},"ID2":{"id":"ID2"}}"#,
            r#"MPUT /v0.1/acc/flow {"ID1":{"capacity":3}}"#,
            r#"POST /v0.1/acc/flow {"path":"/acc/b","novelty":1}"#,
            r#"PUT /v0.1/acc/flow/ID1 {"id":"ID1","novelty":1}"#,
            r#"PUT /v0.1/acc/drop/FID/DID {"elems":{"a":2}}"#,
            r#"POST /v0.1/acc/drop/FID {"elems":{"a":1},"fhash":"h"}"#,
        ]
    );
}

/// Python sends what it is given, and null clears a member.
#[tokio::test]
async fn json_keeps_its_nulls() {
    let stub = stub().await;
    let flow = json!({"id": "ID1", "description": null, "capacity": 5, "novelty": null});
    let _: Flow = api(&stub).flow().save(flow.clone()).await.unwrap();
    let task = json!({"id": "ID2", "password": null, "topic": "t"});
    api(&stub).mqtt_task().save(task.clone()).await.unwrap();
    let drop = json!({"id": "DID", "elems": {"a": null}, "location": null});
    api(&stub).drop("FID").save(drop.clone()).await.unwrap();
    let expected = [
        ("/v0.1/acc/flow/ID1", flow),
        ("/v0.1/acc/mqtt/ID2", task),
        ("/v0.1/acc/drop/FID/DID", drop),
    ];
    let seen = stub.seen();
    assert_eq!(seen.len(), expected.len());
    for (seen, (target, body)) in seen.iter().zip(expected) {
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            ("PUT", target)
        );
        let sent: Value = serde_json::from_str(seen.text()).unwrap();
        assert_eq!(sent, body);
    }
}

/// Python sends the drop that it is given.
#[tokio::test]
async fn a_drop_is_sent_with_members_that_nobody_knows() {
    let stub = stub().await;
    let drop = json!({
        "elems": {"a": {"type": "integer", "value": 1}},
        "fhash": "h",
        "location": {"lat": 40.7, "lon": -73.9, "$zip": "10001", "floor": 3},
        "novelty": {"b": [1, null]},
    });
    let drops = api(&stub).drop("FID");
    let _: Drop = drops.save(drop.clone()).await.unwrap();
    let typed: NewDrop = serde_json::from_value(drop.clone()).unwrap();
    assert_eq!(json!(typed), drop);
    let _: Drop = drops.save(typed).await.unwrap();
    drops
        .create([("a", 1)])
        .extra("novelty", json!({"b": 2}))
        .await
        .unwrap();
    api(&stub)
        .drops()
        .create("/acc/a", [("a", 1)])
        .extra("novelty", true)
        .await
        .unwrap();
    let old = json!({"id": "DID", "elems": {"a": 2}, "novelty": 1});
    let _: Drop = drops.save(old.clone()).await.unwrap();
    let expected = [
        ("POST", "/v0.1/acc/drop/FID", drop.clone()),
        ("POST", "/v0.1/acc/drop/FID", drop),
        (
            "POST",
            "/v0.1/acc/drop/FID",
            json!({"elems": {"a": 1}, "novelty": {"b": 2}}),
        ),
        (
            "POST",
            "/v0.1/acc/drop",
            json!({"path": "/acc/a", "elems": {"a": 1}, "novelty": true}),
        ),
        ("PUT", "/v0.1/acc/drop/FID/DID", old),
    ];
    let seen = stub.seen();
    assert_eq!(seen.len(), expected.len());
    for (seen, (method, target, body)) in seen.iter().zip(expected) {
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            (method, target)
        );
        let sent: Value = serde_json::from_str(seen.text()).unwrap();
        assert_eq!(sent, body);
    }
}

#[tokio::test]
async fn json_that_fits_no_type_is_not_saved() {
    let stub = stub().await;
    let flows = api(&stub).flow();
    for (json, why) in [
        (json!({"capacity": 1}), "missing field `path`"),
        (
            json!({"id": "ID1", "capacity": "much"}),
            "invalid type: string",
        ),
        (json!([{"id": "ID1"}]), "invalid type"),
        (json!({"id": ""}), "the change has no id"),
    ] {
        let error = flows.save(json).await.unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains(why),
            "{error}"
        );
    }
    let drops = api(&stub).drop("FID");
    for (json, why) in [
        (json!({"novelty": 1}), "missing field `elems`"),
        (json!({"elems": [1]}), "invalid type"),
    ] {
        let error = drops.save(json).await.unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains(why),
            "{error}"
        );
    }
    assert!(stub.seen().is_empty());
}

/// Python's `read_or_else`: nothing for `FlowThingsNotFound`, and every other error as it is.
#[tokio::test]
async fn what_is_not_there_is_nothing_where_that_is_asked_for() {
    let head = |status: u16| {
        json!({"head": {"status": status, "ok": false, "errors": ["no"]}}).to_string()
    };
    for (http, told, is_nothing) in [
        (404, 404, true),
        (410, 404, true),
        (404, 403, false),
        (503, 503, false),
    ] {
        let stub = RecordingServer::start(Reply::new(http, head(told))).await;
        let read = api(&stub).flow().read("ID1");
        let outcome = read.clone().optional().await;
        assert_eq!(
            outcome.as_ref().is_ok_and(Option::is_none),
            is_nothing,
            "{outcome:?}"
        );
        let outcome = read.with_references().optional().await;
        assert_eq!(
            outcome.as_ref().is_ok_and(Option::is_none),
            is_nothing,
            "{outcome:?}"
        );
    }
    let page = Reply::new(404, "<html><title>nginx</title></html>");
    let stub = RecordingServer::start(page).await;
    let error = api(&stub).flow().read("ID1").optional().await.unwrap_err();
    assert!(error.is_intermediary(), "{error}");
    let there = self::stub().await;
    let flow = api(&there).flow().read("ID1").optional().await.unwrap();
    assert_eq!(flow.unwrap().id.as_str(), "ID1");
}

/// It would stand there twice, and which of them counts is the reader's affair.
#[tokio::test]
async fn what_the_spec_knows_is_none_of_the_other_members() {
    let stub = stub().await;
    let api = api(&stub);
    let at = |name: &str, value: Value| {
        let call = api.drops().create("/acc/a", [("a", 1)]);
        call.extra(name, value)
    };
    let mut known = flow(json!({"id": "ID1"}));
    known
        .extra
        .insert("path".to_owned(), json!("/acc/b").into());
    for error in [
        at("path", json!("/acc/b")).await.unwrap_err(),
        at("fhash", json!("h")).fhash("g").await.unwrap_err(),
        api.drop("FID")
            .create([("a", 1)])
            .extra("elems", json!({}))
            .await
            .unwrap_err(),
        api.flow().update(&known).await.unwrap_err(),
    ] {
        assert!(error.is_request(), "{error}");
        let report = error.report();
        assert!(report.contains("is a member of its own"), "{report}");
    }
    assert_eq!(sent(&stub), [""; 0]);
}

/// The manual's example of dependent requests.
#[tokio::test]
async fn two_calls_that_do_not_need_each_other_are_made_at_once() {
    let both = Gate::default();
    let (arrived, are_there) = (AtomicUsize::new(0), both.opened());
    let is_there = Arc::new(are_there);
    let server = ScriptedServer::new(move |request| {
        let flow = match request.target.contains("flow_a") {
            true => "FA",
            false => "FB",
        };
        let answer = Answer::json(answer(&json!([{"id": flow}])).body);
        if request.target.starts_with("/v0.1/acc/drop/") {
            return answer;
        }
        // Neither is answered before both have come.
        if arrived.fetch_add(1, SeqCst) == 1 {
            both.open();
        }
        let is_there = Arc::clone(&is_there);
        Answer::default().until(move || is_there()).then(answer)
    });
    let api = Api::with_config(server.url(), Token::new("acc", "tok"), Config::new()).unwrap();
    let find = |path: &str| Spawned::new(api.flow().find(mem("path").eq(path)));
    let work = async {
        let (flow_a, flow_b) = (find("/path/to/flow_a"), find("/path/to/flow_b"));
        let flow_a = flow_a.await.unwrap();
        api.drop(&flow_a[0].id).find_many().limit(10).await.unwrap();
        assert_eq!(flow_b.await.unwrap()[0].id.as_str(), "FB");
    };
    tokio::time::timeout(PATIENCE, work).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[2].target, "/v0.1/acc/drop/FA?limit=10");
}
