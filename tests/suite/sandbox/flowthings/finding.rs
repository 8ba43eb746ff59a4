use headwaters::flowthings::mem;

use super::*;

/// A flow of thirty drops: `n` from 0 to 29, `name` of one of three.
async fn thirty(flowthings: &Flowthings) -> String {
    let flow = flow(flowthings, "/sandbox/foo").await;
    let names = ["a", "b", "c"];
    let drops = (0..30).map(|n| json!({"elems": {"n": n, "name": names[n % 3]}}));
    let body = drops.collect::<Vec<_>>();
    post(flowthings, &format!("/drop/{flow}"), json!(body)).await;
    flow
}

/// What the query finds in that flow.
async fn found(flowthings: &Flowthings, flow: &str, query: &str) -> Vec<Value> {
    let found = get(flowthings, &format!("/drop/{flow}?{query}")).await;
    all(&found, "/elems/n")
}

#[tokio::test]
async fn the_latest_twenty_come_unless_others_are_asked_for() {
    let flowthings = start().await;
    let flow = thirty(&flowthings).await;
    let numbers = |range: std::ops::Range<i32>| range.map(|n| json!(n)).collect::<Vec<_>>();
    let latest: Vec<Value> = numbers(10..30).into_iter().rev().collect();
    for (query, expected) in [
        ("", latest.clone()),
        ("order=desc", latest.clone()),
        ("sort=creationDate", latest),
        ("order=asc", numbers(0..20)),
        ("order=asc&limit=5", numbers(0..5)),
        ("order=asc&limit=5&start=3", numbers(3..8)),
        ("order=asc&limit=5&skip=3", numbers(3..8)),
        ("order=asc&start=28", numbers(28..30)),
        ("start=30", vec![]),
        ("limit=0", vec![]),
        ("sort=elems.n&order=asc&limit=2", numbers(0..2)),
        ("sort=elems.n&order=desc&limit=1", numbers(29..30)),
        ("sort=elems.name&order=desc&limit=1", numbers(29..30)),
        (
            "sort=n&order=asc&limit=2&filter=name=='b'",
            vec![json!(1), json!(4)],
        ),
        ("filter=n<3 %26%26 name!='b'", vec![json!(2), json!(0)]),
    ] {
        assert_eq!(found(&flowthings, &flow, query).await, expected, "{query}");
    }
    for query in [
        "limit=x",
        "limit=-1",
        "start=1.5",
        "order=up",
        "refs=maybe",
        "hints=2",
        "sort=a b",
    ] {
        let path = format!("/drop/{flow}?{query}");
        let (status, error) = refused(&flowthings, "GET", &path, None).await;
        assert_eq!(status, 400);
        assert!(
            error.starts_with(query.split('=').next().unwrap()),
            "{error}"
        );
    }
    let path = format!("/drop/{flow}?order=geo");
    let (status, error) = refused(&flowthings, "GET", &path, None).await;
    assert_eq!(status, 501);
    assert!(error.starts_with("order=geo: "), "{error}");
}

#[tokio::test]
async fn filters_are_those_of_the_platform() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = thirty(&flowthings).await;
    let drops = api.drop(flow.as_str());
    for (filter, count) in [
        (mem("elems.n").gt(26), 3),
        (mem("n").gt(26) | mem("n").eq(0), 4),
        (mem("name").re("^[ab]$") & mem("n").lt(6), 4),
        (mem("name").is_in(["a", "x"]), 10),
        (!headwaters::flowthings::exists("elems.n"), 0),
        (headwaters::flowthings::age().lt(3_600_000), 30),
        (headwaters::flowthings::has("integer"), 30),
    ] {
        let found = drops
            .find_many()
            .filter(filter.clone())
            .limit(100)
            .await
            .unwrap();
        assert_eq!(found.len(), count, "{filter}");
    }
    flowthings.advance(std::time::Duration::from_secs(7200));
    let young = drops
        .find_many()
        .filter(headwaters::flowthings::age().lt(3_600_000));
    assert!(young.await.unwrap().is_empty());
    for (filter, expected) in [
        ("n+%3D+1", 400),
        ("(n+%3D%3D+1", 400),
        ("location+WITHIN+5+MILES+OF+[ZIP%3D%2211204%22]", 501),
    ] {
        let path = format!("/drop/{flow}?filter={filter}");
        let (status, error) = refused(&flowthings, "GET", &path, None).await;
        assert_eq!(status, expected);
        assert!(error.starts_with("filter: "), "{error}");
    }
}

