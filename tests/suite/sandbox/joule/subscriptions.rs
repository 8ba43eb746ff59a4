//! Subscriptions to what modules write.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn breaks_are_chunks_of_one_token() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let response = request(&node, "GET", "/data?path=/live/breaks&subscribe=1").send();
    let mut response = response.await.unwrap();
    assert_eq!(
        (
            &response.headers()["joule-layout"],
            &response.headers()["joule-decimation"]
        ),
        (&"int16_3".parse().unwrap(), &"1".parse().unwrap())
    );
    let (mut rows, mut breaks) = (0, 0);
    while breaks < 2 {
        let piece = tokio::time::timeout(Duration::from_secs(5), response.chunk()).await;
        let piece = piece.expect("rows come twice a second").unwrap().unwrap();
        assert_eq!(piece.len() % 14, 0);
        let is_token = piece.len() == 14 && piece.iter().all(|byte| *byte == 0);
        breaks += usize::from(is_token);
        rows += usize::from(!is_token) * piece.len() / 14;
        if breaks == 1 && is_token {
            rows = 0;
        }
    }
    // Three times four rows from break to break.
    assert_eq!(rows, 12);
}

#[tokio::test]
async fn what_a_module_writes_is_stored_too() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    tokio::time::sleep(Duration::from_millis(350)).await;
    let (_, json) = get(&node, "/data.json?path=/live/rand").await;
    let rows = json["data"][0].as_array().unwrap();
    assert!(rows.len() >= 3, "{json}");
    assert_eq!(rows[0].as_array().unwrap().len(), 3);
    let (_, stream) = get(&node, "/stream.json?path=/live/rand").await;
    assert_eq!(
        (&stream["is_destination"], &stream["active"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test]
async fn only_what_a_module_writes_can_be_subscribed_to() {
    let node = Joule::builder().demo(true).start().await.unwrap();
    let refused = failed(400, "400: stream is not being produced");
    assert_eq!(
        get(&node, "/data?path=/plugs/meter&subscribe=1").await,
        refused
    );
    let json = failed(400, "400: JSON subscription not implemented");
    assert_eq!(
        get(&node, "/data.json?path=/live/rand&subscribe=1").await,
        json
    );
    let busy = failed(400, "400: DataStream [rand] is already being produced");
    assert_eq!(
        answer(request(&node, "POST", "/data?path=/live/rand")).await,
        busy
    );
}
