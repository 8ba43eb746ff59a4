//! Servers, proxies and networks that answer what no server should: a clear error each time, no panic, no hang.

use std::time::Duration;

use headwaters::{Error, ErrorKind, flink::types::JobStatus, reqwest::Method};

use super::{
    JAR, JOB, OVERVIEW, STATUS, TRIGGER, assert_readable, client, error_of, hurried,
    scripted_server::{Answer, ScriptedServer},
    single,
};

/// What a reverse proxy says when nobody is behind it.
const PROXY_PAGE: &str = "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

fn assert_decode(error: &Error, what: &str) {
    assert!(error.is_decode(), "{what}: {error:?}");
    assert!(!error.is_retryable(), "{what}");
    assert_eq!(error.status().unwrap(), 200, "{what}");
    assert_eq!(error.attempts(), 1, "{what}");
    assert!(error.maybe_sent(), "{what}");
    assert_readable(error);
}

#[tokio::test]
async fn a_proxys_page_keeps_its_status_its_wait_and_its_text() {
    let headers = [("content-type", "text/html"), ("retry-after", "120")];
    let error = error_of(Answer::status(503, &headers, PROXY_PAGE)).await;
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    assert_eq!(error.body(), PROXY_PAGE);
    assert!(error.is_server_error() && error.is_retryable());
    let line = error.to_string();
    let told = "flink cluster_overview GET /overview: 503 Service Unavailable: not the server's own answer: 503 Service Temporarily Unavailable (http://127.0.0.1:";
    assert!(line.starts_with(told), "{line}");
}

#[tokio::test]
async fn a_page_instead_of_json_is_called_one() {
    for page in [PROXY_PAGE, "\n  <!doctype html><title>Log in</title>"] {
        let headers = [("content-type", "text/html")];
        let error = error_of(Answer::status(200, &headers, page)).await;
        assert_decode(&error, page);
        assert!(error.to_string().contains("HTML"), "{error}");
        assert_eq!(error.body(), page);
    }
}

#[tokio::test]
async fn a_part_that_nobody_asked_for_is_no_answer() {
    let part = |body: &str| Answer::status(206, &[("content-range", "bytes 0-99/512")], body);
    let decode = |error: Error| {
        assert!(error.is_decode() && !error.is_retryable(), "{error:?}");
        assert_eq!(error.status().unwrap(), 206);
        assert!(error.to_string().contains("206"), "{error}");
        assert_readable(&error);
    };
    decode(error_of(part(OVERVIEW)).await);
    let stub = ScriptedServer::playing([part("")]);
    let flink = client(&stub, single());
    decode(flink.jobs().cancel(JOB).await.unwrap_err());
    decode(flink.job_manager().log().await.unwrap_err());
    let raw = |path: &str| flink.request(Method::GET, path);
    decode(raw("/jobmanager/log").bytes().await.unwrap_err());
    decode(raw("/jobmanager/log").stream().await.unwrap_err());
    let asked = raw("/jobmanager/log").with_header("Range", "bytes=0-99");
    let answer = asked.bytes().await.unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(stub.count(), 5);
}

#[tokio::test]
async fn an_empty_answer_is_called_one() {
    for status in [200, 204] {
        let error = error_of(Answer::status(status, &[], "")).await;
        assert!(
            error.is_decode() && error.to_string().contains("empty"),
            "{error:?}"
        );
        assert_eq!(error.status().unwrap(), status);
        assert_readable(&error);
    }
}

