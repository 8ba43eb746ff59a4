//! The client on a real Joule node, which `tests/live/run` starts.
//!
//! Every test works in a folder of its own and deletes it at the end. The variables that `tests/live/joule/node.sh` prints say
//! where the node is.

use std::{
    env,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use headwaters::{
    Config, Error, ErrorKind,
    dynamic::{Answer, Arguments},
    joule::{
        Condition, Element, ElementType, EventFilter, Layout, Node, NodeStore, Rows, Timestamp,
        types::{
            DataStream, DataType, DisplayType, Event, EventPage, EventStream, MasterKind,
            NewDataStream, NewElement, NewEventStream,
        },
    },
};
use serde_json::json;

use crate::{equal::assert_equal, mirror::Mirror};

/// A round time in September 2026.
const T0: i64 = 1_790_000_000_000_000;

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is set by tests/live/joule/node.sh"))
}

fn node() -> Node {
    Node::connect(variable("JOULE_URL"), variable("JOULE_KEY")).unwrap()
}

/// A folder of one test.
struct Place {
    node: Node,
    path: String,
}

impl Place {
    fn new(name: &str) -> Self {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            node: node(),
            path: format!("/test/{name}-{}", nanos.as_nanos()),
        }
    }

    async fn stream(&self, name: &str, datatype: DataType, width: usize) -> DataStream {
        let elements: Vec<String> = (0..width).map(|index| format!("e{index}")).collect();
        self.node
            .data_streams()
            .create(&*self.path, NewDataStream::new(name, datatype, elements))
            .await
            .unwrap()
    }

    async fn events(&self, name: &str) -> EventStream {
        self.node
            .event_streams()
            .create(&*self.path, NewEventStream::new(name))
            .await
            .unwrap()
    }

    async fn end(self) {
        self.node
            .folders()
            .delete(&*self.path)
            .recursive(true)
            .await
            .unwrap();
    }
}

/// Rows in intervals.
type Intervals<T> = Vec<Vec<(i64, Vec<T>)>>;

async fn write<T: Element>(node: &Node, stream: &DataStream, intervals: &Intervals<T>) {
    let mut pipe = node.data().write(stream).await.unwrap();
    for interval in intervals {
        for (time, elements) in interval {
            pipe.write_row(*time, elements).await.unwrap();
        }
        pipe.close_interval().await.unwrap();
    }
    let rows: usize = intervals.iter().map(Vec::len).sum();
    assert_eq!(pipe.close().await.unwrap(), rows as u64);
}

