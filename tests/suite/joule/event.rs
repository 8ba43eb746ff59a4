//! Events: pages that are joined, and requests that are cut up.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _};
use headwaters::{
    joule::{
        EventReader,
        types::{Event, EventStream, NewEventStream},
    },
    sandbox::Fault,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::*;
use crate::{dropped, wire::scripted_server::Gate};

/// An event stream in the folder /w.
async fn events(node: &Node) -> EventStream {
    let new = NewEventStream::new("events");
    node.event_streams().create("/w", new).await.unwrap()
}

fn event(index: i64, start: i64, end: i64) -> Event {
    Event::new(start, end, json!({"index": index}))
}

/// So many events that go on until the same time.
fn numbered(count: i64) -> Vec<Event> {
    let numbered = |index| event(index, T0 + index, T0 + 5000);
    (0..count).map(numbered).collect()
}

/// How many requests wrote events.
fn writes(sandbox: &Joule) -> usize {
    let journal = sandbox.journal();
    let writes = journal
        .iter()
        .filter(|exchange| exchange.method == "POST" && exchange.target == "/event/data.json");
    writes.count()
}

fn indices(events: &[Event]) -> Vec<i64> {
    let index = |event: &Event| event.content.pointer("/index").unwrap().as_i64().unwrap();
    events.iter().map(index).collect()
}

#[tokio::test]
async fn pages_lose_and_repeat_nothing_whatever_their_size_and_the_ties() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = events(&node).await;
    let calls = node.event_streams();
    // Ties of 1, 5, 2 and 9, the last ones at the end.
    let starts = [0, 1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3];
    let mut all: Vec<Event> = starts
        .iter()
        .zip(0..)
        .map(|(start, index)| event(index, T0 + start, T0 + 10))
        .collect();
    calls.write(&stream, &mut all).await.unwrap();
    for page in 1..=20 {
        for reader in [
            calls.read(&stream),
            calls.read(&stream).start(T0),
            calls.read(&stream).end(T0 + 4),
            calls.read(&stream).include_ongoing_events(false),
        ] {
            let back = reader.page_size(page).read_all(100).await.unwrap();
            assert_eq!(back, all, "page of {page}");
        }
        let back = calls.read(&stream).start(T0 + 1).end(T0 + 3);
        let back = back.include_ongoing_events(false).page_size(page);
        let back = back.read_all(100).await.unwrap();
        assert_eq!(indices(&back), [1, 2, 3, 4, 5, 6, 7], "page of {page}");
    }
}

#[tokio::test]
async fn ongoing_events_stand_once_at_the_front() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = events(&node).await;
    let calls = node.event_streams();
    // Those that are over before the range are among those that go on, and tie with them.
    let mut all = [
        event(0, T0, T0 + 5),
        event(1, T0, T0 + 90),
        event(2, T0, T0 + 100),
        event(3, T0 + 1, T0 + 99),
        event(4, T0 + 1, T0 + 300),
        event(5, T0 + 1, T0 + 301),
        event(6, T0 + 50, T0 + 60),
        event(7, T0 + 99, T0 + 400),
        event(8, T0 + 100, T0 + 101),
        event(9, T0 + 100, T0 + 102),
        event(10, T0 + 200, T0 + 201),
        event(11, T0 + 300, T0 + 301),
    ];
    calls.write(&stream, &mut all).await.unwrap();
    for page in 1..=13 {
        let reader = calls
            .read(&stream)
            .start(T0 + 100)
            .end(T0 + 300)
            .page_size(page);
        // An event that ends exactly at the start belongs to the range.
        let back = reader.read_all(100).await.unwrap();
        assert_eq!(indices(&back), [2, 4, 5, 7, 8, 9, 10], "page of {page}");
    }
}

/// A node that gives what the query asks for, out of these events, and shuffles ties anew for each request, as a database may.
fn shuffling(all: Vec<(i64, i64)>) -> ScriptedServer {
    ScriptedServer::new(move |request| {
        let query = query(&request.target);
        let number = |name: &str| query.get(name).map(|text| text.parse::<i64>().unwrap());
        let start = number("start").unwrap();
        let mut chosen: Vec<_> = all
            .iter()
            .copied()
            .filter(|(_, time)| *time >= start)
            .collect();
        chosen
            .sort_by_key(|(id, time)| (*time, (id * 7919 + request.number as i64 * 104_729) % 101));
        chosen.truncate(number("limit").unwrap() as usize);
        Answer::json(page(&chosen).to_string())
    })
}

fn query(target: &str) -> BTreeMap<String, String> {
    let url = headwaters::url::Url::parse(&format!("http://x{target}")).unwrap();
    url.query_pairs().into_owned().collect()
}