#[tokio::test]
async fn only_some_members_come_and_always_the_id() {
    let flowthings = start().await;
    let flow = thirty(&flowthings).await;
    let found = get(
        &flowthings,
        &format!("/drop/{flow}?limit=1&only=elems.name%2Cpath"),
    )
    .await;
    let expected = json!([{"id": found[0]["id"], "path": "/sandbox/foo", "elems": {"name": "c"}}]);
    assert_eq!(found, expected);
    let flow = get(&flowthings, &format!("/flow/{flow}?only=nothing,path")).await;
    assert_eq!(flow, json!({"id": flow["id"], "path": "/sandbox/foo"}));
}

#[tokio::test]
async fn references_come_where_they_are_asked_for() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = thirty(&flowthings).await;
    let found = api
        .drop(flow.as_str())
        .find_many()
        .limit(1)
        .with_references();
    let (drops, references) = found.await.unwrap();
    assert_eq!(drops.len(), 1);
    let references = json!(references);
    assert_eq!(references[&flow]["path"], "/sandbox/foo");
    let identity = references[&flow]["creatorId"].as_str().unwrap();
    assert_eq!(references[identity]["name"], "sandbox");
    for (query, count) in [
        ("?refs=True", 1),
        ("?refs=1", 1),
        ("?refs=0", 0),
        ("", 0),
        ("?refs=False", 0),
    ] {
        let (_, answer) = send(&flowthings, "GET", &format!("/flow/{flow}{query}"), None).await;
        assert_eq!(
            answer["head"]["references"].as_object().unwrap().len(),
            count
        );
    }
}

#[tokio::test]
async fn a_filter_sees_what_is_shown() {
    let flowthings = start().await;
    let identity = id(&get(&flowthings, "/identity").await[0]);
    let other = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let group = json!({"memberIds": [identity]});
    let group = id(&post(&flowthings, "/group", group).await);
    let paths = json!({"/sandbox/a": {"dropRead": true}});
    let token = |duration: i64| json!({"paths": paths, "duration": duration});
    let long = id(&post(&flowthings, "/token", token(600_000)).await);
    let short = id(&post(&flowthings, "/token", token(60_000)).await);
    let share = json!({"issuedTo": other, "paths": paths, "duration": 600_000});
    let share = id(&post(&flowthings, "/share", share).await);
    let master = flowthings.token();
    for (path, filter, expected) in [
        ("/token", "expiresInMs > 300000".to_owned(), vec![&long]),
        ("/token", "expiresInMs < 300000".to_owned(), vec![&short]),
        ("/token", "!".to_owned(), vec![&short, &long]),
        ("/share", "expiresInMs > 300000".to_owned(), vec![&share]),
        ("/share", "expiresInMs > 900000".to_owned(), vec![]),
        (
            "/identity",
            format!("groupIds CONTAINS ['{group}']"),
            vec![&identity],
        ),
        ("/identity", format!("EXISTS shares.{share}"), vec![&other]),
        (
            "/identity",
            "EXISTS masterToken".to_owned(),
            vec![&identity],
        ),
        (
            "/identity",
            format!("masterToken == '{master}'"),
            vec![&identity],
        ),
        (
            "/identity",
            format!("masterToken == '{}'", flowthings.token_of(&other).unwrap()),
            vec![],
        ),
    ] {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        match filter.as_str() {
            "!" => query
                .append_pair("sort", "expiresInMs")
                .append_pair("order", "asc"),
            filter => query.append_pair("filter", filter),
        };
        let found = get(&flowthings, &format!("{path}?{}", query.finish())).await;
        assert_eq!(
            json!(all(&found, "/id")),
            json!(expected),
            "{path} {filter}"
        );
    }
}

