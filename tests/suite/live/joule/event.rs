//! Events and their filter.

use headwaters::joule::{
    Condition, EventFilter,
    types::{Event, EventPage},
};
use serde_json::json;

use super::{Place, T0};

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn events_are_written_and_read_whatever_their_number_and_their_ties() {
    let place = Place::new("events");
    let stream = place.events("events").await;
    let calls = place.node.event_streams();
    // Seven of each start together; more than one request carries, and large ones among them.
    let mut events: Vec<Event> = (0..1203)
        .map(|index| {
            let start = T0 + index / 7 * 1000;
            let text = "x".repeat(if index % 100 == 0 { 20_000 } else { 10 });
            Event::new(start, start + 500, json!({"index": index, "text": text}))
        })
        .collect();
    calls.write(&stream, &mut events).await.unwrap();
    assert!(events.iter().enumerate().all(|(index, event)| {
        event.id.is_some()
            && event.event_stream_id == Some(stream.id)
            && event.content.pointer("/index").unwrap().as_i64() == i64::try_from(index).ok()
    }));
    for page in [1, 2, 7, 8, 500, 2000] {
        for reader in [
            calls.read(&stream),
            calls.read(&stream).end(T0 + 10_000_000),
            calls.read(&stream).start(T0),
        ] {
            // One at a time takes a request for each: some of them do.
            let limit = if page < 7 { 60 } else { 1203 };
            let mut reader = reader.page_size(page);
            let mut back = Vec::new();
            while back.len() < limit {
                back.push(reader.next().await.unwrap().unwrap());
            }
            if limit == 1203 {
                assert!(reader.next().await.unwrap().is_none(), "page {page}");
            }
            back.sort_by_key(|event| event.id);
            let mut ids: Vec<_> = back.iter().map(|event| event.id).collect();
            ids.dedup();
            assert_eq!(ids.len(), limit, "page {page}");
            if limit == 1203 {
                assert_eq!(back, events, "page {page}");
            }
        }
    }
    // Written again they change and are not doubled.
    events[0].content = json!({"index": "first"}).into();
    calls.write(&stream, &mut events[..3]).await.unwrap();
    assert_eq!(calls.count(&stream).await.unwrap(), 1203);
    let changed = calls
        .read(&stream)
        .filter(Condition::is("index", "first"))
        .read_all(5)
        .await
        .unwrap();
    assert_eq!(changed, events[..1]);
    let error = calls.read(&stream).read_all(1202).await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    let page = calls.read_page(&stream, 5).await.unwrap();
    let EventPage::EventHistogram(histogram) = page else {
        panic!("{page:?}");
    };
    assert_eq!(histogram.count, 1203);
    calls.remove(&stream).start(T0 + 1000).await.unwrap();
    assert_eq!(calls.count(&stream).await.unwrap(), 7);
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn an_ongoing_event_belongs_to_a_range_unless_it_is_said_otherwise() {
    let place = Place::new("ongoing");
    let stream = place.events("events").await;
    let calls = place.node.event_streams();
    let mut events = [
        Event::new(T0, T0 + 5_000, json!({"name": "over"})),
        Event::new(T0 + 1_000, T0 + 90_000, json!({"name": "ongoing"})),
        Event::new(T0 + 2_000, T0 + 6_000, json!({"name": "over too"})),
        Event::new(T0 + 3_000, T0 + 80_000, json!({"name": "ongoing too"})),
        Event::new(T0 + 20_000, T0 + 30_000, json!({"name": "new"})),
    ];
    calls.write(&stream, &mut events).await.unwrap();
    for page in [1, 2, 3, 10] {
        let reader = calls.read(&stream).start(T0 + 10_000).page_size(page);
        let names = |events: Vec<Event>| -> Vec<String> {
            let name = |event: &Event| event.content.pointer("/name").unwrap().as_str().unwrap();
            events.iter().map(name).collect()
        };
        let with = names(reader.clone().read_all(10).await.unwrap());
        assert_eq!(with, ["ongoing", "ongoing too", "new"], "page {page}");
        let without = reader
            .include_ongoing_events(false)
            .read_all(10)
            .await
            .unwrap();
        assert_eq!(names(without), ["new"], "page {page}");
    }
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_filter_means_what_it_says() {
    let place = Place::new("filter");
    let stream = place.events("events").await;
    let calls = place.node.event_streams();
    let mut events = [
        Event::new(T0, T0 + 1, json!({"name": "it's \"on\"", "power": 5})),
        Event::new(T0 + 1, T0 + 2, json!({"name": "kettle", "power": 2000.5})),
        Event::new(T0 + 2, T0 + 3, json!({"name": "kettle 2", "power": -1})),
    ];
    calls.write(&stream, &mut events).await.unwrap();
    let power = |condition: Result<Condition, _>| EventFilter::from(condition.unwrap());
    let cases: Vec<(EventFilter, i64)> = vec![
        (EventFilter::all([]), 3),
        (Condition::is("name", "it's \"on\"").into(), 1),
        (Condition::not("name", "kettle").into(), 2),
        (Condition::like("name", "kettle%").into(), 2),
        (Condition::unlike("name", "kettle%").into(), 1),
        (power(Condition::gt("power", 5)), 1),
        (power(Condition::gte("power", 5)), 2),
        (power(Condition::lt("power", 5)), 1),
        (power(Condition::lte("power", 5)), 2),
        (power(Condition::eq("power", 2000.5)), 1),
        (power(Condition::neq("power", 2000.5)), 2),
        (Condition::not("nothing", "x").into(), 0),
        (
            EventFilter::all([
                Condition::like("name", "kettle%"),
                Condition::gt("power", 0).unwrap(),
            ])
            .or([Condition::eq("power", 5).unwrap()]),
            2,
        ),
    ];
    for (filter, expected) in cases {
        let counted = calls.count(&stream).filter(filter.clone()).await.unwrap();
        assert_eq!(counted, expected, "{filter}");
        let read = calls
            .read(&stream)
            .filter(filter.clone())
            .read_all(9)
            .await
            .unwrap();
        assert_eq!(read.len() as i64, expected, "{filter}");
    }
    let error = calls.count(&stream).filter("nonsense").await.unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    assert_eq!(
        error.messages(),
        ["invalid filter string, must be valid JSON"]
    );
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn event_streams_are_changed_moved_and_deleted() {
    let place = Place::new("event-streams");
    let calls = place.node.event_streams();
    let mut stream = place.events("events").await;
    stream.description = Some("all switches".to_owned());
    stream
        .event_fields
        .insert("kind".to_owned(), r#"category:["on","off"]"#.to_owned());
    let changed = calls.update(stream.id, &stream).await.unwrap();
    assert_eq!(
        (&changed.description, &changed.event_fields),
        (&stream.description, &stream.event_fields)
    );
    let moved = calls
        .move_to(&stream, format!("{}/attic", place.path))
        .await
        .unwrap();
    let path = format!("{}/attic/events", place.path);
    assert_eq!(calls.get(&*path).await.unwrap().id, moved.id);
    let error = calls
        .create(
            format!("{}/attic", place.path),
            headwaters::joule::types::NewEventStream::new("events"),
        )
        .await
        .unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    calls.delete(&*path).await.unwrap();
    assert!(calls.get(&*path).await.unwrap_err().is_not_found());
    place.end().await;
}
