//! Streams whose rows are computed or dropped.

use super::*;

#[tokio::test]
async fn computed_rows_follow_from_their_place() {
    let node = Joule::builder().synthetic("/a/s", "float32_2", 100_000);
    let node = node.start().await.unwrap();
    let (layout, _, bytes) = read(&node, "").await;
    assert_eq!((layout.as_str(), bytes.len()), ("float32_2", 100_000 * 16));
    for (at, row) in bytes.chunks_exact(16).enumerate() {
        let time = 1_700_000_000_000_000 + at as i64 * 100;
        let values = [at % 1000, at % 1000 + 1].map(|value| (value as f32).to_le_bytes());
        assert_eq!(row, [&time.to_le_bytes()[..], &values.concat()].concat());
    }
    let range = "&start=1700000000000250&end=1700000000000500";
    assert_eq!(read(&node, range).await.2, bytes[3 * 16..5 * 16]);
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    let info = json!({
        "start": 1_700_000_000_000_000_i64, "end": 1_700_000_009_999_900_i64, "rows": 100_000, "bytes": 0,
        "total_time": 9_999_900,
    });
    assert_eq!(stream["data_info"], info);
    let refused = failed(400, "400: DataStream [s] is already being produced");
    assert_eq!(write(&node, Vec::new()).await, refused);
}

#[tokio::test]
async fn a_sink_counts() {
    let node = Joule::builder()
        .sink("/a/s", "float32_1")
        .start()
        .await
        .unwrap();
    assert_eq!(
        write(&node, rows((0..1000).map(|at| (T + at, 1.0)))).await,
        (200, json!("ok"))
    );
    assert_eq!(
        get(&node, "/stream.json?path=/a/s").await.1["data_info"]["rows"],
        1000
    );
    assert!(read(&node, "").await.2.is_empty());
}

#[tokio::test]
async fn what_is_no_stream_does_not_start() {
    for (path, layout) in [
        ("/a/s", "float32"),
        ("/a/s", "uint8_1"),
        ("a", "int16_1"),
        ("/a//s", "int16_1"),
    ] {
        let error = Joule::builder()
            .sink(path, layout)
            .start()
            .await
            .unwrap_err();
        assert_eq!(
            error.kind(),
            std::io::ErrorKind::InvalidInput,
            "{path} {layout}"
        );
    }
}
