//! Reading: whatever a server or the network does to the bytes.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use headwaters::{Error, ErrorKind, joule::types::DataType, sandbox::Fault};

use super::*;
use crate::{dropped, wire::assert_readable};

#[tokio::test]
async fn any_border_of_chunks_gives_the_same() {
    let stub = ScriptedServer::playing((1..SENT.len()).map(|cut| {
        let (first, rest) = SENT.split_at(cut);
        head("float32_3").chunk(first).chunk(rest).chunk("")
    }));
    let node = node(stub.url());
    for cut in 1..SENT.len() {
        let mut pipe = node.data().read(7).await.unwrap();
        let (script, outcome) = drain(&mut pipe).await;
        outcome.unwrap();
        assert_eq!(script, said(), "cut at {cut}");
    }
    let bytewise = SENT
        .iter()
        .fold(head("float32_3"), |answer, byte| answer.chunk([*byte]));
    let (_stub, pipe) = reading(bytewise.chunk("")).await;
    let (script, outcome) = drain(&mut pipe.unwrap()).await;
    outcome.unwrap();
    assert_eq!(script, said());
}

#[tokio::test]
async fn no_row_and_no_break_is_lost_when_waits_are_dropped() {
    let drip = SENT.chunks(3).fold(head("float32_3"), |answer, piece| {
        answer.chunk(piece).wait(Duration::from_millis(4))
    });
    let (_stub, pipe) = reading(drip.chunk("")).await;
    let mut pipe = pipe.unwrap();
    let (blocks, dropped) = dropped::collect(&mut pipe, PipeReader::next).await;
    assert!(dropped > 10, "only {dropped} waits were dropped");
    let mut script = Script::new();
    blocks.iter().for_each(|block| take(&mut script, block));
    assert_eq!(script, said());
}

#[tokio::test]
async fn the_blocks_are_a_stream_that_ends_after_an_error() {
    let stub = ScriptedServer::playing([
        head("float32_3").chunk(SENT).chunk(""),
        head("float32_3").chunk(&SENT[..20]).close(),
    ]);
    let node = node(stub.url());
    let blocks = node.data().read(7).await.unwrap().into_stream();
    let mut script = Script::new();
    let blocks: Vec<_> = blocks.try_collect().await.unwrap();
    blocks.iter().for_each(|block| take(&mut script, block));
    assert_eq!(script, said());
    let mut blocks = node.data().read(7).await.unwrap().into_stream();
    assert_eq!(blocks.next().await.unwrap().unwrap().len(), 1);
    assert!(blocks.next().await.unwrap().is_err());
    assert!(blocks.next().await.is_none());
}

/// As seen on a node: at a decimated level short intervals have no rows, and their breaks stay.
#[tokio::test]
async fn breaks_are_right_first_last_alone_and_repeated() {
    let row = |index: i32| Some((T0 + i64::from(index), vec![index]));
    let scripts: Vec<Script<i32>> = vec![
        vec![],
        vec![None],
        vec![None, None],
        vec![None, row(1)],
        vec![row(1), None],
        vec![None, None, row(1), None, None, None],
        vec![
            row(1),
            row(2),
            None,
            None,
            row(3),
            row(4),
            None,
            None,
            None,
            row(5),
            row(6),
        ],
    ];
    for script in scripts {
        let bytes = encoded(&script);
        for piece in [1, 11, 12, 13, 36, 1000] {
            let answer = bytes
                .chunks(piece)
                .fold(head("int32_1"), |answer, piece| answer.chunk(piece));
            let (_stub, pipe) = reading(answer.chunk("")).await;
            let (back, outcome) = drain(&mut pipe.unwrap()).await;
            outcome.unwrap();
            assert_eq!(back, script, "in pieces of {piece}");
        }
    }
}

