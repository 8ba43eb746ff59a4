use super::*;

#[tokio::test]
async fn an_identity_neither_deletes_itself_nor_leaves_its_account() {
    let flowthings = start().await;
    let own = id(&get(&flowthings, "/identity").await[0]);
    let at = format!("/identity/{own}");
    assert_eq!(refused(&flowthings, "DELETE", &at, None).await.0, 403);
    for name in [json!("other"), json!(null)] {
        let answer = refused(&flowthings, "PUT", &at, Some(json!({"name": name}))).await;
        assert_eq!(answer.0, 400);
        assert!(answer.1.starts_with("name"), "{answer:?}");
    }
    let whole = get(&flowthings, &at).await;
    let mut change = whole.clone();
    change["email"] = json!("a@example.com");
    let changed = done(&flowthings, "PUT", &at, Some(change)).await;
    assert_eq!(
        (&changed["name"], &changed["email"]),
        (&whole["name"], &json!("a@example.com"))
    );
    flow(&flowthings, "/sandbox/a").await;
}

#[tokio::test]
async fn nobody_else_is_told_a_master_token() {
    let flowthings = start().await;
    let bob = post(&flowthings, "/identity", json!({"name": "bob"})).await;
    assert_eq!(bob.get("masterToken"), None);
    let all = get(&flowthings, "/identity").await;
    assert_eq!(all[0].get("masterToken"), None);
    assert_eq!(all[1]["masterToken"], flowthings.token());
    let taken = refused(
        &flowthings,
        "POST",
        "/identity",
        Some(json!({"name": "bob"})),
    )
    .await;
    assert_eq!(taken, (400, "name: another identity has it".to_owned()));
}

