//! Many calls at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use headwaters::{Batch, Error, flink::types::JobStatus};

use super::{
    client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

/// The number in `/v1/jobs/{number}/status`.
fn number(target: &str) -> usize {
    target.split('/').nth(3).unwrap().parse().unwrap()
}

fn status(number: usize) -> Answer {
    Answer::json(format!(r#"{{"status":"{number}"}}"#))
}

fn statuses(stub: &ScriptedServer, count: usize) -> Batch<headwaters::flink::types::JobStatusInfo> {
    let jobs = client(stub, single()).jobs();
    (0..count)
        .map(|number| jobs.status(number.to_string()))
        .collect()
}

#[tokio::test]
async fn as_many_calls_as_allowed_are_under_way_and_never_more() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let stub = {
        let arrived = Arc::clone(&arrived);
        ScriptedServer::new(move |request| {
            arrived.fetch_add(1, Ordering::SeqCst);
            let arrived = Arc::clone(&arrived);
            // The first answers wait for each other, and a little for one that should not come.
            Answer::default()
                .until(move || arrived.load(Ordering::SeqCst) >= 3)
                .wait(Duration::from_millis(30))
                .then(status(number(&request.target)))
        })
    };
    let values = statuses(&stub, 12).with_concurrency(3).await.unwrap();
    assert_eq!(values.len(), 12);
    assert_eq!(stub.most_under_way(), 3);
}

#[tokio::test]
async fn values_come_in_the_order_of_their_calls() {
    // The first call is answered last.
    let answered = Arc::new(AtomicUsize::new(0));
    let stub = ScriptedServer::new(move |request| {
        let number = number(&request.target);
        if number == 0 {
            let answered = Arc::clone(&answered);
            Answer::default()
                .until(move || answered.load(Ordering::SeqCst) == 4)
                .then(status(number))
        } else {
            answered.fetch_add(1, Ordering::SeqCst);
            status(number)
        }
    });
    let values = statuses(&stub, 5).await.unwrap();
    let order: Vec<&str> = values.iter().map(|value| value.status.as_str()).collect();
    assert_eq!(order, ["0", "1", "2", "3", "4"]);
}

/// Calls 3 and 6 of ten are refused.
fn twice_refused() -> ScriptedServer {
    ScriptedServer::new(|request| match number(&request.target) {
        3 => Answer::status(404, &[], r#"{"errors":["no"]}"#),
        6 => Answer::status(409, &[], ""),
        other => status(other),
    })
}

#[tokio::test]
async fn the_first_error_ends_the_batch() {
    let stub = twice_refused();
    let error: Error = statuses(&stub, 10).with_concurrency(1).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(stub.count(), 4);
}

#[tokio::test]
async fn all_outcomes_can_be_had_in_order() {
    let stub = twice_refused();
    let outcomes = statuses(&stub, 10).with_concurrency(4).all().await;
    assert_eq!(outcomes.len(), 10);
    for (number, outcome) in outcomes.into_iter().enumerate() {
        match (number, outcome) {
            (3, Err(error)) => assert!(error.is_not_found()),
            (6, Err(error)) => assert!(error.is_conflict()),
            (_, outcome) => assert_eq!(
                outcome.unwrap().status,
                JobStatus::Unknown(number.to_string())
            ),
        }
    }
    assert_eq!(stub.count(), 10);
}

#[tokio::test]
async fn nothing_is_sent_before_the_batch_is_awaited_and_none_is_one() {
    let stub = twice_refused();
    let mut batch = statuses(&stub, 2).with_concurrency(0);
    batch.push(client(&stub, single()).jobs().status("2"));
    assert_eq!((batch.len(), stub.count()), (3, 0));
    assert_eq!(batch.await.unwrap().len(), 3);
    assert_eq!(stub.most_under_way(), 1);
    let empty = statuses(&stub, 0);
    assert!(empty.is_empty());
    assert!(empty.await.unwrap().is_empty());
}
