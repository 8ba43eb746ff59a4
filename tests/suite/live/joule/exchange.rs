//! What the Python client wrote, and what it reads of ours.

use headwaters::joule::{
    Axis, Condition, ElementStyle, EventStyle, LumenView, Node, PlacedSetting, Setting,
    SizedSetting,
    types::{DataStream, DataType, NewDataStream, NewEventStream},
};
use serde_json::json;

use super::{Place, T0, python};
use crate::equal::assert_equal;

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
    let written = python("exchange.py", &["write", &theirs]);
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
    assert_eq!(python("exchange.py", &["read", &ours]), written);
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_link_to_lumen_carries_what_pythons_does() {
    let place = Place::new("link");
    let stream = place.stream("meter", DataType::Float32, 2).await;
    let path = format!("{}/events", place.path);
    let calls = place.node.event_streams();
    let events = calls
        .get_or_create(&path, NewEventStream::new(""))
        .await
        .unwrap();
    let again = calls
        .get_or_create(&path, NewEventStream::new(""))
        .await
        .unwrap();
    assert_eq!((events.name.as_str(), events.id), ("events", again.id));
    let attribute = |key: &str| Setting::Attribute(key.to_owned());
    let fixed = |value: &str| Setting::Fixed(value.to_owned());
    let view = LumenView::new()
        .element(
            &stream.elements[0],
            ElementStyle {
                display_name: "first".to_owned(),
                color: "#ff0000".to_owned(),
                axis: Some(Axis::Right),
            },
        )
        .element(&stream.elements[1], ElementStyle::default())
        .event_stream(
            &events,
            EventStyle {
                display_name: "switched".to_owned(),
                color: Some(fixed("blue")),
                marker: Some(SizedSetting {
                    setting: fixed("circle"),
                    size: 5,
                }),
                label: Some(SizedSetting {
                    setting: attribute("name"),
                    size: 12,
                }),
                position: Some(PlacedSetting {
                    setting: attribute("power"),
                    axis: Axis::Left,
                }),
                height: Some(attribute("power")),
            },
            Some(Condition::is("name", "kettle").into()),
        )
        .navigated_time(T0..T0 + 5_000_001)
        .left_axis(-1.5..20.0);
    let folders = place.node.folders();
    let link = folders
        .lumen_link("http://lumen.example", &view)
        .await
        .unwrap();
    let ours = python("exchange.py", &["unpack", link.as_str()]);
    assert_equal(
        "the link",
        &ours,
        &python("exchange.py", &["link", &place.path]),
    );
    let empty = LumenView::new();
    let nothing = folders.lumen_link("http://lumen.example", &empty);
    assert!(nothing.await.unwrap_err().is_request());
    place.end().await;
}
