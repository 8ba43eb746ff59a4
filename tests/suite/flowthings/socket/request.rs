//! Asking over a socket, and replies.

use std::collections::BTreeSet;

use headwaters::{
    ErrorKind,
    flowthings::{
        Modify, mem,
        types::{Flow, NewDrop, NewFlow, NewTrack, Order},
    },
    serde_json::{Value, json},
};

use super::*;

const FLOW: &str = "f54ad6428d4c6b0419a019285";

/// A frame without the id of its message.
fn plain(mut asked: Value) -> Value {
    assert!(asked["msgId"].is_u64(), "{asked}");
    asked.as_object_mut().unwrap().remove("msgId");
    asked
}

#[tokio::test]
async fn subscriptions_name_a_flow_by_its_id_or_its_path() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let asking = async {
        socket.subscribe(FLOW).await.unwrap();
        socket.subscribe("/alice/greenhouse").await.unwrap();
        socket.unsubscribe("/alice/greenhouse").await.unwrap();
        socket.unsubscribe(String::from(FLOW)).await.unwrap();
        let error = socket.subscribe("").await.unwrap_err();
        assert!(error.is_request(), "{error}");
    };
    let answering = async {
        // As the official client writes them: wire page, section 15.2.
        for expected in [
            json!({"type": "subscribe", "object": "drop", "flowId": FLOW}),
            json!({"type": "subscribe", "object": "drop", "path": "/alice/greenhouse"}),
            json!({"type": "unsubscribe", "object": "drop", "path": "/alice/greenhouse"}),
            json!({"type": "unsubscribe", "object": "drop", "flowId": FLOW}),
        ] {
            assert_eq!(plain(peer.subscribed().await), expected);
        }
    };
    tokio::join!(asking, answering);
}

#[tokio::test]
async fn flows_tracks_and_drops_are_created_read_found_changed_and_deleted() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let flow = json!({"id": FLOW, "path": "/a", "capacity": 5, "more": true});
    let drop = json!({"id": "d1", "elems": {"a": 1}});
    let track = json!({"id": "t1", "source": "/a", "destination": "/b"});
    let asking = async {
        let new = socket
            .flow()
            .create(NewFlow::new("/a").capacity(5))
            .await
            .unwrap();
        assert_eq!(new.id.as_str(), FLOW);
        assert_eq!(new.extra["more"].as_bool(), Some(true));
        let found = socket.flow().read(FLOW).await.unwrap();
        assert_eq!(found, new);
        let change = Modify::new(found).set("description", "d");
        socket.flow().update(change).await.unwrap();
        socket.flow().update(&new).await.unwrap();
        socket.flow().delete(&new.id).await.unwrap();
        let drops = socket.drop(&new.id);
        drops.create(NewDrop::new([("a", 1)])).await.unwrap();
        let found = drops
            .find_many()
            .filter(mem("a").gt(0))
            .limit(10)
            .start(20)
            .sort("creationDate")
            .order(Order::Asc)
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        drops.read("d1").await.unwrap();
        drops.delete("d1").await.unwrap();
        let new = NewTrack::new("/a", "/b");
        assert_eq!(socket.track().create(new).await.unwrap().id.as_str(), "t1");
        assert_eq!(socket.track().find_many().await.unwrap(), []);
    };
    let options = json!({
        "filter": "a > 0", "limit": "10", "skip": "20", "sort": "creationDate", "order": "asc",
    });
    let answering = async {
        // Wire page, section 15.2.
        for (expected, body) in [
            (
                json!({"object": "flow", "type": "create", "value": {"path": "/a", "capacity": 5}}),
                &flow,
            ),
            (json!({"object": "flow", "type": "find", "id": FLOW}), &flow),
            (
                json!({"object": "flow", "type": "update", "id": FLOW, "value": {"description": "d"}}),
                &flow,
            ),
            (
                json!({"object": "flow", "type": "update", "id": FLOW, "value": flow}),
                &flow,
            ),
            (
                json!({"object": "flow", "type": "delete", "id": FLOW}),
                &json!({}),
            ),
            (
                json!({"object": "drop", "type": "create", "flowId": FLOW, "value": {"elems": {"a": 1}}}),
                &drop,
            ),
            (
                json!({"object": "drop", "type": "findmany", "flowId": FLOW, "options": options}),
                &json!([drop]),
            ),
            (
                json!({"object": "drop", "type": "find", "flowId": FLOW, "id": "d1"}),
                &drop,
            ),
            (
                json!({"object": "drop", "type": "delete", "flowId": FLOW, "id": "d1"}),
                &Value::Null,
            ),
            (
                json!({"object": "track", "type": "create", "value": {"source": "/a", "destination": "/b"}}),
                &track,
            ),
            // The platform sometimes answers null for an empty list: wire page, section 22.5.
            (json!({"object": "track", "type": "findmany"}), &Value::Null),
        ] {
            let asked = peer.asked().await;
            peer.agree(&asked, body.clone()).await;
            assert_eq!(plain(asked), expected);
        }
    };
    tokio::join!(asking, answering);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let unchanged = Modify::new(Flow::new(FLOW));
    for error in [
        socket.flow().read("").await.unwrap_err(),
        socket.flow().delete("").await.unwrap_err(),
        socket.flow().update(unchanged).await.unwrap_err(),
        socket.flow().update(Flow::new("")).await.unwrap_err(),
        socket
            .flow()
            .find_many()
            .filter(mem("a").eq(f64::NAN))
            .await
            .unwrap_err(),
    ] {
        assert!(error.is_request(), "{error}");
        assert!(!error.maybe_sent(), "{error}");
    }
    tokio::join!(socket.subscribe(FLOW).map_ok(), peer.subscribed());
}