async fn read<T: Element>(node: &Node, stream: &DataStream) -> Intervals<T> {
    let mut pipe = node.data().read(stream).await.unwrap();
    let mut intervals = vec![Vec::new()];
    while let Some(block) = pipe.next().await.unwrap() {
        let rows = block.rows().iter::<T>().unwrap();
        let rows = rows.map(|row| (row.timestamp(), row.elements().collect()));
        intervals.last_mut().unwrap().extend(rows);
        if block.ends_interval() {
            intervals.push(Vec::new());
        }
    }
    intervals
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn every_answer_decodes_and_comes_back_equal() {
    let place = Place::new("answers");
    let stream = place.stream("meter", DataType::Float32, 2).await;
    let events = place.events("events").await;
    write(&place.node, &stream, &vec![vec![(T0, vec![1.0_f32, 2.0])]]).await;
    place
        .node
        .annotations()
        .create(&stream, "on", T0)
        .await
        .unwrap();
    let mut new = [Event::new(T0, T0 + 1, json!({"a": 1}))];
    place
        .node
        .event_streams()
        .write(&events, &mut new)
        .await
        .unwrap();
    let folder = place.node.folders().get(&*place.path).await.unwrap();
    let mirror = Mirror::of(&variable("JOULE_URL")).await;
    let reflected = Node::connect(&mirror.url, variable("JOULE_KEY")).unwrap();
    let mut compared = 0;
    for operation in headwaters::joule::OPERATIONS
        .iter()
        .filter(|operation| operation.method == "GET")
    {
        let id = match operation.id.split_once("s_").map_or("", |(group, _)| group) {
            "folder" => folder.id,
            "event_stream" => events.id,
            "module" | "proxie" => 0,
            _ => stream.id,
        };
        let mut arguments = Arguments::new();
        for parameter in operation.parameters {
            let value = match parameter.name {
                "id" | "stream_id" => id.to_string(),
                "data_stream_elements" => format!("[{}]", stream.elements[0].id),
                "event_streams" => format!("[{}]", events.id),
                "limit" => "10".to_owned(),
                "return-subset" | "include-ongoing-events" | "statistics" => "true".to_owned(),
                "X-App-Id" => "p0".to_owned(),
                _ => continue,
            };
            arguments = arguments.with(parameter.name, value);
        }
        if operation.id == "data_subscribe" {
            continue;
        }
        match reflected.call(operation.id, arguments).await {
            Ok(Answer::Json(ours)) => {
                let theirs = mirror.last();
                let theirs = match operation.response {
                    headwaters::ResponseKind::Envelope(member, _) => &theirs[member],
                    _ => &theirs,
                };
                assert_equal(operation.id, &ours, theirs);
                compared += 1;
            }
            Ok(_) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(compared >= 20, "{compared}");
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn what_is_written_is_read_bit_for_bit_in_every_type_and_width() {
    let place = Place::new("types");
    /// Values at the ends of the type, over several intervals.
    async fn round_trip<T: Element + std::fmt::Debug>(
        place: &Place,
        datatype: DataType,
        values: &[T],
    ) {
        for width in [1, 3, 8] {
            let name = format!("{}-{width}", T::TYPE.as_str());
            let stream = place.stream(&name, datatype.clone(), width).await;
            let row = |index: usize| {
                let elements = (0..width).map(|element| values[(index + element) % values.len()]);
                (T0 + index as i64 * 1000, elements.collect::<Vec<T>>())
            };
            let intervals: Intervals<T> = vec![
                (0..5).map(row).collect(),
                (5..6).map(row).collect(),
                (7..40).map(row).collect(),
            ];
            write(&place.node, &stream, &intervals).await;
            let mut back = read::<T>(&place.node, &stream).await;
            if back.last().is_some_and(Vec::is_empty) {
                back.pop();
            }
            assert_eq!(back, intervals, "{name}");
            let ranges = place.node.data().intervals(&stream).ranges().await.unwrap();
            let expected: Vec<_> = intervals
                .iter()
                .map(|rows| rows[0].0..rows.last().unwrap().0 + 1)
                .collect();
            assert_eq!(ranges, expected, "{name}");
        }
    }
    let float64 = [
        0.0,
        -0.0,
        1.5,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        1.0 / 3.0,
    ];
    round_trip(&place, DataType::Float64, &float64).await;
    let float32 = [
        -0.0,
        1.5,
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::NEG_INFINITY,
        1.0 / 3.0,
    ];
    round_trip(&place, DataType::Float32, &float32).await;
    round_trip(&place, DataType::Int64, &[i64::MIN, -1, 0, 1, i64::MAX]).await;
    round_trip(&place, DataType::Int32, &[i32::MIN, -1, 0, 1, i32::MAX]).await;
    round_trip(&place, DataType::Int16, &[i16::MIN, -1, 0, 1, i16::MAX]).await;
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn decimated_rows_are_means_minima_and_maxima() {
    let place = Place::new("decimated");
    let stream = place.stream("ramp", DataType::Int32, 1).await;
    let rows: Vec<_> = (0..1000)
        .map(|index| (T0 + i64::from(index) * 1000, vec![index]))
        .collect();
    write(&place.node, &stream, &vec![rows]).await;
    let data = place.node.data();
    let mut pipe = data.read(&stream).max_rows(100).await.unwrap();
    assert_eq!(pipe.layout(), Layout::new(ElementType::Float32, 3).unwrap());
    assert_eq!(pipe.decimation(), 16);
    let block = pipe.next().await.unwrap().unwrap();
    let first = block.rows().iter::<f32>().unwrap().next().unwrap();
    assert_eq!(first.timestamp(), T0 + 7_500);
    assert_eq!(first.elements().collect::<Vec<_>>(), [7.5, 0.0, 15.0]);
    data.drop_decimations(&stream).await.unwrap();
    let mut none = data.read(&stream).decimation_level(16).await.unwrap();
    assert!(none.next().await.unwrap().is_none());
    data.decimate(&stream).await.unwrap();
    let again = data.read(&stream).decimation_level(16).await.unwrap();
    assert_eq!(again.read_all::<f32>(100).await.unwrap().len(), 62);
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_reader_goes_on_where_another_stopped() {
    let place = Place::new("resume");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    let row = |index: i32| (T0 + i64::from(index), vec![index]);
    let intervals: Intervals<i32> = vec![
        (0..3).map(row).collect(),
        (10..11).map(row).collect(),
        (20..24).map(row).collect(),
    ];
    write(&place.node, &stream, &intervals).await;
    let data = place.node.data();
    let whole = read::<i32>(&place.node, &stream).await;
    // A break does not show where a reader stops at the last row before it: the next one has it.
    for stop in [T0, T0 + 2, T0 + 10, T0 + 22] {
        let mut pipe = data.read(&stream).end(stop + 1).await.unwrap();
        let mut seen = vec![Vec::new()];
        let mut take = |block: headwaters::joule::Block| {
            let rows = block.rows().iter::<i32>().unwrap();
            let rows = rows.map(|row| (row.timestamp(), row.elements().collect::<Vec<_>>()));
            seen.last_mut().unwrap().extend(rows);
            if block.ends_interval() {
                seen.push(Vec::new());
            }
        };
        while let Some(block) = pipe.next().await.unwrap() {
            take(block);
        }
        assert_eq!(pipe.last_timestamp(), Some(stop));
        let mut pipe = data.read(&stream).resume(&pipe).await.unwrap();
        while let Some(block) = pipe.next().await.unwrap() {
            take(block);
        }
        assert_eq!(seen, whole, "stopped at {stop}");
    }
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_refused_write_tells_the_nodes_words() {
    let place = Place::new("refused");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    write(
        &place.node,
        &stream,
        &vec![vec![(T0, vec![1]), (T0 + 5, vec![2])]],
    )
    .await;
    let mut pipe = place.node.data().write(&stream).await.unwrap();
    pipe.write_row(T0 + 5, &[3]).await.unwrap();
    let error = pipe.close().await.unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    assert!(error.to_string().contains("duplicate key"), "{error}");

    // In the middle of a long one: the node has stored some and stops.
    let mut pipe = place.node.data().write(&stream).await.unwrap();
    let start = T0 - 20_000;
    let mut outcome = Ok(());
    for chunk in 0..4000_i64 {
        let rows = (0..1000).map(|row| (start + chunk * 1000 + row, [7]));
        outcome = pipe.write_rows(rows).await;
        if outcome.is_err() {
            break;
        }
    }
    let error = outcome.expect_err("a row that is stored already is among them");
    assert!(error.to_string().contains("duplicate key"), "{error}");
    assert!(
        error.to_string().contains("none is certain to be stored"),
        "{error}"
    );
    assert!(
        pipe.write_row(T0 * 2, &[1]).await.is_err(),
        "the pipe is over"
    );

    // What the node would not notice, or would, is refused before it is sent.
    let other = place.stream("other", DataType::Float32, 2).await;
    let mut pipe = place.node.data().write(&other).await.unwrap();
    for (time, elements) in [(0, [0.0, 0.0]), (5, [f32::NAN, 0.0])] {
        let error = pipe.write_row(time, &elements).await.unwrap_err();
        assert!(error.is_request(), "{error}");
    }
    assert!(
        pipe.write_row(5, &[1.0_f32])
            .await
            .unwrap_err()
            .is_request()
    );
    assert!(pipe.write_row(5, &[1, 2]).await.unwrap_err().is_request());
    pipe.write_row(5, &[1.0_f32, 2.0]).await.unwrap();
    assert!(
        pipe.write_row(5, &[1.0_f32, 2.0])
            .await
            .unwrap_err()
            .is_request()
    );
    assert_eq!(pipe.close().await.unwrap(), 1);
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_range_is_replaced() {
    let place = Place::new("replaced");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    let rows = (0..10)
        .map(|index| (T0 + i64::from(index), vec![index]))
        .collect();
    write(&place.node, &stream, &vec![rows]).await;
    let data = place.node.data();
    let error = data
        .write(&stream)
        .start(T0 + 5)
        .end(T0 + 3)
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
    let mut pipe = data.write(&stream).start(T0 + 3).end(T0 + 5).await.unwrap();
    pipe.write_row(T0 + 3, &[33]).await.unwrap();
    pipe.close().await.unwrap();
    let back = read::<i32>(&place.node, &stream).await.concat();
    let values: Vec<i32> = back.iter().map(|(_, row)| row[0]).collect();
    assert_eq!(values, [0, 1, 2, 33, 5, 6, 7, 8, 9]);
    // The second writer of a stream is told so before it deletes anything.
    let mut first = data.write(&stream).await.unwrap();
    first.write_row(T0 + 100, &[1]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let error = data.write(&stream).start(T0).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    first.close().await.unwrap();
    assert_eq!(read::<i32>(&place.node, &stream).await.concat().len(), 10);
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn where_there_is_nothing_to_read_the_node_says_which_nothing() {
    let place = Place::new("nothing");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    let data = place.node.data();
    let mut never = data.read(&stream).await.unwrap();
    assert!(never.next().await.unwrap().is_none());
    write(&place.node, &stream, &vec![vec![(T0, vec![1])]]).await;
    let error = data.read(&stream).start(T0 + 5).await.unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    assert_eq!(error.messages(), ["this stream has no data"]);
    let error = data.read("/test/none").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    for path in ["test/none", "/test//none", "/test/"] {
        let error = data.read(path).await.unwrap_err();
        assert!(error.is_request(), "{error}");
        assert_eq!(error.attempts(), 0);
    }
    let error = data.subscribe(&stream).await.unwrap_err();
    assert_eq!(error.messages(), ["stream is not being produced"]);
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_subscription_brings_rows_and_breaks_as_they_are_made() {
    let node = node();
    let before = Timestamp::now().micros();
    let mut pipe = node.data().subscribe("/live/breaks").await.unwrap();
    assert_eq!(pipe.layout(), "int16_3".parse().unwrap());
    let (mut rows, mut breaks) = (0, 0);
    while breaks < 2 {
        let block = pipe.next().await.unwrap().unwrap();
        for row in block.rows().iter::<i16>().unwrap() {
            assert!(row.timestamp() > before - 10_000_000);
            assert_eq!(row.get(2), Some(7));
        }
        rows += block.len();
        breaks += usize::from(block.ends_interval());
    }
    // The module makes a break after every third block of four rows.
    assert!(rows >= 12, "{rows}");
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_window_keeps_what_was_not_consumed() {
    let place = Place::new("window");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    let row = |index: i32| (T0 + i64::from(index), vec![index]);
    write(
        &place.node,
        &stream,
        &vec![(0..4).map(row).collect(), (9..10).map(row).collect()],
    )
    .await;
    let mut window = place.node.data().read(&stream).await.unwrap().into_window();
    assert!(!window.is_empty().await.unwrap());
    let values = |rows: &Rows| -> Vec<i32> {
        rows.iter::<i32>()
            .unwrap()
            .map(|row| row.get(0).unwrap())
            .collect()
    };
    let rows = window.read().await.unwrap().unwrap();
    assert_eq!(values(&rows), [0, 1, 2, 3]);
    assert!(window.ends_interval());
    window.consume(3).unwrap();
    assert!(window.consume(9).is_err());
    window.reread_last();
    assert_eq!(values(&window.read().await.unwrap().unwrap()), [3]);
    assert!(window.ends_interval());
    assert_eq!(values(&window.read().await.unwrap().unwrap()), [3, 9]);
    window.consume_all();
    assert!(window.is_empty().await.unwrap());
    assert!(window.read().await.unwrap().is_none());
    place.end().await;
}

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
            && event.content["index"] == index
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
    events[0].content = json!({"index": "first"});
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
            let name = |event: &Event| event.content["name"].as_str().unwrap().to_owned();
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
async fn folders_and_streams_are_made_moved_changed_and_deleted() {
    let place = Place::new("tree");
    let node = &place.node;
    let mut stream = place.stream("meter", DataType::Float32, 2).await;
    assert_eq!(
        (stream.layout.as_str(), stream.elements.len()),
        ("float32_2", 2)
    );
    stream.name = "plug".to_owned();
    stream.elements[1].units = Some("W".to_owned());
    stream.elements[1].display_type = DisplayType::Discrete;
    let changed = node
        .data_streams()
        .update(stream.id, &stream)
        .await
        .unwrap();
    assert_eq!(
        (changed.name, changed.elements),
        (stream.name.clone(), stream.elements.clone())
    );
    let moved = format!("{}/attic", place.path);
    let stream = node.data_streams().move_to(&stream, &*moved).await.unwrap();
    let by_path = node
        .data_streams()
        .get(format!("{moved}/plug"))
        .await
        .unwrap();
    assert_eq!(by_path.id, stream.id);
    assert_eq!(by_path.data_info.unwrap().rows, 0);
    let mut folder = node.folders().get(&*moved).await.unwrap();
    folder.description = Some("upstairs".to_owned());
    let folder = node.folders().update(folder.id, &folder).await.unwrap();
    assert_eq!(folder.description.as_deref(), Some("upstairs"));
    let root = format!("{}/cellar", place.path);
    let folder = node.folders().move_to(&folder, &*root).await.unwrap();
    assert_eq!(folder.streams[0].id, stream.id);
    let error = node.folders().delete(&*root).await.unwrap_err();
    assert_eq!(
        error.messages(),
        ["specify [recursive] or remove child folders first"]
    );
    let error = node
        .folders()
        .delete("/")
        .recursive(true)
        .await
        .unwrap_err();
    assert_eq!(error.messages(), ["folder is locked"]);
    node.data_streams().delete(&stream).await.unwrap();
    let error = node.data_streams().get(&stream).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let error = node
        .data_streams()
        .delete("/configured/fixed")
        .await
        .unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn annotations_are_made_changed_counted_and_deleted() {
    let place = Place::new("annotations");
    let stream = place.stream("meter", DataType::Int16, 1).await;
    let notes = place.node.annotations();
    let point = notes
        .create(&stream, "on", T0)
        .content("by hand")
        .await
        .unwrap();
    let range = notes
        .create(&stream, "off", T0 + 5)
        .end(T0 + 9)
        .await
        .unwrap();
    assert_eq!((point.end, range.end), (None, Some(T0 + 9)));
    notes.update(point.id).title("switched on").await.unwrap();
    // Both bounds belong to the range, and only the start counts.
    let mut found = notes.get(&stream).start(T0).end(T0 + 5).await.unwrap();
    found.sort_by_key(|note| note.start);
    let titles: Vec<&str> = found.iter().map(|note| note.title.as_str()).collect();
    assert_eq!(titles, ["switched on", "off"]);
    notes.delete(range.id).await.unwrap();
    let info = notes.info(&stream).await.unwrap();
    assert_eq!((info.count, info.start, info.end), (1, Some(T0), Some(T0)));
    place
        .node
        .data_streams()
        .annotation_delete(&stream)
        .await
        .unwrap();
    assert_eq!(notes.info(&stream).await.unwrap().count, 0);
    assert!(notes.delete(point.id).await.unwrap_err().is_not_found());
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_node_tells_of_itself_its_modules_and_its_users() {
    let node = node();
    let info = node.info().await.unwrap();
    assert_eq!(info.version.version, "1.0.1");
    let modules = node.modules().list().await.unwrap();
    assert!(modules.iter().all(|module| module.statistics.is_none()));
    let random = node.modules().get("random").await.unwrap();
    assert!(random.statistics.unwrap().pid.is_some());
    node.modules().logs("random").await.unwrap();
    assert!(node.modules().get("none").await.unwrap_err().is_not_found());
    let proxies = node.proxies().list().await.unwrap();
    let proxy = node.proxies().get(&proxies[0]).await.unwrap();
    assert_eq!(proxy, proxies[0]);

    let name = format!("ann-{}", Timestamp::now().micros());
    let added = node.masters().add(MasterKind::User, &*name).await.unwrap();
    let key = added.key.expect("a user has a key");
    assert!(!format!("{key:?}").contains(key.expose()));
    let theirs = Node::connect(variable("JOULE_URL"), key).unwrap();
    theirs.ping().await.unwrap();
    let error = node
        .masters()
        .add(MasterKind::User, &*name)
        .await
        .unwrap_err();
    assert_eq!(error.messages(), ["User already exists"]);
    node.masters()
        .delete(MasterKind::User, &*name)
        .await
        .unwrap();
    let error = theirs.ping().await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");

    // Nobody listens there: the failed entry has to be taken away by hand.
    let nowhere = "http://127.0.0.1:9";
    let error = node
        .masters()
        .add(MasterKind::Joule, nowhere)
        .await
        .unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    assert!(error.to_string().contains("may have stayed"), "{error}");
    let left = node.masters().list().await.unwrap();
    assert!(left.iter().any(|master| master.name == nowhere), "{left:?}");
    node.masters()
        .delete(MasterKind::Joule, nowhere)
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_unix_socket_needs_no_key_and_a_users_files_name_the_node() {
    let node = Node::at_socket(variable("JOULE_SOCKET"), Config::new()).unwrap();
    let name = node.version().await.unwrap().name;
    let store = NodeStore::at(variable("JOULE_CONFIG"));
    let kept = store.connect(&store.default_node().unwrap()).unwrap();
    assert_eq!(kept.version().await.unwrap().name, name);
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn times_that_no_calendar_has_fail_with_one_line() {
    let error = node()
        .data()
        .intervals("/live/rand")
        .start(i64::MIN)
        .end(0)
        .await
        .unwrap_err();
    assert!(error.is_server_error(), "{error}");
    assert!(!error.to_string().contains("Traceback"), "{error}");
    assert!(String::from_utf8_lossy(error.body()).contains("Traceback"));
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_reader_that_nobody_asks_lets_go_of_its_connection() {
    let place = Place::new("forgotten");
    let stream = place.stream("meter", DataType::Float64, 8).await;
    let mut pipe = place.node.data().write(&stream).await.unwrap();
    for chunk in 0..60_i64 {
        let rows = (0..10_000).map(|row| (T0 + chunk * 10_000 + row, [1.0; 8]));
        pipe.write_rows(rows).await.unwrap();
    }
    pipe.close().await.unwrap();
    let mut readers = Vec::new();
    // As many as the node has connections to its database.
    for _ in 0..10 {
        let mut reader = place
            .node
            .data()
            .read(&stream)
            .await
            .unwrap()
            .with_patience(Duration::from_secs(2));
        reader.next().await.unwrap();
        readers.push(reader);
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    let info = place
        .node
        .data_streams()
        .get(&stream)
        .with_timeout(Duration::from_secs(10));
    assert!(info.await.unwrap().data_info.is_some());
    let mut reader = readers.pop().unwrap();
    let error = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a read that was cut short looks whole"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(reader.next().await.unwrap().is_none());
    drop(readers);
    place.end().await;
}

fn new_element(name: &str) -> NewElement {
    NewElement::new(name)
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_stream_that_cannot_be_is_refused_in_the_nodes_words() {
    let place = Place::new("impossible");
    place.stream("taken", DataType::Float32, 1).await;
    let refused = async |stream: NewDataStream| -> Error {
        place
            .node
            .data_streams()
            .create(&*place.path, stream)
            .await
            .unwrap_err()
    };
    let taken = refused(NewDataStream::new("taken", DataType::Float32, ["a"])).await;
    assert!(taken.to_string().contains("same name exists"), "{taken}");
    let mut twice = NewDataStream::new("twice", DataType::Float32, ["a"]);
    twice.elements.push(new_element("a"));
    let twice = refused(twice).await;
    assert!(twice.to_string().contains("must be unique"), "{twice}");
    let unsigned = refused(NewDataStream::new(
        "u",
        DataType::Unknown("uint8".into()),
        ["a"],
    ))
    .await;
    assert!(
        unsigned.to_string().contains("invalid datatype"),
        "{unsigned}"
    );
    place.end().await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn rows_are_in_the_database_too() {
    let place = Place::new("database");
    let stream = place.stream("meter", DataType::Int32, 2).await;
    write(
        &place.node,
        &stream,
        &vec![vec![(T0, vec![7, 8]), (T0 + 1, vec![9, 10])]],
    )
    .await;
    let database = place.node.connect_database().await.unwrap();
    let query = format!(
        "select (extract(epoch from time) * 1000000)::bigint, elem0, elem1 from data.stream{} order by time",
        stream.id
    );
    let rows = database.query(&query, &[]).await.unwrap();
    let rows: Vec<(i64, i32, i32)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(rows, [(T0, 7, 8), (T0 + 1, 9, 10)]);
    let error = database
        .execute(&format!("delete from data.stream{}", stream.id), &[])
        .await;
    assert!(error.is_err(), "the user of modules only reads");
    place.end().await;
}

/// Runs the Python client's half of an exchange.
fn python(deed: &str, folder: &str) -> serde_json::Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/joule/exchange.py");
    let output = std::process::Command::new(variable("JOULE_PYTHON"))
        .args([script, deed, folder])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a stream holds, in the form in which the Python half tells it.
async fn told(node: &Node, stream: &DataStream) -> serde_json::Value {
    let mut pipe = node.data().read(stream).await.unwrap();
    let mut intervals = vec![Vec::new()];
    while let Some(block) = pipe.next().await.unwrap() {
        let size = block.rows().layout().row_size();
        for (row, time) in block
            .rows()
            .as_bytes()
            .chunks(size)
            .zip(block.rows().timestamps())
        {
            let hex: String = row[8..].iter().map(|byte| format!("{byte:02x}")).collect();
            intervals.last_mut().unwrap().push(json!([time, hex]));
        }
        if block.ends_interval() {
            intervals.push(Vec::new());
        }
    }
    intervals.retain(|rows| !rows.is_empty());
    json!(intervals)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn what_python_wrote_rust_reads_equal_and_the_other_way_round() {
    let place = Place::new("python");
    let theirs = format!("{}/theirs", place.path);
    let written = python("write", &theirs);
    let folder = place.node.folders().get(&*theirs).await.unwrap();
    assert_eq!(folder.streams.len(), 15);
    for stream in &folder.streams {
        assert_eq!(
            told(&place.node, stream).await,
            written[&stream.name],
            "{}",
            stream.name
        );
    }
    // The same rows, written by ours: what Python reads is what it wrote.
    let ours = format!("{}/ours", place.path);
    for stream in &folder.streams {
        let names: Vec<&str> = stream
            .elements
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        let copy = place
            .node
            .data_streams()
            .create(
                &*ours,
                NewDataStream::new(&stream.name, stream.datatype.clone(), names),
            )
            .await
            .unwrap();
        let mut from = place.node.data().read(stream).await.unwrap();
        let mut to = place.node.data().write(&copy).await.unwrap();
        while let Some(block) = from.next().await.unwrap() {
            to.write(block.rows()).await.unwrap();
            if block.ends_interval() {
                to.close_interval().await.unwrap();
            }
        }
        to.close().await.unwrap();
    }
    assert_eq!(python("read", &ours), written);
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node with TLS: tests/live/run"]
async fn tls_is_checked_and_only_danger_is_not() {
    let (url, key) = (variable("JOULE_URL"), variable("JOULE_KEY"));
    assert!(url.starts_with("https://"), "{url}");
    let authority = std::fs::read(variable("JOULE_CA")).unwrap();
    let with = async |config: Config| {
        let node = Node::connect_with(&url, &*key, config).unwrap();
        node.version().await
    };
    with(Config::new().with_certificate_authority(authority))
        .await
        .unwrap();
    with(Config::new().danger_accept_any_certificate())
        .await
        .unwrap();
    let other = rcgen::generate_simple_self_signed(["other".to_owned()]).unwrap();
    for config in [
        Config::new(),
        Config::new().with_certificate_authority(other.cert.pem()),
    ] {
        let error = with(config).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert_eq!(error.attempts(), 1, "{}", error.report());
        assert!(
            error.to_string().contains("certificate is not trusted"),
            "{error}"
        );
    }
    // The user's files hold the authority.
    let store = NodeStore::at(variable("JOULE_CONFIG"));
    let node = store.connect(&store.default_node().unwrap()).unwrap();
    node.version().await.unwrap();
}

/// A signal to a process of the node.
fn signal(name: &str, pid: &str) {
    let status = std::process::Command::new("kill")
        .args([name, pid])
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test]
#[ignore = "ends a Joule node bit by bit: tests/live/run"]
async fn a_dying_node_is_an_error_and_never_a_clean_end() {
    let place = Place::new("dying");
    let node = &place.node;
    let stream = place.stream("meter", DataType::Float64, 8).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    for chunk in 0..70_i64 {
        let rows = (0..10_000).map(|row| (T0 + chunk * 10_000 + row, [1.0; 8]));
        pipe.write_rows(rows).await.unwrap();
    }
    pipe.close().await.unwrap();

    // The module of a subscription is killed; the node starts it again: a break, then its rows, on the same connection.
    let mut subscription = node.data().subscribe("/live/rand").await.unwrap();
    subscription.next().await.unwrap().unwrap();
    let module = node.modules().get("random").await.unwrap();
    let pid = module.statistics.unwrap().pid.unwrap();
    signal("-KILL", &pid.to_string());
    let mut broke = false;
    loop {
        let block = subscription.next().await.unwrap().unwrap();
        if broke && !block.is_empty() {
            break;
        }
        broke |= block.ends_interval();
    }

    // The database goes away under a read.
    let mut reader = node.data().read(&stream).await.unwrap();
    let mut rows = reader.next().await.unwrap().unwrap().len();
    signal("-INT", &variable("JOULE_PG_PID"));
    let error = loop {
        match reader.next().await {
            Ok(Some(block)) => rows += block.len(),
            Ok(None) => panic!("{rows} of 700000 rows look whole"),
            Err(error) => break error,
        }
    };
    assert!(rows < 700_000, "{rows}");
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");

    // The node goes away under a subscription.
    signal("-TERM", &variable("JOULE_PID"));
    let error = loop {
        match subscription.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a subscription has no end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
    let error = node.version().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}
