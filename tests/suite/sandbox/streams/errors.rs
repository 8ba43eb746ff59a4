//! What goes wrong, in the words of either version.

use super::*;

#[tokio::test]
async fn streams_4_tells_one_message_and_streams_5_a_list() {
    let four = demo(Flavour::OnPrem4).await;
    let (status, body) = get(&four, "/jobs/9999999999").await;
    assert_eq!((status, &body["id"]), (404, &json!("CDISW5000E")));
    let message = body["message"].as_str().unwrap();
    assert!(message.starts_with("CDISW5000E "), "{message}");
    let five = demo(Flavour::Standalone5).await;
    let (status, body) = get(&five, "/jobs/9999999999").await;
    let messages = body["messages"].as_array().unwrap();
    assert_eq!((status, messages.len()), (404, 1));
    assert_eq!(messages[0]["id"], "CDISW5000E");
}

#[tokio::test]
async fn an_id_of_the_wrong_form_is_a_bad_request() {
    let streams = demo(Flavour::OnPrem4).await;
    for target in ["/jobs/x", "/pes/-1", "/views/1.5"] {
        let (status, body) = get(&streams, target).await;
        assert_eq!(
            (status, &body["id"]),
            (400, &json!("CDISW5002E")),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_not_found() {
    let streams = demo(Flavour::OnPrem4).await;
    let root = streams.url();
    for target in [
        format!("{root}/"),
        format!("{}/streams/rest", streams.origin()),
        format!("{}/", streams.origin()),
    ] {
        assert_eq!(get(&streams, &target).await.0, 404, "{target}");
    }
    for target in [
        "/nothing",
        "/jobs/0/nothing",
        "/../Other/jobs",
        "/applicationconfigurations",
    ] {
        assert_eq!(get(&streams, target).await.0, 404, "{target}");
    }
}

#[tokio::test]
async fn streams_4_cancels_and_submits_nothing_over_rest() {
    let streams = demo(Flavour::OnPrem4).await;
    for (method, target) in [
        ("DELETE", "/jobs/0"),
        ("PATCH", "/jobs/0"),
        ("POST", "/jobs"),
    ] {
        let (status, body) = send(&streams, method, target, json!({})).await;
        assert_eq!(
            (status, &body["id"]),
            (405, &json!("CDISW5012E")),
            "{method} {target}"
        );
    }
}

#[tokio::test]
async fn what_the_sandbox_does_not_carry_says_so() {
    let streams = demo(Flavour::Standalone5).await;
    for (method, target) in [
        ("GET", "/jobs/snapshot"),
        ("GET", "/pes/0/metricssnapshot"),
        ("POST", "/views/0/actions"),
        ("POST", "/jobsubmissions"),
    ] {
        let (status, body) = send(&streams, method, target, json!({})).await;
        let message = body["messages"][0]["message"].as_str().unwrap();
        let expected = format!(
            "The sandbox does not carry {method} /streams/rest/instances/StreamsInstance{target}."
        );
        assert_eq!(
            (status, message.ends_with(&expected)),
            (501, true),
            "{message}"
        );
    }
}

#[tokio::test]
async fn the_answer_to_a_body_that_is_too_long_arrives() {
    let streams = demo(Flavour::Standalone5).await;
    for (target, content_type) in [
        ("/jobs", "application/json"),
        // Only a toolkit may be long.
        ("/jobs", "application/zip"),
        ("/applicationconfigurations", "application/json"),
    ] {
        let request = request(&streams, "POST", target).header("content-type", content_type);
        let (status, body) = answer(request.body(vec![b' '; 64 << 20])).await;
        let message = body["messages"][0]["message"].as_str().unwrap();
        assert_eq!(
            (status, message.ends_with("it is too long.")),
            (400, true),
            "{target}: {message}"
        );
    }
}
