//! The lives of jobs, and what is told of them.

use super::*;

#[tokio::test]
async fn a_job_is_initialized_created_and_runs() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.StreamJob", 2).await;
    let order = ["INITIALIZING", "CREATED", "RUNNING"];
    let mut reached = 0;
    while reached < 2 {
        let status = ok(&flink, &format!("{job}/status")).await;
        let at = order.iter().position(|name| status["status"] == *name);
        assert!(at.unwrap() >= reached, "{status} after {}", order[reached]);
        reached = at.unwrap();
    }
    let overview = ok(&flink, "/overview").await;
    assert_eq!(
        (&overview["jobs-running"], &overview["slots-available"]),
        (&json!(1), &json!(6))
    );
}

#[tokio::test]
async fn a_job_without_a_graph_has_no_vertices_and_an_empty_plan() {
    let flink = Flink::start().await.unwrap();
    // The state lasts for a tenth of a second, which a busy machine may miss.
    for _ in 0..50 {
        let job = run(&flink, "com.acme.StreamJob", 2).await;
        let details = ok(&flink, &job).await;
        if details["state"] != "INITIALIZING" {
            continue;
        }
        assert_eq!(
            (&details["vertices"], &details["plan"]),
            (&json!([]), &json!({}))
        );
        assert_eq!(
            (&details["maxParallelism"], &details["end-time"]),
            (&json!(-1), &json!(-1))
        );
        return;
    }
    panic!("no job was seen before it had a graph");
}

#[tokio::test]
async fn details_have_the_members_of_real_ones() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 2).await;
    let states = [
        "CREATED",
        "SCHEDULED",
        "DEPLOYING",
        "RUNNING",
        "FINISHED",
        "CANCELING",
        "CANCELED",
        "FAILED",
        "RECONCILING",
        "INITIALIZING",
    ];
    let counts: Value = states
        .map(|state| (state.to_owned(), json!(0)))
        .into_iter()
        .collect();
    let real = json!({
        "jid": "9876543210fedcba9876543210fedcba", "name": "x", "isStoppable": false, "state": "RUNNING",
        "job-type": "STREAMING", "start-time": 1, "end-time": -1, "duration": 17356, "maxParallelism": 128,
        "now": 1,
        "timestamps": {"INITIALIZING": 1, "CREATED": 1, "RUNNING": 1, "FAILING": 0, "FAILED": 0, "CANCELLING": 0,
            "CANCELED": 0, "FINISHED": 0, "RESTARTING": 0, "SUSPENDED": 0, "RECONCILING": 0},
        "vertices": [{
            "id": "bc764cd8ddf7a0cff126f51c16239658", "slotSharingGroupId": "5adc3e252815e681b400bd644928f66b",
            "name": "Source: seq", "maxParallelism": 128, "parallelism": 1, "status": "RUNNING", "start-time": 1,
            "end-time": -1, "duration": 147, "tasks": counts,
            "metrics": {"read-bytes": 0, "read-bytes-complete": true, "write-bytes": 42026,
                "write-bytes-complete": true, "read-records": 0, "read-records-complete": true,
                "write-records": 2000, "write-records-complete": true, "accumulated-backpressured-time": 0,
                "accumulated-idle-time": 5, "accumulated-busy-time": 25.0},
        }],
        "status-counts": counts,
        "plan": {"jid": "x", "name": "x", "type": "STREAMING", "nodes": [{
            "id": "x", "parallelism": 1, "operator": "", "operator_strategy": "", "description": "CacheWrite<br/>",
            "inputs": [{"num": 0, "id": "x", "ship_strategy": "RESCALE", "exchange": "pipelined_bounded"}],
            "optimizer_properties": {},
        }]},
    });
    let details = ok(&flink, &job).await;
    alike(real, &details);
    assert_eq!(
        details["duration"],
        details["now"].as_i64().unwrap() - details["start-time"].as_i64().unwrap()
    );
}

