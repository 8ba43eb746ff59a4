//! Modules, proxies and applications.

use std::time::{Duration, Instant};

use super::*;

#[tokio::test]
async fn modules_are_told_with_statistics_or_without() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let (_, modules) = get(&node, "/modules.json?statistics=0").await;
    let random = json!({
        "id": 1, "name": "random", "description": "random numbers", "is_app": false, "inputs": {},
        "outputs": {"output": "/live/rand"},
    });
    assert_eq!(modules[1], random);
    let (_, modules) = get(&node, "/modules.json?statistics=1").await;
    assert!(modules[0]["statistics"]["pid"].is_i64());
    // One alone has them always.
    let (_, module) = get(&node, "/module.json?statistics=0&name=breaker").await;
    assert!(module["statistics"]["create_time"].is_f64());
    let (_, logs) = get(&node, "/module/logs.json?id=0").await;
    assert!(
        logs[0]
            .as_str()
            .unwrap()
            .ends_with("]: ---starting module---"),
        "{logs}"
    );
}

#[tokio::test]
async fn each_module_is_watched_for_half_a_second_when_statistics_are_told() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let half = Duration::from_millis(500);
    for (path, watched) in [
        ("/modules.json", 0),
        ("/modules.json?statistics=0", 0),
        ("/modules.json?statistics=1", 2),
        ("/module.json?id=1&statistics=0", 1),
        ("/module.json?id=9&statistics=1", 0),
    ] {
        let start = Instant::now();
        get(&node, path).await;
        let time = start.elapsed();
        assert!(time >= half * watched, "{path}: {time:?}");
        assert!(watched > 0 || time < half, "{path}: {time:?}");
    }
}

#[tokio::test]
async fn a_module_that_is_not_there_is_a_bare_text() {
    let node = Joule::start().await.unwrap();
    assert_eq!(get(&node, "/modules.json").await.1, json!([]));
    assert_eq!(
        get(&node, "/module.json?name=x").await,
        failed(404, "module does not exist")
    );
    assert_eq!(
        get(&node, "/module.json").await,
        failed(400, "specify a name or id")
    );
    assert_eq!(
        get(&node, "/module/logs.json").await,
        failed(400, "specify a name")
    );
}

#[tokio::test]
async fn proxies_are_found_by_name_and_number() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let second = json!({"id": 1, "name": "site two", "url": "https://127.0.0.2/path/"});
    assert_eq!(get(&node, "/proxies.json").await.1[1], second);
    assert_eq!(get(&node, "/proxy.json?name=site+two").await.1, second);
    assert_eq!(
        get(&node, "/proxy.json?id=7").await,
        failed(404, "404: proxy does not exist")
    );
}

#[tokio::test]
async fn modules_with_pages_and_proxies_are_applications() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let applications = json!([
        {"id": "m0", "name": "breaker"}, {"id": "p0", "name": "site1"}, {"id": "p1", "name": "site two"},
    ]);
    assert_eq!(get(&node, "/app.json").await, (200, applications));
    let authorize = |id: &'static str| request(&node, "GET", "/app/auth").header("X-App-Id", id);
    for (id, path) in [
        ("m0", "http://unix:/tmp/joule/module0:/"),
        ("p1", "https://127.0.0.2/path/"),
    ] {
        let response = authorize(id).send().await.unwrap();
        assert_eq!(response.headers()["x-proxy-path"], path);
    }
    // The second module has no pages.
    for id in ["m1", "m2", "m-1", "p2", "p-1"] {
        let missing = failed(404, "404: id not found");
        assert_eq!(answer(authorize(id)).await, missing, "{id}");
    }
    for id in ["x1", "m", "p", "mx"] {
        let invalid = failed(400, "400: invalid id");
        assert_eq!(answer(authorize(id)).await, invalid, "{id}");
    }
}
