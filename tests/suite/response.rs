use headwaters::{flink::Flink, sandbox};

#[tokio::test]
async fn the_headers_of_an_answer_stand_beside_its_value() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let overview = flink.overview().with_response().await.unwrap();
    assert_eq!(overview.status(), 200);
    assert_eq!(
        overview.headers()["content-type"],
        "application/json; charset=UTF-8"
    );
}

#[tokio::test]
async fn the_headers_of_a_stream_stand_beside_it() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let log = flink.job_manager().log().with_response().await.unwrap();
    assert_eq!(log.headers()["content-type"], "text/plain");
}