#[tokio::test]
async fn with_an_identity_goes_what_it_has_issued() {
    let flowthings = start().await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let master = flowthings.token_of(&bob).unwrap();
    let bob_does = async |method: &str, path: &str, body: Option<Value>| {
        send_as(&flowthings, ("bob", &master), method, path, body).await
    };
    let own = id(&get(&flowthings, "/identity?filter=name=='sandbox'").await[0]);
    flow(&flowthings, "/sandbox/x").await;
    let its = async || {
        let flow = Some(json!({"path": "/bob/x"}));
        let group = Some(json!({"memberIds": [own]}));
        let device = Some(json!({"path": "/bob/d", "displayName": "D"}));
        for (path, object) in [("/flow", flow), ("/group", group), ("/device", device)] {
            assert_eq!(bob_does("POST", path, object).await.0, 201, "{path}");
        }
    };
    its().await;
    let paths = json!({"/bob/x": {"dropRead": true}});
    let token = bob_does("POST", "/token", Some(json!({"paths": paths})))
        .await
        .1;
    let token = token["body"]["tokenString"].as_str().unwrap().to_owned();
    let share = Some(json!({"paths": paths, "issuedTo": own}));
    assert_eq!(bob_does("POST", "/share", share).await.0, 201);
    let at = format!("/identity/{own}");
    assert_eq!(
        get(&flowthings, &at).await["shares"]
            .as_object()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(bob_does("DELETE", &at, None).await.0, 403);
    done(&flowthings, "DELETE", &format!("/identity/{bob}"), None).await;
    assert_eq!(get(&flowthings, &at).await["shares"], json!({}));
    for token in [&master, &token] {
        let answer = send_as(&flowthings, ("bob", token), "GET", "/flow", None).await;
        assert_eq!(
            super::error(answer),
            (401, "The token is not known".to_owned())
        );
    }
    assert_eq!(flowthings.token_of(&bob), None);
    // Another one of that name begins anew.
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let token = flowthings.token_of(&bob).unwrap();
    for service in ["flow", "group", "device", "token", "share"] {
        let path = format!("/{service}");
        let found = send_as(&flowthings, ("bob", &token), "GET", &path, None).await;
        assert_eq!(found.1["body"], json!([]), "{service}");
    }
    assert_eq!(
        all(&get(&flowthings, "/flow").await, "/path"),
        ["/sandbox/x"]
    );
}

/// Makes a device and a task of each kind at a path, and returns them with their services.
async fn things(
    flowthings: &Flowthings,
    caller: (&str, &str),
    path: &str,
) -> Vec<(&'static str, Value)> {
    let mut made = Vec::new();
    for (service, object) in [
        (
            "device",
            json!({"path": format!("{path}/d"), "displayName": "D"}),
        ),
        (
            "api-task",
            json!({"destination": path, "js": "function () {}"}),
        ),
        (
            "mqtt",
            json!({"uri": "tcp://h:1883", "topic": "t", "source": path}),
        ),
        (
            "rss",
            json!({"url": "http://a.test/rss", "destination": path}),
        ),
    ] {
        let at = format!("/{service}");
        let (status, answer) = send_as(flowthings, caller, "POST", &at, Some(object)).await;
        assert_eq!(status, 201, "{service} at {path}: {answer}");
        made.push((service, answer["body"].clone()));
    }
    made
}

/// What the token of a device carries, which whoever has made the device may read.
async fn secret(flowthings: &Flowthings, caller: (&str, &str), device: &Value) -> String {
    let path = format!("/token/{}", device["tokenId"].as_str().unwrap());
    let (status, answer) = send_as(flowthings, caller, "GET", &path, None).await;
    assert_eq!(status, 200, "{answer}");
    let secret = &answer["body"]["tokenString"];
    secret.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn with_an_identity_go_devices_and_tasks_in_its_account_and_its_own_elsewhere() {
    let flowthings = start().await;
    let own = id(&get(&flowthings, "/identity").await[0]);
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let master = flowthings.token_of(&bob).unwrap();
    let (sandbox, bobs) = (("sandbox", flowthings.token()), ("bob", master.as_str()));
    flow(&flowthings, "/sandbox/a").await;
    flow(&flowthings, "/sandbox/kept").await;
    let all_of_it = json!({"administer": true, "read": true, "write": true});
    let share = json!({"issuedTo": bob, "paths": {"/sandbox/a": all_of_it}});
    post(&flowthings, "/share", share).await;
    let share = json!({"issuedTo": own, "paths": {"/bob": all_of_it}});
    for (path, object) in [
        ("/flow", json!({"path": "/bob/x"})),
        // A flow stays where it stands.
        ("/flow", json!({"path": "/sandbox/a/of-bob"})),
        ("/share", share),
    ] {
        let (status, answer) = send_as(&flowthings, bobs, "POST", path, Some(object)).await;
        assert_eq!(status, 201, "{answer}");
    }
    let kept = things(&flowthings, sandbox, "/sandbox/kept").await;
    let in_its_account = things(&flowthings, sandbox, "/bob/x").await;
    let elsewhere = things(&flowthings, bobs, "/sandbox/a").await;
    let at_home = things(&flowthings, bobs, "/bob/y").await;
    let still = secret(&flowthings, sandbox, &kept[0].1).await;
    let dead = [
        (
            "sandbox",
            secret(&flowthings, sandbox, &in_its_account[0].1).await,
        ),
        ("bob", secret(&flowthings, bobs, &elsewhere[0].1).await),
        ("bob", secret(&flowthings, bobs, &at_home[0].1).await),
    ];
    for (account, token) in &dead {
        let answer = send_as(&flowthings, (account, token), "GET", "/flow", None).await;
        assert_eq!(answer.0, 200, "{}", answer.1);
    }
    done(&flowthings, "DELETE", &format!("/identity/{bob}"), None).await;
    let gone = [in_its_account, elsewhere, at_home].concat();
    for (service, object) in &gone {
        let mut paths = vec![format!("/{service}/{}", id(object))];
        for (service, member) in [("token", "tokenId"), ("flow", "reportFlowId")] {
            let other = object[member].as_str();
            paths.extend(other.map(|id| format!("/{service}/{id}")));
        }
        assert_eq!(paths.len(), 2, "{object}");
        for path in paths {
            let answer = refused(&flowthings, "GET", &path, None).await;
            assert_eq!(answer, (404, NOT_FOUND.to_owned()), "{path}: {object}");
        }
    }
    for (account, token) in &dead {
        let answer = send_as(&flowthings, (account, token), "GET", "/flow", None).await;
        let unknown = (401, "The token is not known".to_owned());
        assert_eq!(super::error(answer), unknown, "{account}");
    }
    let answer = send_as(&flowthings, ("sandbox", &still), "GET", "/flow", None).await;
    assert_eq!(answer.0, 200, "{}", answer.1);
    let mut flows = vec![json!("/sandbox/a"), json!("/sandbox/a/of-bob")];
    flows.push(json!("/sandbox/kept"));
    for (service, object) in &kept {
        let list = get(&flowthings, &format!("/{service}")).await;
        assert_eq!(all(&list, "/id"), [object["id"].clone()], "{service}");
        flows.extend(object.get("reportPath").cloned());
    }
    let mut found = all(&get(&flowthings, "/flow").await, "/path");
    for paths in [&mut flows, &mut found] {
        paths.sort_by_key(ToString::to_string);
    }
    assert_eq!(found, flows);
    let tokens = get(&flowthings, "/token").await;
    assert_eq!(all(&tokens, "/id"), [kept[0].1["tokenId"].clone()]);
}
