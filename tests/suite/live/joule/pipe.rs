//! Pipes: reading, writing, subscribing.

use std::time::Duration;

use headwaters::{
    ErrorKind, Json,
    joule::{Element, ElementType, Layout, Rows, Timestamp, types::DataType},
};

use super::{Intervals, Place, T0, node, read, variable, write};

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
    assert_eq!(block.decimation(), 16);
    let columns = block.rows().columns::<f32>().unwrap();
    let decimated = columns.decimated().unwrap();
    assert_eq!(decimated.timestamps[1], T0 + 23_500);
    let second =
        [&decimated.means, &decimated.minima, &decimated.maxima].map(|columns| columns[0][1]);
    assert_eq!(second, [23.5, 16.0, 31.0]);
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
async fn a_decimated_reader_goes_on_where_another_stopped() {
    let place = Place::new("resume-decimated");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    let row = |index: i32| (T0 + i64::from(index), vec![index]);
    // At level 4 the second and the third interval have no rows.
    let intervals: Intervals<i32> = vec![
        (0..9).map(row).collect(),
        (20..22).map(row).collect(),
        (30..33).map(row).collect(),
        (40..48).map(row).collect(),
    ];
    write(&place.node, &stream, &intervals).await;
    let call = || place.node.data().read(&stream).decimation_level(4);
    let mut pipe = call().await.unwrap();
    let mut whole = Vec::new();
    while let Some(block) = pipe.next().await.unwrap() {
        whole.push(block);
    }
    assert!(whole.iter().filter(|block| block.ends_interval()).count() > 1);
    for stop in 1..=whole.len() {
        let mut pipe = call().await.unwrap();
        let mut seen = Vec::new();
        for _ in 0..stop {
            seen.extend(pipe.next().await.unwrap());
        }
        // Over a second reader that gives nothing.
        let pipe = call().resume(&pipe).await.unwrap();
        let mut pipe = call().resume(&pipe).await.unwrap();
        while let Some(block) = pipe.next().await.unwrap() {
            seen.push(block);
        }
        assert_eq!(seen, whole, "stopped after {stop} blocks");
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
async fn the_node_stores_times_up_to_the_ends_of_its_calendar_and_fails_beyond_them() {
    let place = Place::new("calendar");
    let data = place.node.data();
    let (first, last) = (Timestamp::MIN.micros(), Timestamp::MAX.micros());
    for (name, inside, outside) in [("first", first, first - 1), ("last", last, last + 1)] {
        let stream = place.stream(name, DataType::Int64, 1).await;
        let row = |time: i64| [time.to_le_bytes(), [1; 8], [0; 8], [0; 8]].concat();
        data.write_bytes(&stream, row(inside)).await.unwrap();
        assert_eq!(data.intervals(&stream).await.unwrap().len(), 1);
        let other = place.stream("other", DataType::Int64, 1).await;
        let error = data
            .write_bytes(&other, row(outside))
            .await
            .expect_err(name);
        assert_eq!(error.status().unwrap(), 500, "{error}");
        // The one before the calendar is stored all the same, and breaks its stream.
        let intervals = data.intervals(&other).await;
        let is_broken = intervals.is_err_and(|error| error.is_server_error());
        assert_eq!(is_broken, name == "first", "{name}");
        place.node.data_streams().delete(&other).await.unwrap();
    }
    let stream = place.stream("range", DataType::Int64, 1).await;
    write(&place.node, &stream, &vec![vec![(T0, vec![1_i64])]]).await;
    let intervals = data.intervals(&stream);
    intervals.start(first).end(last).await.unwrap();
    // What the client refuses is what the node fails on.
    let error = data.intervals(&stream).end(last + 1).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    let (url, key) = (variable("JOULE_URL"), variable("JOULE_KEY"));
    let url = format!(
        "{url}/data/intervals.json?id={}&end={}",
        stream.id,
        last + 1
    );
    let request = reqwest::Client::new().get(url).header("x-api-key", key);
    assert_eq!(request.send().await.unwrap().status(), 500);
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
            .with_idle_timeout(Duration::from_secs(2));
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

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn intervals_are_joined_and_rows_deleted() {
    let place = Place::new("intervals");
    let stream = place.stream("meter", DataType::Int32, 1).await;
    let row = |index: i32| (T0 + i64::from(index), vec![index]);
    let intervals: Intervals<i32> = vec![
        (0..3).map(row).collect(),
        (5..8).map(row).collect(),
        (90..92).map(row).collect(),
    ];
    write(&place.node, &stream, &intervals).await;
    let data = place.node.data();
    assert_eq!(data.consolidate(&stream, 10).await.unwrap(), 1);
    let ranges = data.intervals(&stream).ranges().await.unwrap();
    assert_eq!(ranges, [T0..T0 + 8, T0 + 90..T0 + 92]);
    // Written within the gap of the last interval: no break between.
    let mut pipe = data.write(&stream).merge_gap(5).await.unwrap();
    pipe.write_row(T0 + 94, &[94]).await.unwrap();
    pipe.close().await.unwrap();
    data.delete(&stream)
        .start(T0 + 2)
        .end(T0 + 6)
        .await
        .unwrap();
    let ranges = data.intervals(&stream).ranges().await.unwrap();
    assert_eq!(ranges, [T0..T0 + 2, T0 + 6..T0 + 8, T0 + 90..T0 + 95]);
    let json = data.json(&stream).await.unwrap();
    assert_eq!((json.decimation_factor, json.data.len()), (1, 3));
    assert_eq!(json.data[2][2], [Json::from(T0 + 94), Json::from(94)]);
    data.delete(&stream).await.unwrap();
    assert!(data.intervals(&stream).await.unwrap().is_empty());
    place.end().await;
}

/// Seen on 1.0.1: without the check this read has no end.
#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_node_that_repeats_an_interval_for_ever_is_an_error() {
    let place = Place::new("repeated");
    let stream = place.stream("meter", DataType::Int16, 1).await;
    let mut pipe = place.node.data().write(&stream).await.unwrap();
    for interval in 0..2_i64 {
        let rows = (0..49_999).map(|row| (T0 + interval * 1_000_000 + row, [7_i16]));
        pipe.write_rows(rows).await.unwrap();
        pipe.close_interval().await.unwrap();
    }
    pipe.close().await.unwrap();
    let mut pipe = place.node.data().read(&stream).await.unwrap();
    let mut rows = 0;
    let error = loop {
        match pipe.next().await {
            Ok(Some(block)) => rows += block.len(),
            Ok(None) => panic!("{rows} rows"),
            Err(error) => break error,
        }
        assert!(rows <= 2 * 49_999, "{rows}");
    };
    assert!(error.is_decode(), "{error}");
    assert!(error.to_string().contains("repeats rows"), "{error}");
    place.end().await;
}
