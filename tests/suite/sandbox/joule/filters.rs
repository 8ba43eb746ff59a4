//! Filters of events.

use super::*;

/// A node whose events have these contents, one after the other.
async fn with_contents(contents: Value) -> Joule {
    let node = Joule::start().await.unwrap();
    let stream = json!({
        "id": null, "name": "e", "description": "", "event_fields": {}, "chunk_duration_us": 0, "keep_us": -1,
    });
    post(
        &node,
        "/event.json",
        json!({"stream": stream, "dest_path": "/a"}),
    )
    .await;
    let event = |content: &Value| json!({"event_stream_id": null, "start_time": T, "end_time": T + 1, "content": content});
    let events: Value = contents.as_array().unwrap().iter().map(event).collect();
    post(
        &node,
        "/event/data.json",
        json!({"path": "/a/e", "events": events}),
    )
    .await;
    node
}

/// The answer to a count of the events that a filter takes.
async fn count(node: &Joule, filter: &str) -> Answer {
    let request = request(node, "GET", "/event/data/count.json?path=/a/e");
    answer(request.query(&[("filter", filter)])).await
}

async fn counted(node: &Joule, filter: Value) -> i64 {
    let (status, body) = count(node, &filter.to_string()).await;
    assert_eq!(status, 200, "{filter}: {body}");
    body["count"].as_i64().unwrap()
}

#[tokio::test]
async fn texts_are_compared_whole_and_by_pattern() {
    let node = with_contents(
        json!([{"a": "x%y"}, {"a": "xzy"}, {"a": 1.5}, {"a": true}, {"a": null}, {}]),
    )
    .await;
    for (operation, value, expected) in [
        ("is", "xzy", 1),
        ("is", "1.5", 1),
        ("is", "true", 1),
        ("is", "xz", 0),
        ("not", "xzy", 3),
        ("like", "x_y", 2),
        ("like", "x\\%y", 1),
        ("like", "%", 4),
        ("like", "X%", 0),
        ("unlike", "x%", 2),
    ] {
        let filter = json!([[["a", operation, value]]]);
        assert_eq!(
            counted(&node, filter).await,
            expected,
            "{operation} {value}"
        );
    }
}

#[tokio::test]
async fn numbers_are_compared_where_all_are_numbers() {
    let node = with_contents(
        json!([{"a": 1, "b": "x"}, {"a": "2", "b": "x"}, {"a": 3.5}, {"a": null}, {"b": "y"}]),
    )
    .await;
    for (operation, value, expected) in [
        ("gt", json!(2), 1),
        ("gte", json!("2"), 2),
        ("lt", json!(2), 1),
        ("lte", json!(2), 2),
        ("eq", json!(3.5), 1),
        ("neq", json!(1), 2),
    ] {
        let filter = json!([[["a", operation, value]]]);
        assert_eq!(
            counted(&node, filter).await,
            expected,
            "{operation} {value}"
        );
    }
    assert_eq!(count(&node, r#"[[["b", "gt", 1]]]"#).await.0, 500);
}

#[tokio::test]
async fn groups_are_alternatives() {
    let node = with_contents(json!([{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}])).await;
    assert_eq!(
        counted(&node, json!([[["a", "eq", 1], ["b", "eq", 2]]])).await,
        1
    );
    assert_eq!(
        counted(&node, json!([[["a", "eq", 2]], [["b", "eq", 1]]])).await,
        2
    );
    assert_eq!(counted(&node, json!([])).await, 3);
}

#[tokio::test]
async fn bad_filters_are_refused() {
    let node = with_contents(json!([{"a": 1}])).await;
    for (filter, why) in [
        ("[[", "invalid filter string, must be valid JSON"),
        ("{}", ""),
        ("[1]", "invalid filter string, must be a list of lists"),
        ("[[1]]", "invalid filter string, must be a list of lists"),
        (
            r#"[[["a", "is"]]]"#,
            "invalid filter string, boolean expression must have 3 elements",
        ),
        (
            r#"[[["a", "over", 1]]]"#,
            "invalid filter string, boolean expression must have a valid operation",
        ),
        (
            r#"[[["a", "is", 1]]]"#,
            "invalid filter string, is/not/like/unlike operation must have a string value",
        ),
        (
            r#"[[[1, "gt", 1]]]"#,
            "invalid filter string, first element of boolean expression must be a string label",
        ),
        (
            r#"[[["a", "gt", "x"]]]"#,
            "invalid filter value, x be numeric in filter clause [['a', 'gt', 'x']]",
        ),
    ] {
        assert_eq!(
            count(&node, filter).await,
            failed(400, &format!("400: {why}")),
            "{filter}"
        );
    }
    for filter in [
        "[[]]",
        r#"[[["a", "gt", null]]]"#,
        r#"[[["a", "gt", "nan"]]]"#,
    ] {
        assert_eq!(count(&node, filter).await.0, 500, "{filter}");
    }
}
