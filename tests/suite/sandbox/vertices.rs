//! Vertices and their subtasks.

use super::*;

#[tokio::test]
async fn an_unknown_vertex_is_missed_in_three_ways() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let unknown = format!("{job}/vertices/{NONE}");
    for path in ["", "/taskmanagers"] {
        let head = format!("{NOT_FOUND}: JobVertex {NONE} not found");
        refused(get(&flink, &format!("{unknown}{path}")).await, 404, &head);
    }
    for path in [
        "/accumulators",
        "/flamegraph",
        "/subtasktimes",
        "/subtasks/0",
        "/subtasks/accumulators",
        "/watermarks",
    ] {
        let head = format!("{REST}: No vertex with ID '{NONE}' exists.");
        refused(get(&flink, &format!("{unknown}{path}")).await, 404, &head);
    }
    assert_eq!(
        ok(&flink, &format!("{unknown}/backpressure")).await,
        json!({"status": "deprecated"})
    );
    for path in ["/metrics", "/subtasks/metrics", "/jm-operator-metrics"] {
        assert_eq!(ok(&flink, &format!("{unknown}{path}")).await, json!([]));
    }
    let vertex = &vertices[1];
    let subtask = format!("{job}/vertices/{vertex}/subtasks");
    let head = format!("{REST}: Invalid subtask index for vertex {vertex}");
    refused(get(&flink, &format!("{subtask}/99")).await, 404, &head);
    assert_eq!(get(&flink, &format!("{subtask}/-1")).await.0, 400);
    let head = format!("{REST}: Invalid attempt num -1");
    refused(
        get(&flink, &format!("{subtask}/0/attempts/-1")).await,
        404,
        &head,
    );
}

#[tokio::test]
async fn times_count_from_the_scheduling_and_end_with_the_task() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    send(&flink, "PATCH", &job, None).await;
    until_status(&flink, &job, "CANCELED").await;
    let times = ok(
        &flink,
        &format!("{job}/vertices/{}/subtasktimes", vertices[1]),
    )
    .await;
    alike(
        json!({"id": "9c32e3838cee893dbb2fc90ccad79598", "name": "Enrich", "now": 1795160746795_i64, "subtasks": [{
            "subtask": 0, "host": "localhost", "endpoint": "localhost:34399", "duration": 1027,
            "timestamps": {"FAILED": 0, "RUNNING": 1795160742046_i64, "FINISHED": 1795160742459_i64,
                "RECONCILING": 0, "CANCELING": 0, "SCHEDULED": 1795160741432_i64, "CREATED": 1795160741417_i64,
                "INITIALIZING": 1795160742009_i64, "DEPLOYING": 1795160741778_i64, "CANCELED": 0}}]}),
        &times,
    );
    let subtask = &times["subtasks"][1];
    let at = |state: &str| subtask["timestamps"][state].as_i64().unwrap();
    assert_eq!(subtask["duration"], at("CANCELED") - at("SCHEDULED"));
    assert_eq!(at("FINISHED"), 0);
}

#[tokio::test]
async fn the_subtasks_on_a_taskmanager_are_summed_up() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let body = ok(
        &flink,
        &format!("{job}/vertices/{}/taskmanagers", vertices[1]),
    )
    .await;
    let groups = body["taskmanagers"].as_array().unwrap();
    assert_eq!(groups.len(), 1);
    let group = &groups[0];
    // Seen on 1.20.5: the host is the endpoint.
    assert_eq!(group["host"], group["endpoint"]);
    assert_eq!(
        (
            &group["status"],
            &group["status-counts"]["RUNNING"],
            &group["end-time"]
        ),
        (&json!("RUNNING"), &json!(2), &json!(-1))
    );
    let members: Vec<&String> = group.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "aggregated",
            "duration",
            "end-time",
            "endpoint",
            "host",
            "metrics",
            "start-time",
            "status",
            "status-counts",
            "taskmanager-id",
        ]
    );
    let statistics: Vec<&String> = group["aggregated"]["metrics"]["read-records"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(
        statistics,
        ["avg", "max", "median", "min", "p25", "p75", "p95", "sum"]
    );
}

