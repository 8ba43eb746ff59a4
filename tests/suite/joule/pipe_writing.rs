//! Writes that go wrong on the way: refusals in the middle, slow servers, calls that are given up.

use std::time::{Duration, Instant};

use headwaters::{
    Error, ErrorKind,
    joule::{Columns, PipeWriter, Rows, types::DataType},
    sandbox::Fault,
};
use tokio::time::{advance, pause, resume, timeout};

use super::*;
use crate::wire::{assert_readable, scripted_server::Gate};

/// More than the system holds on the way.
const ROWS: usize = 1_000_000;

/// So many rows from this one on, each with its number.
fn numbered(from: usize, count: usize) -> Columns<i32> {
    Columns {
        timestamps: (from..from + count)
            .map(|index| T0 + index as i64)
            .collect(),
        elements: vec![(from..from + count).map(|index| index as i32).collect()],
    }
}

fn as_rows(columns: &Columns<i32>) -> Rows {
    let script = columns.timestamps.iter().zip(&columns.elements[0]);
    let script = script
        .map(|(time, value)| Some((*time, vec![*value])))
        .collect();
    Rows::new("int32_1".parse().unwrap(), encoded(&script)).unwrap()
}

/// Writes until the writer is told that it is over.
async fn until_refused(pipe: &mut PipeWriter) -> Error {
    let mut from = 0;
    let start = Instant::now();
    loop {
        let rows = (from..from + 1000).map(|index| (T0 + index, [7]));
        if let Err(error) = pipe.write_rows(rows).await {
            return error;
        }
        from += 1000;
        // Longer than it takes the refusal to arrive, and no more than a socket holds.
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "nobody stops the writer"
        );
    }
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_write_stops_it_at_once_with_the_nodes_words() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = stream(&node, "s", DataType::Int32, 1).await;
    let refusal = Fault::status(400)
        .with_body(
            "text/plain; charset=utf-8",
            "400: Non-monotonic timestamps in new data",
        )
        .early(50_000);
    sandbox.inject(refusal.on("POST", "/data"));
    let mut pipe = node.data().write(&stream).await.unwrap();
    let error = until_refused(&mut pipe).await;
    assert!(error.is_bad_request(), "{error}");
    assert_eq!(error.messages(), ["Non-monotonic timestamps in new data"]);
    assert!(
        error.to_string().contains("none is certain to be stored"),
        "{error}"
    );
    assert_readable(&error);
    let again = pipe.write_row(i64::MAX, &[1]).await.unwrap_err();
    assert_eq!(again.messages(), error.messages());
    let again = pipe.close_interval().await.and(pipe.flush().await);
    assert!(again.is_err());
    let again = pipe.close().await.unwrap_err();
    assert_eq!(again.messages(), error.messages());
    let journal = sandbox.journal();
    let posts = journal
        .iter()
        .filter(|exchange| exchange.method == "POST" && exchange.target.starts_with("/data"));
    assert_eq!(posts.count(), 1);
}

#[tokio::test]
async fn the_first_write_after_a_refusal_tells_it() {
    let refusal = Answer::status(400, &[("content-type", "text/plain")], "400: no");
    let stub = writing("int32_1", refusal.hang());
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    pipe.write_row(T0, &[1]).await.unwrap();
    stub.until("the write begins", |stub| posts(stub).len() == 1)
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = pipe.write_row(T0 + 1, &[1]).await.unwrap_err();
    assert_eq!(error.messages(), ["no"]);
}

/// jouled goes on reading for a while; others reset the connection with bytes unread.
#[tokio::test]
async fn a_refusal_with_a_reset_behind_it_is_an_error_and_the_write_is_not_repeated() {
    let refusal = Answer::status(400, &[("content-type", "text/plain")], "400: no");
    for answer in [
        refusal.clone().close(),
        refusal.clone(),
        Answer::default()
            .read(100_000)
            .then(refusal.clone())
            .close(),
        Answer::default().read(100_000).close(),
        Answer::nothing(),
        Answer::default()
            .read(10)
            .then(Answer::raw("noise\r\n\r\n"))
            .close(),
    ] {
        let stub = writing("int32_1", answer);
        let mut pipe = node(stub.url()).data().write(7).await.unwrap();
        let error = until_refused(&mut pipe).await;
        let is_known = error.is_bad_request() || error.kind() == ErrorKind::Broken;
        assert!(is_known, "{error}");
        assert!(error.maybe_sent());
        assert_readable(&error);
        assert!(pipe.close().await.is_err());
        assert_eq!(posts(&stub).len(), 1);
    }
}

