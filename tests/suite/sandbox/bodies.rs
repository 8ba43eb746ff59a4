//! Bodies that are not what a handler expects. The heads and causes were seen on 1.20.5.

use super::*;

async fn raw(flink: &Flink, method: &str, path: &str, body: &'static str) -> Answer {
    let request = http().request(method.parse().unwrap(), format!("{}{path}", flink.url()));
    let response = request.body(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// Status, first line of the error, and first line of its first cause.
async fn complaint(flink: &Flink, path: &str, body: Value) -> (u16, String, String) {
    let (status, body) = post(flink, path, body).await;
    let cause = causes(&body["errors"][0])
        .first()
        .copied()
        .unwrap_or_default();
    let cause = cause
        .rsplit_once("jackson.")
        .map_or(cause, |(_, cause)| cause);
    (status, heads(&body)[0].to_owned(), cause.to_owned())
}

#[tokio::test]
async fn every_route_reads_its_body_even_a_get() {
    let flink = Flink::start().await.unwrap();
    let unknown = format!("/jobs/{NONE}");
    for (method, path) in [
        ("GET", "/overview"),
        ("GET", "/jobmanager/log"),
        ("PATCH", &unknown),
        ("DELETE", "/jars/nope.jar"),
    ] {
        let head = format!("{REST}: Request did not match expected format EmptyRequestBody.");
        for body in ["nope", "[]", "5", "{\"a\":"] {
            refused(raw(&flink, method, path, body).await, 400, &head);
        }
        tripped(
            raw(&flink, method, path, "null").await,
            "java.lang.NullPointerException",
        );
    }
    // Unknown members, and what comes after the object, are not looked at.
    for body in ["{\"a\": 1}", "{} x", " "] {
        assert_eq!(raw(&flink, "GET", "/overview", body).await.0, 200);
    }
    refused(
        raw(&flink, "GET", "/nope", "nope").await,
        404,
        "Unable to load requested file /nope.",
    );
}

#[tokio::test]
async fn an_integer_may_be_text_or_a_fraction_but_not_too_big() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let plan = format!("/jars/{jar}/plan");
    for (parallelism, seen) in [
        (json!(3.7), 3),
        (json!("3"), 3),
        (json!(""), 1),
        (json!(null), 1),
    ] {
        let (status, body) = post(&flink, &plan, json!({"parallelism": parallelism})).await;
        assert_eq!(
            (status, &body["plan"]["nodes"][0]["parallelism"]),
            (200, &json!(seen))
        );
    }
    let head = format!("{REST}: Request did not match expected format JarPlanRequestBody.");
    for (parallelism, cause) in [
        (
            json!(99_999_999_999_i64),
            "databind.JsonMappingException: Numeric value (99999999999) out of range of int (-2147483648 - 2147483647)",
        ),
        (
            json!("x"),
            "databind.exc.InvalidFormatException: Cannot deserialize value of type `java.lang.Integer` \
             from String \"x\": not a valid `java.lang.Integer` value",
        ),
        (
            json!(true),
            "databind.exc.MismatchedInputException: Cannot deserialize value of type `java.lang.Integer` \
             from Boolean value (token `JsonToken.VALUE_TRUE`)",
        ),
        (
            json!([1]),
            "databind.exc.MismatchedInputException: Cannot deserialize value of type `java.lang.Integer` \
             from Array value (token `JsonToken.START_ARRAY`)",
        ),
    ] {
        let seen = complaint(&flink, &plan, json!({"parallelism": parallelism})).await;
        assert_eq!(seen, (400, head.clone(), cause.to_owned()));
    }
}

#[tokio::test]
async fn a_query_parameter_is_a_single_number_in_range() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    for value in ["99999999999", "3.5", "x", ""] {
        let answer = post(
            &flink,
            &format!("/jars/{jar}/plan?parallelism={value}"),
            json!({}),
        )
        .await;
        let why = format!("Cannot resolve query parameter (parallelism) from value \"{value}\".");
        let head = format!("{REST}: Bad request, could not parse parameters: {why}");
        refused(answer, 400, &head);
    }
    let answer = post(
        &flink,
        &format!("/jars/{jar}/plan?parallelism=1,2"),
        json!({}),
    )
    .await;
    refused(
        answer,
        400,
        &format!("{REST}: Expected only one value [1, 2]."),
    );
}

#[tokio::test]
async fn ids_and_constants_in_bodies_are_checked() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let format = |class: &str| format!("{REST}: Request did not match expected format {class}.");
    assert_eq!(
        complaint(&flink, &format!("/jars/{jar}/plan"), json!({"jobId": "zz"})).await,
        (
            400,
            format("JarPlanRequestBody"),
            "databind.JsonMappingException: Cannot parse JobID from \"zz\". The expected format is \
             [0-9a-fA-F]{32}, e.g. fd72014d4c864993a2e5a9287b4a9c5d."
                .to_owned(),
        )
    );
    let checkpoints = format!("/jobs/{NONE}/checkpoints");
    assert_eq!(
        complaint(&flink, &checkpoints, json!({"triggerId": "zz"})).await,
        (
            400,
            format("CheckpointTriggerRequestBody"),
            "databind.JsonMappingException: For input string: \"zz\" under radix 16".to_owned(),
        )
    );
    assert_eq!(
        complaint(&flink, &checkpoints, json!({"checkpointType": "ZZ"})).await,
        (
            400,
            format("CheckpointTriggerRequestBody"),
            "databind.exc.InvalidFormatException: Cannot deserialize value of type \
             `org.apache.flink.core.execution.CheckpointType` from String \"ZZ\": not one of the values \
             accepted for Enum class: [INCREMENTAL, CONFIGURED, FULL]"
                .to_owned(),
        )
    );
}

#[tokio::test]
async fn a_heartbeat_needs_its_time_and_no_job() {
    let flink = Flink::start().await.unwrap();
    let path = format!("/jobs/{NONE}/clientHeartbeat");
    for body in [
        r#"{"expiredTimestamp": 1}"#,
        r#"{"expiredTimestamp": "5"}"#,
        r#"{"expiredTimestamp": 5.5}"#,
    ] {
        assert_eq!(raw(&flink, "PATCH", &path, body).await, (202, json!({})));
    }
    // Nothing at all is another error than nothing in it.
    let nothing = "Bad request received. Request did not conform to expected format.";
    refused(
        raw(&flink, "PATCH", &path, "").await,
        400,
        &format!("{REST}: {nothing}"),
    );
    let head =
        format!("{REST}: Request did not match expected format JobClientHeartbeatRequestBody.");
    refused(raw(&flink, "PATCH", &path, "{}").await, 400, &head);
}