fn page(events: &[(i64, i64)]) -> Value {
    let events: Vec<Value> = events
        .iter()
        .map(|(id, time)| {
            json!({"id": id, "event_stream_id": 7, "start_time": time, "end_time": time + 1, "content": {}})
        })
        .collect();
    json!({"count": events.len(), "events": events, "type": "events"})
}

#[tokio::test]
async fn ties_in_another_order_each_time_are_neither_lost_nor_repeated() {
    let all: Vec<(i64, i64)> = (0..60).map(|id| (id, T0 + id / 13)).collect();
    for size in [1, 2, 5, 12, 13, 14, 59, 60, 61] {
        let stub = shuffling(all.clone());
        let reader = node(stub.url()).event_streams().read(7).page_size(size);
        let back = reader.read_all(1000).await.unwrap();
        let times: Vec<i64> = back.iter().map(|event| event.start_time).collect();
        assert!(times.is_sorted());
        let mut ids: Vec<i32> = back.iter().filter_map(|event| event.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..60).collect::<Vec<_>>(), "page of {size}");
    }
}

#[tokio::test]
async fn a_node_that_does_not_go_on_is_not_asked_for_ever() {
    // Whatever is asked for: first these, then always the same, which are known or start together.
    for stuck in [vec![(1, 10), (2, 20)], vec![(5, 20), (6, 20)]] {
        let first = Answer::json(page(&[(1, 10), (2, 20)]).to_string());
        let stub = ScriptedServer::playing([first, Answer::json(page(&stuck).to_string())]);
        let reader = node(stub.url()).event_streams().read(7).page_size(2);
        let back = timeout(Duration::from_secs(5), reader.read_all(100)).await;
        let back = back.expect("it asks for ever").unwrap();
        assert!(back.len() >= 2);
        assert!(stub.count() < 10, "{} requests", stub.count());
    }
}

#[tokio::test]
async fn events_out_of_order_are_an_error_after_those_before_them() {
    // Pages of three, the ids that are handed out, and the times that the error names.
    for (pages, handed, named) in [
        (vec![vec![(1, 40), (2, 41), (3, 12)]], vec![1, 2], [12, 41]),
        (vec![vec![(1, 5), (2, 4)]], vec![1], [4, 5]),
        // Ties stay ties.
        (
            vec![vec![(1, 5), (2, 5), (3, 9)], vec![(3, 9), (4, 9), (5, 8)]],
            vec![1, 2, 3, 4],
            [8, 9],
        ),
        // Before what the page before had, and not of it.
        (
            vec![vec![(1, 5), (2, 6), (3, 9)], vec![(8, 7), (3, 9), (9, 10)]],
            vec![1, 2, 3],
            [7, 9],
        ),
        (
            vec![vec![(1, 5), (2, 6), (3, 9)], vec![(3, 9), (7, 30), (8, 29)]],
            vec![1, 2, 3, 7],
            [29, 30],
        ),
    ] {
        let answers = pages
            .iter()
            .map(|events| Answer::json(page(events).to_string()));
        let stub = ScriptedServer::playing(answers);
        let mut reader = node(stub.url()).event_streams().read(7).page_size(3);
        let mut back = Vec::new();
        let error = loop {
            match reader.next().await {
                Ok(event) => back.push(event.expect("the fault is told").id.unwrap()),
                Err(error) => break error,
            }
        };
        assert_eq!(back, handed);
        assert!(error.is_decode() && !error.is_retryable(), "{error}");
        let [late, before] = named;
        let text = error.to_string();
        assert!(
            text.ends_with(&format!("{late} comes after {before}")),
            "{text}"
        );
        // It does not get better by asking again, and nothing is handed out twice.
        let again = timeout(Duration::from_secs(5), reader.next())
            .await
            .unwrap();
        assert!(again.is_err(), "{again:?}");
    }
}

/// Before September 2005 a node tells a microsecond less for some times than it compares.
#[tokio::test]
async fn an_event_whose_time_is_rounded_below_the_edge_of_its_page_is_known_again() {
    let exact = [(1, 100), (2, 101), (3, 102), (4, 103), (5, 104), (6, 105)];
    let stub = ScriptedServer::new(move |request| {
        let query = query(&request.target);
        let start: i64 = query["start"].parse().unwrap();
        // What is asked for is rounded as well.
        let rest = exact.into_iter().filter(|(_, time)| *time >= start - 1);
        let told = rest.map(|(id, time)| (id, time - i64::from(id % 2 == 0)));
        let limit = query["limit"].parse().unwrap();
        Answer::json(page(&told.take(limit).collect::<Vec<_>>()).to_string())
    });
    for size in 1..=7 {
        let reader = node(stub.url())
            .event_streams()
            .read(7)
            .start(100)
            .page_size(size);
        let back = timeout(Duration::from_secs(5), reader.read_all(100)).await;
        let back = back.expect("it asks for ever").unwrap();
        let ids: Vec<i32> = back.iter().filter_map(|event| event.id).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5, 6], "page of {size}");
    }
}