#[tokio::test]
async fn no_row_is_lost_at_the_doubled_breaks_of_a_decimated_level() {
    let sandbox = Joule::builder()
        .scatter(true)
        .seed(7)
        .start()
        .await
        .unwrap();
    let node = node_of(&sandbox);
    let stream = stream(&node, "s", DataType::Int32, 1).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    // Intervals of 8, 2, 3, 4, 1 and 8 rows: those of fewer than 4 vanish at level 4.
    let mut time = T0;
    for length in [8, 2, 3, 4, 1, 8] {
        for _ in 0..length {
            pipe.write_row(time, &[1]).await.unwrap();
            time += 10;
        }
        pipe.close_interval().await.unwrap();
    }
    pipe.close().await.unwrap();
    let mut pipe = node.data().read(&stream).decimation_level(4).await.unwrap();
    assert_eq!(pipe.layout(), "float32_3".parse().unwrap());
    let (script, outcome) = drain::<f32>(&mut pipe).await;
    outcome.unwrap();
    let shape: Vec<bool> = script.iter().map(Option::is_some).collect();
    assert_eq!(
        shape,
        [
            true, true, false, false, false, true, false, false, true, true
        ]
    );
}

/// What reads give before they fail, one for each of these answers.
async fn failures(answers: impl IntoIterator<Item = Answer>) -> Vec<(Script<f32>, Error)> {
    let answers: Vec<Answer> = answers.into_iter().collect();
    let count = answers.len();
    let stub = ScriptedServer::playing(answers);
    let node = node(stub.url());
    let mut failures = Vec::new();
    for _ in 0..count {
        let mut pipe = node.data().read(7).await.unwrap();
        let (script, outcome) = drain(&mut pipe).await;
        assert!(
            pipe.next().await.unwrap().is_none(),
            "something comes after the error"
        );
        failures.push((script, outcome.unwrap_err()));
    }
    failures
}

#[tokio::test]
async fn a_cut_connection_is_an_error_and_never_an_end() {
    // At every place, between rows as well as inside one: only the closing chunk is missing.
    let cut = |bytes| head("float32_3").chunk(bytes).close();
    let pieces = (1..=SENT.len()).map(|length| &SENT[..length]);
    for (script, error) in failures(pieces.map(cut)).await {
        assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
        assert!(error.is_retryable());
        assert_eq!(error.attempts(), 1);
        assert!(!error.elapsed().is_zero());
        assert!(said().starts_with(&script), "{script:?}");
    }
    let answer = announced(100).send(&SENT[..80]).close();
    let [(script, error)] = <[_; 1]>::try_from(failures([answer]).await).unwrap();
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
    assert_eq!(script, said()[..4]);
}

/// The head of an answer that says how long it is.
fn announced(length: usize) -> Answer {
    Answer::head(
        200,
        &[
            ("joule-layout", "float32_3"),
            ("joule-decimation", "1"),
            ("content-length", &length.to_string()),
        ],
    )
}

#[tokio::test]
async fn a_body_that_ends_inside_a_row_is_an_error() {
    let whole = |bytes| head("float32_3").chunk(bytes).chunk("");
    let lengths = (1..SENT.len()).filter(|length| length % 20 != 0);
    for (script, error) in failures(lengths.map(|length| whole(&SENT[..length]))).await {
        assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
        assert!(
            error
                .to_string()
                .contains(": the answer ends inside a row (http://")
        );
        assert_eq!(error.attempts(), 1);
        assert!(said().starts_with(&script), "{script:?}");
    }
    let [(script, error)] =
        <[_; 1]>::try_from(failures([announced(90).send(SENT).close()]).await).unwrap();
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
    assert_eq!(script, said()[..4]);
}

/// Such a body ends where the connection does: nobody can tell a part from the whole.
#[tokio::test]
async fn a_body_with_neither_length_nor_chunks_is_refused() {
    let headers = [("joule-layout", "float32_3"), ("joule-decimation", "1")];
    let (_stub, pipe) = reading(Answer::head(200, &headers).send(&SENT[..80]).close()).await;
    let error = pipe.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(!error.is_retryable());
    assert_readable(&error);
    let old = "HTTP/1.0 200 OK\r\njoule-layout: float32_3\r\njoule-decimation: 1\r\n\r\n";
    let (_stub, pipe) = reading(Answer::raw(old).send(&SENT[..80]).close()).await;
    assert!(pipe.unwrap_err().is_decode());
}