#[tokio::test]
async fn cancelling_is_spelled_and_answered_as_by_flink() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    checkpoints(&flink, &job, 1).await;
    let head = format!(
        "{REST}: The termination mode \"stop\" has been removed. For an ungraceful shutdown, please use \"cancel\" \
         instead. For a graceful shutdown, please use \"jobs/:jobId/stop\" instead."
    );
    refused(
        send(&flink, "PATCH", &format!("{job}?mode=STOP"), None).await,
        308,
        &head,
    );
    let cancel = async || send(&flink, "PATCH", &format!("{job}?mode=cancel"), None).await;
    assert_eq!(cancel().await, (202, json!({})));
    until_status(&flink, &job, "CANCELED").await;
    // Again is no conflict.
    assert_eq!(cancel().await, (202, json!({})));
    let checkpoints = ok(&flink, &format!("{job}/checkpoints")).await;
    assert_eq!(checkpoints["latest"]["completed"]["discarded"], true);
    let details = ok(&flink, &job).await;
    let timestamps = &details["timestamps"];
    assert!(timestamps["CANCELLING"].as_i64() > Some(0));
    assert_eq!(details["status-counts"]["CANCELED"], 3);
    let head = format!("{REST}: Job could not be found.");
    refused(
        send(&flink, "PATCH", &format!("/jobs/{NONE}"), None).await,
        404,
        &head,
    );
}

#[tokio::test]
async fn a_bounded_job_finishes_with_a_result_and_cannot_be_cancelled() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.BoundedJob", 1).await;
    let result = format!("{job}/execution-result");
    let early = ok(&flink, &result).await;
    // The key is left out, while operations say null.
    assert_eq!(early, json!({"status": {"id": "IN_PROGRESS"}}));
    let done = until(&flink, &result, |body| body["status"]["id"] == "COMPLETED").await;
    let result = &done["job-execution-result"];
    assert_eq!(result["application-status"], "SUCCEEDED");
    let members: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "accumulator-results",
            "application-status",
            "id",
            "net-runtime"
        ]
    );
    let serialized = result["accumulator-results"]["seen"].as_str().unwrap();
    assert!(serialized.starts_with("rO0ABXNyACVvcmcuYXBhY2hlLmZsaW5rLnV0aWwuT3B0aW9uYWxGYWlsdXJl"));
    let head = format!(
        "{REST}: Job cancellation failed because the job has already reached another terminal state (FINISHED)."
    );
    refused(send(&flink, "PATCH", &job, None).await, 409, &head);
}

#[tokio::test]
async fn the_result_of_an_unknown_job_is_its_exception() {
    let flink = Flink::start().await.unwrap();
    let cause = format!(
        "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job ({NONE})"
    );
    let answer = get(&flink, &format!("/jobs/{NONE}/execution-result")).await;
    assert_eq!(
        causes(&answer.1["errors"][0]),
        [
            format!("java.util.concurrent.CompletionException: {cause}"),
            cause.clone()
        ]
    );
    refused(answer, 404, &format!("{REST}: {cause}"));
}

#[tokio::test]
async fn a_failing_job_tells_its_failure_in_old_members_and_new() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.FailJob", 2).await;
    until_status(&flink, &job, "FAILED").await;
    let path = format!("{job}/exceptions");
    let all = ok(&flink, &path).await;
    let entry = &all["exceptionHistory"]["entries"][0];
    assert_eq!(
        entry["exceptionName"],
        "org.apache.flink.runtime.JobException"
    );
    assert_eq!(entry["failureLabels"]["type"], "user");
    assert_eq!(all["all-exceptions"][0]["task"], "Boom (2/2)");
    let members: Vec<&String> = entry["concurrentExceptions"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(
        members,
        [
            "endpoint",
            "exceptionName",
            "failureLabels",
            "location",
            "stacktrace",
            "taskManagerId",
            "taskName",
            "timestamp",
        ]
    );
    let none = ok(&flink, &format!("{path}?maxExceptions=0")).await;
    assert_eq!(
        none["exceptionHistory"],
        json!({"entries": [], "truncated": true})
    );
    assert_eq!(
        (&none["all-exceptions"], &none["truncated"]),
        (&json!([]), &json!(true))
    );
    // The filter does not touch the old members.
    let other = ok(&flink, &format!("{path}?failureLabelFilter=type:zzz")).await;
    assert_eq!(
        other["exceptionHistory"],
        json!({"entries": [], "truncated": false})
    );
    assert_eq!(other["all-exceptions"], all["all-exceptions"]);
    assert_eq!(
        ok(&flink, &format!("{path}?failureLabelFilter=type%3Auser")).await,
        all
    );
    tripped(
        get(&flink, &format!("{path}?maxExceptions=-1")).await,
        "java.lang.IllegalArgumentException: -1",
    );
    for wrong in ["maxExceptions=x", "failureLabelFilter=zzz"] {
        assert_eq!(get(&flink, &format!("{path}?{wrong}")).await.0, 400);
    }
    let result = ok(&flink, &format!("{job}/execution-result")).await;
    let result = &result["job-execution-result"];
    assert_eq!(
        (
            &result["application-status"],
            &result["accumulator-results"]
        ),
        (&json!("FAILED"), &json!({}))
    );
    assert_eq!(
        result["failure-cause"]["class"],
        "org.apache.flink.runtime.JobException"
    );
}

