//! Savepoints: written, stopped with, restored from and disposed of.

use super::*;

/// Waits for the end of an operation, every answer before which must be the same; returns the outcome.
async fn outcome(flink: &Flink, path: &str) -> Value {
    let in_progress = json!({"status": {"id": "IN_PROGRESS"}, "operation": null});
    let done = until(flink, path, |body| *body != in_progress).await;
    assert_eq!(done["status"]["id"], "COMPLETED");
    done["operation"].clone()
}

/// Triggers an operation of a job, and returns its outcome.
async fn savepoint(flink: &Flink, job: &str, verb: &str, body: Value) -> Value {
    let (status, body) = post(flink, &format!("{job}/{verb}"), body).await;
    assert_eq!(status, 202, "{body}");
    let id = body["request-id"].as_str().unwrap();
    outcome(flink, &format!("{job}/savepoints/{id}")).await
}

async fn dispose(flink: &Flink, path: &str) -> Value {
    // Not 202, as the other triggers.
    let (status, body) = post(
        flink,
        "/savepoint-disposal",
        json!({"savepoint-path": path}),
    )
    .await;
    assert_eq!(status, 200);
    let id = body["request-id"].as_str().unwrap();
    outcome(flink, &format!("/savepoint-disposal/{id}")).await
}

#[tokio::test]
async fn a_savepoint_is_written_below_its_directory() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let body = json!({"target-directory": "/srv/sp/"});
    let written = savepoint(&flink, &job, "savepoints", body).await;
    let id = &job["/jobs/".len()..];
    let location = written["location"].as_str().unwrap();
    assert!(
        location.starts_with(&format!("file:/srv/sp/savepoint-{}-", &id[..6])),
        "{location}"
    );
    let listed = ok(&flink, &format!("{job}/checkpoints")).await;
    let latest = &listed["latest"]["savepoint"];
    assert_eq!(
        (
            &latest["external_path"],
            &latest["checkpoint_type"],
            &latest["savepointFormat"]
        ),
        (&json!(location), &json!("SAVEPOINT"), &json!("CANONICAL"))
    );
}

#[tokio::test]
async fn a_client_that_chooses_the_trigger_id_may_ask_twice() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let path = format!("{job}/savepoints");
    let accepted = (202, json!({"request-id": "ff".repeat(16)}));
    for directory in ["/srv/one", "/srv/other"] {
        let body = json!({"target-directory": directory, "triggerId": "FF".repeat(16)});
        assert_eq!(post(&flink, &path, body).await, accepted);
    }
    let written = outcome(&flink, &format!("{path}/{}", "ff".repeat(16))).await;
    assert!(
        written["location"]
            .as_str()
            .unwrap()
            .starts_with("file:/srv/one/")
    );
    // Under another job there is no such operation.
    let head = format!(
        "{REST}: There is no savepoint operation with triggerId={} for job {NONE}.",
        "ff".repeat(16)
    );
    let other = format!("/jobs/{NONE}/savepoints/{}", "ff".repeat(16));
    refused(get(&flink, &other).await, 404, &head);
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_fails_the_savepoint_and_not_the_job() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let body = json!({"target-directory": "file:///forbidden/zone", "cancel-job": true});
    let failed = savepoint(&flink, &job, "savepoints", body).await;
    let cause = &failed["failure-cause"];
    assert_eq!(cause["class"], "java.util.concurrent.CompletionException");
    assert!(
        causes(&cause["stack-trace"])[0].starts_with(
            "org.apache.flink.runtime.checkpoint.CheckpointException: An Exception occurred while triggering \
             the checkpoint. IO-problem detected."
        )
    );
    assert!(
        cause["serialized-throwable"]
            .as_str()
            .unwrap()
            .starts_with("rO0ABX")
    );
    let listed = ok(&flink, &format!("{job}/checkpoints")).await;
    assert_eq!(
        listed["latest"]["failed"]["failure_message"],
        "An Exception occurred while triggering the checkpoint. IO-problem detected."
    );
    assert_eq!(
        ok(&flink, &format!("{job}/status")).await["status"],
        "RUNNING"
    );
}

#[tokio::test]
async fn a_job_that_is_stopped_finishes_with_its_savepoint() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let body = json!({"targetDirectory": "s3://bucket/x", "drain": false});
    let written = savepoint(&flink, &job, "stop", body).await;
    assert!(
        written["location"]
            .as_str()
            .unwrap()
            .starts_with("s3://bucket/x/savepoint-")
    );
    until_status(&flink, &job, "FINISHED").await;
    let listed = ok(&flink, &format!("{job}/checkpoints")).await;
    assert_eq!(listed["history"][0]["checkpoint_type"], "SYNC_SAVEPOINT");
    let gone = savepoint(&flink, &job, "stop", json!({})).await;
    assert!(gone["failure-cause"].is_object());
    let id = "00000000000000000000000000000000";
    let path = format!("/v1{job}/stop/{id}");
    let head = format!("Unable to load requested file {path}.");
    refused(get(&flink, &path).await, 404, &head);
}

#[tokio::test]
async fn a_job_may_be_cancelled_by_its_savepoint() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let written = savepoint(&flink, &job, "savepoints", json!({"cancel-job": true})).await;
    let location = written["location"].as_str().unwrap();
    assert!(
        location.starts_with("file:/tmp/flink/savepoints/savepoint-"),
        "{location}"
    );
    until_status(&flink, &job, "CANCELED").await;
}

