//! Connections are used again.

use super::{
    JOB, OVERVIEW, STATUS, brisk, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

#[tokio::test]
async fn ten_calls_go_over_one_connection() {
    let stub = ScriptedServer::new(|request| match request.number {
        3 => Answer::status(404, &[], r#"{"errors":["no"]}"#),
        5 => Answer::status(202, &[], "{}"),
        _ => Answer::json(OVERVIEW),
    });
    let flink = client(&stub, single());
    for number in 0..10 {
        match number {
            3 => assert!(flink.overview().await.unwrap_err().is_not_found()),
            5 => flink.clone().jobs().cancel(JOB).await.unwrap(),
            _ => assert_eq!(flink.overview().await.unwrap().slots_total, 4),
        }
    }
    assert_eq!((stub.count(), stub.opened()), (10, 1));
}

#[tokio::test]
async fn retries_go_over_the_same_connection() {
    let stub = ScriptedServer::playing([
        Answer::status(503, &[], "busy"),
        Answer::status(429, &[], "busy"),
        Answer::json(STATUS),
    ]);
    client(&stub, brisk()).jobs().status(JOB).await.unwrap();
    assert_eq!((stub.count(), stub.opened()), (3, 1));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_closes_its_connection() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let call = tokio::spawn(client(&stub, single()).overview().into_future());
    stub.until("the request comes", |stub| stub.count() == 1)
        .await;
    call.abort();
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}
