//! What holds for all calls to a node: what is refused before it is sent, and what is never sent twice.

use std::time::Duration;

use headwaters::{
    Result, Retry,
    joule::{
        ElementStyle, LumenView,
        types::{
            DataType, DisplayType, Event, MasterKind, NewDataStream, NewElement, NewEventStream,
        },
    },
};
use serde_json::json;

use super::*;
use crate::wire::assert_readable;

/// jouled 1.0.1 answers each of these with a traceback when it is a folder's path.
const PATHS: [&str; 7] = ["", "w", "w/plugs", "//w", "/w/", "/w//plugs", "/w\0"];

#[tokio::test]
async fn a_path_that_the_node_fails_on_is_refused_before_it_is_sent() {
    let stub = ScriptedServer::playing([Answer::status(
        500,
        &[],
        "500 Internal Server Error\n\nTraceback",
    )]);
    let node = node(stub.url());
    for path in PATHS {
        let new = || NewDataStream::new("s", DataType::Int16, ["a"]);
        let outcomes: Vec<Result<()>> = vec![
            node.folders().get(path).await.map(drop),
            node.folders().delete(path).await.map(drop),
            node.data_streams().get(path).await.map(drop),
            node.data_streams().create(path, new()).await.map(drop),
            node.data_streams().delete(path).await.map(drop),
            node.data().read(path).await.map(drop),
            node.data().subscribe(path).await.map(drop),
            node.data().write(path).await.map(drop),
            node.data().intervals(path).ranges().await.map(drop),
            node.data().delete(path).await.map(drop),
            node.event_streams().read(path).next().await.map(drop),
            node.event_streams()
                .get_or_create(path, NewEventStream::new("x"))
                .await
                .map(drop),
            node.event_streams()
                .write(path, &mut [Event::new(1, 2, json!({}))])
                .await,
        ];
        for outcome in outcomes {
            let error = outcome.expect_err(path);
            assert!(error.is_request(), "{path:?}: {error}");
            assert_readable(&error);
        }
    }
    assert_eq!(stub.count(), 0);
}

#[tokio::test]
async fn the_root_is_no_event_stream_and_is_not_asked_for() {
    let stub = ScriptedServer::playing([Answer::status(404, &[], "404: stream does not exist")]);
    let new = NewEventStream::new("x");
    let node = node(stub.url());
    let error = node.event_streams().get_or_create("/", new).await;
    let error = error.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert_readable(&error);
    assert_eq!(stub.count(), 0);
}

#[tokio::test]
async fn a_link_leads_to_an_address_of_the_web() {
    let sandbox = Joule::builder().demo(true).start().await.unwrap();
    let node = node_of(&sandbox);
    let meter = node.data_streams().get("/plugs/meter").await.unwrap();
    let view = LumenView::new().element(&meter.elements[0], ElementStyle::default());
    sandbox.clear_journal();
    for address in ["lumen.example", "localhost:3000", "ftp://lumen.example", ""] {
        let error = node.folders().lumen_link(address, &view).await.unwrap_err();
        assert!(error.is_request(), "{address:?}: {error}");
        assert_readable(&error);
    }
    assert!(sandbox.journal().is_empty());
    for (address, before) in [
        (
            "http://lumen.example",
            "http://lumen.example/explorer?view=",
        ),
        (
            "https://x.example:1/a/",
            "https://x.example:1/a/explorer?view=",
        ),
    ] {
        let link = node.folders().lumen_link(address, &view).await.unwrap();
        assert!(link.as_str().starts_with(before), "{link}");
    }
}

#[tokio::test]
async fn paths_with_anything_else_in_them_are_sent() {
    let stub = ScriptedServer::playing([Answer::status(404, &[], "404: stream does not exist")]);
    for path in ["/w", "/w/a b/ö?&#%", "/w/..", "/w/\n"] {
        let error = node(stub.url()).data_streams().get(path).await.unwrap_err();
        assert!(error.is_not_found(), "{path:?}: {error}");
    }
    assert_eq!(stub.count(), 4);
    assert!(
        stub.requests()[1]
            .target
            .contains("%2Fw%2Fa+b%2F%C3%B6%3F%26%23%25"),
        "{}",
        stub.requests()[1].target
    );
}

