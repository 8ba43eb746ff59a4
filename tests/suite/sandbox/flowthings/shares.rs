use std::time::Duration;

use super::sessions::Socket;
use super::tokens::flows;
use super::*;

#[tokio::test]
async fn a_share_gives_another_identity_what_it_names() {
    let flowthings = start().await;
    let [a, b, c] = flows(&flowthings).await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let secret = flowthings.token_of(&bob).unwrap();
    let bob_does = async |method: &str, path: &str, body: Option<Value>| {
        send_as(&flowthings, ("bob", &secret), method, path, body)
            .await
            .0
    };
    let drops = [&a, &b, &c].map(|flow| format!("/drop/{flow}"));
    let drop = Some(json!({"elems": {"n": 5}}));
    assert_eq!(bob_does("GET", &drops[0], None).await, 403);
    // His own account is his.
    let own = Some(json!({"path": "/bob/x"}));
    assert_eq!(bob_does("POST", "/flow", own).await, 201);
    let group = id(&post(&flowthings, "/group", json!({"memberIds": [bob]})).await);
    let share = async |to: &str, path: &str, permissions: Value, duration: i64| {
        let share = json!({"issuedTo": to, "paths": {path: permissions}, "duration": duration});
        id(&post(&flowthings, "/share", share).await)
    };
    let reads = json!({"read": true, "dropRead": true, "dropWrite": false});
    let first = share(&bob, "/sandbox/a", reads, 60_000).await;
    for (path, expected) in [(&drops[0], 200), (&drops[1], 200), (&drops[2], 403)] {
        assert_eq!(bob_does("GET", path, None).await, expected, "{path}");
        assert_eq!(bob_does("POST", path, drop.clone()).await, 403, "{path}");
    }
    assert_eq!(bob_does("GET", &format!("/flow/{a}"), None).await, 200);
    let me = send_as(
        &flowthings,
        ("bob", &secret),
        "GET",
        &format!("/identity/{bob}"),
        None,
    )
    .await
    .1;
    assert_eq!(me["body"]["groupIds"], json!([group]));
    assert_eq!(me["body"]["masterToken"], secret.as_str());
    assert!(me["body"]["shares"][&first]["paths"]["/sandbox/a"].is_object());
    // By way of a group.
    share(
        &group,
        "/sandbox/a/b",
        json!({"dropWrite": true, "write": true}),
        600_000,
    )
    .await;
    assert_eq!(bob_does("POST", &drops[1], drop.clone()).await, 201);
    assert_eq!(bob_does("POST", &drops[0], drop.clone()).await, 403);
    assert_eq!(
        bob_does("PUT", &format!("/flow/{b}"), Some(json!({"capacity": 5}))).await,
        200
    );
    let token = json!({"paths": {"/sandbox/a/b": {"dropRead": true}}});
    assert_eq!(bob_does("POST", "/token", Some(token.clone())).await, 403);
    share(&bob, "/sandbox/a/b", json!({"administer": true}), 600_000).await;
    assert_eq!(bob_does("POST", "/token", Some(token)).await, 201);
    flowthings.advance(Duration::from_secs(60));
    assert_eq!(bob_does("GET", &drops[0], None).await, 403);
    assert_eq!(bob_does("POST", &drops[1], drop).await, 201);
}