#[tokio::test]
async fn a_job_starts_from_a_savepoint_and_counts_on() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let written = savepoint(&flink, &job, "stop", json!({"targetDirectory": "/srv/sp"})).await;
    let location = written["location"].as_str().unwrap();
    let last = ok(&flink, &format!("{job}/checkpoints")).await["history"][0]["id"]
        .as_i64()
        .unwrap();
    let jar = upload(&flink, "readings.jar").await;
    // Any spelling of the path will do.
    let body = json!({"savepointPath": location.replace("file:", "file://")});
    let (status, run) = post(&flink, &format!("/jars/{jar}/run"), body).await;
    assert_eq!(status, 200);
    let next = format!("/jobs/{}", run["jobid"].as_str().unwrap());
    let listed = checkpoints(&flink, &next, 1).await;
    let restored = &listed["latest"]["restored"];
    alike(
        json!({"id": 30, "restore_timestamp": 1795160790115_i64, "is_savepoint": true,
            "external_path": "file:/srv/flink/sp/savepoint-987654-e5de00196c6c"}),
        restored,
    );
    assert_eq!(
        (&restored["id"], &restored["external_path"]),
        (&json!(last), &json!(location))
    );
    assert_eq!(listed["counts"]["restored"], 1);
    let oldest = listed["history"].as_array().unwrap().last().unwrap();
    assert_eq!(oldest["id"], last + 1);
}

#[tokio::test]
async fn a_job_without_its_savepoint_is_refused_and_there_all_the_same() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let body = json!({"savepointPath": "file:///nope/sp", "jobId": "ab".repeat(16),
        "programArgsList": ["--name", "bad sp"]});
    let answer = post(&flink, &format!("/jars/{jar}/run"), body).await;
    let missing = "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory \
                   'file:///nope/sp' on file system 'file'.";
    let initialization = "org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.";
    let chain = [
        initialization.to_owned(),
        format!("java.util.concurrent.CompletionException: java.lang.RuntimeException: {missing}"),
        format!("java.lang.RuntimeException: {missing}"),
        missing.to_owned(),
    ];
    let mut expected = vec![
        "java.util.concurrent.CompletionException: org.apache.flink.util.FlinkRuntimeException: \
         Could not execute application."
            .to_owned(),
        "org.apache.flink.util.FlinkRuntimeException: Could not execute application.".to_owned(),
        "org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: \
         Failed to execute job 'bad sp'."
            .to_owned(),
        "org.apache.flink.util.FlinkException: Failed to execute job 'bad sp'.".to_owned(),
        format!("java.lang.RuntimeException: {initialization}"),
    ];
    expected.extend(chain.clone());
    assert_eq!(causes(&answer.1["errors"][0]), expected);
    refused(
        answer,
        400,
        &format!("{REST}: Could not execute application."),
    );

    let job = format!("/jobs/{}", "ab".repeat(16));
    let details = ok(&flink, &job).await;
    assert_eq!(
        (
            &details["state"],
            &details["name"],
            &details["vertices"],
            &details["plan"]
        ),
        (&json!("FAILED"), &json!("bad sp"), &json!([]), &json!({}))
    );
    assert_eq!(details["timestamps"]["CREATED"], 0);
    let overview = ok(&flink, "/jobs/overview").await;
    assert_eq!(overview["jobs"][0]["tasks"]["total"], 0);
    let exceptions = ok(&flink, &format!("{job}/exceptions")).await;
    assert_eq!(exceptions["all-exceptions"], json!([]));
    let entry = &exceptions["exceptionHistory"]["entries"][0];
    assert_eq!(
        (&entry["exceptionName"], &entry["failureLabels"]),
        (
            &json!("org.apache.flink.runtime.client.JobInitializationException"),
            &json!({})
        )
    );
    let result = ok(&flink, &format!("{job}/execution-result")).await;
    let cause = &result["job-execution-result"]["failure-cause"];
    assert_eq!(causes(&cause["stack-trace"]), chain[1..]);
    let config = ok(&flink, &format!("{job}/checkpoints/config")).await;
    assert_eq!(config["state_backend"], "Unknown");
}

#[tokio::test]
async fn what_is_disposed_of_is_gone_for_good() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let body = json!({"target-directory": "/srv/sp"});
    let written = savepoint(&flink, &job, "savepoints", body).await;
    let location = written["location"].as_str().unwrap();
    assert_eq!(dispose(&flink, location).await, json!({}));
    let again = dispose(&flink, location).await;
    let cause = &again["failure-cause"];
    assert_eq!(cause["class"], "org.apache.flink.util.FlinkException");
    let trace = cause["stack-trace"].as_str().unwrap();
    let head =
        format!("org.apache.flink.util.FlinkException: Could not dispose savepoint {location}.\n");
    assert!(trace.starts_with(&head), "{trace}");
    let missing = format!(
        "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '{location}' \
         on file system 'file'."
    );
    assert_eq!(causes(&cause["stack-trace"]), [missing]);
    let jar = upload(&flink, "readings.jar").await;
    let body = json!({"savepointPath": location});
    assert_eq!(post(&flink, &format!("/jars/{jar}/run"), body).await.0, 400);
}

#[tokio::test]
async fn a_disposal_needs_a_path() {
    let flink = Flink::start().await.unwrap();
    let head = format!("{REST}: Field savepoint-path must not be omitted or be null.");
    refused(
        post(&flink, "/savepoint-disposal", json!({})).await,
        400,
        &head,
    );
    let empty = dispose(&flink, "").await;
    assert_eq!(
        empty["failure-cause"]["class"],
        "java.lang.IllegalArgumentException"
    );
    refused(
        get(&flink, &format!("/savepoint-disposal/{NONE}")).await,
        404,
        &format!(
            "{NOT_FOUND}: Operation not found under key: \
             org.apache.flink.runtime.rest.handler.async.OperationKey@1f"
        ),
    );
}
