use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::*;

/// A stranger's socket.
pub(super) struct Socket(pub(super) WebSocketStream<TcpStream>);

impl Socket {
    /// Connects to a session that there is.
    pub(super) async fn of(flowthings: &Flowthings, session: &str) -> tungstenite::Result<Self> {
        let address = flowthings.url().trim_start_matches("http://");
        let stream = TcpStream::connect(address).await.unwrap();
        let url = format!("ws://{address}/session/{session}/ws");
        let (socket, _) = client_async(url, stream).await?;
        Ok(Self(socket))
    }

    /// Connects to a new session of this token.
    pub(super) async fn open(flowthings: &Flowthings, token: &str) -> Self {
        Self::of(flowthings, &session(flowthings, token).await)
            .await
            .unwrap()
    }

    pub(super) async fn say(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    /// The next thing that it is told; nothing when the connection has ended, and the code where it was closed.
    pub(super) async fn told(&mut self) -> Result<Value, Option<u16>> {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Err(None),
            };
        }
    }

    /// The reply to a message with an id.
    pub(super) async fn ask(&mut self, message: Value) -> Value {
        let id = message["msgId"].clone();
        self.say(message).await;
        let reply = self.told().await.unwrap();
        assert_eq!(reply["head"]["msgId"], id);
        reply
    }

    /// The body of the reply to a message that must be a success.
    pub(super) async fn done(&mut self, message: Value) -> Value {
        let reply = self.ask(message).await;
        assert_eq!(reply["head"]["ok"], true, "{reply}");
        assert_eq!(reply["head"]["errors"], json!([]));
        reply["body"].clone()
    }

    pub(super) async fn subscribe(&mut self, member: &str, resource: &str) {
        let message = json!({"type": "subscribe", "object": "drop", member: resource, "msgId": 0});
        assert_eq!(self.done(message).await, json!({}));
    }

    /// That a request is answered, and nothing has come before.
    pub(super) async fn is_silent(&mut self) {
        self.done(json!({"type": "heartbeat", "msgId": "still there?"}))
            .await;
    }
}

/// The id of a new session of this token.
pub(super) async fn session(flowthings: &Flowthings, token: &str) -> String {
    let (status, answer) = opened(flowthings, Some(token)).await;
    assert_eq!(status, 201, "{answer}");
    id(&answer["body"])
}