#[tokio::test]
async fn an_ok_before_the_last_row_is_no_ok() {
    // To the writer that goes on, and to the one that has nothing more to say.
    let stub = writing("int32_1", stored().hang());
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    let error = until_refused(&mut pipe).await;
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
    assert_eq!(error.attempts(), 1);

    let stub = writing("int32_1", stored().hang());
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    pipe.write_row(T0, &[1]).await.unwrap();
    pipe.close_interval().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = pipe
        .close()
        .await
        .expect_err("the node has not seen the end");
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
}

#[tokio::test]
async fn a_page_in_the_place_of_ok_is_an_error() {
    let page = Answer::status(
        200,
        &[("content-type", "text/html")],
        "<html>Sign in</html>",
    );
    let stub = writing("int32_1", Answer::default().body().then(page.clone()));
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    pipe.write_row(T0, &[1]).await.unwrap();
    let error = pipe.close().await.expect_err("that was no node");
    assert!(error.is_decode(), "{error}");
    assert_readable(&error);
    let stub = ScriptedServer::playing([page]);
    let error = node(stub.url()).data().delete(7).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    // As the node writes it for followers, and as it writes it elsewhere.
    for body in ["ok", "OK", "ok\n"] {
        let stub = ScriptedServer::playing([Answer::status(200, &[], body)]);
        node(stub.url()).data().delete(7).await.unwrap();
    }
}

#[tokio::test]
async fn a_write_is_never_sent_twice() {
    for answer in [
        Answer::default().body().close(),
        Answer::default()
            .body()
            .then(Answer::status(503, &[("retry-after", "0")], "")),
        Answer::default()
            .body()
            .then(Answer::status(429, &[("retry-after", "0")], "")),
        Answer::default().body().then(Answer::status(
            500,
            &[],
            "500 Internal Server Error\n\nTraceback",
        )),
        Answer::default().body().then(Answer::status(401, &[], "")),
        Answer::default()
            .body()
            .then(Answer::status(307, &[("location", "/data?id=7")], "")),
        Answer::default()
            .body()
            .then(Answer::head(200, &[("content-length", "2")]))
            .close(),
    ] {
        let stub = writing("int32_1", answer);
        let mut pipe = node(stub.url()).data().write(7).await.unwrap();
        pipe.write_row(T0, &[1]).await.unwrap();
        let error = pipe.close().await.unwrap_err();
        assert_readable(&error);
        assert_eq!(posts(&stub).len(), 1, "{error}");
    }
}

struct Slow {
    stub: ScriptedServer,
    gate: Gate,
}

/// A node that reads nothing until it is let.
fn slow() -> Slow {
    let gate = Gate::default();
    let answer = Answer::default().until(gate.opened()).body().then(stored());
    let stub = writing("int32_1", answer);
    Slow { stub, gate }
}

/// The rows by their numbers, and the closing break.
fn all_rows(count: usize) -> Vec<u8> {
    let rows = as_rows(&numbered(0, count));
    [&rows.as_bytes()[..], &[0; 12]].concat()
}

#[tokio::test]
async fn a_writer_that_is_faster_than_its_connection_waits() {
    let slow = slow();
    let mut pipe = node(slow.stub.url()).data().write(7).await.unwrap();
    let columns = numbered(0, ROWS);
    let stuck = timeout(Duration::from_secs(2), pipe.write_columns(&columns)).await;
    assert!(stuck.is_err(), "twelve megabytes went into nothing");
    let taken = pipe.rows() as usize;
    assert!(taken < ROWS, "everything was taken");
    // It does not go on without its writer.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(pipe.rows() as usize, taken);
    slow.gate.open();
    pipe.write_columns(&numbered(taken, ROWS - taken))
        .await
        .unwrap();
    assert_eq!(pipe.close().await.unwrap() as usize, ROWS);
    assert!(
        posts(&slow.stub)[0].body == all_rows(ROWS),
        "rows were lost or doubled"
    );
}