trait MapOk {
    async fn map_ok(self);
}

impl<F: Future<Output = Result<(), Error>>> MapOk for F {
    async fn map_ok(self) {
        self.await.unwrap();
    }
}

#[tokio::test]
async fn replies_are_told_apart_by_their_ids_in_any_order() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let ids = ["f1", "f2", "f3", "f4", "f5"];
    let asking = ids.map(|id| {
        let handle = socket.handle().clone();
        tokio::spawn(async move { handle.flow().read(id).await.unwrap() })
    });
    let mut asked = Vec::new();
    for _ in ids {
        asked.push(peer.asked().await);
    }
    let numbers: BTreeSet<u64> = asked
        .iter()
        .map(|asked| asked["msgId"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers.len(), ids.len());
    for asked in asked.iter().rev() {
        let reply = |id: Value, path: &str| {
            let head = json!({"msgId": id, "ok": true});
            json!({"head": head, "body": {"id": asked["id"], "path": path}})
        };
        // Wrong ones, the right one, and the right one again.
        for wrong in [
            json!(-1),
            json!(1e300),
            json!(null),
            json!("x"),
            json!([0]),
            json!({}),
            json!(12345),
        ] {
            if wrong.is_u64() || wrong.is_f64() || wrong == json!(-1) {
                peer.say(reply(wrong, "wrong")).await;
            }
        }
        peer.say(reply(asked["msgId"].clone(), "right")).await;
        peer.say(reply(asked["msgId"].clone(), "twice")).await;
    }
    for (asking, id) in asking.into_iter().zip(ids) {
        let flow = timeout(PATIENCE, asking).await.unwrap().unwrap();
        assert_eq!(flow.id.as_str(), id);
        assert_eq!(flow.path.as_deref(), Some("right"));
    }
}

#[tokio::test]
async fn a_reply_whose_id_is_a_text_is_one_too() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let answering = async {
        let asked = peer.asked().await;
        let head = json!({"msgId": asked["msgId"].to_string(), "ok": true});
        peer.say(json!({"head": head, "body": {}})).await;
    };
    tokio::join!(socket.subscribe(FLOW).map_ok(), answering);
}