#[tokio::test]
async fn events_without_ids_are_an_error_and_not_one_event() {
    let nameless = json!({"count": 2, "type": "events", "events": [
        {"id": null, "event_stream_id": 7, "start_time": 1, "end_time": 2, "content": {"name": "a"}},
        {"id": null, "event_stream_id": 7, "start_time": 1, "end_time": 2, "content": {"name": "b"}},
    ]});
    let stub = ScriptedServer::playing([Answer::json(nameless.to_string())]);
    let read = node(stub.url()).event_streams().read(7).read_all(100).await;
    assert!(read.unwrap_err().is_decode());
}

#[tokio::test]
async fn a_histogram_where_events_were_asked_for_is_an_error() {
    let histogram = r#"{"count": 2, "events": [{"id": -1, "start_time": 1, "end_time": 1, "content": {"count": 2}}], "type": "histogram"}"#;
    let stub = ScriptedServer::playing([Answer::json(histogram)]);
    let error = node(stub.url())
        .event_streams()
        .read(7)
        .next()
        .await
        .unwrap_err();
    assert!(error.is_decode(), "{error}");
}

async fn to_the_end(reader: &mut EventReader) -> (Vec<Event>, usize) {
    let (mut back, mut errors) = (Vec::new(), 0);
    loop {
        match reader.next().await {
            Ok(Some(event)) => back.push(event),
            Ok(None) => return (back, errors),
            Err(_) => errors += 1,
        }
    }
}

#[tokio::test]
async fn a_page_that_failed_is_asked_for_again_and_nothing_is_lost() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = events(&node).await;
    let mut all: Vec<Event> = (0..30)
        .map(|index| event(index, T0 + index / 4, T0 + 50))
        .collect();
    node.event_streams().write(&stream, &mut all).await.unwrap();
    let mut reader = node.event_streams().read(&stream).page_size(5);
    assert!(reader.next().await.unwrap().is_some());
    for fault in [
        Fault::status(500),
        Fault::bytes("text/html", "<html>"),
        Fault::cut_after(99),
    ] {
        sandbox.inject(fault.on("GET", "/event/data.json").times(3));
    }
    let (back, errors) = to_the_end(&mut reader).await;
    assert!(errors > 1, "{errors}");
    assert_eq!(back, all[1..]);
    sandbox.clear_faults();
    // A page that is given up is one that failed.
    let mut reader = node.event_streams().read(&stream).page_size(5);
    sandbox.inject(Fault::delay(Duration::from_millis(200)).times(2));
    for _ in 0..2 {
        assert!(
            timeout(Duration::from_millis(20), reader.next())
                .await
                .is_err()
        );
    }
    assert_eq!(to_the_end(&mut reader).await.0, all);
}

#[tokio::test]
async fn no_event_is_lost_and_no_page_asked_for_twice_when_waits_are_dropped() {
    let all: Vec<(i64, i64)> = (0..20).map(|id| (id, T0 + id)).collect();
    let stub = ScriptedServer::new(move |request| {
        let start: i64 = query(&request.target)["start"].parse().unwrap();
        let rest = all.iter().copied().filter(|(_, time)| *time >= start);
        let chosen: Vec<_> = rest.take(4).collect();
        let late = Answer::default().wait(Duration::from_millis(8));
        late.then(Answer::json(page(&chosen).to_string()))
    });
    let mut reader = node(stub.url()).event_streams().read(7).page_size(4);
    let (back, dropped) = dropped::collect(&mut reader, EventReader::next).await;
    assert!(dropped > 10, "only {dropped} waits were dropped");
    let ids: Vec<i32> = back.iter().filter_map(|event| event.id).collect();
    assert_eq!(ids, (0..20).collect::<Vec<_>>());
    // Each page begins with the last event of the one before: 0 to 3, 3 to 6 and so on up to 18 and 19.
    assert_eq!(stub.count(), 7);
}

#[tokio::test]
async fn an_option_holds_for_the_page_that_was_asked_for_before_it() {
    let stub = ScriptedServer::new(|request| match query(&request.target).get("filter") {
        None => Answer::silence(),
        Some(_) => Answer::json(page(&[(1, T0)]).to_string()),
    });
    let mut reader = node(stub.url()).event_streams().read(7);
    let given_up = timeout(Duration::from_millis(50), reader.next()).await;
    assert!(given_up.is_err());
    let mut reader = reader.filter("name is kettle");
    assert_eq!(reader.next().await.unwrap().unwrap().id, Some(1));
    assert!(reader.next().await.unwrap().is_none());
    assert!(reader.next().await.unwrap().is_none());
}