#[tokio::test]
async fn what_would_be_done_twice_is_sent_once() {
    let retry = Retry::default().with_waits(Duration::from_millis(1), Duration::from_millis(2));
    for answer in [
        Answer::status(503, &[("retry-after", "0")], ""),
        Answer::status(429, &[("retry-after", "0")], ""),
        Answer::status(502, &[], "<html>"),
        Answer::nothing(),
        Answer::head(200, &[("content-length", "10")]).close(),
        Answer::raw("noise\r\n\r\n").close(),
    ] {
        let stub = ScriptedServer::playing([answer.clone()]);
        let node = node_with(stub.url(), Config::new().with_retry(retry));
        let new = NewDataStream::new("s", DataType::Int16, ["a"]);
        let outcomes: Vec<(&str, Result<()>)> = vec![
            (
                "create",
                node.data_streams().create("/w", new).await.map(drop),
            ),
            (
                "move",
                node.data_streams().move_to("/w/s", "/v").await.map(drop),
            ),
            (
                "move folder",
                node.folders().move_to("/w", "/v").await.map(drop),
            ),
            ("decimate", node.data().decimate("/w/s").await.map(drop)),
            (
                "create events",
                node.event_streams()
                    .create("/w", NewEventStream::new("e"))
                    .await
                    .map(drop),
            ),
            (
                "write events",
                node.event_streams()
                    .write("/w/e", &mut [Event::new(1, 2, json!({}))])
                    .await,
            ),
            (
                "add a master",
                node.masters().add(MasterKind::User, "me").await.map(drop),
            ),
        ];
        for (what, outcome) in &outcomes {
            let error = outcome.as_ref().expect_err(what);
            assert!(error.maybe_sent(), "{what}: {error}");
            assert_eq!(error.attempts(), 1, "{what}");
        }
        assert_eq!(stub.count(), outcomes.len());
        // The stub is one that would have been asked again.
        assert!(
            node.data_streams()
                .get("/w/s")
                .await
                .unwrap_err()
                .attempts()
                > 1
        );
    }
}

#[tokio::test]
async fn a_follower_is_not_removed_where_others_would_go_with_it() {
    let list = |names: &[&str]| {
        let follower =
            |name: &&str| json!({"id": 1, "name": name, "location": "http://x", "key": "k"});
        Answer::json(json!(names.iter().map(follower).collect::<Vec<_>>()).to_string())
    };
    let stub = ScriptedServer::playing([list(&["a", "b"])]);
    let error = node(stub.url()).followers().delete("a").await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert_eq!(stub.count(), 1);
    let stub = ScriptedServer::playing([list(&["a"]), Answer::status(200, &[], "OK")]);
    node(stub.url()).followers().delete("a").await.unwrap();
    assert_eq!(stub.requests()[1].line(), "DELETE /follower.json?name=a");
}

/// Answers that no honest node gives.
fn hostile() -> Vec<Answer> {
    let json = ("content-type", "application/json");
    let mut answers: Vec<Answer> = [
        "",
        "null",
        "[]",
        "{}",
        "0",
        "ok",
        "\"ok\"",
        "[[]]",
        "[[1]]",
        "[null]",
        "{\"error\": 5}",
        "{\"error\": \"x\"}",
        "<html>",
        "\u{feff}[]",
        "[[9223372036854775807, -9223372036854775808]]",
        "{\"events\": {}, \"type\": \"events\"}",
        "{\"events\": [], \"count\": -1}",
        "NaN",
    ]
    .into_iter()
    .flat_map(|body| [200, 400, 500].map(|status| Answer::status(status, &[json], body)))
    .collect();
    answers.extend([
        Answer::status(200, &[json], [0xff, 0xfe, 0x00]),
        Answer::status(200, &[json], "[".repeat(100_000)),
        Answer::status(
            500,
            &[],
            "Traceback (most recent call last):\n  File \u{1b}[31m",
        ),
        Answer::status(500, &[], "Traceback (most recent call last):\n  File "),
        Answer::status(404, &[], "404:"),
        Answer::status(100, &[], "").close(),
        Answer::status(204, &[], ""),
        Answer::status(999, &[], ""),
        Answer::head(
            200,
            &[
                ("transfer-encoding", "chunked"),
                ("joule-layout", "int16_1"),
            ],
        )
        .send("zz\r\n")
        .close(),
        Answer::head(
            200,
            &[
                ("transfer-encoding", "chunked"),
                ("joule-layout", "int16_1"),
            ],
        )
        .send("ffffffffffffffff\r\n")
        .close(),
        Answer::head(200, &[("content-length", "99999999999999999999")]).close(),
        Answer::head(200, &[("content-length", "-1")]).close(),
        Answer::head(200, &[("content-length", "1"), ("content-length", "2")])
            .send("{}")
            .close(),
        Answer::nothing(),
    ]);
    answers
}

