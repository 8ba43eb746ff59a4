//! Checkpoints, periodic and asked for.

use super::*;

/// What 1.20.5 says before there is a checkpoint.
fn nothing_yet() -> Value {
    let unknown = json!({"min": 0, "max": 0, "avg": 0,
        "p50": "NaN", "p90": "NaN", "p95": "NaN", "p99": "NaN", "p999": "NaN"});
    let zero = json!({"min": 0, "max": 0, "avg": 0,
        "p50": 0.0, "p90": 0.0, "p95": 0.0, "p99": 0.0, "p999": 0.0});
    json!({
        "counts": {"restored": 0, "total": 0, "in_progress": 0, "completed": 0, "failed": 0},
        "summary": {"checkpointed_size": unknown, "state_size": unknown, "end_to_end_duration": unknown,
            "alignment_buffered": zero, "processed_data": unknown, "persisted_data": unknown},
        "latest": {"completed": null, "savepoint": null, "failed": null, "restored": null},
        "history": [],
    })
}

/// A completed checkpoint of 1.20.5.
fn completed() -> Value {
    json!({"className": "completed", "id": 8, "status": "COMPLETED", "is_savepoint": false,
        "savepointFormat": null, "trigger_timestamp": 1795160762659_i64,
        "latest_ack_timestamp": 1795160762717_i64, "checkpointed_size": 16693, "state_size": 16693,
        "end_to_end_duration": 58, "alignment_buffered": 0, "processed_data": 110, "persisted_data": 0,
        "num_subtasks": 8, "num_acknowledged_subtasks": 8, "checkpoint_type": "CHECKPOINT", "tasks": {},
        "external_path": "file:/srv/flink/cp/9876543210fedcba9876543210fedcba/chk-8", "discarded": false})
}

#[tokio::test]
async fn percentiles_of_nothing_are_no_numbers() {
    let flink = Flink::start().await.unwrap();
    // The first checkpoint comes half a second later, for which a busy machine may be too slow.
    for _ in 0..20 {
        let job = run(&flink, "com.acme.StreamJob", 1).await;
        let statistics = ok(&flink, &format!("{job}/checkpoints")).await;
        if statistics["counts"]["total"] == 0 {
            assert_eq!(statistics, nothing_yet());
            return;
        }
    }
    panic!("no job was seen before its first checkpoint");
}

#[tokio::test]
async fn a_running_job_makes_checkpoints_and_keeps_the_newest() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.StreamJob", 2).await;
    let statistics = checkpoints(&flink, &job, 2).await;
    alike(completed(), &statistics["latest"]["completed"]);
    assert!(statistics["summary"]["end_to_end_duration"]["p50"].is_f64());
    let whole: Vec<&Value> = statistics["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["className"] == "completed")
        .collect();
    assert_eq!(whole[0], &statistics["latest"]["completed"]);
    assert_eq!(
        (&whole[0]["discarded"], &whole[1]["discarded"]),
        (&json!(false), &json!(true))
    );
    let member = |index: usize, name: &str| whole[index][name].as_i64().unwrap();
    assert_eq!(member(0, "id") - member(1, "id"), 1);
    assert_eq!(
        member(0, "trigger_timestamp") - member(1, "trigger_timestamp"),
        2000
    );
}

#[tokio::test]
async fn details_have_a_part_of_each_vertex_and_of_each_subtask() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let path = format!("{job}/checkpoints");
    checkpoints(&flink, &job, 1).await;
    let details = ok(&flink, &format!("{path}/details/1")).await;
    let tasks = details["tasks"].as_object().unwrap();
    assert!(tasks.keys().all(|id| vertices.contains(id)) && tasks.len() == 3);
    alike(
        json!({"id": 13, "status": "COMPLETED", "latest_ack_timestamp": 1795160772689_i64,
            "checkpointed_size": 21246, "state_size": 21246, "end_to_end_duration": 30,
            "alignment_buffered": 0, "processed_data": 0, "persisted_data": 0, "num_subtasks": 2,
            "num_acknowledged_subtasks": 2}),
        &tasks[&vertices[1]],
    );
    let sum: i64 = tasks
        .values()
        .map(|task| task["state_size"].as_i64().unwrap())
        .sum();
    assert_eq!(details["state_size"], sum);
    let vertex = ok(
        &flink,
        &format!("{path}/details/1/subtasks/{}", vertices[1]),
    )
    .await;
    // Within one checkpoint Flink computes no percentiles, except of what it no longer measures.
    let summary = &vertex["summary"];
    assert_eq!(summary["state_size"]["p99"], "NaN");
    assert_eq!(summary["alignment"]["buffered"]["p99"], 0.0);
    assert_eq!(summary["checkpoint_duration"]["async"]["p50"], "NaN");
    alike(
        json!({"className": "completed", "index": 0, "ack_timestamp": 1795160772689_i64,
            "end_to_end_duration": 30, "checkpointed_size": 7104, "state_size": 7104,
            "checkpoint": {"sync": 0, "async": 2},
            "alignment": {"buffered": 0, "processed": 0, "persisted": 0, "duration": 0}, "start_delay": 16,
            "unaligned_checkpoint": false, "aborted": false, "status": "completed"}),
        &vertex["subtasks"][0],
    );
    let sentence = |text: &str| format!("{REST}: {text}");
    refused(
        get(&flink, &format!("{path}/details/999999")).await,
        404,
        &sentence("Could not find checkpointing statistics for checkpoint 999999."),
    );
    refused(
        get(&flink, &format!("{path}/details/1/subtasks/{NONE}")).await,
        404,
        &format!("{NOT_FOUND}: There is no checkpoint statistics for task {NONE}."),
    );
    assert_eq!(get(&flink, &format!("{path}/details/abc")).await.0, 400);
}

