//! Annotations.

use super::*;

async fn annotate(node: &Joule, title: &str, start: i64, end: Option<i64>) -> Answer {
    let body =
        json!({"title": title, "content": "c", "start": start, "end": end, "stream_path": "/a/s"});
    post(node, "/annotation.json", body).await
}

#[tokio::test]
async fn bounds_are_about_starts_and_include_both() {
    let node = with_stream("float32_1").await;
    let (_, first) = annotate(&node, "one", T, Some(T + 100)).await;
    annotate(&node, "two", T + 50, None).await;
    assert_eq!(
        (&first["start"], &first["end"], &first["content"]),
        (&json!(T), &json!(T + 100), &json!("c"))
    );
    for (query, count) in [
        ("", 2),
        ("&start=1790000000000050", 1),
        ("&end=1790000000000000", 1),
        ("&start=1790000000000051", 0),
    ] {
        let (_, list) = get(&node, &format!("/annotations.json?stream_path=/a/s{query}")).await;
        assert_eq!(list.as_array().unwrap().len(), count, "{query}");
    }
    let info = json!({"start": T, "end": T + 50, "count": 2});
    assert_eq!(
        get(&node, "/annotations/info.json?stream_path=/a/s")
            .await
            .1,
        info
    );
    let path = format!("/stream/annotations.json?stream_path=/a/s&start={}", T + 50);
    assert_eq!(delete(&node, &path).await, (200, json!("ok")));
    assert_eq!(
        get(&node, "/annotations.json?stream_path=/a/s").await.1,
        json!([first])
    );
}

#[tokio::test]
async fn titles_change_and_times_do_not() {
    let node = with_stream("float32_1").await;
    let (_, made) = annotate(&node, "one", T, None).await;
    let body = json!({"id": made["id"], "title": "two", "start": 5});
    let (_, changed) = put(&node, "/annotation.json", body).await;
    assert_eq!(
        (&changed["title"], &changed["start"]),
        (&json!("two"), &json!(T))
    );
    let path = format!("/annotation.json?id={}", made["id"]);
    assert_eq!(delete(&node, &path).await, (200, json!("ok")));
    assert_eq!(
        delete(&node, &path).await,
        failed(404, "404: annotation does not exist")
    );
}

#[tokio::test]
async fn bad_annotations_are_refused() {
    let node = with_stream("float32_1").await;
    assert_eq!(
        annotate(&node, "", T, None).await,
        failed(400, "400: title is reqiured")
    );
    assert_eq!(
        annotate(&node, "x", T, Some(T)).await,
        failed(400, "400: [start] must be before [end]")
    );
    let body = json!({"title": "x", "start": "x", "stream_path": "/a/s"});
    assert_eq!(
        post(&node, "/annotation.json", body).await,
        failed(400, "400: invalid values for annotation")
    );
    let none = failed(400, "must specify at least one stream_id or stream_path");
    assert_eq!(get(&node, "/annotations.json").await, none);
    // A number need not exist, a path must.
    assert_eq!(
        get(&node, "/annotations.json?stream_id=99").await.1,
        json!([])
    );
    assert_eq!(get(&node, "/annotations.json?stream_path=/x").await.0, 404);
}

#[tokio::test]
async fn times_before_september_2005_lose_a_microsecond_now_and_then() {
    let node = with_stream("float32_1").await;
    let (_, made) = annotate(&node, "x", 1_076_564_833_717_679, None).await;
    // What Python makes of it: seconds as a float, times a million, cut off.
    assert_eq!(
        made["start"],
        ((1_076_564_833_717_679_f64 / 1e6) * 1e6) as i64
    );
    let (_, made) = annotate(&node, "x", T + 679, None).await;
    assert_eq!(made["start"], T + 679);
}