#[tokio::test]
async fn json_that_does_not_fit_is_told_with_its_place() {
    let without_slots = OVERVIEW.replace(r#""slots-total":4,"#, "");
    let text_for_number = OVERVIEW.replace(r#""slots-total":4"#, r#""slots-total":"four""#);
    let too_large = OVERVIEW.replace(r#""slots-total":4"#, r#""slots-total":4294967296"#);
    let not_a_number = OVERVIEW.replace(r#""slots-total":4"#, r#""slots-total":NaN"#);
    let twice = OVERVIEW.replace(r#""slots-total":4"#, r#""slots-total":4,"slots-total":5"#);
    let trailing = format!("{OVERVIEW}{OVERVIEW}");
    let bom = format!("\u{feff}{OVERVIEW}");
    let nested = "[".repeat(100_000);
    for (what, body) in [
        ("a member is missing", &without_slots[..]),
        ("slots-total", &text_for_number),
        ("slots-total", &too_large),
        ("NaN", &not_a_number),
        ("a member comes twice", &twice),
        ("two documents", &trailing),
        ("a byte order mark", &bom),
        ("deep nesting", &nested),
        ("an array", "[]"),
        ("an array", r#"["taskmanagers", 1]"#),
        ("null", "null"),
        ("a string", r#""overview""#),
        ("half", &OVERVIEW[..50]),
        ("a word", "OK"),
        ("spaces", "   "),
    ] {
        let error = error_of(Answer::json(body)).await;
        assert_decode(&error, what);
        if what == "slots-total" {
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_an_error() {
    for bytes in [
        &b"\xff\xfe{\x00}\x00"[..],
        b"{\"taskmanagers\":1,\"flink-version\":\"\xc3\x28\"}",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
        b"\0",
    ] {
        assert_decode(&error_of(Answer::json(bytes)).await, "no UTF-8");
    }
}

#[tokio::test]
async fn nesting_in_a_member_that_nobody_reads_does_no_harm() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let stub = ScriptedServer::playing([Answer::json(format!(
        r#"{{"unknown":{deep},"status":"RUNNING"}}"#
    ))]);
    let status = client(&stub, single()).jobs().status(JOB).await.unwrap();
    assert_eq!(status.status, JobStatus::Running);
}

#[tokio::test]
async fn a_megabyte_in_the_place_of_a_number_stays_out_of_the_text() {
    let page = "x".repeat(1 << 20);
    let body = OVERVIEW.replace(r#""slots-total":4"#, &format!(r#""slots-total":"{page}""#));
    let error = error_of(Answer::json(body)).await;
    assert_decode(&error, "a megabyte");
    assert_eq!(error.body().len(), 64 << 10);
}

#[tokio::test]
async fn control_characters_of_a_server_do_not_reach_the_terminal() {
    let body = r#"{"errors":["\u001b[2Jline one\r\nline\ttwo\u0000"]}"#;
    let error = error_of(Answer::status(400, &[], body)).await;
    assert!(error.is_bad_request());
    assert_readable(&error);
    assert!(error.to_string().contains("line one"), "{error}");
}

#[tokio::test]
async fn words_without_end_are_cut_in_the_text_and_whole_in_the_messages() {
    let words = "word ".repeat(2_000);
    let body = format!(r#"{{"errors":["{words}"]}}"#);
    let error = error_of(Answer::status(400, &[], body)).await;
    assert_readable(&error);
    assert_eq!(error.messages(), [words.trim_end()]);
}

/// What breaks before an answer is there.
#[tokio::test]
async fn a_connection_that_breaks_is_called_broken() {
    let head = Answer::head(200, &[("content-length", "1000")]);
    for (what, answer) in [
        ("closed at once", Answer::nothing()),
        ("a greeting", Answer::raw("SSH-2.0-OpenSSH_9.6\r\n").close()),
        ("noise", Answer::raw([0xff; 4_000]).close()),
        ("half a status line", Answer::raw("HTTP/1.1 20").close()),
        (
            "half a head",
            Answer::raw("HTTP/1.1 200 OK\r\nconten").close(),
        ),
        (
            "a bad status",
            Answer::raw("HTTP/1.1 20000 OK\r\n\r\n").close(),
        ),
        (
            "a bad header",
            Answer::raw("HTTP/1.1 200 OK\r\nbad header\r\n\r\n").close(),
        ),
        (
            "two lengths",
            Answer::raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}")
                .close(),
        ),
        (
            "a bad length",
            Answer::raw("HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}").close(),
        ),
        ("half a body", head.clone().send(OVERVIEW).close()),
        ("no body", head.close()),
        (
            "half a chunk",
            Answer::head(200, &[("transfer-encoding", "chunked")])
                .send("ff\r\n{\"task")
                .close(),
        ),
        (
            "no last chunk",
            Answer::head(200, &[("transfer-encoding", "chunked")])
                .chunk(OVERVIEW)
                .close(),
        ),
        (
            "a bad chunk",
            Answer::head(200, &[("transfer-encoding", "chunked")])
                .send("xyz\r\n")
                .close(),
        ),
    ] {
        let error = error_of(answer).await;
        assert_eq!(error.kind(), ErrorKind::Broken, "{what}: {error:?}");
        assert!(error.maybe_sent() && error.is_retryable(), "{what}");
        assert!(!error.is_connect() && !error.is_timeout(), "{what}");
        assert!(std::error::Error::source(&error).is_some(), "{what}");
        assert_readable(&error);
    }
}

#[tokio::test]
async fn an_error_whose_body_breaks_keeps_its_status_and_what_came_of_the_body() {
    let answer = Answer::head(409, &[("content-length", "1000")])
        .send(r#"{"errors":["#)
        .close();
    let error = error_of(answer).await;
    assert!(error.is_conflict(), "{error:?}");
    assert_eq!(error.body(), r#"{"errors":["#);
}

#[tokio::test]
async fn an_answer_without_a_length_ends_with_its_connection() {
    let stub = ScriptedServer::playing([Answer::head(200, &[]).send(STATUS).close()]);
    client(&stub, single()).jobs().status(JOB).await.unwrap();
}

#[tokio::test]
async fn more_bytes_than_announced_do_not_belong_to_the_answer() {
    let length = STATUS.len().to_string();
    let stub = ScriptedServer::new(move |_| {
        Answer::head(200, &[("content-length", &length)]).send(format!(
            "{STATUS}HTTP/1.1 500 smuggled\r\ncontent-length: 0\r\n\r\n"
        ))
    });
    let flink = client(&stub, single());
    for _ in 0..3 {
        let status = flink.jobs().status(JOB).await.unwrap().status;
        assert_eq!(status, JobStatus::Running);
    }
}

#[tokio::test]
async fn interim_answers_are_passed_over() {
    let noise =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n";
    let answer = Answer::raw(noise.repeat(20)).wait(Duration::from_millis(20));
    let length = STATUS.len().to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{STATUS}");
    let stub = ScriptedServer::playing([answer.send(head)]);
    client(&stub, single()).jobs().status(JOB).await.unwrap();
}

#[tokio::test]
async fn interim_answers_without_end_are_no_answer() {
    let mut answer = Answer::default();
    for _ in 0..2_000 {
        let pause = Duration::from_millis(10);
        answer = answer.send("HTTP/1.1 100 Continue\r\n\r\n").wait(pause);
    }
    let stub = ScriptedServer::playing([answer]);
    let error = client(&stub, hurried(300)).overview().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}

#[tokio::test]
async fn a_switch_to_another_protocol_is_an_error() {
    let answer = Answer::raw(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    );
    let error = error_of(answer.hang()).await;
    assert!(!error.is_decode() && !error.is_connect(), "{error:?}");
    assert_readable(&error);
}

#[tokio::test]
async fn statuses_that_nobody_knows_are_kept() {
    for status in [299, 499, 599, 999] {
        let stub = ScriptedServer::playing([Answer::status(status, &[], STATUS)]);
        let outcome = client(&stub, single())
            .jobs()
            .status(JOB)
            .with_response()
            .await;
        match outcome {
            Ok(response) => assert_eq!(response.status().as_u16(), 299),
            Err(error) => {
                assert_eq!(error.status().unwrap().as_u16(), status);
                assert_readable(&error);
            }
        }
    }
}

#[tokio::test]
async fn a_removed_stop_mode_is_told_with_flinks_words() {
    // 308 without Location, as Flink answers `mode=stop`.
    let body = r#"{"errors":["org.apache.flink.runtime.rest.handler.RestHandlerException: The termination mode \"stop\" has been removed. For an ungraceful shutdown, please use \"cancel\" instead.\n\tat org.apache.flink"]}"#;
    let stub = ScriptedServer::playing([Answer::status(308, &[], body)]);
    let error = client(&stub, single())
        .jobs()
        .cancel(JOB)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap(), 308);
    let words = r#"The termination mode "stop" has been removed."#;
    assert!(error.messages()[0].starts_with(words), "{error}");
}

/// What a savepoint's status must not be taken for.
#[tokio::test]
async fn a_savepoint_that_ended_without_a_place_is_an_error() {
    let ended = r#"{"status":{"id":"COMPLETED"},"operation":{}}"#;
    let stub = ScriptedServer::playing([Answer::json(ended)]);
    let jobs = client(&stub, single()).jobs();
    let error = jobs
        .savepoint_status(JOB, TRIGGER)
        .poll()
        .await
        .unwrap_err();
    assert!(error.is_decode(), "{error:?}");
    assert_readable(&error);
}

#[tokio::test]
async fn an_answer_without_a_value_may_have_any_body() {
    for body in ["", "{}", "ok", "\0\0"] {
        let stub = ScriptedServer::playing([Answer::status(200, &[], body)]);
        client(&stub, single()).jars().delete(JAR).await.unwrap();
    }
}