#[tokio::test]
async fn nobody_passes_on_what_they_have_lost_or_never_had() {
    let flowthings = start().await;
    let [_, b, _] = flows(&flowthings).await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let secret = flowthings.token_of(&bob).unwrap();
    let bob_does = async |method: &str, path: &str, body: Option<Value>| {
        send_as(&flowthings, ("bob", &secret), method, path, body).await
    };
    let own = Some(json!({"path": "/bob/x"}));
    let own = id(&bob_does("POST", "/flow", own).await.1["body"]);
    let share = json!({"issuedTo": bob, "paths": {"/sandbox/a/b": {"administer": true, "read": true, "write": true}}});
    let share = id(&post(&flowthings, "/share", share).await);
    // A track of one who may not read what it would forward.
    let track = json!({"source": "/sandbox/a/b", "destination": "/bob/x"});
    assert_eq!(bob_does("POST", "/track", Some(track)).await.0, 201);
    // A track of one who may, which another has sent to themselves.
    let paths = json!({"/bob/x": {"dropWrite": true}});
    let c = post(&flowthings, "/flow", json!({"path": "/sandbox/own"})).await;
    let back = json!({"issuedTo": c["creatorId"], "paths": paths});
    assert_eq!(bob_does("POST", "/share", Some(back)).await.0, 201);
    let c = id(&c);
    let track = json!({"source": "/sandbox/a/b", "destination": "/sandbox/own"});
    let track = id(&post(&flowthings, "/track", track).await);
    let change = Some(json!({"destination": "/bob/x"}));
    let changed = bob_does("PUT", &format!("/track/{track}"), change).await;
    assert_eq!(changed.0, 200);
    let drop = json!({"elems": {"n": 2}});
    post(&flowthings, &format!("/drop/{b}"), drop).await;
    let undelivered = flowthings.undelivered();
    assert_eq!(undelivered.len(), 2, "{undelivered:?}");
    for undelivered in undelivered {
        let reason = &undelivered.reason;
        assert!(reason.contains("may not read"), "{reason}");
    }
    assert_eq!(get(&flowthings, &format!("/drop/{c}")).await, json!([]));
    // A flow that is moved to where they may read it, or that all may.
    for change in [json!({"path": "/bob/moved"}), json!({"public": true})] {
        let changed = bob_does("PUT", &format!("/flow/{b}"), Some(change)).await;
        assert_eq!(changed.0, 403);
    }
    let change = Some(json!({"description": "changed"}));
    let changed = bob_does("PUT", &format!("/flow/{b}"), change).await;
    assert_eq!(changed.0, 200);
    assert_eq!(bob_does("GET", &format!("/drop/{b}"), None).await.0, 403);
    let copies = bob_does("GET", &format!("/drop/{own}"), None).await;
    assert_eq!(copies.1["body"], json!([]));
    // A token that outlives the share by which it was issued.
    let token = json!({"paths": {"/sandbox/a/b": {"dropRead": true}}});
    let token = bob_does("POST", "/token", Some(token)).await.1;
    let token = token["body"]["tokenString"].as_str().unwrap().to_owned();
    let read = async || {
        let path = format!("/drop/{b}");
        send_as(&flowthings, ("bob", &token), "GET", &path, None)
            .await
            .0
    };
    let before = read().await;
    done(&flowthings, "DELETE", &format!("/share/{share}"), None).await;
    assert_eq!((before, read().await), (200, 403));
}

#[tokio::test]
async fn a_share_of_a_share_lasts_no_longer_than_that() {
    let flowthings = start().await;
    let [a, ..] = flows(&flowthings).await;
    let mut people = Vec::new();
    for name in ["bob", "carol", "dave"] {
        let id = id(&post(&flowthings, "/identity", json!({"name": name})).await);
        let token = flowthings.token_of(&id).unwrap();
        people.push((name, id, token));
    }
    let [bob, carol, dave] = <[_; 3]>::try_from(people).unwrap();
    let sandbox = ("sandbox", String::new(), flowthings.token().to_owned());
    let permissions = json!({"administer": true, "dropRead": true});
    let mut shares = Vec::new();
    // The last one closes a circle, which gives nobody anything.
    for (from, to) in [
        (&sandbox, &bob),
        (&bob, &carol),
        (&carol, &dave),
        (&dave, &bob),
    ] {
        let share = json!({"issuedTo": to.1, "paths": {"/sandbox/a": permissions}});
        let answer = send_as(
            &flowthings,
            (from.0, &from.2),
            "POST",
            "/share",
            Some(share),
        )
        .await;
        assert_eq!(answer.0, 201);
        shares.push(id(&answer.1["body"]));
    }
    let statuses = async || {
        let mut statuses = Vec::new();
        for (name, _, token) in [&bob, &carol, &dave] {
            let path = format!("/drop/{a}");
            let answer = send_as(&flowthings, (name, token), "GET", &path, None).await;
            statuses.push(answer.0);
        }
        statuses
    };
    assert_eq!(statuses().await, [200, 200, 200]);
    done(
        &flowthings,
        "DELETE",
        &format!("/share/{}", shares[0]),
        None,
    )
    .await;
    assert_eq!(statuses().await, [403, 403, 403]);
}

