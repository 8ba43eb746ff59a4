//! Metrics, plain and aggregated.

use std::collections::BTreeSet;

use super::*;

fn names(body: &Value) -> BTreeSet<&str> {
    let metrics = body.as_array().unwrap().iter();
    metrics
        .map(|metric| metric["id"].as_str().unwrap())
        .collect()
}

/// The second answer: the first request for anything only sets off the fetch.
async fn fetched(flink: &Flink, path: &str) -> Value {
    assert_eq!(ok(flink, path).await, json!([]), "{path}");
    ok(flink, path).await
}

#[tokio::test]
async fn a_task_reports_as_many_names_as_a_real_one() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let vertex = format!("{job}/vertices/{}", vertices[1]);
    let all = fetched(&flink, &format!("{vertex}/metrics")).await;
    // Two subtasks with 73 names of the task and 12 of the operator each, and 7 gauges of the first.
    assert_eq!(names(&all).len(), 2 * (73 + 12) + 7);
    for name in [
        "0.Shuffle.Netty.Input.Buffers.inPoolUsage",
        "1.numRecordsIn",
        "0.Enrich__step_[1].gauge+plus&amp=%25",
        "1.Enrich__step_[1].my_meter",
    ] {
        assert!(names(&all).contains(name), "{name}");
    }
    let get = "0.Enrich__step_%5B1%5D.gauge%2Bplus%26amp%3D%2525,nope&get=0.Enrich__step_%5B1%5D.gauge_nan";
    let values = ok(&flink, &format!("{vertex}/metrics?get={get}")).await;
    let mut values = values.as_array().unwrap().clone();
    values.sort_by_key(|metric| metric["id"].to_string());
    assert_eq!(
        values,
        [
            json!({"id": "0.Enrich__step_[1].gauge+plus&amp=%25", "value": "9"}),
            json!({"id": "0.Enrich__step_[1].gauge_nan", "value": "NaN"}),
        ]
    );
    // Nothing is trimmed, and nothing asks for nothing.
    let spaced = ok(
        &flink,
        &format!("{vertex}/metrics?get=0.numRecordsIn,%201.numRecordsIn"),
    )
    .await;
    assert_eq!(names(&spaced), BTreeSet::from(["0.numRecordsIn"]));
    assert_eq!(
        ok(&flink, &format!("{vertex}/metrics?get=")).await,
        json!([])
    );
    assert_eq!(
        ok(&flink, &format!("{vertex}/subtasks/99/metrics")).await,
        json!([])
    );
}

#[tokio::test]
async fn aggregates_are_empty_for_one_unknown_name() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let path = format!("{job}/vertices/{}/subtasks/metrics", vertices[1]);
    fetched(&flink, &path).await;
    let both = ok(&flink, &format!("{path}?get=numRecordsIn")).await;
    let members: Vec<&String> = both[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["avg", "id", "max", "min", "skew", "sum"]);
    assert_eq!(
        ok(&flink, &format!("{path}?get=numRecordsIn,nope")).await,
        json!([])
    );
    // A metric that is no number is left out alone, and one that is none in Java's sense is a word.
    let get = "numRecordsIn,Enrich__step_%5B1%5D.gauge_nan,Enrich__step_%5B1%5D.gauge_string";
    let mixed = ok(&flink, &format!("{path}?get={get}")).await;
    assert_eq!(
        names(&mixed),
        BTreeSet::from(["Enrich__step_[1].gauge_nan", "numRecordsIn"])
    );
    let nan = mixed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["min"] == "NaN");
    assert!(nan.is_some(), "{mixed}");
    // Aggregations in any case, ranges of subtasks, tokens that are none ignored.
    let one = ok(
        &flink,
        &format!("{path}?get=numRecordsIn&subtasks=x,1-1&agg=SUM,avg"),
    )
    .await;
    let members: Vec<&String> = one[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["avg", "id", "sum"]);
    assert_eq!(one[0]["avg"], one[0]["sum"]);
    assert_eq!(get_status(&flink, &format!("{path}?agg=median")).await, 400);
}

async fn get_status(flink: &Flink, path: &str) -> u16 {
    get(flink, path).await.0
}

