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
async fn a_bundle_is_where_the_upload_says_and_runs_by_that_link() {
    let streams = demo(Flavour::Standalone5).await;
    let request = request(&streams, "POST", "/applicationbundles")
        .header("content-type", "application/x-jar");
    let (_, told) = answer(request.body("x")).await;
    let own = told["self"].as_str().unwrap();
    assert_eq!(ok(&streams, own).await, told);
    let (status, job) = send(&streams, "POST", "/jobs", json!({"application": own})).await;
    assert_eq!(status, 201, "{job}");
    assert_eq!(
        get(&streams, "/applicationbundles/bundleId:none").await.0,
        404
    );
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

/// What submits the bundle with this `deploymentConfig`.
fn deployed(bundle: &str, config: Value) -> Value {
    let overlay = json!({"jobConfigOverlays": [{"deploymentConfig": config}]});
    json!({"application": bundle, "jobConfigurationOverlay": overlay})
}

#[tokio::test]
async fn a_job_is_deployed_as_it_is_wanted() {
    let streams = demo(Flavour::Standalone5).await;
    let bundle = upload(&streams).await;
    let config = json!({
        "fusionScheme": "manual", "fusionTargetPeCount": 1, "threadingModel": "dynamic",
        "dynamicThreadingThreadCount": 4, "dynamicThreadingElastic": true, "jobResourceSharing": "sameUser",
    });
    let (status, job) = send(&streams, "POST", "/jobs", deployed(&bundle, config)).await;
    assert_eq!(status, 201, "{job}");
    let members = [
        "fusionScheme",
        "threadingModel",
        "dynamicThreadingThreadCount",
        "dynamicThreadingElastic",
        "jobResourceSharing",
    ];
    let told = |job: &Value| members.map(|name| job[name].clone());
    let expected = [
        json!("manual"),
        json!("dynamic"),
        json!(4),
        json!(true),
        json!("sameUser"),
    ];
    assert_eq!(told(&job), expected);
    assert_eq!(
        told(&ok(&streams, job["self"].as_str().unwrap()).await),
        expected
    );
    let (_, job) = send(&streams, "POST", "/jobs", deployed(&bundle, json!({}))).await;
    let expected = [
        json!("automatic"),
        json!("automatic"),
        Value::Null,
        Value::Null,
        json!("sameInstance"),
    ];
    assert_eq!(told(&job), expected);
}

#[tokio::test]
async fn there_are_as_many_pes_as_are_wanted_and_operators_allow() {
    let streams = demo(Flavour::Standalone5).await;
    let bundle = upload(&streams).await;
    for (config, expected) in [
        (
            json!({"fusionScheme": "manual", "fusionTargetPeCount": 1}),
            1,
        ),
        (
            json!({"fusionScheme": "manual", "fusionTargetPeCount": 2}),
            2,
        ),
        (
            json!({"fusionScheme": "manual", "fusionTargetPeCount": 99}),
            3,
        ),
        // It says nothing of another scheme.
        (json!({"fusionTargetPeCount": 3}), 2),
        (json!({"fusionScheme": "manual"}), 2),
    ] {
        let body = deployed(&bundle, config.clone());
        let (status, job) = send(&streams, "POST", "/jobs", body).await;
        assert_eq!(status, 201, "{job}");
        let pes = ok(&streams, job["pes"].as_str().unwrap()).await;
        assert_eq!(pes["total"], expected, "{config}");
        let mut operators = 0;
        for pe in all(&pes, "pes", "operators") {
            let of_pe = ok(&streams, pe).await;
            operators += of_pe["total"].as_u64().filter(|count| *count > 0).unwrap();
        }
        assert_eq!(operators, 3, "{config}");
    }
}

#[tokio::test]
async fn a_deployment_that_is_none_is_refused() {
    let streams = demo(Flavour::Standalone5).await;
    let bundle = upload(&streams).await;
    for config in [
        json!("manual"),
        json!({"fusionScheme": "none"}),
        json!({"threadingModel": 1}),
        json!({"fusionScheme": "manual", "fusionTargetPeCount": 0}),
        json!({"fusionScheme": "manual", "fusionTargetPeCount": 1.5}),
        json!({"dynamicThreadingThreadCount": -1}),
        json!({"dynamicThreadingElastic": "yes"}),
        json!({"jobResourceSharing": "sameHost"}),
    ] {
        let body = deployed(&bundle, config.clone());
        assert_eq!(
            send(&streams, "POST", "/jobs", body).await.0,
            400,
            "{config}"
        );
    }
    assert_eq!(ok(&streams, "/jobs").await["total"], 2);
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
