//! What a call may cost in memory. In a binary of its own, since it replaces the allocator.
#![cfg(feature = "flink")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

#[path = "../benches/bare/mod.rs"]
mod bare;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use headwaters::{Auth, Config, Upload, flink::Flink};
use tokio::runtime::{Builder, Runtime};

/// How many more times than a bare call one of ours may allocate, with retries, limits and deadline on.
const MORE_ALLOCATIONS: u64 = 8;

#[test]
fn a_call_allocates_little_more_than_a_bare_one() {
    let url = bare::stub::start(bare::OVERVIEW).unwrap();
    let flink = Flink::new(&url).unwrap();
    let client = reqwest::Client::new();
    let path = format!("{url}/v1/overview");
    let runtime = runtime();
    let ours = || {
        runtime.block_on(async { flink.overview().await.unwrap() });
    };
    let bare = || {
        runtime.block_on(async { bare::overview(&client, &path).await.unwrap() });
    };
    // The first calls connect and fill the pools.
    for _ in 0..3 {
        ours();
        bare();
    }
    let ours = allocation_counter::measure(ours).count_total;
    let bare = allocation_counter::measure(bare).count_total;
    println!("{ours} allocations, {bare} bare");
    assert!(
        ours <= bare + MORE_ALLOCATIONS,
        "{ours} allocations, {bare} bare"
    );
}

/// Bytes that a further client of one configuration may take.
const FURTHER_CLIENT: u64 = 4 << 10;

#[test]
fn a_further_client_of_one_configuration_takes_4_kib() {
    // With more settings than most have.
    let config = Config::new()
        .with_auth(Auth::basic("user", "password").and_header("x-api-key", "k".repeat(64)))
        .with_header("x-tenant", "blue")
        .with_fallback("http://other:8081")
        .with_proxy("http://proxy:3128");
    let make = || Flink::with_config("http://cluster.example.com:8081", config.clone()).unwrap();
    let first = make();
    let mut second = None;
    let cost = allocation_counter::measure(|| second = Some(make()));
    println!(
        "{} bytes in {} allocations for a further client, {} bytes on the way",
        cost.bytes_current, cost.count_total, cost.bytes_total
    );
    assert!(cost.bytes_total <= FURTHER_CLIENT, "{cost:?}");
    drop((first, second));
}

/// What a body may take that is announced as 200 MiB and is two bytes when the connection ends.
const ANNOUNCED: u64 = 2 << 20;

#[test]
fn a_length_that_is_only_announced_takes_no_memory() {
    use std::{
        io::{Read as _, Write as _},
        thread,
        time::Duration,
    };

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = stream.read(&mut [0; 4 << 10]).unwrap();
        assert!(request > 0);
        let length = 200 << 20;
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        for piece in ["{", "}"] {
            thread::sleep(Duration::from_millis(50));
            stream.write_all(piece.as_bytes()).unwrap();
        }
    });
    let config = Config::new().with_retry(headwaters::Retry::none());
    let flink = Flink::with_config(&url, config).unwrap();
    let runtime = runtime();
    let cost = allocation_counter::measure(|| {
        let error = runtime.block_on(async { flink.overview().await.unwrap_err() });
        assert_eq!(error.kind(), headwaters::ErrorKind::Broken);
    });
    server.join().unwrap();
    assert!(cost.bytes_max <= ANNOUNCED, "{cost:?}");
}

/// Three names, two texts, a list of rules for each of AND and OR, the text, and the text in a string of its own size.
#[cfg(feature = "flowthings")]
const FILTER: u64 = 9;

#[cfg(feature = "flowthings")]
#[test]
fn a_filter_of_three_comparisons_takes_9_allocations_and_evaluating_it_none() {
    use headwaters::flowthings::{Filter, mem};

    let mut text = String::new();
    let built = allocation_counter::measure(|| {
        let filter = mem("elems.temperature").gt(12) & mem("displayName").eq("foo")
            | mem("elems.state").ne("off");
        text = filter.to_string();
    });
    println!("{} allocations for {text}", built.count_total);
    assert!(built.count_total <= FILTER, "{built:?}");

    let drop = serde_json::json!({"elems": {"temperature": 21.5, "state": {"type": "string", "value": "on"}}});
    let filter = Filter::parse(&format!(
        "{text} && elems.state =~ /^o/ && elems.state IN ['on']"
    ))
    .unwrap();
    // The regular expression is compiled, and finds a place to work in, once.
    assert_eq!(filter.matches(&drop), Ok(true));
    let evaluated = allocation_counter::measure(|| assert_eq!(filter.matches(&drop), Ok(true)));
    assert_eq!(evaluated.count_total, 0, "{evaluated:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_jar_of_200_mib_is_uploaded_in_4_mib() {
    const SIZE: u64 = 200 << 20;
    let jar = concat!(env!("CARGO_TARGET_TMPDIR"), "/200-mib.jar");
    std::fs::File::create(jar).unwrap().set_len(SIZE).unwrap();
    let url = bare::stub::start(bare::UPLOADED).unwrap();
    let flink = Flink::new(&url).unwrap();
    let runtime = runtime();

    // The first upload makes a connection, and the client for what must not be repeated.
    let small = Upload::bytes("small.jar", "PK");
    runtime.block_on(async { flink.jars().upload(small).await.unwrap() });

    let sent = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&sent);
    let upload = Upload::file(jar).on_progress(move |sent, _| counter.store(sent, Relaxed));
    let kib = bare::memory::growth(|| {
        runtime.block_on(async { flink.jars().upload(upload).await.unwrap() });
    });
    assert_eq!(sent.load(Relaxed), SIZE);
    println!("{kib} KiB for an upload of 200 MiB");
    assert!(kib <= 4 << 10, "{kib} KiB");
    std::fs::remove_file(jar).unwrap();
}

/// On this thread alone, where the allocations are counted.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
