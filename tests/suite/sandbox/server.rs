//! Paths, methods and headers, before any handler is asked.

use super::*;

#[tokio::test]
async fn an_empty_cluster_answers_as_an_empty_flink() {
    let flink = Flink::start().await.unwrap();
    // A cluster of one TaskManager, whose slots are ours to count.
    let mut overview = ok(&flink, "/overview").await;
    overview["slots-total"] = json!(4);
    overview["slots-available"] = json!(4);
    let real = r#"{"taskmanagers":1,"slots-total":4,"slots-available":4,"jobs-running":0,"jobs-finished":0,
        "jobs-cancelled":0,"jobs-failed":0,"flink-version":"1.20.5","flink-commit":"0980485"}"#;
    assert_eq!(overview, serde_json::from_str::<Value>(real).unwrap());
    let real = r#"{"refresh-interval":3000,"timezone-name":"Coordinated Universal Time","timezone-offset":0,
        "flink-version":"1.20.5","flink-revision":"0980485 @ 2026-06-08T09:21:06+02:00",
        "features":{"web-submit":true,"web-cancel":true,"web-rescale":false,"web-history":false}}"#;
    assert_eq!(
        ok(&flink, "/config").await,
        serde_json::from_str::<Value>(real).unwrap()
    );
    assert_eq!(ok(&flink, "/jobs").await, json!({"jobs": []}));
    assert_eq!(ok(&flink, "/jobs/overview").await, json!({"jobs": []}));
    assert_eq!(ok(&flink, "/datasets").await, json!({"dataSets": []}));
}

#[tokio::test]
async fn the_version_prefix_and_the_last_slash_are_optional() {
    let flink = Flink::start().await.unwrap();
    for path in ["/overview", "/v1/overview", "/overview/", "/overview?zzz=1"] {
        assert_eq!(get(&flink, path).await.0, 200, "{path}");
    }
    refused(
        get(&flink, "/v2/overview").await,
        404,
        "Unable to load requested file /v2/overview.",
    );
}

#[tokio::test]
async fn what_no_route_takes_is_404_in_two_wordings() {
    let flink = Flink::start().await.unwrap();
    refused(
        get(&flink, "/v1/nope").await,
        404,
        "Unable to load requested file /v1/nope.",
    );
    refused(
        post(&flink, "/v1/nope", json!({})).await,
        404,
        "Not found: /v1/nope",
    );
    // A wrong method is no 405.
    for method in ["PUT", "OPTIONS", "DELETE"] {
        let answer = send(&flink, method, "/v1/overview", None).await;
        refused(answer, 404, "Not found: /v1/overview");
    }
    assert_eq!(
        send(&flink, "HEAD", "/v1/overview", None).await,
        (404, json!(""))
    );
    refused(
        get(
            &flink,
            "/v1/jobs/9876543210fedcba9876543210fedcba/rescaling",
        )
        .await,
        404,
        "Unable to load requested file /v1/jobs/9876543210fedcba9876543210fedcba/rescaling.",
    );
}

#[tokio::test]
async fn a_request_line_of_4096_bytes_is_taken_and_no_longer_one() {
    let flink = Flink::start().await.unwrap();
    let path = format!(
        "/v1/overview?x={}",
        "a".repeat(4083 - "/v1/overview?x=".len())
    );
    assert_eq!(path.len(), 4083);
    assert_eq!(get(&flink, &path).await.0, 200);
    refused(
        get(&flink, &format!("{path}a")).await,
        404,
        "Unable to load requested file /bad-request.",
    );
}

#[tokio::test]
async fn json_says_its_charset_and_files_do_not() {
    let flink = Flink::start().await.unwrap();
    let headers = async |path: &str| {
        let url = format!("{}{path}", flink.url());
        let response = get_raw(url).await.unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        (
            header("content-type"),
            header("access-control-allow-origin"),
            header("content-length").is_some(),
        )
    };
    let json = Some("application/json; charset=UTF-8".to_owned());
    assert_eq!(
        headers("/overview").await,
        (json, Some("*".to_owned()), true)
    );
    let text = Some("text/plain".to_owned());
    assert_eq!(headers("/jobmanager/log").await, (text, None, true));
}

#[tokio::test]
async fn ids_are_read_in_any_case_and_nothing_else_is_taken_for_one() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.StreamJob", 1).await;
    let shouted = format!("/jobs/{}/status", job["/jobs/".len()..].to_uppercase());
    assert_eq!(get(&flink, &shouted).await.0, 200);
    for id in ["xyz", "01234567-89ab-cdef-0123-456789abcdef"] {
        let why = format!("Cannot resolve path parameter (jobid) from value \"{id}\".");
        let head = format!("{REST}: Bad request, could not parse parameters: {why}");
        let answer = get(&flink, &format!("/jobs/{id}")).await;
        let cause = format!("org.apache.flink.runtime.rest.handler.HandlerRequestException: {why}");
        assert_eq!(causes(&answer.1["errors"][0]), [cause]);
        refused(answer, 400, &head);
    }
    let missing = format!("{NOT_FOUND}: Job {NONE} not found");
    refused(get(&flink, &format!("/jobs/{NONE}")).await, 404, &missing);
    tripped(
        get(&flink, &format!("/jobs/{NONE}/status")).await,
        &format!(
            "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job ({NONE})"
        ),
    );
}

#[tokio::test]
async fn what_the_sandbox_does_not_carry_is_501() {
    let flink = Flink::start().await.unwrap();
    for (method, path) in [
        ("GET", format!("/jobs/{NONE}/yarn-stop")),
        ("POST", format!("/jobs/{NONE}/coordinators/{NONE}")),
    ] {
        let (status, body) = send(&flink, method, &path, None).await;
        let line = format!("The sandbox does not carry {method} {path} yet.");
        assert_eq!((status, body), (501, json!({"errors": [line]})));
    }
    // Routes of Flink 2.3 are no routes of 1.20.5.
    assert_eq!(get(&flink, "/applications/overview").await.0, 404);
    assert_eq!(
        get(&flink, &format!("/jobs/{NONE}/rescales/history"))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_demo_has_a_job_in_every_final_state_and_one_that_runs() {
    let demo = || Flink::builder().demo(true).seed(5).start();
    let (one, other) = (demo().await.unwrap(), demo().await.unwrap());
    let overview = ok(&one, "/jobs/overview").await;
    let states: Vec<&str> = overview["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["FINISHED", "FAILED", "CANCELED", "RUNNING"]);
    // The same seed, the same ids.
    assert_eq!(ok(&one, "/jobs").await, ok(&other, "/jobs").await);
}
