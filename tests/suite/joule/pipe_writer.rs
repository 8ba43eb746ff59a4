//! Writing: what goes over the wire, and what is refused before it does.

use headwaters::{
    Result,
    joule::{Columns, PipeWriter, Rows, Timestamp},
};

use super::*;

/// [`SENT`] and the closing break, which the client has to add.
fn sent_whole() -> Vec<u8> {
    [&SENT[..], &[0; 20]].concat()
}

/// The only body that was written.
fn written(stub: &ScriptedServer) -> Vec<u8> {
    let [post] = <[_; 1]>::try_from(posts(stub)).unwrap();
    post.body
}

/// The bytes of the rows of [`SENT`], in their two intervals.
fn intervals() -> [Rows; 2] {
    let rows = |bytes: &[u8]| Rows::new("float32_3".parse().unwrap(), bytes.to_vec()).unwrap();
    [rows(&SENT[..60]), rows(&SENT[80..])]
}

#[tokio::test]
async fn every_way_to_write_gives_the_bytes_of_the_wire() {
    for cache in [0, 1, 3, 1000] {
        for way in 0..4 {
            let stub = writing("float32_3", Answer::default().body().then(stored()));
            let pipe = node(stub.url()).data().write("/w/meter").await.unwrap();
            let mut pipe = pipe.with_cache(cache);
            for rows in intervals() {
                match way {
                    0 => pipe.write(&rows).await.unwrap(),
                    1 => {
                        for row in rows.iter::<f32>().unwrap() {
                            let elements: Vec<f32> = row.elements().collect();
                            pipe.write_row(row.timestamp(), &elements).await.unwrap();
                        }
                    }
                    2 => {
                        let rows = rows.iter::<f32>().unwrap();
                        let rows = rows.map(|row| (row.timestamp(), row.elements()));
                        pipe.write_rows(rows).await.unwrap();
                    }
                    _ => {
                        let columns = rows.columns::<f32>().unwrap();
                        pipe.write_columns(&columns).await.unwrap();
                    }
                }
                pipe.close_interval().await.unwrap();
                // A second one between the same rows says nothing.
                pipe.close_interval().await.unwrap();
            }
            assert_eq!(pipe.close().await.unwrap(), 4);
            assert_eq!(written(&stub), sent_whole(), "way {way}, cache {cache}");
            let requests: Vec<String> = stub.requests().iter().map(Request::line).collect();
            assert_eq!(
                requests,
                [
                    "GET /stream.json?no-info=&path=%2Fw%2Fmeter",
                    "POST /data?id=7"
                ]
            );
        }
    }
}

#[tokio::test]
async fn the_last_interval_is_closed_by_the_writer_and_an_empty_one_is_none() {
    let stub = writing("float32_3", Answer::default().body().then(stored()));
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    pipe.close_interval().await.unwrap();
    pipe.write(&intervals()[0]).await.unwrap();
    assert_eq!(pipe.close().await.unwrap(), 3);
    assert_eq!(written(&stub), [&SENT[..60], &[0; 20]].concat());

    let stub = writing("float32_3", Answer::default().body().then(stored()));
    let pipe = node(stub.url()).data().write(7).await.unwrap();
    assert_eq!(pipe.close().await.unwrap(), 0);
    assert!(written(&stub).is_empty());
}

/// A refusal that sends nothing and leaves the pipe as it was.
fn refused(outcome: Result<()>, reason: &str) {
    let error = outcome.expect_err(reason);
    assert!(error.is_request(), "{error}");
    assert_eq!(error.attempts(), 0);
    assert!(error.to_string().contains(reason), "{error}");
}