/// What is done again starts where `rows` says.
#[tokio::test]
async fn a_write_that_is_given_up_loses_and_doubles_nothing() {
    for way in 0..4 {
        let slow = slow();
        let pipe = node(slow.stub.url()).data().write(7).await.unwrap();
        let mut pipe = pipe.with_cache(if way == 3 { 50 } else { 0 });
        let mut given_up = 0;
        while (pipe.rows() as usize) < ROWS {
            let from = pipe.rows() as usize;
            let count = [30_000, 7_000, 3_000, 20][way].min(ROWS - from);
            let patience = Duration::from_millis(2);
            let columns = numbered(from, count);
            let outcome = match way {
                0 => timeout(patience, pipe.write_columns(&columns)).await,
                1 => timeout(patience, pipe.write(&as_rows(&columns))).await,
                2 => {
                    let rows = columns.timestamps.iter().zip(&columns.elements[0]);
                    let rows = rows.map(|(time, value)| (*time, [*value]));
                    timeout(patience, pipe.write_rows(rows)).await
                }
                _ => timeout(patience, pipe.write(&as_rows(&columns))).await,
            };
            match outcome {
                Ok(outcome) => outcome.unwrap(),
                Err(_) => given_up += 1,
            }
            if given_up == 20 {
                slow.gate.open();
            }
        }
        assert!(given_up >= 20, "only {given_up} writes were given up");
        assert_eq!(pipe.close().await.unwrap() as usize, ROWS);
        let body = &posts(&slow.stub)[0].body;
        assert!(
            *body == all_rows(ROWS),
            "way {way}: rows were lost or doubled"
        );
    }
}

#[tokio::test]
async fn a_break_that_is_given_up_stands_once() {
    let slow = slow();
    let mut pipe = node(slow.stub.url()).data().write(7).await.unwrap();
    // Until the connection takes no more.
    while let Ok(outcome) = {
        let from = pipe.rows() as usize;
        timeout(
            Duration::from_millis(300),
            pipe.write_columns(&numbered(from, 10_000)),
        )
        .await
    } {
        outcome.unwrap();
    }
    let taken = pipe.rows() as usize;
    for _ in 0..3 {
        let outcome = timeout(Duration::from_millis(20), pipe.close_interval()).await;
        assert!(outcome.is_err());
    }
    slow.gate.open();
    pipe.write_row(T0 + taken as i64, &[taken as i32])
        .await
        .unwrap();
    pipe.close().await.unwrap();
    let mut expected = all_rows(taken);
    expected.extend(as_rows(&numbered(taken, 1)).as_bytes());
    expected.extend([0; 12]);
    assert!(
        posts(&slow.stub)[0].body == expected,
        "the break is lost or doubled"
    );
}

#[tokio::test]
async fn a_close_that_is_given_up_sends_whole_rows_only() {
    let slow = slow();
    let mut pipe = node(slow.stub.url()).data().write(7).await.unwrap();
    let stuck = timeout(
        Duration::from_secs(1),
        pipe.write_columns(&numbered(0, ROWS)),
    )
    .await;
    assert!(stuck.is_err());
    let taken = pipe.rows() as usize;
    assert!(
        timeout(Duration::from_millis(20), pipe.close())
            .await
            .is_err()
    );
    slow.gate.open();
    slow.stub
        .until("the body ends", |stub| {
            posts(stub)
                .first()
                .is_some_and(|post| !post.body.is_empty())
        })
        .await;
    let body = posts(&slow.stub)[0].body.clone();
    assert!(body.len().is_multiple_of(12));
    assert!(
        all_rows(taken).starts_with(&body),
        "these are no first rows"
    );
}