#[tokio::test]
async fn a_refusal_in_the_head_is_the_error_of_the_request() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    for (head, body, status) in [
        (
            json!({"ok": false, "status": 404, "errors": ["gone"]}),
            json!(null),
            Some(404),
        ),
        (
            json!({"ok": false, "errors": ["gone"], "messages": ["x"]}),
            json!({"id": "f1"}),
            None,
        ),
        (
            json!({"status": 500, "errors": "gone"}),
            json!(null),
            Some(500),
        ),
    ] {
        let answering = async {
            let mut head = head.clone();
            head["msgId"] = peer.asked().await["msgId"].clone();
            peer.say(json!({"head": head, "body": body})).await;
        };
        let (error, ()) = tokio::join!(socket.flow().read("f1"), answering);
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Status, "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), status);
        assert_eq!(error.messages(), ["gone"]);
        assert_eq!(error.is_not_found(), status == Some(404));
        assert!(error.to_string().contains("find of flow"), "{error}");
    }
}

#[tokio::test]
async fn a_reply_that_does_not_fit_is_an_error_of_its_request_alone() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    for body in [json!(null), json!([]), json!({"id": 5}), json!({})] {
        let answering = async {
            let asked = peer.asked().await;
            peer.agree(&asked, body.clone()).await;
        };
        let (error, ()) = tokio::join!(socket.flow().read("f1"), answering);
        assert!(error.unwrap_err().is_decode(), "{body}");
    }
    // One without a body has done what it was asked to.
    let answering = async {
        let asked = peer.asked().await;
        peer.say(json!({"head": {"msgId": asked["msgId"], "ok": true}}))
            .await;
    };
    tokio::join!(socket.subscribe(FLOW).map_ok(), answering);
}

#[tokio::test]
async fn a_reply_that_does_not_come_costs_its_time_and_not_the_socket() {
    let server = Server::start().await;
    let connect = server
        .api()
        .websocket()
        .with_timeout(Duration::from_millis(50));
    let mut socket = connect.await.unwrap();
    let mut peer = server.peer().await;
    let create = socket.flow().create(NewFlow::new("/a")).await.unwrap_err();
    assert!(create.is_timeout() && create.maybe_sent(), "{create}");
    assert!(
        create.to_string().contains("it may have taken effect"),
        "{create}"
    );
    let late = peer.asked().await;
    assert_eq!(late["type"], "create");
    peer.agree(&late, json!({"id": "f1"})).await;
    peer.drop(1).await;
    assert_drop(&mut socket, 1).await;
}

#[tokio::test]
async fn replies_arrive_though_nobody_reads_events() {
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let answering = async {
        for round in 0..20 {
            let asked = peer.asked().await;
            for number in 0..100 {
                peer.drop(round * 100 + number).await;
            }
            peer.agree(&asked, json!({"id": asked["id"]})).await;
        }
        peer
    };
    let asking = async {
        for _ in 0..20 {
            socket.flow().read("f1").await.unwrap();
        }
    };
    let (_peer, ()) = timeout(PATIENCE, async { tokio::join!(answering, asking) })
        .await
        .unwrap();
    let mut socket = socket;
    for number in 0..2_000 {
        assert_drop(&mut socket, number).await;
    }
}

#[tokio::test]
async fn numbers_that_json_lacks_are_refused() {
    #[derive(headwaters::serde::Serialize)]
    #[serde(crate = "headwaters::serde")]
    struct Broken {
        a: f64,
    }
    assert!(headwaters::Json::new(&Broken { a: f64::NAN }).is_err());
    let server = Server::start().await;
    let (socket, mut peer) = opened(&server).await;
    let location = headwaters::flowthings::types::Location::new().lat(f64::INFINITY);
    let new = NewDrop::new([("a", 1)]).location(location);
    let error = socket.drop(FLOW).create(new).await.unwrap_err();
    assert!(error.is_request() && !error.maybe_sent(), "{error}");
    assert!(error.report().contains("inf"), "{}", error.report());
    tokio::join!(socket.subscribe(FLOW).map_ok(), peer.subscribed());
}
