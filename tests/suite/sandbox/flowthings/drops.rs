use headwaters::flowthings::{Modify, mem};

use super::*;

#[tokio::test]
async fn a_drop_is_written_by_the_id_of_its_flow_or_by_the_path() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let one = api
        .drop(flow.as_str())
        .create([("a", json!(1))])
        .await
        .unwrap();
    let other = api
        .drops()
        .create("/sandbox/foo", [("a", json!(2))])
        .await
        .unwrap();
    for drop in [&one, &other] {
        assert!(is_id(&json!(drop.id), 'd'));
        assert_eq!(drop.path.as_deref(), Some("/sandbox/foo"));
        assert_eq!(
            drop.flow_id.as_ref().map(ToString::to_string),
            Some(flow.clone())
        );
    }
    let found = get(&flowthings, &format!("/drop/{flow}")).await;
    assert_eq!(all(&found, "/elems/a"), [2, 1]);
    let found = get(&flowthings, "/drop?path=/sandbox/foo").await;
    assert_eq!(all(&found, "/elems/a"), [2, 1]);
    for (path, body, status, error) in [
        ("/drop", json!({"elems": {}}), 400, "path is missing"),
        (
            "/drop",
            json!({"path": "/sandbox/foo"}),
            400,
            "elems is missing",
        ),
        (
            "/drop",
            json!({"path": "/sandbox/bar", "elems": {}}),
            404,
            NOT_FOUND,
        ),
        (
            &format!("/drop/{flow}"),
            json!({"elems": 5}),
            400,
            "elems is not an object",
        ),
        (
            &format!("/drop/{flow}"),
            json!({"elems": {}, "fhash": 5}),
            400,
            "fhash is not a text",
        ),
        (
            &format!("/drop/{}", none('f')),
            json!({"elems": {}}),
            404,
            NOT_FOUND,
        ),
    ] {
        let answer = refused(&flowthings, "POST", path, Some(body)).await;
        assert_eq!(answer, (status, error.to_owned()));
    }
    assert_eq!(refused(&flowthings, "GET", "/drop", None).await.0, 400);
}

