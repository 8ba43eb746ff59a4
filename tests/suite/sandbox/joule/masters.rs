//! Masters and followers.

use super::*;

async fn add(node: &Joule, kind: &str, identifier: &str, key: Option<&str>) -> Answer {
    let body = json!({"master_type": kind, "identifier": identifier, "lumen_params": null, "api_key": key});
    post(node, "/master.json", body).await
}

#[tokio::test]
async fn the_key_of_a_user_opens_the_node_until_the_user_goes() {
    let node = Joule::start().await.unwrap();
    let (_, made) = add(&node, "user", "guest", None).await;
    let key = made["key"].as_str().unwrap();
    assert_eq!((key.len(), &made["name"]), (43, &json!("sandbox")));
    let url = format!("{}/masters.json", node.url());
    let masters = answer(http().get(&url).header("X-API-KEY", key)).await.1;
    let guest = json!({"id": 2, "name": "guest", "type": "USER", "grantor_id": 1});
    assert_eq!(masters[1], guest);
    assert_eq!(
        delete(&node, "/master.json?master_type=user&name=guest").await,
        (200, json!("ok"))
    );
    assert_eq!(
        answer(http().get(&url).header("X-API-KEY", key)).await.0,
        403
    );
}

#[tokio::test]
async fn bad_masters_are_refused() {
    let node = Joule::start().await.unwrap();
    assert_eq!(
        add(&node, "user", "owner", None).await,
        failed(400, "400: User already exists")
    );
    let short = failed(400, "400: API Key must be at least 32 characters");
    assert_eq!(add(&node, "user", "x", Some("short")).await, short);
    let kinds = failed(400, "400: master_type must be [user|joule|lumen]");
    assert_eq!(add(&node, "friend", "x", None).await, kinds);
    let nobody = failed(404, "404: joule_node [x] is not a master of node [sandbox]");
    assert_eq!(
        delete(&node, "/master.json?master_type=joule&name=x").await,
        nobody
    );
    let oneself = failed(
        400,
        "400: cannot delete yourself, this would lock you out of the node",
    );
    assert_eq!(
        delete(&node, "/master.json?master_type=user&name=owner").await,
        oneself
    );
}

#[tokio::test]
async fn two_nodes_join() {
    let lower = Joule::builder().name("lower").start().await.unwrap();
    let upper = Joule::builder()
        .name("upper")
        .key("u".repeat(32))
        .start()
        .await
        .unwrap();
    assert_eq!(
        add(&lower, "joule", upper.url(), None).await,
        (200, json!({"name": "upper"}))
    );
    let (_, masters) = get(&lower, "/masters.json").await;
    assert_eq!(
        (&masters[1]["name"], &masters[1]["type"]),
        (&json!("upper"), &json!("JOULE_NODE"))
    );
    let (_, followers) = get(&upper, "/followers.json").await;
    assert_eq!(
        (&followers[0]["name"], &followers[0]["location"]),
        (&json!("lower"), &json!(lower.url()))
    );
    // The key in the list opens the follower.
    let key = followers[0]["key"].as_str().unwrap();
    let url = format!("{}/version", lower.url());
    assert_eq!(
        answer(http().get(url).header("X-API-KEY", key)).await.0,
        200
    );
    assert_eq!(
        delete(&upper, "/follower.json?name=x").await,
        failed(404, "404: follower not found")
    );
    assert_eq!(
        delete(&upper, "/follower.json?name=lower").await,
        (200, json!("OK"))
    );
    assert_eq!(get(&upper, "/followers.json").await.1, json!([]));
}

#[tokio::test]
async fn a_node_that_cannot_be_reached_stays_a_master() {
    let node = Joule::start().await.unwrap();
    let gone = {
        let other = Joule::start().await.unwrap();
        other.url().to_owned()
    };
    let error = json!({"error": format!("Cannot contact node at [{gone}]")});
    assert_eq!(add(&node, "joule", &gone, None).await, (400, error));
    assert_eq!(get(&node, "/masters.json").await.1[1]["name"], json!(gone));
}

#[tokio::test]
async fn a_follower_that_does_not_answer_is_refused() {
    let node = Joule::start().await.unwrap();
    let url = format!("{}/follower.json", node.url());
    // This one route needs no key.
    let offer = json!({"key": "k", "port": 9, "scheme": "http", "base_uri": "/x", "name": "n"});
    let refused = failed(400, "400: no route to node at http://127.0.0.1:9/x");
    assert_eq!(answer(http().post(&url).json(&offer)).await, refused);
    let missing = failed(400, "400: Invalid request, missing ['key']");
    assert_eq!(answer(http().post(&url).json(&json!({}))).await, missing);
}

#[tokio::test]
async fn what_is_no_archive_is_refused() {
    let node = Joule::start().await.unwrap();
    let refused = failed(400, "400: invalid joule archive");
    assert_eq!(
        answer(request(&node, "POST", "/archive.json").body("x")).await,
        refused
    );
}

#[tokio::test]
async fn joining_lumen_needs_parameters() {
    let node = Joule::start().await.unwrap();
    let body = json!({"master_type": "lumen", "identifier": "http://127.0.0.1:9"});
    let refused = failed(400, "400: Cannot add master: ['lumen_params']");
    assert_eq!(post(&node, "/master.json", body).await, refused);
    let masters = get(&node, "/masters.json").await.1;
    assert_eq!(masters.as_array().unwrap().len(), 1);
}
