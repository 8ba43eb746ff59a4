use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Makes a track, and returns its id.
async fn track(flowthings: &Flowthings, source: &str, destination: Value, more: Value) -> String {
    let mut track = json!({"source": source, "destination": destination});
    track
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    id(&post(flowthings, "/track", track).await)
}

async fn numbers(flowthings: &Flowthings, path: &str) -> Vec<Value> {
    let found = get(
        flowthings,
        &format!("/drop?path={path}&order=asc&limit=100"),
    )
    .await;
    all(&found, "/elems/n")
}

async fn write(flowthings: &Flowthings, path: &str, n: i32) -> Value {
    post(
        flowthings,
        "/drop",
        json!({"path": path, "elems": {"n": n}}),
    )
    .await
}

#[tokio::test]
async fn a_track_copies_what_passes_to_each_destination() {
    let flowthings = start().await;
    for path in ["/sandbox/a", "/sandbox/b", "/sandbox/c"] {
        flow(&flowthings, path).await;
    }
    let both = json!(["/sandbox/b", "/sandbox/c"]);
    track(
        &flowthings,
        "/sandbox/a",
        both,
        json!({"filter": "elems.n > 1"}),
    )
    .await;
    track(
        &flowthings,
        "/sandbox/b",
        json!("/sandbox/c"),
        json!({"disabled": true}),
    )
    .await;
    let location = json!({"lat": 40.7, "lon": -73.9});
    let written = [1, 2, 3].map(|n| json!({"elems": {"n": n}, "location": location}));
    let written = post(&flowthings, "/drop", {
        let with_path = written.map(|mut drop| {
            drop["path"] = json!("/sandbox/a");
            drop
        });
        json!(with_path)
    });
    let written = written.await;
    assert_eq!(numbers(&flowthings, "/sandbox/a").await, [1, 2, 3]);
    assert_eq!(numbers(&flowthings, "/sandbox/b").await, [2, 3]);
    assert_eq!(numbers(&flowthings, "/sandbox/c").await, [2, 3]);
    let copy = get(&flowthings, "/drop?path=/sandbox/b&limit=1").await[0].clone();
    let parent = json!({"flowId": written[2]["flowId"], "dropId": written[2]["id"]});
    assert_eq!(
        (&copy["parentDropId"], &copy["location"]),
        (&parent, &location)
    );
    assert_ne!(copy["id"], written[2]["id"]);
    assert!(flowthings.undelivered().is_empty());
}

#[tokio::test]
async fn a_loop_ends_after_sixteen_tracks_and_is_reported() {
    let flowthings = start().await;
    flow(&flowthings, "/sandbox/a").await;
    flow(&flowthings, "/sandbox/b").await;
    let there = track(&flowthings, "/sandbox/a", json!("/sandbox/b"), json!({})).await;
    track(&flowthings, "/sandbox/b", json!("/sandbox/a"), json!({})).await;
    write(&flowthings, "/sandbox/a", 1).await;
    // The first one and sixteen copies.
    assert_eq!(numbers(&flowthings, "/sandbox/a").await.len(), 9);
    assert_eq!(numbers(&flowthings, "/sandbox/b").await.len(), 8);
    let [undelivered] = <[_; 1]>::try_from(flowthings.undelivered()).unwrap();
    let last = get(&flowthings, "/drop?path=/sandbox/a&limit=1").await;
    assert_eq!(
        (undelivered.track, json!(undelivered.drop)),
        (there, last[0]["id"].clone())
    );
    assert_eq!(undelivered.reason, "16 tracks in a row have forwarded it");
}

#[tokio::test]
async fn loops_that_multiply_end_too() {
    let flowthings = start().await;
    flow(&flowthings, "/sandbox/a").await;
    for _ in 0..3 {
        track(&flowthings, "/sandbox/a", json!("/sandbox/a"), json!({})).await;
    }
    write(&flowthings, "/sandbox/a", 1).await;
    let undelivered = flowthings.undelivered();
    assert_eq!(undelivered[0].reason, "5000 drops have come of one");
    assert_eq!(
        get(&flowthings, "/drop?path=/sandbox/a&limit=2000")
            .await
            .as_array()
            .unwrap()
            .len(),
        1000
    );
}

