//! Faults that concern rows on their way.

use std::time::Duration;

use headwaters::sandbox::Fault;

use super::*;

#[tokio::test]
async fn a_read_is_cut_within_a_row() {
    let node = with_stream("float32_1").await;
    write(&node, rows((0..100).map(|at| (T + at, 1.0)))).await;
    node.inject(Fault::cut_after(125).on("GET", "/data"));
    let mut response = request(&node, "GET", "/data?path=/a/s")
        .send()
        .await
        .unwrap();
    let mut length = 0;
    let error = loop {
        match response.chunk().await {
            Ok(Some(piece)) => length += piece.len(),
            Ok(None) => panic!("it ends as if it were whole"),
            Err(error) => break error,
        }
    };
    assert_eq!(length, 125, "{error}");
}

#[tokio::test]
async fn a_read_stalls_and_the_connection_stays() {
    let node = with_stream("float32_1").await;
    write(&node, rows((0..100).map(|at| (T + at, 1.0)))).await;
    node.inject(Fault::stall_after(125));
    let mut response = request(&node, "GET", "/data?path=/a/s")
        .send()
        .await
        .unwrap();
    let mut length = 0;
    while length < 125 {
        length += response.chunk().await.unwrap().unwrap().len();
    }
    assert_eq!(length, 125);
    let more = tokio::time::timeout(Duration::from_millis(300), response.chunk()).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test]
async fn an_early_answer_does_not_wait_for_the_body() {
    let node = with_stream("float32_1").await;
    let refusal = Fault::status(400)
        .with_body("text/plain", "400: no")
        .early(1000);
    node.inject(refusal.on("POST", "/data"));
    let endless = futures_util::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Some((Ok::<_, std::io::Error>(vec![1_u8; 100]), ()))
    });
    let writing = write(&node, reqwest::Body::wrap_stream(endless));
    let answered = tokio::time::timeout(Duration::from_secs(5), writing).await;
    assert_eq!(
        answered.expect("the body does not end"),
        failed(400, "400: no")
    );
    assert!(node.journal().last().unwrap().body_len >= 1000);
}