#[tokio::test]
async fn a_cut_read_on_the_sandbox_is_an_error() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = stream(&node, "s", DataType::Int32, 1).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    let rows = (0..1000).map(|index| (T0 + index, [7]));
    pipe.write_rows(rows).await.unwrap();
    pipe.close().await.unwrap();
    for bytes in [0, 1, 12, 600, 601, 11_999] {
        sandbox.inject(Fault::cut_after(bytes).on("GET", "/data"));
        let mut pipe = node.data().read(&stream).await.unwrap();
        let (script, outcome) = drain::<i32>(&mut pipe).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken, "{bytes}: {error}");
        assert_eq!(script.len(), bytes / 12);
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_head_is_told_before_any_row() {
    let long = "x".repeat(50_000);
    let layouts = [
        None,
        Some(""),
        Some("float32"),
        Some("float32_"),
        Some("float32_0"),
        Some("float32_-1"),
        Some("float32_1000000000"),
        Some("float32_99999999999999999999999"),
        Some("float33_1"),
        Some("_3"),
        Some("float32_3_3"),
        Some(&long),
    ];
    let levels = [Some("x"), Some("-1"), Some("0"), Some("1.5"), Some(&long)];
    let cases = layouts
        .into_iter()
        .map(|layout| (layout, Some("1")))
        .chain(levels.map(|level| (Some("float32_3"), level)));
    for (layout, level) in cases {
        let mut headers = vec![("transfer-encoding", "chunked")];
        headers.extend(layout.map(|layout| ("joule-layout", layout)));
        headers.extend(level.map(|level| ("joule-decimation", level)));
        let (stub, pipe) = reading(Answer::head(200, &headers).chunk(SENT).hang()).await;
        let error = pipe.expect_err("a head like this is refused");
        assert!(error.is_decode(), "{layout:?} {level:?}: {error}");
        assert_readable(&error);
        stub.until("the connection is closed", |stub| stub.closed() == 1)
            .await;
    }
}

#[tokio::test]
async fn a_page_where_rows_were_asked_for_is_no_pipe() {
    let page = Answer::status(
        200,
        &[("content-type", "text/html")],
        "<html>Sign in</html>",
    );
    let (_stub, pipe) = reading(page.clone()).await;
    let error = pipe.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_readable(&error);
    let stub = ScriptedServer::playing([page]);
    let error = node(stub.url()).data().subscribe(7).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
}

#[tokio::test]
async fn a_refusal_before_the_first_row_is_an_error_with_the_nodes_words() {
    let json = ("content-type", "application/json; charset=utf-8");
    let text = ("content-type", "text/plain; charset=utf-8");
    for (status, content, body, words) in [
        (
            400,
            json,
            "this stream has no data",
            "this stream has no data",
        ),
        (
            400,
            text,
            "400: [max-rows] must be > 0",
            "[max-rows] must be > 0",
        ),
        (
            404,
            text,
            "404: stream does not exist",
            "stream does not exist",
        ),
    ] {
        let (stub, pipe) = reading(Answer::status(status, &[content], body)).await;
        let error = pipe.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.messages(), [words]);
        assert_eq!(stub.count(), 1);
    }
    let (_stub, pipe) = reading(Answer::status(403, &[text], "403: Forbidden")).await;
    assert!(pipe.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn a_read_that_is_too_large_or_of_another_type_is_told_so() {
    let answer = head("float32_3").chunk(SENT).chunk("");
    let (_stub, pipe) = reading(answer.clone()).await;
    let columns = pipe.unwrap().read_all::<f32>(4).await.unwrap();
    assert_eq!(columns.timestamps, [T0, T0 + 1000, T0 + 2000, T0 + 5000]);
    assert_eq!(columns.elements[2], [3.0, 6.0, 9.5, -3.0]);
    let (_stub, pipe) = reading(answer.clone()).await;
    let error = pipe.unwrap().read_all::<f32>(3).await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    let (_stub, pipe) = reading(answer.clone()).await;
    // The type is checked before the rows are counted, and before any comes.
    let (_other, silent) = reading(head("float32_3").hang()).await;
    for pipe in [pipe, silent] {
        let error = pipe.unwrap().read_all::<f64>(1).await.unwrap_err();
        assert!(error.is_decode(), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(": the rows are float32_3, not float64 (http://"),
            "{text}"
        );
    }
    let cut = head("float32_3").chunk(&SENT[..80]).close();
    let (_stub, pipe) = reading(cut).await;
    let error = pipe.unwrap().read_all::<f32>(9).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broken);
}