#[tokio::test]
async fn elements_are_found_by_what_both_views_show() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let elems = json!({
        "plain": 5,
        "typed": {"type": "integer", "value": 5},
        "since": {"type": "date", "value": 1_420_740_000_000_i64},
        "tags": {"type": "set", "value": ["a", "b"]},
        "map": {"type": "map", "value": {"a": {"type": "float", "value": 1.5}}},
    });
    post(
        &flowthings,
        &format!("/drop/{flow}"),
        json!({"elems": elems}),
    )
    .await;
    for filter in [
        mem("plain").eq(5),
        mem("typed").eq(5),
        mem("elems.since").gt(1_420_739_000_000_i64),
        mem("tags").contains(["a"]),
        mem("map.a").eq(1.5),
        headwaters::flowthings::has("date"),
        headwaters::flowthings::has("integer"),
        headwaters::flowthings::has("set"),
    ] {
        for hints in [false, true] {
            let drops = api.drop(flow.as_str());
            let found = drops.find_many().filter(filter.clone()).hints(hints);
            assert_eq!(found.await.unwrap().len(), 1, "{filter}");
        }
    }
}

#[tokio::test]
async fn a_member_without_members_shows_none_of_them() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let shown = get(&flowthings, &format!("/flow/{flow}?only=path.a,capacity.b")).await;
    assert_eq!(shown, json!({"id": flow}));
}

#[tokio::test]
async fn a_flow_for_places_by_zip_code_is_501() {
    let flowthings = start().await;
    let filter = r#"location WITHIN 5 MILES OF [ZIP="11204"]"#;
    let track = json!({"source": "/sandbox/a", "destination": "/sandbox/b", "filter": filter});
    let aggregate = json!({"output": ["$count"], "filter": filter});
    let rules = json!({"output": ["$count"], "rules": {"near": filter}});
    let flow = flow(&flowthings, "/sandbox/a").await;
    for (path, body, name) in [
        (
            "/flow",
            json!({"path": "/sandbox/b", "filter": filter}),
            "filter",
        ),
        ("/track", track, "filter"),
        (&format!("/drop/{flow}/aggregate"), aggregate, "filter"),
        (&format!("/drop/{flow}/aggregate"), rules, "rules.near"),
    ] {
        let (status, error) = refused(&flowthings, "POST", path, Some(body)).await;
        assert_eq!(status, 501);
        assert!(
            error.starts_with(&format!("{name}: [ZIP=11204]")),
            "{error}"
        );
    }
}

/// Searches that take thousands of steps for each character of a text.
const SLOW: &str = "s =~ /(x?){900}x{900}[yz]/";

/// Status and error of a request that must be refused before anybody would lose patience.
async fn refused_soon(
    flowthings: &Flowthings,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, String) {
    let refusal = refused(flowthings, method, path, body);
    let patience = std::time::Duration::from_secs(30);
    let refusal = tokio::time::timeout(patience, refusal).await;
    refusal.expect("the sandbox still searches")
}

#[tokio::test]
async fn many_searches_that_take_too_long_together_are_501() {
    let flowthings = start().await;
    let flow = flow(&flowthings, "/sandbox/foo").await;
    let at = format!("/drop/{flow}");
    let drops = vec![json!({"elems": {"s": "x".repeat(2000)}}); 200];
    post(&flowthings, &at, json!(drops)).await;
    let found = format!("{at}?limit=1000&filter=s =~ /^x*$/");
    let found = get(&flowthings, &found).await;
    assert_eq!(found.as_array().unwrap().len(), 200);
    let path = format!("{at}?filter={SLOW}");
    let (status, error) = refused_soon(&flowthings, "GET", &path, None).await;
    assert_eq!(status, 501);
    assert!(error.starts_with("filter: "), "{error}");
    let body = json!({"output": ["$avg:slow"], "rules": {"slow": SLOW}});
    let at = format!("{at}/aggregate");
    let (status, error) = refused_soon(&flowthings, "POST", &at, Some(body)).await;
    assert_eq!(status, 501);
    assert!(error.contains("longer than a second"), "{error}");
}

