//! How long a reader may go unasked, and how long it may wait.

use std::time::Duration;

use headwaters::ErrorKind;
use tokio::time::{advance, pause, resume, sleep, timeout};

use super::*;
use crate::wire::scripted_server::Gate;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A row, and another one when the gate is opened.
async fn gated(gate: &Gate) -> (ScriptedServer, PipeReader) {
    let answer = head("float32_3")
        .chunk(&SENT[..20])
        .until(gate.opened())
        .chunk(&SENT[20..40])
        .chunk("");
    let (stub, pipe) = reading(answer).await;
    (stub, pipe.unwrap())
}

#[tokio::test]
async fn a_reader_that_nobody_asks_for_a_minute_closes_its_connection_and_says_so() {
    let (stub, pipe) = reading(head("float32_3").chunk(&SENT[..40]).hang()).await;
    let mut pipe = pipe.unwrap();
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 2);
    pause();
    advance(Duration::from_secs(59)).await;
    tokio::task::yield_now().await;
    resume();
    sleep(ms(100)).await;
    assert_eq!(stub.closed(), 0);
    pause();
    advance(Duration::from_secs(2)).await;
    resume();
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    let error = pipe.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("idle for too long"), "{error}");
    assert!(pipe.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_reader_that_has_failed_lets_go_of_its_connection() {
    // The second row comes before the first, and more could follow.
    let bytes = [&SENT[20..40], &[0; 20], &SENT[..20]].concat();
    let (stub, pipe) = reading(head("float32_3").chunk(bytes).hang()).await;
    let mut pipe = pipe.unwrap();
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    assert!(pipe.next().await.unwrap_err().is_decode());
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    assert!(pipe.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_reader_that_fails_after_a_long_wait_lets_go_of_its_connection() {
    let gate = Gate::default();
    let answer = head("float32_3")
        .chunk(&SENT[20..40])
        .until(gate.opened())
        .chunk(&SENT[..20])
        .hang();
    let (stub, pipe) = reading(answer).await;
    let mut pipe = pipe.unwrap().with_idle_timeout(ms(50));
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    let opens = async {
        sleep(ms(300)).await;
        gate.open();
    };
    let (outcome, ()) = tokio::join!(pipe.next(), opens);
    assert!(outcome.unwrap_err().is_decode());
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    assert!(pipe.next().await.unwrap().is_none());
}

#[tokio::test]
async fn rows_that_had_come_are_handed_out_before_the_reader_says_that_it_was_closed() {
    // A row, a break, two rows: two questions for what comes at once.
    let bytes = [&SENT[..20], &[0; 20], &SENT[20..60]].concat();
    let (stub, pipe) = reading(head("float32_3").chunk(bytes).hang()).await;
    let mut pipe = pipe.unwrap().with_idle_timeout(ms(100));
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 2);
    assert!(pipe.next().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_reader_that_is_asked_stays_open_though_all_it_tells_has_come_long_ago() {
    let gate = Gate::default();
    // Twenty intervals in one chunk.
    let row = |index: i32| Some((T0 + i64::from(index), vec![index]));
    let intervals = (0..20).flat_map(|index| [row(index), None]).collect();
    let answer = head("int32_1")
        .chunk(encoded(&intervals))
        .until(gate.opened())
        .chunk(encoded(&vec![row(20)]))
        .chunk("");
    let (_stub, pipe) = reading(answer).await;
    let mut pipe = pipe.unwrap().with_idle_timeout(ms(400));
    for _ in 0..20 {
        assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
        sleep(ms(50)).await;
    }
    gate.open();
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    assert!(pipe.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_reader_that_waits_for_rows_is_not_forgotten() {
    let gate = Gate::default();
    let (_stub, pipe) = gated(&gate).await;
    let mut pipe = pipe.with_idle_timeout(ms(100));
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    let opens = async {
        sleep(ms(500)).await;
        gate.open();
    };
    let (block, ()) = tokio::join!(pipe.next(), opens);
    assert_eq!(block.unwrap().unwrap().len(), 1);
    assert!(pipe.next().await.unwrap().is_none());
}

#[tokio::test]
async fn patience_begins_anew_when_a_wait_is_given_up() {
    let gate = Gate::default();
    let (_stub, pipe) = gated(&gate).await;
    let mut pipe = pipe.with_idle_timeout(ms(1000));
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    assert!(timeout(ms(800), pipe.next()).await.is_err());
    sleep(ms(600)).await;
    gate.open();
    assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
    assert!(pipe.next().await.unwrap().is_none());
}

#[test]
fn a_reader_without_any_patience_does_not_stop_the_runtime() {
    let (done, over) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (_stub, pipe) = reading(head("float32_3").chunk(&SENT[..20]).hang()).await;
            let mut pipe = pipe.unwrap();
            assert_eq!(pipe.next().await.unwrap().unwrap().len(), 1);
            let mut pipe = pipe.with_idle_timeout(Duration::ZERO);
            let _ = timeout(ms(100), pipe.next()).await;
        });
        done.send(()).unwrap();
    });
    let outcome = over.recv_timeout(Duration::from_secs(10));
    assert!(outcome.is_ok(), "the runtime stands still");
}

#[tokio::test]
async fn a_reader_that_is_dropped_closes_its_connection() {
    let (stub, pipe) = reading(head("float32_3").chunk(&SENT[..20]).hang()).await;
    let mut pipe = pipe.unwrap();
    pipe.next().await.unwrap();
    drop(pipe);
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}

#[tokio::test]
async fn a_silent_read_ends_with_an_error_and_a_silent_subscription_never() {
    let gate = Gate::default();
    let opened = {
        let gate = gate.clone();
        move || gate.opened()
    };
    let stub = ScriptedServer::new(move |request| {
        let answer = head("float32_3").chunk(&SENT[..20]);
        match request.target.contains("subscribe=1") {
            true => answer.until(opened()).chunk(&SENT[20..40]).hang(),
            false => answer.hang(),
        }
    });
    let node = node(stub.url());
    let mut read = node.data().read(7).await.unwrap();
    let mut subscription = node.data().subscribe(7).await.unwrap();
    assert_eq!(read.next().await.unwrap().unwrap().len(), 1);
    assert_eq!(subscription.next().await.unwrap().unwrap().len(), 1);
    let read = tokio::spawn(async move { read.next().await });
    let waiting = tokio::spawn(async move { subscription.next().await });
    pause();
    for _ in 0..24 * 60 {
        advance(Duration::from_secs(60)).await;
    }
    resume();
    assert!(read.await.unwrap().unwrap_err().is_timeout());
    assert!(!waiting.is_finished(), "a day of silence ends nothing");
    gate.open();
    assert_eq!(waiting.await.unwrap().unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn a_subscription_that_is_cut_is_an_error() {
    let stub = ScriptedServer::playing([head("float32_3").chunk(&SENT[..20]).close()]);
    let mut pipe = node(stub.url()).data().subscribe(7).await.unwrap();
    let (script, outcome) = drain::<f32>(&mut pipe).await;
    assert_eq!(script, said()[..1]);
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Broken);
}