#[tokio::test]
async fn backpressure_is_first_an_error_then_deprecated_then_a_measurement() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.StreamJob", 2).await;
    let details = until(&flink, &job, |body| body["vertices"] != json!([])).await;
    let path = format!(
        "{job}/vertices/{}/backpressure",
        details["vertices"][1]["id"].as_str().unwrap()
    );
    // Phases may be missed by a busy machine, but not change their order.
    let mut last = 0;
    while last < 2 {
        let answer = get(&flink, &path).await;
        let phase = match answer.0 {
            500 => {
                tripped(answer, "java.util.NoSuchElementException: No value present");
                0
            }
            _ if answer.1 == json!({"status": "deprecated"}) => 1,
            _ => {
                alike(
                    json!({"status": "ok", "backpressureLevel": "ok", "end-timestamp": 1795160764380_i64,
                        "subtasks": [{"subtask": 0, "backpressureLevel": "ok", "ratio": 0.0, "idleRatio": 1.0,
                            "busyRatio": 0.0, "backpressure-level": "ok"}],
                        "backpressure-level": "ok"}),
                    &answer.1,
                );
                2
            }
        };
        assert!(phase >= last, "{phase} after {last}");
        last = phase;
    }
    send(&flink, "PATCH", &job, None).await;
    until_status(&flink, &job, "CANCELED").await;
    assert_eq!(ok(&flink, &path).await, json!({"status": "deprecated"}));
}

#[tokio::test]
async fn a_flame_graph_is_sampled_first() {
    let flink = Flink::builder().flame_graph_depth(5).start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let path = format!("{job}/vertices/{}/flamegraph", vertices[1]);
    assert_eq!(ok(&flink, &path).await, json!({"endTimestamp": -3}));
    let ready = until(&flink, &path, |body| body["endTimestamp"] != -3).await;
    assert!(ready["endTimestamp"].as_i64() > Some(0));
    fn depth(node: &Value) -> usize {
        let children = node["children"].as_array().unwrap().iter();
        children.map(|child| 1 + depth(child)).max().unwrap_or(0)
    }
    assert_eq!(
        (
            &ready["data"]["name"],
            &ready["data"]["value"],
            depth(&ready["data"])
        ),
        (&json!("root"), &json!(200), 5)
    );
    let value =
        async |query: &str| ok(&flink, &format!("{path}{query}")).await["data"]["value"].clone();
    assert_eq!(value("?type=ON_CPU").await, 2);
    assert_eq!(value("?type=off_cpu").await, 198);
    let one = until(&flink, &format!("{path}?subtaskindex=1"), |body| {
        body["endTimestamp"] != -3
    })
    .await;
    assert_eq!(one["data"]["value"], 100);
    let head = format!("{REST}: Invalid subtask index for vertex {}", vertices[1]);
    refused(
        get(&flink, &format!("{path}?subtaskindex=9")).await,
        404,
        &head,
    );
    assert_eq!(get(&flink, &format!("{path}?type=zz")).await.0, 400);
    send(&flink, "PATCH", &job, None).await;
    until_status(&flink, &job, "CANCELED").await;
    assert_eq!(ok(&flink, &path).await, json!({"endTimestamp": -1}));
}

#[tokio::test]
async fn a_flame_graph_may_be_deeper_than_a_stack() {
    let frames = 200_000;
    let flink = Flink::builder()
        .flame_graph_depth(frames)
        .start()
        .await
        .unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 1).await;
    let path = format!("{job}/vertices/{}/flamegraph", vertices[1]);
    let end = Instant::now() + Duration::from_secs(20);
    let text = loop {
        let (_, body) = get(&flink, &path).await;
        // Too deep for a parser of values: the body stays text.
        if let Value::String(text) = body {
            break text;
        }
        assert!(Instant::now() < end, "{body}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(text.matches("\"children\":[").count(), frames + 2);
}
