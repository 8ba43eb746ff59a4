//! Jobs that are submitted to Streams 5.

use std::time::Duration;

use super::*;

async fn upload(streams: &Streams) -> String {
    let request =
        request(streams, "POST", "/applicationbundles").header("content-type", "application/x-jar");
    let (status, body) = answer(request.body(vec![7; 100_000])).await;
    assert_eq!(status, 200, "{body}");
    body["bundleId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_bundle_is_uploaded_and_run() {
    let streams = demo(Flavour::Standalone5).await;
    let bundle = upload(&streams).await;
    let body = json!({"application": bundle, "jobConfigurationOverlay": {}, "preview": false});
    let response = request(&streams, "POST", "/jobs")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let job: Value = response.json().await.unwrap();
    assert_eq!(job["id"], "2");
    assert_eq!(job["self"], location);
    let list = ok(&streams, "/jobs").await;
    assert_eq!(all(&list, "jobs", "id"), ["0", "1", "2"]);
    assert_eq!(
        (&job["status"], &job["health"]),
        (&json!("constructed"), &json!("unhealthy"))
    );
    streams.advance(Duration::from_secs(2));
    let job = ok(&streams, &location).await;
    assert_eq!(
        (&job["status"], &job["health"]),
        (&json!("running"), &json!("healthy"))
    );
    let views = ok(&streams, job["views"].as_str().unwrap()).await;
    let items = ok(&streams, views["views"][0]["viewItems"].as_str().unwrap()).await;
    assert!(items["total"].as_i64() > Some(0));
}

#[tokio::test]
async fn the_first_overlay_says_how() {
    let streams = demo(Flavour::Standalone5).await;
    let overlay = json!({"jobConfigOverlays": [
        {"jobConfig": {
            "jobName": "mine", "jobGroup": "nightly", "dataDirectory": "/data", "tracing": "debug",
            "submissionParameters": [{"name": "a", "value": 1}, {"name": "b", "value": "x,y"}],
        }},
        {"jobConfig": {"jobName": "other"}},
    ]});
    let body = json!({"application": upload(&streams).await, "jobConfigurationOverlay": overlay, "preview": false});
    let (status, job) = send(&streams, "POST", "/jobs", body.clone()).await;
    assert_eq!(
        (status, &job["name"], &job["dataPath"]),
        (201, &json!("mine"), &json!("/data"))
    );
    assert!(
        job["jobGroup"]
            .as_str()
            .unwrap()
            .ends_with("/jobgroups/nightly")
    );
    let parameters = &job["submitParameters"];
    assert_eq!(
        (&parameters[0]["value"], &parameters[0]["parameterKind"]),
        (&json!("1"), &json!("named"))
    );
    assert_eq!(
        (&parameters[1]["values"], &parameters[1]["parameterKind"]),
        (&json!(["x", "y"]), &json!("namedList"))
    );
    let pes = ok(&streams, job["pes"].as_str().unwrap()).await;
    assert_eq!(pes["pes"][0]["tracingLevel"], "debug");
    // The name is taken now.
    assert_eq!(send(&streams, "POST", "/jobs", body).await.0, 409);
}

#[tokio::test]
async fn what_cannot_be_run_is_refused() {
    let streams = demo(Flavour::Standalone5).await;
    let bundle = upload(&streams).await;
    let group = json!({"jobConfigOverlays": [{"jobConfig": {"jobGroup": "none"}}]});
    for (body, expected) in [
        (json!({"application": "bundleId:none"}), 404),
        (json!({}), 400),
        (
            json!({"application": bundle, "jobConfigurationOverlay": []}),
            400,
        ),
        (
            json!({"application": bundle, "jobConfigurationOverlay": group}),
            500,
        ),
        (json!({"application": bundle, "preview": true}), 501),
    ] {
        assert_eq!(
            send(&streams, "POST", "/jobs", body.clone()).await.0,
            expected,
            "{body}"
        );
    }
    let no_json = request(&streams, "POST", "/jobs").header("content-type", "application/json");
    let (status, body) = answer(no_json.body("{")).await;
    assert_eq!(
        (status, &body["messages"][0]["id"]),
        (400, &json!("CDISW5014E"))
    );
    let bundle = request(&streams, "POST", "/applicationbundles");
    assert_eq!(answer(bundle.body("x")).await.0, 415);
}