/// A session of this token, whatever its account.
async fn session(flowthings: &Flowthings, token: &str) -> String {
    let request = http().post(format!("{}/session", flowthings.url()));
    let response = request.header("x-auth-token", token).send().await.unwrap();
    id(&response.json::<Value>().await.unwrap()["body"])
}

#[tokio::test]
async fn who_may_change_an_object_and_not_read_it_is_told_its_id_alone() {
    let flowthings = start().await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let secret = flowthings.token_of(&bob).unwrap();
    let bob_does = async |method: &str, path: &str, body: Value| {
        send_as(&flowthings, ("bob", &secret), method, path, Some(body)).await
    };
    assert_eq!(
        bob_does("POST", "/flow", json!({"path": "/bob/x"})).await.0,
        201
    );
    let permissions = json!({"write": true, "dropWrite": true});
    let share = json!({"issuedTo": bob, "paths": {"/sandbox/a": permissions}});
    post(&flowthings, "/share", share).await;
    let mut socket = Socket::of(&flowthings, &session(&flowthings, &secret).await)
        .await
        .unwrap();
    for (service, model, moves) in [
        (
            "flow",
            json!({"path": "/sandbox/a", "description": "hidden", "filter": "n != 'hidden'"}),
            vec![json!({"path": "/bob/moved"}), json!({"public": true})],
        ),
        (
            "track",
            json!({"source": "/sandbox/a", "destination": "/sandbox/a/b", "description": "hidden"}),
            vec![json!({"source": "/bob/x"})],
        ),
        (
            "mqtt",
            json!({"uri": "tcp://h:1883", "topic": "hidden", "source": "/sandbox/a", "password": "hidden"}),
            vec![
                json!({"source": "/bob/x"}),
                json!({"source": null, "destination": "/bob/x"}),
            ],
        ),
        (
            "device",
            json!({"path": "/sandbox/a/d", "displayName": "hidden"}),
            vec![json!({"path": "/bob/d"})],
        ),
    ] {
        let at = format!("/{service}");
        let made = id(&post(&flowthings, &at, model).await);
        let one = format!("{at}/{made}");
        assert_eq!(bob_does("GET", &one, json!(null)).await.0, 403, "{one}");
        let alone = json!({"id": made});
        for (method, path, body, expected) in [
            ("PUT", one.clone(), json!({"extra": 1}), alone.clone()),
            ("PUT", format!("{one}/extra"), json!(2), alone.clone()),
            (
                "MPUT",
                format!("{at}?refs=1"),
                json!({&made: {"extra": 3}}),
                json!({&made: alone}),
            ),
        ] {
            let (status, answer) = bob_does(method, &path, body).await;
            assert_eq!(status, 200, "{method} {path}: {answer}");
            assert_eq!(answer["body"], expected, "{method} {path}");
            assert!(!answer.to_string().contains("hidden"), "{answer}");
        }
        let update = json!({"type": "update", "object": service, "id": made, "value": {"extra": 4}, "msgId": 1});
        assert_eq!(socket.done(update).await, alone);
        assert_eq!(get(&flowthings, &one).await["extra"], 4);
        // They would read it where it is then.
        for change in moves {
            let (status, answer) = bob_does("PUT", &one, change).await;
            assert_eq!(status, 403, "{one}: {answer}");
        }
    }
}