#[tokio::test]
async fn nothing_that_a_server_answers_is_a_panic() {
    for (index, answer) in hostile().into_iter().enumerate() {
        let stub = ScriptedServer::playing([answer]);
        let node = node_with(stub.url(), Config::new().with_retry(Retry::none()));
        let calls = async {
            let mut errors = Vec::new();
            let mut note = |outcome: Result<()>| errors.extend(outcome.err());
            for pipe in [node.data().read(7).await, node.data().subscribe(7).await] {
                match pipe {
                    Ok(mut pipe) => note(drain::<i16>(&mut pipe).await.1),
                    Err(error) => note(Err(error)),
                }
            }
            note(node.data().intervals(7).ranges().await.map(drop));
            note(node.data().delete(7).await.map(drop));
            note(node.data().write(7).await.map(drop));
            note(node.event_streams().read(7).read_all(10).await.map(drop));
            note(
                node.event_streams()
                    .write(7, &mut [Event::new(1, 2, json!({}))])
                    .await,
            );
            note(
                node.event_streams()
                    .get_or_create("/x", NewEventStream::new("x"))
                    .await
                    .map(drop),
            );
            note(node.followers().delete("x").await);
            note(node.folders().root().await.map(drop));
            note(node.info().await.map(drop));
            note(node.modules().logs("x").await.map(drop));
            note(node.database().connection_info().await.map(drop));
            for error in &errors {
                assert_readable(error);
            }
            errors.len()
        };
        let errors = tokio::time::timeout(Duration::from_secs(20), calls).await;
        let errors = errors.unwrap_or_else(|_| panic!("answer {index} is waited for"));
        assert!(errors > 3, "answer {index} satisfies most calls");
    }
}

#[tokio::test]
async fn a_stream_that_was_read_is_made_again_with_all_that_describes_it() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let voltage = NewElement::new("voltage")
        .units("V")
        .plottable(false)
        .display_type(DisplayType::Discrete)
        .offset(1.5)
        .scale_factor(0.1)
        .default_max(240.0)
        .default_min(-1.0);
    let new = NewDataStream::new("meter", DataType::Int32, ["power".into(), voltage])
        .description("in the kitchen")
        .keep_us(3_600_000_000)
        .decimate(false);
    let read = node.data_streams().create("/w", new).await.unwrap();
    let mut made = node.data_streams().create("/v", &read).await.unwrap();
    assert_ne!(made.id, read.id);
    // What the node gives: nothing else differs.
    made.id = read.id;
    made.updated_at.clone_from(&read.updated_at);
    for (made, read) in made.elements.iter_mut().zip(&read.elements) {
        made.id = read.id;
    }
    assert_eq!(made, read);

    let mut new = NewEventStream::new("switched");
    new.description = None;
    new.event_fields = [("power".to_owned(), "numeric".to_owned())].into();
    (new.keep_us, new.chunk_duration_us) = (7_200_000_000, 60_000_000);
    let read = node.event_streams().create("/w", new).await.unwrap();
    let mut made = node.event_streams().create("/v", &read).await.unwrap();
    assert_ne!(made.id, read.id);
    made.id = read.id;
    made.updated_at.clone_from(&read.updated_at);
    assert_eq!(made, read);
}

/// A repeat would find nothing left, and tell 0.
#[tokio::test]
async fn a_consolidation_whose_answer_is_lost_is_an_error_and_not_a_second_one_with_another_number()
{
    let lost = Answer::head(200, &[("content-length", "23")]).send(r#"{"num_con"#);
    for answer in [
        lost.close(),
        Answer::nothing(),
        Answer::status(503, &[("retry-after", "0")], ""),
    ] {
        let none = Answer::json(r#"{"num_consolidated": 0}"#);
        let stub = ScriptedServer::playing([answer, none]);
        let error = node(stub.url())
            .data()
            .consolidate(7, 250)
            .await
            .unwrap_err();
        assert!(error.maybe_sent(), "{error}");
        assert_eq!(stub.count(), 1);
    }
}