#[tokio::test]
async fn what_the_node_would_refuse_or_not_notice_is_refused_before_it_is_sent() {
    let stub = writing("float32_2", Answer::default().body().then(stored()));
    let mut pipe = node(stub.url()).data().write(7).await.unwrap();
    let two = |time: i64, a: f32, b: f32| Columns {
        timestamps: vec![time],
        elements: vec![vec![a], vec![b]],
    };
    let rows =
        |layout: &str, bytes: &[u8]| Rows::new(layout.parse().unwrap(), bytes.to_vec()).unwrap();

    // The layout, which the node cannot check: int32_2 has rows of the same size.
    refused(pipe.write(&rows("int32_2", &[1; 16])).await, "layout");
    refused(pipe.write(&rows("float32_3", &SENT)).await, "layout");
    refused(pipe.write_row(T0, &[1_i32, 2]).await, "layout");
    // The width.
    refused(pipe.write_row::<f32>(T0, &[]).await, "layout");
    refused(pipe.write_row(T0, &[1.0_f32]).await, "layout");
    refused(pipe.write_row(T0, &[1.0_f32, 2.0, 3.0]).await, "layout");
    let endless = [(T0, std::iter::repeat(1.0_f32))];
    refused(pipe.write_rows(endless).await, "a row of 3 or more float32");
    let mut columns = two(T0, 1.0, 2.0);
    columns.elements.push(vec![3.0]);
    refused(pipe.write_columns(&columns).await, "do not fit");
    columns.elements.pop();
    columns.elements[1].push(3.0);
    refused(pipe.write_columns(&columns).await, "equally long");
    // What is no number.
    refused(pipe.write_row(T0, &[1.0, f32::NAN]).await, "not a number");
    refused(
        pipe.write_columns(&two(T0, f32::NAN, 1.0)).await,
        "not a number",
    );
    let nan = [&T0.to_le_bytes()[..], &[0; 4], &f32::NAN.to_le_bytes()].concat();
    refused(pipe.write(&rows("float32_2", &nan)).await, "not a number");
    // A row like a break.
    refused(pipe.write_row(0, &[0.0_f32, 0.0]).await, "break");
    refused(pipe.write_columns(&two(0, 0.0, 0.0)).await, "break");
    refused(pipe.write(&rows("float32_2", &[0; 16])).await, "break");
    let among = Columns {
        timestamps: vec![-1, 0, 1],
        elements: vec![vec![0.0_f32; 3], vec![0.0; 3]],
    };
    refused(pipe.write_columns(&among).await, "break");
    // Times that no node stores.
    for time in [Timestamp::MIN.micros() - 1, Timestamp::MAX.micros() + 1] {
        let years = "not in the years 1 to 9999";
        refused(pipe.write_row(time, &[1.0_f32, 2.0]).await, years);
        refused(pipe.write_columns(&two(time, 1.0, 2.0)).await, years);
        let row = [&time.to_le_bytes()[..], &[1; 8]].concat();
        refused(pipe.write(&rows("float32_2", &row)).await, years);
    }
    assert_eq!(pipe.rows(), 0);

    // Rows that only look like one, and infinities, pass.
    pipe.write_row(-5, &[0.0_f32, 0.0]).await.unwrap();
    pipe.write_row(0, &[0.0_f32, -0.0]).await.unwrap();
    pipe.write_row(1, &[f32::INFINITY, f32::NEG_INFINITY])
        .await
        .unwrap();
    // Times increase over all calls and breaks.
    for time in [1, 0, i64::MIN] {
        refused(
            pipe.write_row(time, &[1.0_f32, 2.0]).await,
            "does not come after",
        );
        refused(
            pipe.write_columns(&two(time, 1.0, 2.0)).await,
            "does not come after",
        );
    }
    pipe.close_interval().await.unwrap();
    refused(
        pipe.write_row(1, &[1.0_f32, 2.0]).await,
        "does not come after",
    );
    let mut back = rows("float32_2", &[1; 16]).as_bytes().to_vec();
    back.extend([1; 16]);
    refused(
        pipe.write(&rows("float32_2", &back)).await,
        "does not come after",
    );
    // The rows before the one that is refused are taken, and told.
    let some = [(5, [1.0_f32, 2.0]), (6, [1.0, 2.0]), (6, [1.0, 2.0])];
    refused(pipe.write_rows(some).await, "does not come after");
    assert_eq!(pipe.rows(), 5);
    assert_eq!(pipe.close().await.unwrap(), 5);

    let mut expected = Vec::new();
    let mut put = |time: i64, values: [f32; 2]| {
        expected.extend(time.to_le_bytes());
        expected.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    };
    put(-5, [0.0, 0.0]);
    put(0, [0.0, -0.0]);
    put(1, [f32::INFINITY, f32::NEG_INFINITY]);
    put(0, [0.0, 0.0]);
    put(5, [1.0, 2.0]);
    put(6, [1.0, 2.0]);
    put(0, [0.0, 0.0]);
    assert_eq!(written(&stub), expected);
}

