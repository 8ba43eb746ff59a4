//! Folders.

use super::*;

#[tokio::test]
async fn folders_are_made_on_the_way_to_a_stream() {
    let node = with_stream("float32_1").await;
    let (_, root) = get(&node, "/folders.json").await;
    assert_eq!(
        (&root["name"], &root["locked"]),
        (&json!("root"), &json!(true))
    );
    assert_eq!(root["active_data_streams"], json!([]));
    assert_eq!(root["children"][0]["streams"][0]["layout"], "float32_1");
    let (_, folder) = get(&node, "/folder.json?path=/a").await;
    assert_eq!(folder, root["children"][0]);
    assert_eq!(
        get(&node, &format!("/folder.json?id={}", folder["id"]))
            .await
            .1,
        folder
    );
    let (_, told) = get(&node, "/folders.json?data-info").await;
    assert_eq!(told["children"][0]["streams"][0]["data_info"]["rows"], 0);
}

#[tokio::test]
async fn a_folder_moves_but_not_into_itself() {
    let node = with_stream("float32_1").await;
    let to = |path: &str| {
        put(
            &node,
            "/folder/move.json",
            json!({"src_path": "/a", "dest_path": path}),
        )
    };
    let below = failed(400, "400: cannot place a parent in a child folder");
    assert_eq!(to("/a/b").await, below);
    assert_eq!(
        get(&node, "/folder.json?path=/a/b").await,
        failed(404, "404: folder does not exist")
    );
    assert_eq!(
        to("x").await,
        failed(400, "400: Destination error: invalid path [x]")
    );
    let twin = failed(
        400,
        "400: a folder with this name is in the destination folder",
    );
    assert_eq!(to("/").await, twin);
    assert_eq!(to("/b/c").await.1["stream"]["name"], "a");
    assert_eq!(get(&node, "/stream.json?path=/b/c/a/s").await.0, 200);
}

#[tokio::test]
async fn a_folder_changes_name_and_description() {
    let node = with_stream("float32_1").await;
    let (_, folder) = get(&node, "/folder.json?path=/a").await;
    let update = |folder_: Value| {
        put(
            &node,
            "/folder.json",
            json!({"id": folder["id"], "folder": folder_}),
        )
    };
    let (_, changed) = update(json!({"name": "b", "description": "d", "locked": true})).await;
    assert_eq!(
        (
            &changed["name"],
            &changed["description"],
            &changed["locked"]
        ),
        (&json!("b"), &json!("d"), &json!(false))
    );
    assert_eq!(
        update(json!({"name": ""})).await,
        failed(400, "400: error: missing name")
    );
    // Joule means the other slash.
    assert_eq!(
        update(json!({"name": "a/b"})).await,
        failed(400, "400: error: invalid name, '\\' not allowed")
    );
    assert_eq!(
        put(&node, "/folder.json", json!({})).await,
        failed(400, "400: Invalid request: specify id")
    );
}

#[tokio::test]
async fn a_folder_goes_with_its_streams_and_not_with_its_folders() {
    let node = with_stream("float32_1").await;
    let body = json!({"stream": description("t", "int16_1"), "dest_path": "/a/b"});
    post(&node, "/stream.json", body).await;
    let children = failed(
        400,
        "400: specify [recursive] or remove child folders first",
    );
    assert_eq!(
        delete(&node, "/folder.json?recursive=0&path=/a").await,
        children
    );
    assert_eq!(
        delete(&node, "/folder.json?recursive=0&path=/a/b").await,
        (200, json!("ok"))
    );
    assert_eq!(get(&node, "/stream.json?path=/a/b/t").await.0, 404);
    assert_eq!(
        delete(&node, "/folder.json?path=/").await,
        failed(400, "400: folder is locked")
    );
    assert_eq!(
        delete(&node, "/folder.json?recursive=1&path=/a").await.0,
        200
    );
    assert_eq!(get(&node, "/folders.json").await.1["children"], json!([]));
}

#[tokio::test]
async fn elements_and_event_streams_are_placed_in_the_tree() {
    let node = with_stream("float32_2").await;
    let (_, stream) = get(&node, "/stream.json?path=/a/s").await;
    let element = &stream["elements"][1]["id"];
    let (_, map) = get(
        &node,
        &format!("/folder/map.json?data_stream_elements=[{element}]"),
    )
    .await;
    assert_eq!(map["data_stream_ids"], json!([stream["id"]]));
    assert_eq!(map["folder_ids"], json!([1, 2]));
    assert_eq!(
        map["data_stream_element_map"],
        json!({element.to_string(): stream["id"]})
    );
    assert_eq!(get(&node, "/folder/map.json").await.0, 500);
}