#[tokio::test]
async fn the_events_are_a_stream_that_ends_after_an_error() {
    let stub = ScriptedServer::playing([
        Answer::json(page(&[(1, T0), (2, T0 + 1)]).to_string()),
        Answer::status(400, &[], "no"),
    ]);
    let reader = node(stub.url()).event_streams().read(7).page_size(2);
    let events: Vec<_> = reader.clone().into_stream().collect().await;
    assert_eq!(events.len(), 3);
    assert!(events[1].is_ok() && events[2].is_err());
}

#[tokio::test]
async fn ids_come_back_on_the_events_that_they_belong_to() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = events(&node).await;
    let calls = node.event_streams();
    let mut all = numbered(1203);
    calls.write(&stream, &mut all).await.unwrap();
    assert_eq!(writes(&sandbox), 3);
    assert_eq!(indices(&all), (0..1203).collect::<Vec<_>>());
    assert!(
        all.iter()
            .all(|event| event.event_stream_id == Some(stream.id))
    );
    let back = calls.read(&stream).read_all(2000).await.unwrap();
    assert_eq!(back, all);
    // Some are new among those that are known.
    let mut mixed = vec![
        all[5].clone(),
        event(9000, T0 + 1, T0 + 2),
        all[2].clone(),
        event(9001, T0, T0 + 1),
    ];
    mixed[0].content = json!({"index": 7000}).into();
    calls.write(&stream, &mut mixed).await.unwrap();
    assert_eq!(indices(&mixed), [7000, 9000, 2, 9001]);
    assert_eq!((mixed[0].id, mixed[2].id), (all[5].id, all[2].id));
    assert_eq!(calls.count(&stream).await.unwrap(), 1205);
    for event in mixed {
        let stored = calls.read(&stream).read_all(2000).await.unwrap();
        let stored = stored.into_iter().find(|stored| stored.id == event.id);
        assert_eq!(stored, Some(event));
    }
}

#[tokio::test]
async fn a_write_that_failed_halfway_can_be_done_again_without_doubling() {
    let sandbox = Joule::start().await.unwrap();
    let node = node_of(&sandbox);
    let stream = events(&node).await;
    let calls = node.event_streams();
    let mut all = numbered(1203);
    // The second of three requests.
    sandbox.inject(Fault::delay(Duration::ZERO).on("POST", "/event/data.json"));
    sandbox.inject(Fault::status(503).on("POST", "/event/data.json"));
    let error = calls.write(&stream, &mut all).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert!(
        error
            .to_string()
            .contains("500 of 1203 events were written before"),
        "{error}"
    );
    assert!(all[..500].iter().all(|event| event.id.is_some()));
    assert!(all[500..].iter().all(|event| event.id.is_none()));
    assert_eq!(
        writes(&sandbox),
        2,
        "a write that may have been done is not repeated"
    );
    calls.write(&stream, &mut all).await.unwrap();
    assert_eq!(calls.count(&stream).await.unwrap(), 1203);
    assert_eq!(calls.read(&stream).read_all(2000).await.unwrap(), all);
}

#[tokio::test]
async fn fewer_events_in_the_answer_than_were_sent_are_an_error_and_change_nothing() {
    let answer = r#"{"count": 1, "events": [{"id": 5, "event_stream_id": 7, "start_time": 1, "end_time": 2, "content": {}}]}"#;
    let stub = ScriptedServer::playing([Answer::json(answer)]);
    let mut both = [event(0, 1, 2), event(1, 1, 2)];
    let before = both.clone();
    let error = node(stub.url())
        .event_streams()
        .write(7, &mut both)
        .await
        .unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(error.maybe_sent());
    assert_eq!(both, before);
}

/// What the documentation of `next` says of runtimes.
#[test]
fn a_request_runs_on_the_runtime_of_the_call_that_sent_it() {
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap()
    };
    let gate = Gate::default();
    let none = Answer::json(r#"{"count": 0, "events": [], "type": "events"}"#);
    let stub = ScriptedServer::playing([Answer::default().until(gate.opened()).then(none)]);
    let brief = Duration::from_millis(100);
    let (first, second) = (runtime(), runtime());
    let reader = || node(stub.url()).event_streams().read(7);

    let mut waiting = reader();
    let sent = first.block_on(async { timeout(brief, waiting.next()).await });
    assert!(sent.is_err() && stub.count() == 1);
    gate.open();
    let elsewhere = second.block_on(async { timeout(brief, waiting.next()).await });
    assert!(elsewhere.is_err(), "the first runtime does not run");
    assert_eq!(first.block_on(waiting.next()).unwrap(), None);
    assert_eq!(stub.count(), 1);

    let mut stopped = reader();
    assert!(first.block_on(async { stopped.next().now_or_never().is_none() }));
    drop(first);
    let error = second.block_on(stopped.next()).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(second.block_on(stopped.next()).unwrap(), None);
}