async fn opened(flowthings: &Flowthings, token: Option<&str>) -> Answer {
    let mut request = http().post(format!("{}/session", flowthings.url()));
    request = request.header("x-auth-account", flowthings.account());
    if let Some(token) = token {
        request = request.header("x-auth-token", token);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

pub(super) async fn write(flowthings: &Flowthings, flow: &str, n: i32) -> Value {
    post(
        flowthings,
        &format!("/drop/{flow}"),
        json!({"elems": {"n": n}}),
    )
    .await
}

#[tokio::test]
async fn a_session_is_opened_without_an_account_in_the_path() {
    let flowthings = start().await;
    let (status, answer) = opened(&flowthings, Some(flowthings.token())).await;
    assert_eq!(
        (status, &answer["head"]["ok"], &answer["head"]["status"]),
        (201, &json!(true), &json!(201))
    );
    assert!(answer["body"]["id"].is_string());
    // What is 401 or 403 elsewhere is 400 here.
    for token in [None, Some("wrong")] {
        assert_eq!(opened(&flowthings, token).await.0, 400);
    }
    let own = api(&flowthings).sessions().create().await.unwrap();
    let mut socket = Socket::of(&flowthings, own.id.expose()).await.unwrap();
    socket.is_silent().await;
    let Err(tungstenite::Error::Http(refused)) = Socket::of(&flowthings, "0123").await else {
        panic!("there is no such session");
    };
    assert_eq!(refused.status(), 404);
}

#[tokio::test]
async fn drops_arrive_as_they_were_subscribed_to() {
    let flowthings = start().await;
    let (a, b) = (
        flow(&flowthings, "/sandbox/a").await,
        flow(&flowthings, "/sandbox/b").await,
    );
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.subscribe("flowId", &a).await;
    socket.subscribe("path", "/sandbox/b").await;
    for (flow, resource, n) in [(&a, a.as_str(), 1), (&b, "/sandbox/b", 2)] {
        let drop = write(&flowthings, flow, n).await;
        let told = socket.told().await.unwrap();
        assert_eq!(
            (&told["type"], &told["resource"]),
            (&json!("message"), &json!(resource))
        );
        assert_eq!(
            told["value"]["elems"],
            json!({"n": {"type": "integer", "value": n}})
        );
        for member in ["id", "flowId", "path", "creationDate"] {
            assert_eq!(told["value"][member], drop[member]);
        }
    }
    let unsubscribe = json!({"type": "unsubscribe", "object": "drop", "flowId": a, "msgId": 5});
    assert_eq!(socket.done(unsubscribe).await, json!({}));
    write(&flowthings, &a, 3).await;
    socket.is_silent().await;
    // Twice is once.
    socket.subscribe("path", "/sandbox/b").await;
    write(&flowthings, &b, 4).await;
    socket.told().await.unwrap();
    socket.is_silent().await;
}

#[tokio::test]
async fn what_tracks_write_arrives_and_what_a_filter_takes_out_does_not() {
    let flowthings = start().await;
    let a = flow(&flowthings, "/sandbox/a").await;
    post(
        &flowthings,
        "/flow",
        json!({"path": "/sandbox/b", "filter": "n > 1", "capacity": 0}),
    )
    .await;
    post(
        &flowthings,
        "/track",
        json!({"source": "/sandbox/a", "destination": "/sandbox/b"}),
    )
    .await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    socket.subscribe("path", "/sandbox/b").await;
    for n in [1, 2] {
        write(&flowthings, &a, n).await;
    }
    // A flow of no capacity stores nothing, and passes on.
    assert_eq!(
        socket.told().await.unwrap()["value"]["elems"]["n"]["value"],
        2
    );
    socket.is_silent().await;
}

#[tokio::test]
async fn a_reply_has_the_id_of_its_message_whatever_its_type() {
    let flowthings = start().await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    for id in [json!(0), json!("0"), json!("a-b"), json!(17)] {
        let unknown =
            json!({"type": "subscribe", "object": "drop", "flowId": none('f'), "msgId": id});
        let reply = socket.ask(unknown).await;
        assert_eq!(reply["head"]["msgId"], id);
        assert_eq!(reply["head"]["ok"], false);
        assert_eq!(reply["head"]["errors"], json!([NOT_FOUND]));
        assert_eq!(reply["body"], Value::Null);
    }
    // Whoever gives none gets no reply, and what is no JSON changes nothing.
    socket
        .say(json!({"type": "subscribe", "object": "drop", "flowId": none('f')}))
        .await;
    socket.0.send(Message::text("{")).await.unwrap();
    socket.0.send(Message::binary(vec![0xff])).await.unwrap();
    for (message, error) in [
        (json!({"msgId": 1}), "type is missing"),
        (
            json!({"type": "shout", "msgId": 1}),
            "type: shout is not known",
        ),
        (
            json!({"type": "subscribe", "msgId": 1}),
            "flowId is missing",
        ),
        (
            json!({"type": "find", "object": "drop", "id": "x", "msgId": 1}),
            "flowId is missing",
        ),
        (
            json!({"type": "find", "object": "flow", "msgId": 1}),
            "id is missing",
        ),
    ] {
        let reply = socket.ask(message).await;
        assert_eq!(reply["head"]["errors"], json!([error]));
        assert_eq!(reply["head"]["status"], 400);
    }
    socket.say(json!({"type": "heartbeat"})).await;
    assert_eq!(socket.told().await.unwrap(), json!({"type": "heartbeat"}));
}

#[tokio::test]
async fn objects_are_made_found_changed_and_deleted_over_the_socket() {
    let flowthings = start().await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    let of = |object: &str, verb: &str, more: Value| {
        let mut message = json!({"msgId": "1", "object": object, "type": verb});
        message
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        message
    };
    let flow = socket
        .done(of(
            "flow",
            "create",
            json!({"value": {"path": "/sandbox/a"}}),
        ))
        .await;
    let flow = id(&flow);
    let drop = json!({"flowId": flow, "value": {"elems": {"n": 1}}});
    let drop = socket.done(of("drop", "create", drop)).await;
    let by_path = json!({"value": {"path": "/sandbox/a", "elems": {"n": 2}}});
    socket.done(of("drop", "create", by_path)).await;
    let one = json!({"flowId": flow, "id": drop["id"]});
    assert_eq!(socket.done(of("drop", "find", one.clone())).await, drop);
    let options = json!({"filter": "n > 0", "limit": "1", "skip": "1", "order": "desc"});
    let found = socket
        .done(of(
            "drop",
            "findmany",
            json!({"flowId": flow, "options": options}),
        ))
        .await;
    assert_eq!(found, json!([drop]));
    let change = json!({"flowId": flow, "id": drop["id"], "value": {"elems": {"n": 5}}});
    assert_eq!(
        socket.done(of("drop", "update", change)).await["elems"],
        json!({"n": 5})
    );
    socket.done(of("drop", "delete", one.clone())).await;
    let gone = socket.ask(of("drop", "find", one)).await;
    assert_eq!(gone["head"]["status"], 404);
    let track = json!({"value": {"source": "/sandbox/a", "destination": "/sandbox/b"}});
    let track = socket.done(of("track", "create", track)).await;
    assert_eq!(
        get(&flowthings, &format!("/track/{}", id(&track))).await,
        track
    );
    let none = socket.done(of(
        "drop",
        "findmany",
        json!({"flowId": flow, "options": {"filter": "n > 9"}}),
    ));
    assert_eq!(none.await, json!([]));
}

#[tokio::test]
async fn what_sessions_hear_can_be_seen_and_said() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    assert!(flowthings.subscriptions().is_empty());
    socket.subscribe("flowId", &flow).await;
    socket.subscribe("path", "/sandbox/a").await;
    assert_eq!(flowthings.subscriptions(), [flow.as_str(), "/sandbox/a"]);
    flowthings.say(r#"{"type": "news"}"#);
    assert_eq!(socket.told().await.unwrap(), json!({"type": "news"}));
    flowthings.drop_sessions();
    assert!(flowthings.subscriptions().is_empty());
}

#[tokio::test]
async fn messages_wait_for_whoever_polls_or_streams() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let session = session(&flowthings, flowthings.token()).await;
    let mut socket = Socket::of(&flowthings, &session).await.unwrap();
    socket.subscribe("flowId", &flow).await;
    socket.0.close(None).await.unwrap();
    while socket.told().await.is_ok() {}
    let one = write(&flowthings, &flow, 1).await;
    let other = write(&flowthings, &flow, 2).await;
    let at = |way: &str| format!("{}/session/{session}/{way}", flowthings.url());
    let polled = http().get(at("polling")).send().await.unwrap();
    assert_eq!(polled.status(), 200);
    let polled: Value = polled.json().await.unwrap();
    assert_eq!(
        all(&polled, "/value/id"),
        [one["id"].clone(), other["id"].clone()]
    );
    // The next one waits until there is something.
    let next = tokio::spawn(http().get(at("polling")).send());
    let third = write(&flowthings, &flow, 3).await;
    let next: Value = next.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(all(&next, "/value/id"), [third["id"].clone()]);
    let mut streamed = http().get(at("streaming")).send().await.unwrap();
    let fourth = write(&flowthings, &flow, 4).await;
    let line = streamed.chunk().await.unwrap().unwrap();
    assert_eq!(line.last(), Some(&b'\n'));
    let line: Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(
        (&line["type"], &line["value"]["id"]),
        (&json!("message"), &fourth["id"])
    );
    drop(streamed);
    // Nobody has read it for longer than it waits.
    let idle = self::session(&flowthings, flowthings.token()).await;
    flowthings.advance(Duration::from_secs(61));
    let gone = http()
        .get(format!("{}/session/{idle}/polling", flowthings.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn asking_for_the_head_of_a_session_takes_nothing_from_it() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let session = session(&flowthings, flowthings.token()).await;
    let mut socket = Socket::of(&flowthings, &session).await.unwrap();
    socket.subscribe("flowId", &flow).await;
    socket.0.close(None).await.unwrap();
    while socket.told().await.is_ok() {}
    let drop = write(&flowthings, &flow, 1).await;
    let polling = format!("{}/session/{session}/polling", flowthings.url());
    let head = http().head(&polling).send().await.unwrap();
    assert_eq!(head.status(), 404);
    let polled: Value = http()
        .get(&polling)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(all(&polled, "/value/id"), [drop["id"].clone()]);
}

#[tokio::test]
async fn only_drops_are_subscribed_to() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    for verb in ["subscribe", "unsubscribe"] {
        for (mut message, error) in [
            (json!({"flowId": flow}), "object is missing"),
            (json!({"path": "/sandbox/a"}), "object is missing"),
            (
                json!({"object": "flow", "flowId": flow}),
                "object: flow has no subscriptions",
            ),
            (json!({"object": 5, "flowId": flow}), "object is not a text"),
            (
                json!({"object": "drop", "flowId": 5, "path": "/sandbox/a"}),
                "flowId is not a text",
            ),
            (
                json!({"object": "drop", "path": ["/sandbox/a"]}),
                "path is not a text",
            ),
        ] {
            message["type"] = json!(verb);
            message["msgId"] = json!(1);
            let reply = socket.ask(message).await;
            assert_eq!(reply["head"]["errors"], json!([error]), "{verb}");
            assert_eq!(reply["head"]["status"], 400);
        }
        // What is refused ends no subscription either.
        let expected: &[&str] = match verb {
            "subscribe" => &[],
            _ => &[&flow],
        };
        assert_eq!(flowthings.subscriptions(), expected);
        if expected.is_empty() {
            socket.subscribe("flowId", &flow).await;
        }
    }
}

#[tokio::test]
async fn a_drop_is_not_written_elsewhere_where_its_flow_is_not_named_by_a_text() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    let value = json!({"path": "/sandbox/a", "elems": {}});
    let create =
        json!({"type": "create", "object": "drop", "flowId": 5, "value": value, "msgId": 1});
    let reply = socket.ask(create).await;
    assert_eq!(reply["head"]["errors"], json!(["flowId is not a text"]));
    assert_eq!(reply["head"]["status"], 400);
    let drops = get(&flowthings, &format!("/drop/{flow}")).await;
    assert_eq!(drops, json!([]));
}

#[tokio::test]
async fn the_id_of_a_message_comes_back_as_it_was_written() {
    let flowthings = start().await;
    let mut socket = Socket::open(&flowthings, flowthings.token()).await;
    for id in [
        "1000000000000000000000000000000",
        "-18446744073709551617",
        "0.10000000000000000000000001",
        "1e2",
        r#""a\u0062\/""#,
        "null",
        r#"{"b": 1, "a": [2]}"#,
    ] {
        let message = format!(r#"{{"msgId": {id}, "type": "heartbeat"}}"#);
        socket.0.send(Message::text(message)).await.unwrap();
        let reply = socket.0.next().await.unwrap().unwrap();
        let reply = reply.into_text().unwrap();
        let told: Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(told["head"]["ok"], true);
        assert!(reply.contains(&format!(r#""msgId":{id}"#)), "{reply}");
    }
}