#[tokio::test]
async fn a_checkpoint_that_is_asked_for_is_seen_in_progress_and_then_whole() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let id = "0123456789abcdef0123456789abcdef";
    let body = || json!({"checkpointType": "FULL", "triggerId": id});
    let path = format!("{job}/checkpoints");
    let accepted = (202, json!({"request-id": id}));
    assert_eq!(post(&flink, &path, body()).await, accepted);
    // The same trigger again is the same checkpoint.
    assert_eq!(post(&flink, &path, body()).await, accepted);
    let in_progress = json!({"status": {"id": "IN_PROGRESS"}, "operation": null});
    let status = until(&flink, &format!("{path}/{id}"), |body| {
        body["status"]["id"] == "COMPLETED" || *body != in_progress
    })
    .await;
    let number = status["operation"]["checkpointId"].as_i64().unwrap();
    let statistics = ok(&flink, &path).await;
    let asked: Vec<&Value> = statistics["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["end_to_end_duration"] == 250)
        .collect();
    assert_eq!((asked.len(), &asked[0]["id"]), (1, &json!(number)));
}

#[tokio::test]
async fn the_failure_of_a_checkpoint_shows_in_its_status_alone() {
    let flink = Flink::start().await.unwrap();
    let path = format!("/jobs/{NONE}/checkpoints");
    let (status, body) = post(&flink, &path, json!({})).await;
    assert_eq!(status, 202);
    let id = body["request-id"].as_str().unwrap();
    let done = ok(&flink, &format!("{path}/{id}")).await;
    assert_eq!(done["status"]["id"], "COMPLETED");
    // Spelled with a capital letter, unlike that of savepoints.
    let failure = &done["operation"]["failureCause"];
    assert_eq!(failure["class"], "java.util.concurrent.CompletionException");
    let cause = format!(
        "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job ({NONE})"
    );
    assert_eq!(causes(&failure["stack-trace"]), [cause]);
    let head =
        format!("{REST}: There is no checkpoint operation with triggerId={NONE} for job {NONE}.");
    refused(get(&flink, &format!("{path}/{NONE}")).await, 404, &head);
    tripped(
        post(&flink, &path, json!({"checkpointType": "INCREMENTAL"})).await,
        "java.lang.IllegalStateException: Flink does not support triggering incremental checkpoint explicitly. \
         See FLINK-33723.",
    );
}

#[tokio::test]
async fn what_is_in_progress_when_a_job_ends_has_failed() {
    let flink = Flink::start().await.unwrap();
    // It takes a quarter of a second, for which a busy machine may be too slow.
    for _ in 0..20 {
        let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
        let path = format!("{job}/checkpoints");
        let (_, trigger) = post(&flink, &path, json!({})).await;
        send(&flink, "PATCH", &job, None).await;
        until_status(&flink, &job, "CANCELED").await;
        let statistics = ok(&flink, &path).await;
        let id = trigger["request-id"].as_str().unwrap();
        let done = ok(&flink, &format!("{path}/{id}")).await;
        if done["operation"]["checkpointId"].is_number() {
            continue;
        }
        assert!(done["operation"]["failureCause"].is_object(), "{done}");
        let failed = &statistics["latest"]["failed"];
        assert_eq!(
            (&failed["className"], &failed["failure_message"]),
            (
                &json!("failed"),
                &json!("Checkpoint Coordinator is suspending.")
            )
        );
        return;
    }
    panic!("no checkpoint was seen in progress");
}

#[tokio::test]
async fn the_settings_are_unknown_before_there_is_a_graph_and_absent_for_a_batch() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let real = r#"{"mode":"exactly_once","interval":2000,"timeout":600000,"min_pause":0,"max_concurrent":1,
        "externalization":{"enabled":false,"delete_on_cancellation":true},"state_backend":"HashMapStateBackend",
        "checkpoint_storage":"FileSystemCheckpointStorage","unaligned_checkpoints":false,
        "tolerable_failed_checkpoints":0,"aligned_checkpoint_timeout":0,"checkpoints_after_tasks_finish":true,
        "state_changelog_enabled":false,"changelog_periodic_materialization_interval":600000,
        "changelog_storage":"memory"}"#;
    assert_eq!(
        ok(&flink, &format!("{job}/checkpoints/config")).await,
        serde_json::from_str::<Value>(real).unwrap()
    );
    let batch = run(&flink, "com.acme.BatchJob", 1).await;
    let id = &batch["/jobs/".len()..];
    refused(
        get(&flink, &format!("{batch}/checkpoints/config")).await,
        404,
        &format!("{REST}: Checkpointing is not enabled for this job ({id})."),
    );
    refused(
        get(&flink, &format!("{batch}/checkpoints")).await,
        404,
        &format!("{REST}: Checkpointing has not been enabled."),
    );
    let (_, trigger) = post(&flink, &format!("{batch}/checkpoints"), json!({})).await;
    let trigger = trigger["request-id"].as_str().unwrap();
    let status = ok(&flink, &format!("{batch}/checkpoints/{trigger}")).await;
    assert_eq!(
        causes(&status["operation"]["failureCause"]["stack-trace"]),
        [format!(
            "java.lang.IllegalStateException: Job {id} is not a streaming job."
        )]
    );
}