#[tokio::test]
async fn a_writer_that_is_dropped_sends_whole_rows_only() {
    async fn after(script: impl AsyncFnOnce(&mut PipeWriter)) -> Vec<u8> {
        let stub = writing("float32_3", Answer::default().body().then(stored()));
        let pipe = node(stub.url()).data().write(7).await.unwrap();
        let mut pipe = pipe.with_cache(2);
        script(&mut pipe).await;
        drop(pipe);
        stub.until("the request ends", |stub| {
            posts(stub)
                .first()
                .is_some_and(|post| !post.body.is_empty())
        })
        .await;
        written(&stub)
    }
    let [first, second] = intervals();
    // In the cache, and so not sent, is one row of three.
    let body = after(async |pipe| {
        for row in first.iter::<f32>().unwrap() {
            let elements: Vec<f32> = row.elements().collect();
            pipe.write_row(row.timestamp(), &elements).await.unwrap();
        }
    })
    .await;
    assert_eq!(body, SENT[..40]);
    // An error in the middle of a row leaves no part of it.
    let body = after(async |pipe| {
        pipe.write(&first).await.unwrap();
        let row = (T0 + 9_000, [1.0_f32, 2.0]);
        pipe.write_rows([row]).await.unwrap_err();
        pipe.write(&second).await.unwrap();
        pipe.flush().await.unwrap();
    })
    .await;
    assert_eq!(body, [&SENT[..60], &SENT[80..]].concat());
}

#[tokio::test]
async fn a_range_that_cannot_be_and_a_stream_that_is_written_to_are_refused_before_anything_is_deleted()
 {
    let stub = writing("float32_3", Answer::default().body().then(stored()));
    let data = node(stub.url()).data();
    for call in [
        data.write(7).start(5).end(5),
        data.write(7).start(5).end(3),
        data.write(7).start(Timestamp::MIN.micros() - 1),
        data.write(7).end(Timestamp::MAX.micros() + 1),
        data.write(7).merge_gap(-1),
    ] {
        let error = call.await.unwrap_err();
        assert!(error.is_request(), "{error}");
    }
    assert_eq!(stub.count(), 0);
    let text = r#"{"id": 7, "name": "meter", "description": null, "datatype": "int16", "layout": "int16_1", "keep_us": -1, "is_configured": false, "is_source": false, "is_destination": true, "updated_at": "2026-11-20T10:14:06+00:00", "locked": true, "active": true, "decimate": true, "elements": []}"#;
    let stub = ScriptedServer::playing([Answer::json(text)]);
    let error = node(stub.url()).data().write(7).start(5).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    let methods: Vec<String> = stub
        .requests()
        .into_iter()
        .map(|request| request.method)
        .collect();
    assert_eq!(methods, ["GET"]);
}

#[tokio::test]
async fn a_stream_whose_layout_is_none_is_not_written_to() {
    for layout in ["int16_0", "int16_1000000000", "int17_1", "x"] {
        let text = format!(
            r#"{{"id": 7, "name": "meter", "description": null, "datatype": "int16", "layout": "{layout}", "keep_us": -1, "is_configured": false, "is_source": false, "is_destination": false, "updated_at": "2026-11-20T10:14:06+00:00", "locked": false, "active": false, "decimate": true, "elements": []}}"#
        );
        let stub = ScriptedServer::playing([Answer::json(text)]);
        let error = node(stub.url()).data().write(7).start(5).await.unwrap_err();
        assert!(error.is_decode(), "{error}");
        assert_eq!(stub.count(), 1);
    }
}