#[tokio::test]
async fn what_cannot_be_forwarded_is_reported() {
    let flowthings = start().await;
    flow(&flowthings, "/sandbox/a").await;
    let id = track(
        &flowthings,
        "/sandbox/a",
        json!("/sandbox/nowhere"),
        json!({}),
    )
    .await;
    let drop = write(&flowthings, "/sandbox/a", 1).await;
    let [undelivered] = <[_; 1]>::try_from(flowthings.undelivered()).unwrap();
    assert_eq!(undelivered.track, id);
    assert_eq!(json!(undelivered.drop), drop["id"]);
    assert_eq!(undelivered.reason, "there is no flow at /sandbox/nowhere");
    let own = json!({"source": "/sandbox/a", "destination": "/somebody/a"});
    assert_eq!(
        refused(&flowthings, "POST", "/track", Some(own)).await.0,
        403
    );
}

#[tokio::test]
async fn a_script_is_501_unless_a_function_takes_its_place() {
    let flowthings = start().await;
    let scripted = json!({"source": "/sandbox/a", "destination": "/sandbox/b", "js": "f"});
    let plain = track(&flowthings, "/sandbox/a", json!("/sandbox/b"), json!({})).await;
    for (method, path, body) in [
        ("POST", "/track".to_owned(), scripted),
        ("PUT", format!("/track/{plain}"), json!({"js": "f"})),
        (
            "POST",
            "/track/simulate".to_owned(),
            json!({"drop": {"elems": {}}, "js": "f"}),
        ),
        ("POST", "/api-task/simulate".to_owned(), json!({"js": "f"})),
    ] {
        let (status, error) = refused(&flowthings, method, &path, Some(body)).await;
        assert_eq!(status, 501);
        assert!(error.contains("no JavaScript"), "{error}");
    }
}

/// What stands in for JavaScript: `double`, `split`, `list`, `nothing`, and anything else fails.
fn script(js: &str, drop: &Value) -> Result<Value, String> {
    let n = drop["elems"]["n"].as_i64().unwrap_or_default();
    let made = |n: i64| json!({"elems": {"n": n}});
    match js {
        "double" => Ok(made(2 * n)),
        "list" => Ok(json!([made(n), made(n + 1)])),
        "split" => Ok(json!({"/sandbox/b": made(n), "/sandbox/c": [made(n + 1), made(n + 2)]})),
        "nothing" => Ok(Value::Null),
        other => Err(format!("ReferenceError: {other} is not defined")),
    }
}

