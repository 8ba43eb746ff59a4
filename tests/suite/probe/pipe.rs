//! Pipes: bodies of bytes and of files.

use headwaters::{Upload, dynamic::Answer};

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn bytes_go_in_and_out_as_streams() {
    let stub = RecordingServer::answering(|request| Reply::new(200, request.body.clone())).await;
    let pipes = probe(&stub).pipes();
    let pieces = futures_util::stream::iter(["one ", "two"].map(Ok::<_, std::io::Error>));
    pipes
        .write(headwaters::Body::wrap_stream(pieces))
        .await
        .unwrap();
    let request = stub.only();
    assert_eq!(request.text(), "one two");
    assert_eq!(
        request.header("content-type"),
        Some("application/octet-stream")
    );

    let stub = RecordingServer::answering(|_| Reply::new(200, vec![7; 100_000])).await;
    let bytes = probe(&stub)
        .pipes()
        .read()
        .await
        .unwrap()
        .into_bytes(1 << 20)
        .await
        .unwrap();
    assert_eq!(bytes, vec![7; 100_000]);
}

#[tokio::test]
async fn a_type_written_by_hand_takes_the_bytes_and_a_call_by_name_gives_them_as_they_are() {
    let stub = RecordingServer::answering(|_| Reply::new(200, vec![7; 1000])).await;
    let probe = probe(&stub);
    let counter = probe.pipes().follow().from("a b").await.unwrap();
    assert_eq!(counter.count().await.unwrap(), ("pipes_follow", 1000));
    assert_eq!(stub.only().target, "/pipe?endless=1&from=a+b");
    let answer = probe.call("pipes_follow", [("from", "x")]).await.unwrap();
    let Answer::Bytes(bytes) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(bytes.into_bytes(2000).await.unwrap().len(), 1000);
}

#[tokio::test]
async fn a_file_goes_as_a_form_of_one_part() {
    let stub = RecordingServer::start(Reply::text("null")).await;
    probe(&stub)
        .pipes()
        .upload(Upload::bytes("a b.bin", "content"))
        .await
        .unwrap();
    let request = stub.only();
    let boundary = request
        .header("content-type")
        .unwrap()
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let text = request.text();
    assert!(text.starts_with(&format!("--{boundary}\r\n")), "{text}");
    assert!(
        text.contains("Content-Disposition: form-data; name=\"part\"; filename=\"a b.bin\"\r\n"),
        "{text}"
    );
    assert!(
        text.ends_with(&format!("\r\n\r\ncontent\r\n--{boundary}--\r\n")),
        "{text}"
    );
    assert_eq!(
        request.header("content-length"),
        Some(text.len().to_string().as_str())
    );
}
