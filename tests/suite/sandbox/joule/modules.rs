//! Modules, proxies and applications.

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
async fn proxies_are_applications() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let second = json!({"id": 1, "name": "site two", "url": "https://127.0.0.2/path/"});
    assert_eq!(get(&node, "/proxies.json").await.1[1], second);
    assert_eq!(get(&node, "/proxy.json?name=site+two").await.1, second);
    assert_eq!(
        get(&node, "/proxy.json?id=7").await,
        failed(404, "404: proxy does not exist")
    );
    assert_eq!(
        get(&node, "/app.json").await.1[1],
        json!({"id": "p1", "name": "site two"})
    );
    let authorize = |id: &'static str| request(&node, "GET", "/app/auth").header("X-App-Id", id);
    let response = authorize("p1").send().await.unwrap();
    assert_eq!(
        response.headers()["x-proxy-path"],
        "https://127.0.0.2/path/"
    );
    assert_eq!(
        answer(authorize("p7")).await,
        failed(404, "404: id not found")
    );
    assert_eq!(
        answer(authorize("x1")).await,
        failed(400, "400: invalid id")
    );
}