#[tokio::test]
async fn the_function_of_the_builder_runs_scripts() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let flowthings = Flowthings::builder().script(move |js, drop| {
        counted.fetch_add(1, Ordering::SeqCst);
        script(js, drop)
    });
    let flowthings = flowthings.start().await.unwrap();
    for path in ["/sandbox/a", "/sandbox/b", "/sandbox/c"] {
        flow(&flowthings, path).await;
    }
    let id = track(
        &flowthings,
        "/sandbox/a",
        json!("/sandbox/b"),
        json!({"js": "double"}),
    )
    .await;
    for (js, b, c) in [
        ("double", json!([14]), json!([])),
        ("list", json!([7, 8]), json!([])),
        ("split", json!([7]), json!([8, 9])),
        ("nothing", json!([]), json!([])),
        ("oops", json!([]), json!([])),
    ] {
        done(
            &flowthings,
            "PUT",
            &format!("/track/{id}"),
            Some(json!({"js": js})),
        )
        .await;
        write(&flowthings, "/sandbox/a", 7).await;
        for (path, expected) in [("/sandbox/b", b), ("/sandbox/c", c)] {
            assert_eq!(json!(numbers(&flowthings, path).await), expected, "{js}");
            let flow = get(&flowthings, &format!("/flow?filter=path=='{path}'")).await;
            done(
                &flowthings,
                "DELETE",
                &format!("/drop/{}", self::id(&flow[0])),
                None,
            )
            .await;
        }
    }
    let [undelivered] = <[_; 1]>::try_from(flowthings.undelivered()).unwrap();
    assert_eq!(
        undelivered.reason,
        "its script fails: ReferenceError: oops is not defined"
    );
    assert_eq!(runs.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_track_of_who_may_not_read_drops_tells_them_nothing_of_any() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let flowthings = Flowthings::builder().script(move |js, drop| {
        counted.fetch_add(1, Ordering::SeqCst);
        script(js, drop)
    });
    let flowthings = flowthings.start().await.unwrap();
    flow(&flowthings, "/sandbox/a").await;
    let bob = id(&post(&flowthings, "/identity", json!({"name": "bob"})).await);
    let secret = flowthings.token_of(&bob).unwrap();
    let bob_does = async |method: &str, path: &str, body: Option<Value>| {
        let (status, answer) = send_as(&flowthings, ("bob", &secret), method, path, body).await;
        assert!(status < 300, "{method} {path}: {answer}");
        answer["body"].clone()
    };
    let share = async |permissions: Value| {
        let share = json!({"issuedTo": bob, "paths": {"/sandbox/a": permissions}});
        post(&flowthings, "/share", share).await
    };
    share(json!({"read": true, "write": true})).await;
    bob_does("POST", "/flow", Some(json!({"path": "/bob/x"}))).await;
    let mut tracks = Vec::new();
    for more in [json!({"filter": "n > 5"}), json!({"js": "double"})] {
        let mut track = json!({"source": "/sandbox/a", "destination": "/bob/x"});
        track
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        tracks.push(id(&bob_does("POST", "/track", Some(track)).await));
    }
    let counts = async || {
        let mut counts = Vec::new();
        for name in ["trackHit", "trackPass"] {
            for track in &tracks {
                let path = format!("/statistics/{name}/{track}");
                let years = bob_does("GET", &path, None).await;
                let years = years.as_array().unwrap().iter();
                counts.push(years.map(|count| count.as_u64().unwrap()).sum::<u64>());
            }
        }
        counts
    };
    for n in [1, 9] {
        write(&flowthings, "/sandbox/a", n).await;
    }
    assert_eq!(counts().await, [2, 2, 0, 0]);
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    let undelivered = flowthings.undelivered();
    assert!(!undelivered.is_empty());
    for undelivered in undelivered {
        assert_eq!(undelivered.reason, "it may not read /sandbox/a");
    }
    share(json!({"dropRead": true})).await;
    for n in [1, 9] {
        write(&flowthings, "/sandbox/a", n).await;
    }
    assert_eq!(counts().await, [4, 4, 1, 2]);
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn scripts_are_tried_without_writing() {
    let flowthings = Flowthings::builder().script(script).start().await.unwrap();
    let api = api(&flowthings);
    let drop = json!({"elems": {"n": 7}});
    let tried = post(
        &flowthings,
        "/track/simulate",
        json!({"drop": drop, "js": "double"}),
    )
    .await;
    assert_eq!(tried, json!({"drops": [{"elems": {"n": 14}}], "log": []}));
    let tried = post(&flowthings, "/api-task/simulate", json!({"js": "nothing"})).await;
    assert_eq!(tried, json!({"drops": [], "log": []}));
    let failed = json!({"drop": drop, "js": "oops"});
    let failed = refused(&flowthings, "POST", "/track/simulate", Some(failed)).await;
    assert_eq!(
        failed,
        (400, "ReferenceError: oops is not defined".to_owned())
    );
    let lacking = refused(&flowthings, "POST", "/track/simulate", Some(json!({}))).await;
    assert_eq!(lacking, (400, "js is missing".to_owned()));
    let lacking = refused(
        &flowthings,
        "POST",
        "/track/simulate",
        Some(json!({"js": "double"})),
    );
    assert_eq!(lacking.await, (400, "drop is missing".to_owned()));
    assert!(api.flow().find_many().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_function_that_panics_fails_as_a_script_does() {
    let script = |js: &str, _: &Value| panic!("{js}");
    let flowthings = Flowthings::builder().script(script).start().await.unwrap();
    flow(&flowthings, "/sandbox/a").await;
    let js = json!({"js": "f"});
    track(&flowthings, "/sandbox/a", json!("/sandbox/b"), js).await;
    write(&flowthings, "/sandbox/a", 1).await;
    let [undelivered] = <[_; 1]>::try_from(flowthings.undelivered()).unwrap();
    assert!(undelivered.reason.contains("panicked"), "{undelivered:?}");
    let tried = Some(json!({"js": "f", "drop": {"elems": {}}}));
    let tried = refused(&flowthings, "POST", "/track/simulate", tried).await;
    assert_eq!(tried.0, 400);
    assert!(tried.1.contains("panicked"), "{tried:?}");
    assert_eq!(numbers(&flowthings, "/sandbox/a").await, [1]);
}
