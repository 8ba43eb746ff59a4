//! Faults and the journal.

use headwaters::sandbox::{Fault, Joule};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

#[tokio::test]
async fn faults_strike_in_their_order_where_they_match() {
    let flink = Flink::start().await.unwrap();
    let busy = Fault::status(503).with_header("retry-after", "1");
    flink.inject(
        busy.with_body("text/html", "<html>busy</html>")
            .on("get", "/jobs"),
    );
    let pause = Duration::from_millis(100);
    flink.inject(Fault::delay(pause));
    let started = Instant::now();
    assert_eq!(get(&flink, "/overview").await.0, 200);
    assert!(started.elapsed() >= pause);
    // The version prefix does not matter.
    let url = format!("{}/v1/jobs/overview", flink.url());
    let response = get_raw(url).await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"1".parse().unwrap())
    );
    assert_eq!(response.text().await.unwrap(), "<html>busy</html>");
    assert_eq!(get(&flink, "/jobs").await.0, 200);
    flink.inject(Fault::bytes("application/json", "not json").times(2));
    assert_eq!(get(&flink, "/overview").await, (200, json!("not json")));
    flink.clear_faults();
    assert_eq!(get(&flink, "/jobs").await, (200, json!({"jobs": []})));
}

#[tokio::test]
async fn a_cut_answer_announces_more_than_it_sends() {
    let flink = Flink::start().await.unwrap();
    for cut in [0, 10] {
        flink.inject(Fault::cut_after(cut));
        let address = flink.url().trim_start_matches("http://").to_owned();
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /jobs HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        // A reset is an end too.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("content-length: 11"), "{head}");
        assert_eq!(body.len(), cut);
    }
}

#[tokio::test]
async fn the_journal_remembers_what_arrived() {
    let flink = Flink::start().await.unwrap();
    get(&flink, "/overview?a=%5B").await;
    post(&flink, &format!("/jobs/{NONE}/savepoints"), json!({"a": 1})).await;
    let journal = flink.journal();
    assert_eq!(
        (
            journal[0].method.as_str(),
            journal[0].target.as_str(),
            journal[0].status
        ),
        ("GET", "/overview?a=%5B", Some(200))
    );
    assert_eq!(
        (&journal[1].body[..], journal[1].body_len, journal[1].status),
        (&b"{\"a\":1}"[..], 7, Some(202))
    );
    let content_type = ("content-type".to_owned(), "application/json".to_owned());
    assert!(journal[1].headers.contains(&content_type));
    flink.clear_journal();
    assert!(flink.journal().is_empty());
    // Of what is too long only the length is kept.
    let request = http().post(format!("{}/nope", flink.url()));
    request.body(vec![b'x'; 70_000]).send().await.unwrap();
    let exchange = &flink.journal()[0];
    assert_eq!((exchange.body.len(), exchange.body_len), (0, 70_000));
}

#[tokio::test]
async fn a_journal_keeps_the_latest_requests_that_its_limit_holds() {
    const LIMIT: usize = 300_000;
    let flink = Flink::builder().journal_limit(LIMIT).start();
    let flink = flink.await.unwrap();
    let client = http();
    for index in 0..60 {
        let request = client.post(format!("{}/nope?{index}", flink.url()));
        request.body(vec![b'x'; 20_000]).send().await.unwrap();
    }
    let journal = flink.journal();
    let kept: usize = journal.iter().map(|exchange| exchange.body.len()).sum();
    assert!((LIMIT - 50_000..LIMIT).contains(&kept), "{kept} bytes");
    let targets = journal.iter().map(|exchange| exchange.target.as_str());
    let latest = (60 - journal.len()..60).map(|index| format!("/nope?{index}"));
    assert!(targets.eq(latest));
    // One that is forgotten while it arrives does not come back.
    let off = Joule::builder().journal_limit(0).start().await.unwrap();
    let request = client.post(format!("{}/data?path=/a", off.url()));
    request.body(vec![b'x'; 9]).send().await.unwrap();
    assert!(off.journal().is_empty());
}

#[tokio::test]
async fn a_sandbox_shows_neither_keys_nor_what_it_was_sent() {
    let builder = Joule::builder().key("open-sesame-open-sesame-open-ses");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("sesame"), "{shown}");
    let joule = builder.start().await.unwrap();
    let flink = Flink::start().await.unwrap();
    for url in [joule.url(), flink.url()] {
        let request = http().post(format!("{url}/hush-target"));
        let request = request.header("authorization", "Bearer hush-header");
        request.body("hush-body").send().await.unwrap();
    }
    for (shown, url) in [
        (format!("{joule:?} {joule:#?}"), joule.url()),
        (format!("{flink:?} {flink:#?}"), flink.url()),
    ] {
        assert!(shown.contains(url), "{shown}");
        assert!(
            !shown.contains("hush") && !shown.contains("sesame"),
            "{shown}"
        );
    }
}
