//! Values and members that a newer server may send.

use headwaters::flink::types::{
    JobStatus, JobStatusInfo, RecoveryClaimMode, SavepointFormatType, TerminationMode,
};

use super::{
    JAR, JOB, RUN, TRIGGERED, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

#[tokio::test]
async fn an_unknown_value_comes_back_as_it_came_and_an_unknown_member_does_no_harm() {
    let stub = ScriptedServer::playing([Answer::json(
        r#"{"newer":[{"a":null}],"status":"Hibernating \u00fc","status-reason":{"deep":[1.5]}}"#,
    )]);
    let info = client(&stub, single()).jobs().status(JOB).await.unwrap();
    assert_eq!(info.status, JobStatus::Unknown("Hibernating ü".into()));
    assert_eq!(info.status.as_str(), "Hibernating ü");
    let text = serde_json::to_string(&info).unwrap();
    assert_eq!(text, r#"{"status":"Hibernating ü"}"#);
    let again: JobStatusInfo = serde_json::from_str(&text).unwrap();
    assert_eq!(again, info);
}

#[test]
fn a_known_value_is_known_in_its_own_spelling_only() {
    assert_eq!(JobStatus::from("RUNNING"), JobStatus::Running);
    assert_eq!(
        JobStatus::from("running"),
        JobStatus::Unknown("running".into())
    );
    assert_eq!(JobStatus::from(""), JobStatus::Unknown(String::new()));
}

#[tokio::test]
async fn unknown_values_are_sent_as_they_were_given() {
    let stub = ScriptedServer::new(|request| match request.method.as_str() {
        "PATCH" => Answer::status(202, &[], "{}"),
        _ if request.target.ends_with("/run") => Answer::json(RUN),
        _ => Answer::status(202, &[], TRIGGERED),
    });
    let flink = client(&stub, single());
    let mode = TerminationMode::from("drain & stop");
    flink.jobs().cancel(JOB).mode(mode).await.unwrap();
    let format = SavepointFormatType::from("ARROW \"2\"");
    let trigger = flink.jobs().trigger_savepoint(JOB).format_type(format);
    trigger.await.unwrap();
    let mode = RecoveryClaimMode::from("BORROW");
    flink.jars().run(JAR).claim_mode(mode).await.unwrap();
    let requests = stub.requests();
    assert!(requests[0].target.ends_with("?mode=drain+%26+stop"));
    assert_eq!(requests[1].body, br#"{"formatType":"ARROW \"2\""}"#);
    assert_eq!(requests[2].body, br#"{"claimMode":"BORROW"}"#);
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_and_no_unknown_value() {
    for status in ["7", "null", "true", "[]", "{}"] {
        let stub = ScriptedServer::playing([Answer::json(format!(r#"{{"status":{status}}}"#))]);
        let outcome = client(&stub, single()).jobs().status(JOB).await;
        assert!(outcome.unwrap_err().is_decode(), "{status}");
    }
}