#[tokio::test]
async fn metrics_of_a_job_know_its_checkpoints() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let all = fetched(&flink, &format!("{job}/metrics")).await;
    assert_eq!(names(&all).len(), 23);
    checkpoints(&flink, &job, 1).await;
    let id = &job["/jobs/".len()..];
    let path = ok(
        &flink,
        &format!("{job}/metrics?get=lastCheckpointExternalPath"),
    )
    .await;
    let value = path[0]["value"].as_str().unwrap();
    assert!(
        value.starts_with(&format!("file:/tmp/flink/checkpoints/{id}/chk-")),
        "{value}"
    );
    let of_jobs = fetched(&flink, "/jobs/metrics").await;
    assert_eq!(names(&of_jobs), names(&all));
    // A path is no number.
    let some = ok(
        &flink,
        "/jobs/metrics?get=uptime,lastCheckpointExternalPath",
    )
    .await;
    assert_eq!(names(&some), BTreeSet::from(["uptime"]));
    for (selected, status) in [(NONE, 200), ("nothex", 400), ("", 400)] {
        let answer = get(&flink, &format!("/jobs/metrics?get=uptime&jobs={selected}")).await;
        assert_eq!(answer.0, status, "{selected}");
    }
    assert_eq!(
        ok(&flink, &format!("/jobs/{NONE}/metrics")).await,
        json!([])
    );
}

#[tokio::test]
async fn processes_report_for_themselves() {
    let flink = Flink::start().await.unwrap();
    let jobmanager = fetched(&flink, "/jobmanager/metrics").await;
    assert_eq!(names(&jobmanager).len(), 33);
    let get = "Status.JVM.CPU.Load,taskSlotsTotal,numRegisteredTaskManagers,nope";
    let some = ok(&flink, &format!("/jobmanager/metrics?get={get}")).await;
    assert_eq!(
        names(&some),
        BTreeSet::from([
            "Status.JVM.CPU.Load",
            "numRegisteredTaskManagers",
            "taskSlotsTotal"
        ])
    );
    let taskmanagers = fetched(&flink, "/taskmanagers/metrics").await;
    assert_eq!(names(&taskmanagers).len(), 40);
    let list = ok(&flink, "/taskmanagers").await;
    let id = list["taskmanagers"][0]["id"].as_str().unwrap();
    let own = ok(&flink, &format!("/taskmanagers/{id}/metrics")).await;
    assert_eq!(names(&own), names(&taskmanagers));
    assert_eq!(ok(&flink, "/taskmanagers/nope/metrics").await, json!([]));
    let heap = "Status.JVM.Memory.Heap.Used";
    let path = format!("/taskmanagers/metrics?get={heap}");
    // Of the selected ones those that are unknown are ignored.
    let selected = ok(
        &flink,
        &format!(
            "{path}&taskmanagers=nope,{}&agg=MIN",
            id.replace(':', "%3A")
        ),
    )
    .await;
    assert_eq!(names(&selected), BTreeSet::from([heap]));
    assert_eq!(
        ok(&flink, &format!("{path}&taskmanagers=nope")).await,
        json!([])
    );
    assert_eq!(ok(&flink, &format!("{path},nope")).await, json!([]));
}

#[tokio::test]
async fn watermarks_come_into_all_but_the_source() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let watermarks = fetched(
        &flink,
        &format!("{job}/vertices/{}/watermarks", vertices[1]),
    )
    .await;
    assert_eq!(
        names(&watermarks),
        BTreeSet::from(["0.currentInputWatermark", "1.currentInputWatermark"])
    );
    assert!(watermarks[0]["value"].is_string());
    let source = format!("{job}/vertices/{}", vertices[0]);
    assert_eq!(
        fetched(&flink, &format!("{source}/watermarks")).await,
        json!([])
    );
    let coordinator = ok(&flink, &format!("{source}/jm-operator-metrics")).await;
    assert_eq!(
        names(&coordinator),
        BTreeSet::from(["Source__readings.coordinator.enumerator.unassignedSplits"])
    );
    let other = format!("{job}/vertices/{}/jm-operator-metrics", vertices[1]);
    assert_eq!(ok(&flink, &other).await, json!([]));
}
