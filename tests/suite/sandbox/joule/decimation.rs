//! Decimation.

use super::*;

/// A node whose stream has a thousand rows, 1 ms apart, of values 0 to 999.
async fn with_a_thousand() -> Joule {
    let node = with_stream("float32_1").await;
    write(&node, rows((0..1000).map(|at| (T + at * 1000, at as f32)))).await;
    node
}

fn row(time: i64, mean: f32, minimum: f32, maximum: f32) -> Vec<u8> {
    let values = [mean, minimum, maximum].map(f32::to_le_bytes).concat();
    [&time.to_le_bytes()[..], &values].concat()
}

#[tokio::test]
async fn a_row_of_a_level_is_means_minima_and_maxima() {
    let node = with_a_thousand().await;
    let (layout, level, bytes) = read(&node, "&decimation-level=4").await;
    assert_eq!(
        (layout.as_str(), level.as_str(), bytes.len()),
        ("float32_3", "4", 250 * 20)
    );
    assert_eq!(bytes[..20], row(T + 1500, 1.5, 0.0, 3.0));
    let (_, _, bytes) = read(&node, "&decimation-level=16").await;
    assert_eq!(bytes[20..40], row(T + 23_500, 23.5, 16.0, 31.0));
}

#[tokio::test]
async fn the_most_rows_that_are_wanted_choose_the_level() {
    let node = with_a_thousand().await;
    // What a real node with the same rows chose.
    for (most, level, rows) in [
        (2000, "1", 1000),
        (1000, "1", 1000),
        (999, "1", 1000),
        (250, "4", 250),
        (249, "4", 250),
        (100, "16", 62),
        (62, "16", 62),
        (16, "64", 15),
        (15, "256", 3),
        (4, "256", 3),
    ] {
        let (layout, told, bytes) = read(&node, &format!("&max-rows={most}")).await;
        let row = if level == "1" { 12 } else { 20 };
        assert_eq!(
            (told.as_str(), bytes.len() / row),
            (level, rows),
            "{most} {layout}"
        );
    }
    for most in [3, 1] {
        let path = format!("/data?path=/a/s&max-rows={most}");
        assert_eq!(
            get(&node, &path).await,
            failed(400, "this stream has no data")
        );
    }
    // Counted by the coarsest level that has 25 rows.
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    assert_eq!(stream["data_info"]["rows"], 992);
}

#[tokio::test]
async fn short_intervals_leave_their_breaks_behind() {
    let node = with_stream("float32_1").await;
    let interval =
        |start: i64, count: i64| rows((0..count).map(move |at| (T + start + at, at as f32)));
    let parts = [
        interval(0, 5),
        interval(10, 3),
        interval(20, 9),
        interval(30, 2),
        interval(40, 1),
        interval(50, 4),
    ];
    write(&node, parts.join(&TOKEN[..])).await;
    let (_, _, bytes) = read(&node, "&decimation-level=4").await;
    let token = vec![0; 20];
    let expected = [
        row(T + 1, 1.5, 0.0, 3.0),
        token.clone(),
        token.clone(),
        row(T + 21, 1.5, 0.0, 3.0),
        row(T + 25, 5.5, 4.0, 7.0),
        token.clone(),
        token.clone(),
        token,
        row(T + 51, 1.5, 0.0, 3.0),
    ];
    assert_eq!(bytes, expected.concat());
}

#[tokio::test]
async fn a_write_goes_on_with_a_group_within_the_gap_that_it_merges() {
    for (gap, groups) in [(0, 0), (100, 1)] {
        let node = with_stream("float32_1").await;
        write(&node, rows([(T, 1.0), (T + 1, 1.0)])).await;
        let more = request(&node, "POST", &format!("/data?path=/a/s&merge-gap={gap}"));
        answer(more.body(rows([(T + 2, 1.0), (T + 3, 1.0)]))).await;
        let (_, json) = get(&node, "/data.json?path=/a/s&decimation-level=4").await;
        assert_eq!(json["data"].as_array().unwrap().len(), groups, "{gap}");
    }
}

#[tokio::test]
async fn levels_are_dropped_and_made_again() {
    let node = with_a_thousand().await;
    let before = read(&node, "&decimation-level=16").await;
    assert_eq!(
        delete(&node, "/data/decimate.json?path=/a/s").await,
        (200, json!("ok"))
    );
    assert_eq!(
        read(&node, "&max-rows=100").await,
        ("float32_3".to_owned(), "16".to_owned(), Vec::new())
    );
    let decimate = || answer(request(&node, "POST", "/data/decimate.json?path=/a/s"));
    assert_eq!(decimate().await, (200, json!("ok")));
    assert_eq!(read(&node, "&decimation-level=16").await, before);
    delete(&node, "/data?path=/a/s").await;
    assert_eq!(decimate().await.0, 500);
}

#[tokio::test]
async fn a_write_that_goes_on_with_dropped_levels_fails_after_its_rows_are_stored() {
    let node = with_stream("float32_1").await;
    write(&node, rows((0..4).map(|at| (T + at, 1.0)))).await;
    delete(&node, "/data/decimate.json?path=/a/s").await;
    let more = request(&node, "POST", "/data?path=/a/s&merge-gap=100");
    let (status, text) = answer(more.body(rows((4..8).map(|at| (T + at, 1.0))))).await;
    assert_eq!(status, 500);
    assert!(
        text.as_str().unwrap().contains("UndefinedTableError"),
        "{text}"
    );
    assert_eq!(
        read(&node, "").await.2,
        rows((0..8).map(|at| (T + at, 1.0)))
    );
}