#[tokio::test]
async fn drops_are_read_changed_and_deleted() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let drops = api.drop(flow.as_str());
    let made = drops
        .create([("a", json!(1)), ("b", json!(2))])
        .await
        .unwrap();
    let elems = json!({"a": 5});
    let changed = drops
        .update(Modify::new(made.clone()).set("elems", elems.clone()))
        .await
        .unwrap();
    assert_eq!(json!(changed.elems), elems);
    assert!(changed.last_edit_date.is_some());
    let read = get(&flowthings, &format!("/drop/{flow}/{}", made.id)).await;
    assert_eq!((&read["elems"], &read["version"]), (&elems, &json!(2)));
    let many = drops
        .read_many([made.id.clone(), none('d').into()])
        .await
        .unwrap();
    assert_eq!(many.len(), 1);
    let member = format!("/drop/{flow}/{}/elems", made.id);
    let changed = done(&flowthings, "PUT", &member, Some(json!({"c": 3}))).await;
    assert_eq!(changed["elems"], json!({"c": 3}));
    let all = json!({made.id.to_string(): {"elems": {"d": 4}}});
    let changed = done(&flowthings, "MPUT", &format!("/drop/{flow}"), Some(all)).await;
    assert_eq!(changed[made.id.to_string()]["elems"], json!({"d": 4}));
    drops.delete(made.id.clone()).await.unwrap();
    assert!(drops.read(made.id).await.unwrap_err().is_not_found());
    drops.create([("a", json!(1))]).await.unwrap();
    drops.delete_all().await.unwrap();
    assert!(drops.find_many().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_oldest_drops_go_where_a_flow_is_full() {
    let flowthings = start().await;
    for (capacity, kept) in [(3, vec![json!(9), json!(8), json!(7)]), (0, vec![])] {
        let path = format!("/sandbox/of-{capacity}");
        let flow = post(
            &flowthings,
            "/flow",
            json!({"path": path, "capacity": capacity}),
        )
        .await;
        let at = format!("/drop/{}", id(&flow));
        for n in 0..10 {
            let made = post(&flowthings, &at, json!({"elems": {"n": n}})).await;
            assert!(is_id(&made["id"], 'd'));
        }
        assert_eq!(all(&get(&flowthings, &at).await, "/elems/n"), kept);
        let less = json!({"capacity": 1.min(capacity)});
        done(
            &flowthings,
            "PUT",
            &format!("/flow/{}", id(&flow)),
            Some(less),
        )
        .await;
        let left = get(&flowthings, &at).await;
        assert_eq!(all(&left, "/elems/n"), kept[..kept.len().min(1)]);
    }
}

#[tokio::test]
async fn a_flow_with_a_filter_stores_what_passes() {
    let flowthings = start().await;
    let flow = json!({"path": "/sandbox/hot", "filter": "elems.temperature > 30"});
    let flow = id(&post(&flowthings, "/flow", flow).await);
    let at = format!("/drop/{flow}");
    for temperature in [29, 31, 30, 32] {
        post(
            &flowthings,
            &at,
            json!({"elems": {"temperature": temperature}}),
        )
        .await;
    }
    assert_eq!(
        all(&get(&flowthings, &at).await, "/elems/temperature"),
        [32, 31]
    );
}

#[tokio::test]
async fn a_hash_that_was_seen_writes_nothing() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let body = |n: i32| Some(json!({"elems": {"n": n}, "fhash": "h"}));
    let (status, first) = send(&flowthings, "POST", &at, body(1)).await;
    assert_eq!(status, 201);
    let (status, second) = send(&flowthings, "POST", &at, body(2)).await;
    assert_eq!((status, &second["body"]), (200, &first["body"]));
    assert_eq!(all(&get(&flowthings, &at).await, "/elems/n"), [1]);
    // It has been seen, whatever became of the drop.
    done(&flowthings, "DELETE", &at, None).await;
    let (status, third) = send(&flowthings, "POST", &at, body(3)).await;
    assert_eq!((status, &third["body"]["id"]), (200, &first["body"]["id"]));
    assert_eq!(get(&flowthings, &at).await, json!([]));
    let api = api(&flowthings);
    let again = api
        .drop(flow.as_str())
        .create([("n", json!(4))])
        .fhash("h")
        .await
        .unwrap();
    assert_eq!(json!(again.id), first["body"]["id"]);
}

#[tokio::test]
async fn several_drops_come_in_a_list() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let made = post(
        &flowthings,
        &at,
        json!([{"elems": {"n": 1}}, {"elems": {"n": 2}}]),
    )
    .await;
    assert_eq!(all(&made, "/elems/n"), [1, 2]);
    // All of them are read before the first is written.
    let broken = json!([{"elems": {"n": 3}}, {}]);
    assert_eq!(refused(&flowthings, "POST", &at, Some(broken)).await.0, 400);
    assert_eq!(get(&flowthings, &at).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn elements_come_with_their_types_or_without() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let codes = json!([75, {"type": "integer", "value": 100}, 75, 12]);
    let elems = json!({
        "temperature": 21.5,
        "vent": {"type": "string", "value": "open"},
        "count": 5_000_000_000_i64,
        "on": true,
        "since": {"type": "date", "value": 1_420_740_000_000_i64},
        "codes": {"type": "sortedSet", "value": codes},
        "list": [1, "a"],
        "map": {"a": {"type": "float", "value": 1.5}},
    });
    let made = id(&post(&flowthings, &at, json!({"elems": elems})).await);
    let since = json!({"type": "date", "value": 1_420_740_000_000_i64});
    let integer = |n: i32| json!({"type": "integer", "value": n});
    let codes = json!({"type": "sortedSet", "value": [integer(12), integer(75), integer(100)]});
    let plain = json!({
        "temperature": 21.5,
        "vent": "open",
        "count": 5_000_000_000_i64,
        "on": true,
        "since": since,
        "codes": codes,
        "list": [1, "a"],
        "map": {"a": 1.5},
    });
    for query in ["", "?hints=0", "?hints=false"] {
        assert_eq!(
            get(&flowthings, &format!("{at}/{made}{query}")).await["elems"],
            plain
        );
    }
    let typed = json!({
        "temperature": {"type": "float", "value": 21.5},
        "vent": {"type": "string", "value": "open"},
        "count": {"type": "long", "value": 5_000_000_000_i64},
        "on": {"type": "boolean", "value": true},
        "since": since,
        "codes": codes,
        "list": {"type": "list", "value": [integer(1), {"type": "string", "value": "a"}]},
        "map": {"type": "map", "value": {"a": {"type": "float", "value": 1.5}}},
    });
    for query in ["?hints=1", "?hints=true", "?hints=True"] {
        assert_eq!(
            get(&flowthings, &format!("{at}/{made}{query}")).await["elems"],
            typed
        );
    }
    let found = get(&flowthings, &format!("{at}?hints=1")).await;
    assert_eq!(found[0]["elems"], typed);
    let wrong = json!({"elems": {"a": {"type": "integer", "value": "x"}}});
    let answer = refused(&flowthings, "POST", &at, Some(wrong)).await;
    assert_eq!(
        answer,
        (
            400,
            "elems.a: a value is not of the type integer".to_owned()
        )
    );
}