/// A node whose database stands still reads nothing for as long, and the kernel gives such a connection up if it is told to.
#[tokio::test]
async fn a_node_that_reads_nothing_for_half_a_minute_is_waited_for() {
    let slow = slow();
    let mut pipe = node(slow.stub.url()).data().write(7).await.unwrap();
    let gate = slow.gate.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(40)).await;
        gate.open();
    });
    pipe.write_columns(&numbered(0, ROWS)).await.unwrap();
    assert_eq!(pipe.close().await.unwrap() as usize, ROWS);
}

/// The tasks of this runtime.
fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

/// Those of a client whose only connection waits for its next request: that of all but the writes, which have their own.
async fn tasks_of_idle(node: &Node) -> usize {
    node.data_streams().get(7).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    tasks()
}

/// Lets time pass for timers, and no more than a moment for everything else.
async fn pass(time: Duration) {
    tokio::task::yield_now().await;
    pause();
    advance(time).await;
    resume();
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn writers_that_are_gone_leave_neither_tasks_nor_connections_where_the_node_never_answers() {
    const EACH: usize = 7;
    // It takes all that comes.
    let stub = writing("int32_1", Answer::silence());
    let node = node(stub.url());
    let before = tasks_of_idle(&node).await;
    for index in 0..3 * EACH {
        let mut pipe = node.data().write(7).await.unwrap();
        pipe.write_row(T0, &[1]).await.unwrap();
        match index % 3 {
            0 => drop(pipe),
            1 => {
                pipe.write_columns(&numbered(1, 90_000)).await.unwrap();
                drop(pipe);
            }
            _ => {
                let closing = timeout(Duration::from_millis(20), pipe.close()).await;
                assert!(closing.is_err(), "nothing was answered");
            }
        }
    }
    stub.until("the writes begin", |stub| posts(stub).len() == 3 * EACH)
        .await;
    assert!(tasks() > before + EACH);
    pass(Duration::from_secs(28)).await;
    assert_eq!(stub.closed(), 0, "rows on their way have half a minute");
    pass(Duration::from_secs(4)).await;
    stub.until("the sockets of the writes are closed", |stub| {
        stub.closed() == 3 * EACH
    })
    .await;
    assert_eq!(tasks(), before);
}

#[tokio::test]
async fn writers_that_are_gone_wait_no_longer_for_a_node_that_takes_nothing_but_a_connection_holds_what_it_has()
 {
    let gate = Gate::default();
    let stub = writing("int32_1", Answer::default().until(gate.opened()).close());
    let node = node(stub.url());
    let before = tasks_of_idle(&node).await;
    for _ in 0..5 {
        let mut pipe = node.data().write(7).await.unwrap();
        let columns = numbered(0, ROWS);
        let stuck = timeout(Duration::from_millis(200), pipe.write_columns(&columns)).await;
        assert!(stuck.is_err());
    }
    // Each has a task of its own, and one for its connection.
    assert!(tasks() >= before + 2 * 5);
    pass(Duration::from_secs(32)).await;
    assert_eq!(tasks(), before + 5);
    gate.open();
    stub.until("the sockets of the writes are closed", |stub| {
        stub.closed() == 5
    })
    .await;
    pass(Duration::from_secs(1)).await;
    assert_eq!(tasks(), before);
}

#[tokio::test]
async fn rows_that_were_flushed_arrive_though_their_writer_is_gone_before_the_node_takes_them() {
    let slow = slow();
    let mut pipe = node(slow.stub.url()).data().write(7).await.unwrap();
    let columns = numbered(0, ROWS);
    let stuck = timeout(Duration::from_secs(1), pipe.write_columns(&columns)).await;
    assert!(stuck.is_err());
    drop(pipe);
    pass(Duration::from_secs(20)).await;
    slow.gate.open();
    slow.stub
        .until("the body ends", |stub| !posts(stub)[0].body.is_empty())
        .await;
    let sent = &posts(&slow.stub)[0].body;
    assert!(sent.len() > 1 << 20 && sent.len().is_multiple_of(12));
    assert!(all_rows(ROWS).starts_with(sent));
}
