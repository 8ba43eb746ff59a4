use headwaters::flowthings::mem;

use super::*;

#[tokio::test]
async fn drops_are_grouped_and_computed() {
    let flowthings = start().await;
    let api = api(&flowthings);
    let flow = flow(&flowthings, "/sandbox/foo").await;
    for (vent, temperature) in [("open", 31.0), ("closed", 20.0), ("open", 33.0)] {
        let elems = [("vent", json!(vent)), ("temperature", json!(temperature))];
        api.drop(flow.as_str()).create(elems).await.unwrap();
    }
    let body = json!({
        "output": ["$count", "$avg:temperature", "$avg:hot"],
        "groupBy": ["vent"],
        "rules": {"hot": mem("elems.temperature").gt(32).to_string()},
        "sorts": ["vent:desc"],
    });
    let at = format!("/drop/{flow}/aggregate");
    let rows = post(&flowthings, &at, body).await;
    assert_eq!(
        rows,
        json!([
            {"id": {"vent": "open"}, "$count": 2, "$avg:temperature": 32.0, "$avg:hot": 0.5},
            {"id": {"vent": "closed"}, "$count": 1, "$avg:temperature": 20.0, "$avg:hot": 0.0},
        ])
    );
    let wrong = refused(
        &flowthings,
        "POST",
        &at,
        Some(json!({"output": ["$median:x"]})),
    )
    .await;
    assert_eq!(wrong.0, 400);
    assert!(wrong.1.contains("$median"), "{}", wrong.1);
    let rows = api
        .drop(flow.as_str())
        .aggregate(["$max:temperature"])
        .await
        .unwrap();
    assert_eq!(json!(rows)[0]["$max:temperature"], 33.0);
}
