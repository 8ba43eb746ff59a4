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