#[tokio::test]
async fn drops_of_several_flows_come_at_once() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let (a, b) = (
        flow(&flowthings, "/sandbox/a").await,
        flow(&flowthings, "/sandbox/b").await,
    );
    for n in 0..5 {
        api.drop(a.as_str())
            .create([("n", json!(n))])
            .await
            .unwrap();
    }
    let params = json!({"filter": mem("elems.n").gt(1).to_string(), "limit": 2, "order": "asc"});
    let query = json!([{"flowId": a, "params": params}, {"flowId": b}]);
    let found = done(&flowthings, "MGET", "/drop", Some(query)).await;
    assert_eq!(all(&found[&a], "/elems/n"), [2, 3]);
    assert_eq!(found[&b], json!([]));
    let unknown = json!([{"flowId": none('f')}]);
    assert_eq!(
        refused(&flowthings, "MGET", "/drop", Some(unknown)).await.0,
        404
    );
    let lacking = refused(&flowthings, "MGET", "/drop", Some(json!([{}]))).await;
    assert_eq!(lacking, (400, "flowId is missing".to_owned()));
}

#[tokio::test]
async fn a_hash_is_seen_though_its_drop_has_made_room_for_others_or_was_never_kept() {
    let flowthings = start().await;
    for capacity in [0, 1] {
        let path = format!("/sandbox/of-{capacity}");
        let flow = json!({"path": path, "capacity": capacity});
        let at = format!("/drop/{}", id(&post(&flowthings, "/flow", flow).await));
        let body = |hash: &str| json!({"elems": {"n": 1}, "fhash": hash});
        let first = post(&flowthings, &at, body("a")).await;
        post(&flowthings, &at, body("b")).await;
        let (status, again) = send(&flowthings, "POST", &at, Some(body("a"))).await;
        let known = json!({"id": first["id"], "flowId": first["flowId"]});
        assert_eq!((status, &again["body"]), (200, &known));
    }
}

#[tokio::test]
async fn a_hash_that_a_change_gives_to_a_drop_is_seen() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let first = id(&post(&flowthings, &at, json!({"elems": {}, "fhash": "a"})).await);
    let change = Some(json!({"fhash": "b"}));
    done(&flowthings, "PUT", &format!("{at}/{first}"), change).await;
    for hash in ["a", "b"] {
        let body = Some(json!({"elems": {}, "fhash": hash}));
        let (status, again) = send(&flowthings, "POST", &at, body).await;
        assert_eq!((status, &again["body"]["id"]), (200, &json!(first)));
    }
}

#[tokio::test]
async fn what_a_request_for_several_flows_says_holds_for_each_that_says_nothing_else() {
    let flowthings = start().await;
    let (a, b) = (
        flow(&flowthings, "/sandbox/a").await,
        flow(&flowthings, "/sandbox/b").await,
    );
    for flow in [&a, &a, &a, &b, &b, &b] {
        let at = format!("/drop/{flow}");
        post(&flowthings, &at, json!({"elems": {"n": 1}})).await;
    }
    let query = json!([{"flowId": a}, {"flowId": b, "params": {"limit": 1}}]);
    let path = "/drop?limit=2&hints=1&refs=1";
    let (_, answer) = send(&flowthings, "MGET", path, Some(query)).await;
    let typed = json!({"type": "integer", "value": 1});
    assert_eq!(
        all(&answer["body"][&a], "/elems/n"),
        [typed.clone(), typed.clone()]
    );
    assert_eq!(all(&answer["body"][&b], "/elems/n"), [typed]);
    let references = &answer["head"]["references"];
    assert_eq!(references[&a]["path"], "/sandbox/a");
    assert_eq!(references[&b]["path"], "/sandbox/b");
}