#[tokio::test]
async fn accumulators_add_up_over_subtasks() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    send(&flink, "PATCH", &job, None).await;
    until_status(&flink, &job, "CANCELED").await;
    let seen = |list: &Value| -> i64 {
        let list = list.as_array().unwrap();
        let counter = list.iter().find(|one| one["name"] == "seen").unwrap();
        assert_eq!(counter["type"], "IntCounter");
        counter["value"].as_str().unwrap().parse().unwrap()
    };
    let of_job = ok(&flink, &format!("{job}/accumulators")).await;
    let vertex = format!("{job}/vertices/{}", vertices[1]);
    let of_vertex = ok(&flink, &format!("{vertex}/accumulators")).await;
    let of_subtasks = ok(&flink, &format!("{vertex}/subtasks/accumulators")).await;
    let parts = of_subtasks["subtasks"].as_array().unwrap().iter();
    let sum: i64 = parts
        .map(|subtask| seen(&subtask["user-accumulators"]))
        .sum();
    assert_eq!(seen(&of_job["user-task-accumulators"]), sum);
    assert_eq!(
        of_job["user-task-accumulators"],
        of_vertex["user-accumulators"]
    );
    assert_eq!(of_job["job-accumulators"], json!([]));
    let names: Vec<&Value> = of_job["user-task-accumulators"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(
        names,
        ["hist", "avg", "weird name, [x] é", "sum", "seen", "dbl"]
    );
    let attempt = ok(
        &flink,
        &format!("{vertex}/subtasks/1/attempts/0/accumulators"),
    )
    .await;
    assert_eq!(
        attempt["user-accumulators"],
        of_subtasks["subtasks"][1]["user-accumulators"]
    );
    let id = attempt["id"].as_str().unwrap();
    assert!(id.ends_with(&format!("_{}_1_0", vertices[1])), "{id}");
    let head = format!("{REST}: Invalid attempt num 9");
    let answer = get(
        &flink,
        &format!("{vertex}/subtasks/0/attempts/9/accumulators"),
    )
    .await;
    refused(answer, 404, &head);
}

#[tokio::test]
async fn serialized_accumulators_come_only_to_those_who_say_true() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    for (query, count) in [
        ("", 0),
        ("?includeSerializedValue=yes", 0),
        ("?includeSerializedValue=TRUE", 6),
    ] {
        let body = ok(&flink, &format!("{job}/accumulators{query}")).await;
        let serialized = body["serialized-user-task-accumulators"]
            .as_object()
            .unwrap();
        assert_eq!(serialized.len(), count, "{query}");
    }
}

#[tokio::test]
async fn rescaling_is_disabled_for_ever() {
    let flink = Flink::start().await.unwrap();
    let head = format!("{REST}: Rescaling is temporarily disabled. See FLINK-12312.");
    for query in ["", "?parallelism=3"] {
        let answer = send(
            &flink,
            "PATCH",
            &format!("/jobs/{NONE}/rescaling{query}"),
            None,
        )
        .await;
        refused(answer, 503, &head);
    }
    refused(
        get(&flink, &format!("/jobs/{NONE}/rescaling/{NONE}")).await,
        503,
        &head,
    );
    let wrong = send(
        &flink,
        "PATCH",
        &format!("/jobs/{NONE}/rescaling?parallelism=x"),
        None,
    )
    .await;
    assert_eq!(wrong.0, 400);
}
