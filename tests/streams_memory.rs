//! What long lists and many views of IBM Streams may cost in memory. In a binary of its own, since it replaces the allocator.
#![cfg(feature = "streams")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use futures_util::future::join_all;
use headwaters::{
    sandbox::Streams,
    streams::{StreamsConnection, Tuples},
};
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

/// What a list may hold of memory, and take while it is read, in sizes of its text.
const HELD: u64 = 2;
const PEAK: u64 = 4;

/// What a view may take at the peak whose answer has 100,000 items, of which half are new each time, in sizes of its text.
const LARGE: i64 = 100_000;
const LARGE_PEAK: u64 = 4;

/// Bytes that a view with 100 small tuples may take while a thousand are followed, with all that they share.
const VIEW: u64 = 32 << 10;
const VIEWS: usize = 1_000;
const ITEMS: i64 = 100;
/// Polls that bring other tuples each time.
const ROUNDS: i64 = 5;

#[derive(Debug, Deserialize)]
struct Numbered {
    serial: i64,
}

/// The server has threads of its own, which do not count.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn connection(streams: &Streams) -> StreamsConnection {
    StreamsConnection::new(streams.url(), streams.user(), streams.password()).unwrap()
}

#[test]
fn ten_thousand_operators_take_twice_their_text_and_four_times_while_they_are_read() {
    let runtime = runtime();
    let builder = Streams::builder().operators(10_000);
    let streams = runtime.block_on(builder.start()).unwrap();
    let sc = connection(&streams);
    let instance = runtime.block_on(async { sc.instances().list().await.unwrap().remove(0) });
    let path = "/instances/StreamsInstance/operators";
    let text = runtime.block_on(async {
        let client = reqwest::Client::new();
        let request = client.get(format!("{}{path}", sc.url()));
        let request = request.basic_auth(streams.user(), Some(streams.password()));
        request.send().await.unwrap().bytes().await.unwrap().len() as u64
    });
    let mut operators = Vec::new();
    let cost = allocation_counter::measure(|| {
        operators = runtime.block_on(async { sc.instance(&instance).operators().await.unwrap() });
    });
    assert_eq!(operators.len(), 10_000);
    let held = u64::try_from(cost.bytes_current).unwrap();
    let times = |bytes: u64| bytes as f64 / text as f64;
    println!(
        "{text} bytes of text: held {:.2} times as much, {:.2} at the peak",
        times(held),
        times(cost.bytes_max)
    );
    assert!(held <= HELD * text, "{held} of {text}");
    assert!(cost.bytes_max <= PEAK * text, "{cost:?} of {text}");
}

#[test]
fn a_thousand_views_are_followed_in_32_kib_each() {
    let runtime = runtime();
    let streams = runtime
        .block_on(Streams::builder().views(VIEWS).start())
        .unwrap();
    let fill = |round: i64| {
        let serials = round * ITEMS..(round + 1) * ITEMS;
        let items = serials.map(|serial| (1_790_000_000_000 + serial, json!({"serial": serial})));
        let items: Vec<_> = items.collect();
        for view in 0..VIEWS {
            let view = format!("view_{view:04}");
            streams.replace_view_items(&view, items.clone()).unwrap();
        }
    };
    let sc = connection(&streams);
    let views = runtime.block_on(async {
        let instance = sc.instances().list().await.unwrap().remove(0);
        sc.instance(&instance).views().await.unwrap()
    });
    assert_eq!(views.len(), VIEWS);
    let mut followed: Vec<Tuples<Numbered>> = Vec::new();
    let cost = allocation_counter::measure(|| {
        followed = views.iter().map(|view| sc.view(view).tuples_as()).collect();
        for round in 0..ROUNDS {
            allocation_counter::opt_out(|| fill(round));
            let all = followed.iter_mut().map(|tuples| async move {
                let new = tuples.fetch(ITEMS as usize, Duration::from_secs(120));
                let serials: Vec<i64> = new.await.unwrap().iter().map(|new| new.serial).collect();
                assert!(serials.into_iter().eq(round * ITEMS..(round + 1) * ITEMS));
            });
            runtime.block_on(join_all(all));
        }
    });
    println!(
        "{} KiB at the peak for {VIEWS} views, {} bytes each; {} bytes each afterwards",
        cost.bytes_max >> 10,
        cost.bytes_max / VIEWS as u64,
        cost.bytes_current / VIEWS as i64
    );
    assert!(cost.bytes_max <= VIEW * VIEWS as u64, "{cost:?}");
}

#[test]
fn a_view_with_a_hundred_thousand_items_takes_four_times_its_text() {
    let runtime = runtime();
    let streams = runtime
        .block_on(Streams::builder().views(1).start())
        .unwrap();
    let fill = |round: i64| {
        let begin = round * LARGE / 2;
        let serials = begin..begin + LARGE;
        let items =
            serials.map(|serial| (1_790_000_000_000 + serial / 10, json!({"serial": serial})));
        let mut items: Vec<_> = items.collect();
        fastrand::shuffle(&mut items);
        streams.replace_view_items("view_0000", items).unwrap();
    };
    fill(0);
    let sc = connection(&streams);
    let (view, text) = runtime.block_on(async {
        let instance = sc.instances().list().await.unwrap().remove(0);
        let view = sc.instance(&instance).views().await.unwrap().remove(0);
        let request = reqwest::Client::new().get(view.view_items.as_ref().unwrap().as_str());
        let request = request.basic_auth(streams.user(), Some(streams.password()));
        let text = request.send().await.unwrap().bytes().await.unwrap();
        (view, text.len() as u64)
    });
    let cost = allocation_counter::measure(|| {
        let tuples = sc.view(&view).tuples_as::<Numbered>();
        let mut tuples = tuples.with_buffer(2 * LARGE as usize);
        for round in 0..ROUNDS {
            allocation_counter::opt_out(|| fill(round));
            let count = if round == 0 { LARGE } else { LARGE / 2 };
            let new = tuples.fetch(count as usize, Duration::from_secs(120));
            let new = runtime.block_on(new).unwrap();
            assert_eq!(new.len() as i64, count);
            let mut serials: Vec<i64> = new.iter().map(|new| new.serial).collect();
            allocation_counter::opt_out(|| serials.sort_unstable());
            let end = round * LARGE / 2 + LARGE;
            assert!(serials.into_iter().eq(end - count..end));
        }
    });
    println!(
        "{text} bytes of text: {:.2} times as much at the peak",
        cost.bytes_max as f64 / text as f64
    );
    assert!(cost.bytes_max <= LARGE_PEAK * text, "{cost:?} of {text}");
}