#[tokio::test]
async fn of_several_flows_those_that_are_not_there_are_left_out() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/a").await;
    let query = json!([{"flowId": none('f')}, {"flowId": flow}]);
    let found = done(&flowthings, "MGET", "/drop", Some(query)).await;
    assert_eq!(found, json!({&flow: []}));
    let found = done(&flowthings, "MGET", "/drop", Some(json!([]))).await;
    assert_eq!(found, json!({}));
    let query = json!([{"flowId": flow}, {"flowId": "ID1"}]);
    let (status, error) = refused(&flowthings, "MGET", "/drop", Some(query)).await;
    assert_eq!((status, error.as_str()), (400, "ID1 is not an id"));
}

#[tokio::test]
async fn a_place_with_a_zip_code_and_no_coordinates_is_501() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let whole = json!({"lat": 40.7, "lon": -73.9, "$zip": "10001"});
    let drop = json!({"elems": {}, "location": whole});
    let member = format!("{at}/{}/location", id(&post(&flowthings, &at, drop).await));
    for (location, status, error) in [
        (json!({"$zip": "11204"}), 501, "location.$zip: "),
        (
            json!({"$zip": "11204", "lat": null, "lon": 1.5}),
            501,
            "location.$zip: ",
        ),
        (
            json!({"specifiers": {"$zip": "11204"}}),
            501,
            "location.specifiers.$zip: ",
        ),
        (
            json!({"specifiers": {"zip": "11204"}}),
            501,
            "location.specifiers.zip: ",
        ),
        (
            json!({"lat": "40.7", "lon": 1}),
            400,
            "location.lat is not a number",
        ),
        (
            json!({"lat": 1, "lon": true}),
            400,
            "location.lon is not a number",
        ),
        (
            json!({"$latitude": [], "$longitude": 1}),
            400,
            "location.$latitude is not a number",
        ),
        (json!("here"), 400, "location is not an object"),
    ] {
        let drop = json!({"elems": {}, "location": location});
        for (method, path, body) in [("POST", &at, drop), ("PUT", &member, location)] {
            let answer = refused(&flowthings, method, path, Some(body)).await;
            assert_eq!(answer.0, status, "{method}: {answer:?}");
            assert!(answer.1.starts_with(error), "{method}: {answer:?}");
        }
    }
    for location in [
        whole,
        json!({"$latitude": 40, "$longitude": -73.9, "$zip": "10001"}),
        json!({"lat": 0, "lon": 0, "specifiers": {"zip": "10001"}}),
        json!({"$city": "Rome", "$zip": null, "specifiers": null}),
    ] {
        let changed = done(&flowthings, "PUT", &member, Some(location.clone())).await;
        assert_eq!(changed["location"], location);
    }
}

#[tokio::test]
async fn null_takes_a_member_of_a_drop_away() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let full =
        json!({"elems": {"n": null}, "location": {"lat": 1, "lon": 2}, "fhash": "h", "zz": 1});
    let nulls = json!({"location": null, "fhash": null, "zz": null});
    for way in ["PUT", "MPUT", "one by one"] {
        let mut full = full.clone();
        full["fhash"] = json!(way);
        let made = id(&post(&flowthings, &at, full).await);
        let one = format!("{at}/{made}");
        match way {
            "PUT" => {
                done(&flowthings, "PUT", &one, Some(nulls.clone())).await;
            }
            "MPUT" => {
                let changes = Some(json!({made: nulls}));
                done(&flowthings, "MPUT", &at, changes).await;
            }
            _ => {
                for name in nulls.as_object().unwrap().keys() {
                    let member = format!("{one}/{name}");
                    done(&flowthings, "PUT", &member, Some(Value::Null)).await;
                }
            }
        }
        let left = get(&flowthings, &one).await;
        for name in nulls.as_object().unwrap().keys() {
            assert_eq!(left.get(name), None, "{way}: {left}");
        }
        assert_eq!(left["elems"], json!({"n": null}));
    }
}