#[tokio::test]
async fn a_search_that_takes_too_long_in_one_text_is_501() {
    let flowthings = start().await;
    let text = "x".repeat(20_000);
    let drop = |text: &str| Some(json!({"elems": {"s": text, "t": "x"}}));
    let of_all = "MATCHES /(x?){900}x{900}[yz]/";
    let flow = id(&post(&flowthings, "/flow", json!({"path": "/sandbox/foo"})).await);
    let at = format!("/drop/{flow}");
    done(&flowthings, "POST", &at, drop(&text)).await;
    for filter in [SLOW, of_all] {
        let path = format!("{at}?filter={filter}");
        let (status, error) = refused_soon(&flowthings, "GET", &path, None).await;
        assert_eq!(status, 501);
        assert!(error.starts_with("filter: "), "{error}");
    }
    // What they search for is short, or simple.
    for (filter, count) in [
        ("t =~ /(x?){900}x{900}[yz]/", 0),
        ("s =~ /x{100}/ %26%26 MATCHES /x$/", 1),
    ] {
        let found = get(&flowthings, &format!("{at}?filter={filter}")).await;
        assert_eq!(found.as_array().unwrap().len(), count, "{filter}");
    }
    // Of a flow, and of a track.
    let model = json!({"path": "/sandbox/slow", "filter": SLOW});
    let slow = id(&post(&flowthings, "/flow", model).await);
    let slow = format!("/drop/{slow}");
    let (status, error) = refused_soon(&flowthings, "POST", &slow, drop(&text)).await;
    assert_eq!(status, 501);
    assert!(error.contains("longer than a second"), "{error}");
    done(&flowthings, "POST", &slow, drop("x")).await;
    let track = json!({"source": "/sandbox/foo", "destination": "/sandbox/slow", "filter": SLOW});
    post(&flowthings, "/track", track).await;
    done(&flowthings, "POST", &at, drop(&text)).await;
    let [undelivered] = <[_; 1]>::try_from(flowthings.undelivered()).unwrap();
    let reason = undelivered.reason;
    assert!(reason.contains("longer than a second"), "{reason}");
}

#[tokio::test]
async fn a_parameter_without_a_text_says_nothing() {
    let flowthings = start().await;
    let flow = thirty(&flowthings).await;
    let latest = get(&flowthings, &format!("/drop/{flow}")).await;
    for query in [
        "filter=", "limit=", "start=", "skip=", "sort=", "order=", "only=", "refs=", "hints=",
    ] {
        let found = get(&flowthings, &format!("/drop/{flow}?{query}")).await;
        assert_eq!(found, latest, "{query}");
    }
    let both = format!("/drop/{flow}?limit=&limit=2&start=&skip=1");
    assert_eq!(all(&get(&flowthings, &both).await, "/elems/n"), [28, 27]);
    let params = json!({"filter": "", "limit": "", "sort": "", "order": ""});
    let query = Some(json!([{"flowId": flow, "params": params}]));
    let found = done(&flowthings, "MGET", "/drop", query).await;
    assert_eq!(found[&flow], latest);
    let at = format!("/statistics/flowDropAdded/{flow}/2015");
    let counts = get(&flowthings, &format!("{at}?level=")).await;
    assert_eq!(counts, get(&flowthings, &at).await);
    let lacking = refused(&flowthings, "GET", "/drop?path=", None).await;
    assert_eq!(lacking, (400, "path is missing".to_owned()));
}

#[tokio::test]
async fn a_filter_without_a_text_is_none() {
    let flowthings = start().await;
    let flow = thirty(&flowthings).await;
    let body = json!({"output": ["$count"], "filter": ""});
    let rows = post(&flowthings, &format!("/drop/{flow}/aggregate"), body).await;
    assert_eq!(rows[0]["$count"], 30);
    for (service, model) in [
        ("flow", json!({"path": "/sandbox/a", "filter": ""})),
        (
            "track",
            json!({"source": "/sandbox/a", "destination": "/sandbox/b", "filter": ""}),
        ),
    ] {
        let made = post(&flowthings, &format!("/{service}"), model).await;
        assert_eq!(made.get("filter"), None);
        let one = format!("/{service}/{}", id(&made));
        for (filter, expected) in [("n > 1", Some(json!("n > 1"))), ("", None)] {
            let change = Some(json!({"filter": filter}));
            let changed = done(&flowthings, "PUT", &one, change).await;
            assert_eq!(changed.get("filter").cloned(), expected);
        }
    }
}
