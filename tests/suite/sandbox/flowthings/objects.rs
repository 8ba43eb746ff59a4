use headwaters::flowthings::Modify;
use headwaters::flowthings::types::{Flow, NewFlow};

use super::*;

/// Each service with the letter of its ids, a model, and what the model cannot lack.
fn services() -> Vec<(&'static str, char, Value, &'static [&'static str])> {
    vec![
        ("flow", 'f', json!({"path": "/sandbox/x"}), &["path"]),
        (
            "track",
            't',
            json!({"source": "/sandbox/a", "destination": "/sandbox/b"}),
            &["source", "destination"],
        ),
        (
            "group",
            'g',
            json!({"memberIds": [none('i')]}),
            &["memberIds"],
        ),
        ("identity", 'i', json!({"name": "alice"}), &[]),
        (
            "api-task",
            'q',
            json!({"destination": "/sandbox/a", "js": "function () {}"}),
            &["destination", "js"],
        ),
        (
            "mqtt",
            'm',
            json!({"uri": "tcp://h:1883", "topic": "t", "source": "/sandbox/a"}),
            &["uri", "topic", "source"],
        ),
        (
            "rss",
            'r',
            json!({"url": "http://news.example.com/feed.xml", "destination": "/sandbox/a"}),
            &["url", "destination"],
        ),
        (
            "device",
            'v',
            json!({"path": "/sandbox/d", "displayName": "Thermostat"}),
            &["path", "displayName"],
        ),
        (
            "token",
            'k',
            json!({"paths": {"/sandbox/a": {"dropRead": true, "dropWrite": false}}}),
            &["paths"],
        ),
        (
            "share",
            's',
            json!({"issuedTo": none('i'), "paths": {"/sandbox/a": {"read": true}}}),
            &["issuedTo", "paths"],
        ),
    ]
}

#[tokio::test]
async fn every_service_makes_reads_finds_and_deletes() {
    for (service, letter, model, _) in services() {
        let flowthings = start().await;
        let at = format!("/{service}");
        let identity = id(&get(&flowthings, "/identity").await[0]);
        let made = post(&flowthings, &at, model.clone()).await;
        assert!(is_id(&made["id"], letter), "{made}");
        for (name, value) in model.as_object().unwrap() {
            assert_eq!(&made[name], value);
        }
        assert!(made["creationDate"].as_i64().unwrap() > 1_700_000_000_000);
        assert_eq!(made["creatorId"], identity.as_str());
        let one = format!("{at}/{}", id(&made));
        assert_eq!(id(&get(&flowthings, &one).await), id(&made));
        let found = get(&flowthings, &at).await;
        assert!(all(&found, "/id").contains(&made["id"]), "{found}");
        let many = done(
            &flowthings,
            "MGET",
            &at,
            Some(json!([made["id"], none(letter)])),
        )
        .await;
        assert_eq!(
            many.as_object().unwrap().keys().collect::<Vec<_>>(),
            [&id(&made)]
        );
        let gone = done(&flowthings, "DELETE", &one, Some(json!({"reason": "x"}))).await;
        assert_eq!(gone, json!({}));
        let none = (404, NOT_FOUND.to_owned());
        assert_eq!(refused(&flowthings, "GET", &one, None).await, none);
        assert_eq!(refused(&flowthings, "DELETE", &one, None).await, none);
    }
}

#[tokio::test]
async fn what_an_object_needs_is_named_where_it_lacks() {
    let flowthings = start().await;
    for (service, _, model, needed) in services() {
        for name in needed {
            let mut model = model.clone();
            model.as_object_mut().unwrap().remove(*name);
            let (status, error) =
                refused(&flowthings, "POST", &format!("/{service}"), Some(model)).await;
            assert_eq!(status, 400, "{service}");
            assert!(
                error.contains(name) && error.ends_with("is missing"),
                "{error}"
            );
        }
        let answer = refused(&flowthings, "POST", &format!("/{service}"), Some(json!(5))).await;
        assert_eq!(answer, (400, "The body is not an object".to_owned()));
    }
}

#[tokio::test]
async fn changes_replace_members_as_a_whole_and_leave_the_others() {
    for (service, _, model, _) in services() {
        let flowthings = start().await;
        let made = post(&flowthings, &format!("/{service}"), model).await;
        let one = format!("/{service}/{}", id(&made));
        let body = json!({"extra": {"a": 1, "b": 2}, "creatorId": none('i'), "creationDate": 5});
        if matches!(service, "token" | "share") {
            // They cannot be changed.
            assert_eq!(refused(&flowthings, "PUT", &one, Some(body)).await.0, 404);
            continue;
        }
        let changed = done(&flowthings, "PUT", &one, Some(body)).await;
        let changed_again = done(
            &flowthings,
            "PUT",
            &one,
            Some(json!({"extra": {"c": 3}, "id": made["id"]})),
        )
        .await;
        assert_eq!(changed["extra"], json!({"a": 1, "b": 2}));
        assert_eq!(changed_again["extra"], json!({"c": 3}));
        for (name, value) in made.as_object().unwrap() {
            if name != "lastEditDate" {
                assert_eq!(&changed_again[name], value, "{service}: {name}");
            }
        }
        let member = done(
            &flowthings,
            "PUT",
            &format!("{one}/extra"),
            Some(json!("x")),
        )
        .await;
        assert_eq!(member["extra"], "x");
        let changes = json!({id(&made): {"extra": null}});
        let many = done(&flowthings, "MPUT", &format!("/{service}"), Some(changes)).await;
        assert_eq!(many[id(&made)]["extra"], Value::Null);
        let other = json!({"id": none('f')});
        assert_eq!(refused(&flowthings, "PUT", &one, Some(other)).await.0, 400);
    }
}

#[tokio::test]
async fn changes_of_many_are_made_all_or_none() {
    let flowthings = start().await;
    let a = flow(&flowthings, "/sandbox/a").await;
    let changes = json!({&a: {"capacity": 5}, none('f'): {"capacity": 6}});
    assert_eq!(
        refused(&flowthings, "MPUT", "/flow", Some(changes)).await.0,
        404
    );
    assert_eq!(
        get(&flowthings, &format!("/flow/{a}")).await["capacity"],
        1000
    );
    let b = flow(&flowthings, "/sandbox/b").await;
    let changes = json!({&a: {"path": "/sandbox/c"}, &b: {"path": "/sandbox/c"}});
    let answer = refused(&flowthings, "MPUT", "/flow", Some(changes)).await;
    assert_eq!(answer, (400, "path: two have the same".to_owned()));
    done(&flowthings, "DELETE", &format!("/flow/{b}"), None).await;
    let models = json!([{"path": "/sandbox/b"}, {"path": "/sandbox/a"}]);
    assert_eq!(
        refused(&flowthings, "POST", "/flow", Some(models)).await.0,
        400
    );
    assert_eq!(
        all(&get(&flowthings, "/flow").await, "/path"),
        ["/sandbox/a"]
    );
    let models = json!([{"path": "/sandbox/b"}, {"path": "/sandbox/c"}]);
    let made = post(&flowthings, "/flow", models).await;
    assert_eq!(all(&made, "/path"), ["/sandbox/b", "/sandbox/c"]);
}

#[tokio::test]
async fn a_flow_has_the_members_of_the_documents() {
    let flowthings = start().await;
    let made = post(&flowthings, "/flow", json!({"path": "/sandbox/a"})).await;
    assert_eq!(
        (&made["capacity"], &made["public"]),
        (&json!(1000), &json!(false))
    );
    let long = format!("/sandbox/{}", "a".repeat(120));
    for (model, name) in [
        (json!({"path": "sandbox/a"}), "path"),
        (json!({"path": "/sandbox"}), "path"),
        (json!({"path": "/sandbox/A"}), "path"),
        (json!({"path": "/sandbox//a"}), "path"),
        (json!({"path": "/sandbox/a b"}), "path"),
        (json!({"path": long}), "path"),
        (json!({"path": "/sandbox/a"}), "path"),
        (json!({"path": 5}), "path"),
        (
            json!({"path": "/sandbox/b", "capacity": 100_001}),
            "capacity",
        ),
        (json!({"path": "/sandbox/b", "capacity": -1}), "capacity"),
        (json!({"path": "/sandbox/b", "filter": "a = 1"}), "filter"),
        (
            json!({"path": "/sandbox/b", "filter": "a =~ /x**/"}),
            "filter",
        ),
        (json!({"path": "/sandbox/b", "public": "yes"}), "public"),
    ] {
        let (status, error) = refused(&flowthings, "POST", "/flow", Some(model)).await;
        assert_eq!(status, 400);
        assert!(error.starts_with(name), "{error}");
    }
    // The platform has these.
    let long = format!("a IN [{}1]", "1,".repeat(1 << 15));
    let many = ["a =~ /x/"; 300].join(" || ");
    for filter in ["a =~ /x(?=y)/", long.as_str(), many.as_str()] {
        let model = json!({"path": "/sandbox/b", "filter": filter});
        let (status, error) = refused(&flowthings, "POST", "/flow", Some(model)).await;
        assert_eq!(status, 501);
        assert!(error.starts_with("filter"), "{error}");
    }
    let elsewhere = json!({"path": "/somebody/a"});
    assert_eq!(
        refused(&flowthings, "POST", "/flow", Some(elsewhere))
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn our_own_client_reads_and_changes_flows() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let made = api
        .flow()
        .create(NewFlow::new("/sandbox/foo"))
        .await
        .unwrap();
    assert_eq!(
        (made.path.as_deref(), made.capacity),
        (Some("/sandbox/foo"), Some(1000))
    );
    let changed = Modify::new(made.clone()).set("displayName", "Foo");
    let changed = api.flow().update(changed).await.unwrap();
    assert_eq!(changed.display_name.as_deref(), Some("Foo"));
    let mut whole: Flow = changed;
    whole.description = Some("Bar".to_owned());
    let whole = api.flow().update(whole).await.unwrap();
    assert_eq!(whole.display_name.as_deref(), Some("Foo"));
    let member = api
        .flow()
        .update_member(whole.id.clone(), "description", json!("Baz"));
    assert_eq!(member.await.unwrap().description.as_deref(), Some("Baz"));
    api.flow().delete(whole.id.clone()).await.unwrap();
    let gone = api.flow().read(whole.id).await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
    assert!(gone.to_string().contains(NOT_FOUND), "{gone}");
}

#[tokio::test]
async fn tasks_and_devices_bring_what_belongs_to_them() {
    let flowthings = start().await;
    let task = json!({"url": "http://news.example.com/feed.xml", "destination": "/sandbox/a"});
    let task = post(&flowthings, "/rss", task).await;
    assert_eq!(
        task["reportPath"],
        format!("/sandbox/:reports/{}-report", id(&task))
    );
    let report = get(
        &flowthings,
        &format!("/flow/{}", task["reportFlowId"].as_str().unwrap()),
    )
    .await;
    assert_eq!(report["path"], task["reportPath"]);
    assert_eq!(
        (&task["periodicity"], &task["runCt"]),
        (&json!(3_600_000), &json!(0))
    );
    let soon = json!({"destination": "/sandbox/a", "js": "f", "periodicity": 59_999});
    assert_eq!(
        refused(&flowthings, "POST", "/api-task", Some(soon))
            .await
            .0,
        400
    );
    let nowhere = json!({"uri": "tcp://h:1883", "topic": "t", "destination": "/sandbox/nowhere"});
    assert_eq!(
        refused(&flowthings, "POST", "/mqtt", Some(nowhere)).await.0,
        400
    );
    let device = json!({"path": "/sandbox/d", "displayName": "D"});
    let device = post(&flowthings, "/device", device).await;
    assert_eq!(device["status"], "UNSEEN");
    let token = get(
        &flowthings,
        &format!("/token/{}", device["tokenId"].as_str().unwrap()),
    )
    .await;
    let paths = json!({"/sandbox/d": {"dropRead": true, "dropWrite": true}});
    assert_eq!(token["paths"], paths);
    // Its token goes where it goes.
    let (at, change) = (
        format!("/device/{}", id(&device)),
        json!({"path": "/sandbox/e"}),
    );
    done(&flowthings, "PUT", &at, Some(change)).await;
    let token = get(&flowthings, &format!("/token/{}", id(&token))).await;
    let paths = json!({"/sandbox/e": {"dropRead": true, "dropWrite": true}});
    assert_eq!(token["paths"], paths);
}

#[tokio::test]
async fn an_id_that_is_none_is_said_to_be_none() {
    let flowthings = start().await;
    for path in [
        "/flow/ID1",
        "/drop/ID1",
        &format!("/drop/{}/ID1", none('f')),
    ] {
        let (status, error) = refused(&flowthings, "GET", path, None).await;
        assert_eq!((status, error.as_str()), (400, "ID1 is not an id"));
    }
    let other = refused(&flowthings, "GET", &format!("/flow/{}", none('t')), None).await;
    assert_eq!(other, (404, NOT_FOUND.to_owned()));
}

#[tokio::test]
async fn a_flow_that_moves_takes_its_drops_along() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    post(
        &flowthings,
        &format!("/drop/{flow}"),
        json!({"elems": {"n": 1}}),
    )
    .await;
    let at = format!("/flow/{flow}");
    done(&flowthings, "PUT", &at, Some(json!({"path": "/sandbox/b"}))).await;
    assert_eq!(
        all(&get(&flowthings, "/drop?path=/sandbox/b").await, "/path"),
        ["/sandbox/b"]
    );
    assert_eq!(
        refused(&flowthings, "GET", "/drop?path=/sandbox/a", None)
            .await
            .0,
        404
    );
    let elsewhere = json!({"path": "/somebody/b"});
    assert_eq!(
        refused(&flowthings, "PUT", &at, Some(elsewhere)).await.0,
        403
    );
    let lacking = refused(&flowthings, "PUT", &at, Some(json!({"path": null}))).await;
    assert_eq!(lacking, (400, "path is missing".to_owned()));
}

#[tokio::test]
async fn many_changes_are_refused_only_for_what_each_alone_would_be() {
    let flowthings = start().await;
    let mut changes = serde_json::Map::new();
    for path in ["/sandbox/a", "/sandbox/b"] {
        let flow = json!({"path": path, "name": "n"});
        let flow = id(&post(&flowthings, "/flow", flow).await);
        changes.insert(flow, json!({"description": "d"}));
    }
    let changed = done(&flowthings, "MPUT", "/flow", Some(changes.into())).await;
    assert_eq!(changed.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_path_is_free_again_when_the_flow_of_a_task_is_gone() {
    let flowthings = start().await;
    flow(&flowthings, "/sandbox/news").await;
    let task = json!({"url": "http://a.test/rss", "destination": "/sandbox/news"});
    let task = post(&flowthings, "/rss", task).await;
    let report = format!("/flow/{}", task["reportFlowId"].as_str().unwrap());
    let moved = Some(json!({"path": "/sandbox/moved"}));
    done(&flowthings, "PUT", &report, moved).await;
    done(&flowthings, "DELETE", &format!("/rss/{}", id(&task)), None).await;
    flow(&flowthings, "/sandbox/moved").await;
}

#[tokio::test]
async fn tracks_that_are_not_made_after_all_count_for_nothing() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let track = json!({"source": "/sandbox/a", "destination": "/sandbox/b"});
    let tracked = async || {
        let counts = get(&flowthings, &format!("/statistics/flowTracked/{flow}")).await;
        counts.as_array().unwrap().last().unwrap().clone()
    };
    let broken = json!([track, track, {"source": "/sandbox/a"}]);
    let refusal = refused(&flowthings, "POST", "/track", Some(broken)).await;
    assert_eq!(refusal, (400, "destination is missing".to_owned()));
    assert_eq!(get(&flowthings, "/track").await, json!([]));
    assert_eq!(tracked().await, 0);
    post(&flowthings, "/track", json!([track, track])).await;
    assert_eq!(tracked().await, 2);
}

#[tokio::test]
async fn what_belongs_to_objects_that_are_not_made_after_all_is_gone_too() {
    let flowthings = start().await;
    let rss = json!({"url": "http://a.test/rss", "destination": "/sandbox/news"});
    let device = json!({"path": "/sandbox/d", "displayName": "D"});
    for (path, object) in [("/rss", rss), ("/device", device)] {
        let broken = Some(json!([object, object, {}]));
        assert_eq!(refused(&flowthings, "POST", path, broken).await.0, 400);
    }
    for path in ["/rss", "/device", "/flow", "/token"] {
        assert_eq!(get(&flowthings, path).await, json!([]), "{path}");
    }
}

#[tokio::test]
async fn only_tokens_and_shares_expire() {
    let flowthings = start().await;
    let flow = json!({"path": "/sandbox/a", "duration": 1});
    let flow = post(&flowthings, "/flow", flow).await;
    flowthings.advance(std::time::Duration::from_secs(1));
    let read = get(&flowthings, &format!("/flow/{}", id(&flow))).await;
    assert_eq!(
        (&read["duration"], read.get("expiresInMs")),
        (&json!(1), None)
    );
}

#[tokio::test]
async fn null_gives_a_member_the_value_that_it_has_in_a_new_object() {
    for (service, full) in [
        (
            "flow",
            json!({"capacity": 5, "public": true, "displayName": "D", "filter": "n > 1", "zz": 1}),
        ),
        (
            "track",
            json!({"disabled": true, "filter": "n > 1", "description": "d"}),
        ),
        ("rss", json!({"periodicity": 60_000, "isFeatured": true})),
        ("api-task", json!({"periodicity": 60_000, "source": {}})),
        ("mqtt", json!({"password": "p", "qos": 1})),
        ("device", json!({"reportPeriodicity": 60_000})),
    ] {
        let flowthings = start().await;
        let at = format!("/{service}");
        let model = services().into_iter().find(|row| row.0 == service);
        let made = id(&post(&flowthings, &at, model.unwrap().2).await);
        let one = format!("{at}/{made}");
        let read = async || {
            let mut read = get(&flowthings, &one).await;
            read["lastEditDate"] = json!(0);
            read
        };
        let fresh = read().await;
        let names: Vec<&String> = full.as_object().unwrap().keys().collect();
        let nulls: Value = names
            .iter()
            .map(|name| (name.to_string(), Value::Null))
            .collect();
        for way in ["PUT", "MPUT", "one by one"] {
            let changed = done(&flowthings, "PUT", &one, Some(full.clone())).await;
            for name in &names {
                assert_eq!(changed[*name], full[*name], "{service}");
            }
            match way {
                "PUT" => {
                    done(&flowthings, "PUT", &one, Some(nulls.clone())).await;
                }
                "MPUT" => {
                    let changes = Some(json!({&made: nulls}));
                    done(&flowthings, "MPUT", &at, changes).await;
                }
                _ => {
                    for name in &names {
                        let member = format!("{one}/{name}");
                        done(&flowthings, "PUT", &member, Some(Value::Null)).await;
                    }
                }
            }
            assert_eq!(read().await, fresh, "{service} by {way}");
        }
    }
}

#[tokio::test]
async fn a_member_without_a_name_is_404() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let at = format!("/drop/{flow}");
    let drop = id(&post(&flowthings, &at, json!({"elems": {}})).await);
    for one in [format!("/flow/{flow}"), format!("{at}/{drop}")] {
        let member = format!("{one}/");
        let answer = refused(&flowthings, "PUT", &member, Some(json!(1))).await;
        assert_eq!(answer, (404, NOT_FOUND.to_owned()), "{member}");
        assert_eq!(get(&flowthings, &one).await.get(""), None);
    }
}

#[tokio::test]
async fn members_that_are_documented_have_the_types_of_the_documents() {
    let text = json!("text");
    for (service, texts, others) in [
        (
            "identity",
            vec!["salutation", "firstName", "middleName", "lastName", "icon"],
            vec![],
        ),
        ("api-task", vec!["description"], vec![]),
        (
            "mqtt",
            vec![
                "host",
                "clientId",
                "username",
                "password",
                "inputFormat",
                "outputFormat",
            ],
            vec![("reportFrequency", json!(60_000))],
        ),
        (
            "rss",
            vec!["category", "icon", "favicon", "displayName", "description"],
            vec![("isFeatured", json!(true))],
        ),
        ("device", vec![], vec![("reportPeriodicity", json!(60_000))]),
    ] {
        let flowthings = start().await;
        let at = format!("/{service}");
        let model = services().into_iter().find(|row| row.0 == service);
        let mut model = model.unwrap().2;
        let texts = texts.into_iter().map(|name| (name, text.clone()));
        for (name, right) in texts.chain(others) {
            let wrong = if right == text {
                json!(5)
            } else {
                text.clone()
            };
            let mut broken = model.clone();
            broken[name] = wrong.clone();
            let (status, error) = refused(&flowthings, "POST", &at, Some(broken)).await;
            assert_eq!(status, 400, "{service}: {name}");
            assert!(error.starts_with(&format!("{name} is not ")), "{error}");
            model[name] = right;
        }
        let made = post(&flowthings, &at, model.clone()).await;
        for (name, value) in model.as_object().unwrap() {
            assert_eq!(&made[name], value, "{service}");
        }
    }
}
