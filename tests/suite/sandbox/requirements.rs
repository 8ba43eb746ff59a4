//! Resource requirements, under both schedulers.

use super::*;

fn all(vertices: &[String], lower: i32, upper: i32) -> Value {
    let bounds = json!({"parallelism": {"lowerBound": lower, "upperBound": upper}});
    let vertices = vertices.iter();
    vertices.map(|id| (id.clone(), bounds.clone())).collect()
}

async fn put(flink: &Flink, job: &str, body: Value) -> Answer {
    let path = format!("{job}/resource-requirements");
    send(flink, "PUT", &path, Some(body)).await
}

#[tokio::test]
async fn the_default_scheduler_does_not_know_them() {
    let flink = Flink::start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 1).await;
    let head = "java.lang.UnsupportedOperationException: The DefaultScheduler does not support changing the \
                parallelism without a job restart. This feature is currently only expected to work with the \
                AdaptiveScheduler.";
    tripped(
        get(&flink, &format!("{job}/resource-requirements")).await,
        head,
    );
    tripped(put(&flink, &job, all(&vertices, 1, 2)).await, head);
    // What is wrong in itself is refused before.
    let head = format!("{REST}: Request body does not specify resource requirements.");
    refused(put(&flink, &job, json!({})).await, 400, &head);
    let unknown = format!(
        "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job ({NONE})"
    );
    tripped(
        get(&flink, &format!("/jobs/{NONE}/resource-requirements")).await,
        &unknown,
    );
}

#[tokio::test]
async fn the_adaptive_scheduler_rescales_a_job_that_runs() {
    let flink = Flink::builder().adaptive(true).start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 2).await;
    let path = format!("{job}/resource-requirements");
    assert_eq!(ok(&flink, &path).await, all(&vertices, 1, 2));
    checkpoints(&flink, &job, 1).await;
    assert_eq!(
        put(&flink, &job, all(&vertices, 1, 4)).await,
        (200, json!({}))
    );
    assert_eq!(ok(&flink, &path).await, all(&vertices, 1, 4));
    let details = until(&flink, &job, |body| {
        body["vertices"][1]["tasks"]["RUNNING"] == 4
    })
    .await;
    assert_eq!(details["vertices"][1]["parallelism"], 4);
    assert!(details["timestamps"]["RESTARTING"].as_i64() > Some(0));
    let statistics = ok(&flink, &format!("{job}/checkpoints")).await;
    assert_eq!(statistics["latest"]["restored"]["is_savepoint"], false);
    // More than there are slots is accepted, and changes nothing.
    assert_eq!(put(&flink, &job, all(&vertices, 100, 100)).await.0, 200);
    assert_eq!(ok(&flink, &job).await["vertices"][1]["parallelism"], 4);
}

#[tokio::test]
async fn each_offence_is_a_sentence() {
    let flink = Flink::builder().adaptive(true).start().await.unwrap();
    let (job, vertices) = running(&flink, "com.acme.StreamJob", 1).await;
    let each = |sentence: &dyn Fn(&str) -> String| -> Vec<String> {
        let mut sentences: Vec<String> = vertices.iter().map(|id| sentence(id)).collect();
        sentences.sort();
        sentences
    };
    let said = async |body: Value| {
        let (status, body) = put(&flink, &job, body).await;
        assert_eq!(status, 400);
        let head = heads(&body)[0].strip_prefix(REST).unwrap();
        let lines = head.trim_start_matches(": ").lines();
        let mut sentences: Vec<String> = lines.map(str::to_owned).collect();
        sentences.sort();
        sentences
    };
    assert_eq!(
        said(all(&vertices, 3, 2)).await,
        each(&|id| format!(
            "The requested lower bound [3] for job vertex [{id}] is higher than the upper bound [2]."
        ))
    );
    assert_eq!(
        said(all(&vertices, 0, 2)).await,
        each(&|id| format!(
            "Both, the requested lower bound [0] and upper bound [2] for job vertex [{id}] must be greater than zero."
        ))
    );
    assert_eq!(
        said(all(&vertices, 1, 2000)).await,
        each(&|id| format!(
            "The newly requested parallelism 2000 for the job vertex {id} exceeds its maximum parallelism 128."
        ))
    );
    let missing = |id: &str| {
        format!("The request is incomplete, missing job vertex [{id}] resource requirements.")
    };
    let mut expected = each(&missing);
    expected.insert(
        0,
        format!("Job vertex [{NONE}] was not found in the JobGraph."),
    );
    assert_eq!(said(all(&[NONE.to_owned()], 1, 2)).await, expected);
    let head =
        format!("{REST}: Request did not match expected format JobResourceRequirementsBody.");
    let malformed = json!({"zz": {"parallelism": {"lowerBound": 1, "upperBound": 2}}});
    refused(put(&flink, &job, malformed).await, 400, &head);
    let halved = json!({vertices[0].clone(): {"parallelism": {"upperBound": 2}}});
    refused(put(&flink, &job, halved).await, 400, &head);
}
