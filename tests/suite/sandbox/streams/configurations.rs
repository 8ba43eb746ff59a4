//! Application configurations.

use super::*;

const LIST: &str = "/applicationconfigurations";

#[tokio::test]
async fn a_configuration_is_made_changed_and_removed() {
    let streams = demo(Flavour::Standalone5).await;
    let body = json!({"name": "a/b c", "description": "mine", "properties": {"x": "1", "y": "2"}});
    let (status, made) = send(&streams, "POST", LIST, body.clone()).await;
    assert_eq!((status, &made["name"]), (201, &json!("a/b c")));
    let own = made["self"].as_str().unwrap();
    assert!(
        own.ends_with("/applicationconfigurations/a%2Fb%20c"),
        "{own}"
    );
    assert_eq!(send(&streams, "POST", LIST, body).await.0, 409);
    // What is null goes; what is not named stays.
    let change = json!({"properties": {"x": null, "z": "3"}});
    let (status, changed) = send(&streams, "PATCH", own, change).await;
    assert_eq!(
        (status, &changed["properties"]),
        (200, &json!({"y": "2", "z": "3"}))
    );
    assert_eq!(changed["description"], "mine");
    assert_eq!(changed, ok(&streams, own).await);
    let list = ok(&streams, LIST).await;
    assert_eq!(
        all(&list, "applicationConfigurations", "name"),
        ["a/b c", "kafka"]
    );
    assert_eq!(
        request(&streams, "DELETE", own)
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(
        request(&streams, "DELETE", own)
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    let streams = demo(Flavour::Standalone5).await;
    let own = format!("{LIST}/kafka");
    let before = ok(&streams, &own).await;
    let change = json!({"description": "x", "properties": {"group": null, "server": 5}});
    assert_eq!(send(&streams, "PATCH", &own, change).await.0, 400);
    assert_eq!(ok(&streams, &own).await, before);
    assert_eq!(
        send(&streams, "POST", LIST, json!({"properties": {}}))
            .await
            .0,
        400
    );
}
