//! Data sets that batch jobs leave.

use super::*;

#[tokio::test]
async fn a_batch_job_leaves_a_data_set_that_can_be_deleted() {
    let flink = Flink::start().await.unwrap();
    let job = run(&flink, "com.acme.BatchJob", 1).await;
    until_status(&flink, &job, "FINISHED").await;
    let details = ok(&flink, &job).await;
    assert_eq!(
        (
            &details["job-type"],
            &details["maxParallelism"],
            &details["plan"]["type"]
        ),
        (&json!("BATCH"), &json!(-1), &json!("BATCH"))
    );
    assert_eq!(
        details["plan"]["nodes"][0]["inputs"][0]["exchange"],
        "blocking_persistent"
    );
    let list = ok(&flink, "/datasets").await;
    alike(
        json!({"dataSets": [{"id": "1bd749bca2e9fc5e942f410671aca132", "isComplete": true}]}),
        &list,
    );
    let id = list["dataSets"][0]["id"].as_str().unwrap();
    let (status, body) = send(&flink, "DELETE", &format!("/datasets/{id}"), None).await;
    assert_eq!(status, 202);
    let path = format!("/datasets/delete/{}", body["request-id"].as_str().unwrap());
    let done = json!({"status": {"id": "COMPLETED"}, "operation": {}});
    until(&flink, &path, |body| *body == done).await;
    assert_eq!(ok(&flink, "/datasets").await, json!({"dataSets": []}));
}

#[tokio::test]
async fn an_unknown_data_set_is_deleted_at_once() {
    let flink = Flink::start().await.unwrap();
    let (status, body) = send(&flink, "DELETE", &format!("/datasets/{NONE}"), None).await;
    assert_eq!(status, 202);
    let path = format!("/datasets/delete/{}", body["request-id"].as_str().unwrap());
    assert_eq!(
        ok(&flink, &path).await,
        json!({"status": {"id": "COMPLETED"}, "operation": {}})
    );
    assert_eq!(send(&flink, "DELETE", "/datasets/zz", None).await.0, 400);
    assert_eq!(
        get(&flink, &format!("/datasets/delete/{NONE}")).await.0,
        404
    );
}