#[tokio::test]
async fn a_window_keeps_its_rows_over_an_error() {
    let (_stub, pipe) = reading(head("float32_3").chunk(&SENT[..40]).close()).await;
    let mut window = pipe.unwrap().into_window();
    assert_eq!(window.read().await.unwrap().unwrap().len(), 2);
    window.consume(1).unwrap();
    assert!(window.read().await.is_err());
    let rest = window.read().await.unwrap().unwrap();
    assert_eq!(rest.timestamps().collect::<Vec<_>>(), [T0 + 1000]);
    window.consume_all();
    assert!(window.read().await.unwrap().is_none());
    assert!(window.is_empty().await.unwrap());
}

#[tokio::test]
async fn a_row_that_does_not_come_after_the_one_before_it_ends_a_read_after_those_before_it() {
    let row = |time: i64| Some((T0 + time, vec![3]));
    let rows = |times: &[i64]| times.iter().copied().map(row).collect::<Script<i32>>();
    let with_break =
        |before: &[i64], after: &[i64]| [rows(before), vec![None], rows(after)].concat();
    // What came, how much of it is handed out, and what the error names.
    for (script, whole, named) in [
        (rows(&[40, 30, 50, 60]), 1, (30, 40)),
        (rows(&[7, 8, 9, 7, 8, 9]), 3, (7, 9)),
        (rows(&[1, 2, 2, 3]), 2, (2, 2)),
        (rows(&[-5, -6]), 1, (-6, -5)),
        (rows(&[4, -2 * T0]), 1, (-2 * T0, 4)),
        // Over a break and after it, which is handed out.
        (with_break(&[1, 9], &[9]), 3, (9, 9)),
        (with_break(&[1, 9], &[10, 12, 11]), 5, (11, 12)),
        (with_break(&[], &[10, 3]), 2, (3, 10)),
        // The break behind what is wrong is not.
        (with_break(&[5, 6, 1], &[]), 2, (1, 6)),
    ] {
        let bytes = encoded(&script);
        for piece in [5, 12, 24, 60, 1000] {
            let answer = bytes
                .chunks(piece)
                .fold(head("int32_1"), |answer, piece| answer.chunk(piece));
            let (_stub, pipe) = reading(answer.chunk("")).await;
            let mut pipe = pipe.unwrap();
            let (back, outcome) = drain(&mut pipe).await;
            assert_eq!(back, script[..whole], "in pieces of {piece}");
            let error = outcome.expect_err("these rows are out of order");
            assert!(error.is_decode() && !error.is_retryable(), "{error}");
            let (late, before) = (T0 + named.0, T0 + named.1);
            let text = error.to_string();
            assert!(
                text.contains(&format!("{late} comes after {before} ")),
                "{text}"
            );
            assert_readable(&error);
            assert!(pipe.next().await.unwrap().is_none());
        }
    }
}

/// A module that starts again may write times that it has written before.
#[tokio::test]
async fn rows_of_a_subscription_are_handed_out_as_they_come() {
    let script: Script<i32> = [30, 10, 10, 20]
        .map(|time| Some((T0 + time, vec![1])))
        .to_vec();
    let stub = ScriptedServer::playing([head("int32_1").chunk(encoded(&script)).chunk("")]);
    let mut pipe = node(stub.url()).data().subscribe(7).await.unwrap();
    let (back, outcome) = drain(&mut pipe).await;
    outcome.unwrap();
    assert_eq!(back, script);
}
