//! Live views.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use headwaters::{
    Batch,
    sandbox::Fault,
    streams::{Tuples, ViewEvent},
};
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::wire::scripted_server::{Answer, ScriptedServer};

#[derive(Debug, Deserialize)]
struct Numbered {
    serial: i64,
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Items with these serial numbers, each at the time of its hundreds.
fn items(serials: impl IntoIterator<Item = i64>) -> Vec<(i64, serde_json::Value)> {
    let item = |serial: i64| (1_790_000_000_000 + serial / 100, json!({"serial": serial}));
    serials.into_iter().map(item).collect()
}

async fn followed(sc: &StreamsConnection) -> Tuples<Numbered> {
    let view = view(sc, "view_0000").await;
    sc.view(&view).tuples_as().with_period(ms(10))
}

async fn started() -> (Streams, StreamsConnection) {
    let streams = Streams::builder().views(1).start().await.unwrap();
    let sc = connection(&streams);
    (streams, sc)
}

async fn serials(tuples: &mut Tuples<Numbered>, count: usize) -> Vec<i64> {
    let tuples = tuples.fetch(count, Duration::from_secs(20)).await.unwrap();
    tuples.iter().map(|tuple| tuple.serial).collect()
}

#[tokio::test]
async fn objects_of_python_applications_arrive_as_json() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let predictions = view(&sc, "predictions").await;
    let mut tuples = sc.view(&predictions).tuples().with_period(ms(20));
    let tuple = tuples.next().await.unwrap().unwrap();
    let value: serde_json::Value = serde_json::from_str(&tuple.data.to_string()).unwrap();
    assert!(value["serial"].is_i64(), "{value}");
    assert!(tuple.collection_time > 0);
}

#[tokio::test]
async fn a_shuffled_buffer_that_is_cut_gives_each_item_once_and_in_order() {
    let (streams, sc) = started().await;
    streams
        .replace_view_items("view_0000", items((0..500).rev()))
        .unwrap();
    let mut tuples = followed(&sc).await;
    let first = serials(&mut tuples, 500).await;
    let mut sorted = first.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..500).collect::<Vec<_>>());
    assert!(
        first
            .chunks(100)
            .zip(0..)
            .all(|(chunk, hundred)| chunk.iter().all(|serial| serial / 100 == hundred))
    );
    // Cut inside a millisecond, one that is late, and one more of a known millisecond.
    streams
        .replace_view_items("view_0000", items((450..600).chain([20_000, 499_999])))
        .unwrap();
    let second = serials(&mut tuples, 102).await;
    assert_eq!(
        second,
        (500..600).chain([20_000, 499_999]).collect::<Vec<_>>()
    );
    let late = items([10_050]);
    streams.append_view_items("view_0000", late).unwrap();
    assert_eq!(serials(&mut tuples, 1).await, [10_050]);
    streams.replace_view_items("view_0000", []).unwrap();
    assert!(tuples.fetch(1, ms(100)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_clock_that_goes_back_is_told() {
    let (streams, sc) = started().await;
    streams
        .replace_view_items("view_0000", items([900_000]))
        .unwrap();
    let mut tuples = followed(&sc).await;
    assert_eq!(serials(&mut tuples, 1).await, [900_000]);
    streams
        .replace_view_items("view_0000", items([100]))
        .unwrap();
    assert!(matches!(
        tuples.next_event().await.unwrap(),
        Some(ViewEvent::Reset)
    ));
    assert_eq!(serials(&mut tuples, 1).await, [100]);
}

#[tokio::test]
async fn what_nobody_takes_is_dropped_and_counted() {
    let (streams, sc) = started().await;
    streams
        .replace_view_items("view_0000", items(0..1_000))
        .unwrap();
    let mut tuples = followed(&sc).await.with_buffer(10);
    assert!(matches!(
        tuples.next_event().await.unwrap(),
        Some(ViewEvent::Dropped(990))
    ));
    assert_eq!(
        serials(&mut tuples, 10).await,
        (990..1_000).collect::<Vec<_>>()
    );
    assert_eq!(tuples.dropped(), 990);
    let mut latest = followed(&sc).await.latest();
    assert_eq!(latest.next().await.unwrap().unwrap().serial, 999);
    assert_eq!(latest.dropped(), 999);
}

#[tokio::test]
async fn failures_are_told_and_borne_and_a_lost_view_ends_the_tuples() {
    let (streams, sc) = started().await;
    streams.replace_view_items("view_0000", items([1])).unwrap();
    let mut tuples = followed(&sc).await;
    assert_eq!(serials(&mut tuples, 1).await, [1]);
    streams.stop_listening();
    let event = tuples.next_event().await.unwrap().unwrap();
    assert!(
        matches!(event, ViewEvent::Failed(ref error) if error.is_retryable()),
        "{event:?}"
    );
    streams.append_view_items("view_0000", items([2])).unwrap();
    streams.listen_again().await.unwrap();
    assert_eq!(serials(&mut tuples, 1).await, [2]);
    assert!(tuples.failures() > 0);
    streams.stop_listening();
    let mut impatient = tuples.with_patience(ms(0));
    // The patience is that of the start: options do not reach what runs.
    assert!(matches!(
        impatient.next_event().await.unwrap(),
        Some(ViewEvent::Failed(_))
    ));
    streams.listen_again().await.unwrap();
    let stranger = StreamsConnection::new(streams.url(), "u", "wrong").unwrap();
    let view = headwaters::Link::new("instances/StreamsInstance/views/0");
    let error = stranger.view(view).tuples().next().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    let lost = headwaters::Link::new("instances/StreamsInstance/views/99");
    let mut lost = sc.view(lost).tuples();
    assert!(lost.next().await.unwrap_err().is_not_found());
    assert!(lost.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_tuple_of_another_type_is_an_error_and_the_next_one_follows() {
    let (streams, sc) = started().await;
    let mut all = items([1, 2]);
    all.insert(1, (1_790_000_000_000, json!({"other": "s3cret"})));
    streams.replace_view_items("view_0000", all).unwrap();
    let mut tuples = followed(&sc).await;
    assert_eq!(tuples.next().await.unwrap().unwrap().serial, 1);
    let error = tuples.next().await.unwrap_err();
    assert!(
        error.is_decode() && !error.report().contains("s3cret"),
        "{}",
        error.report()
    );
    assert_eq!(tuples.next().await.unwrap().unwrap().serial, 2);
}

#[tokio::test]
async fn dropping_the_tuples_ends_the_requests() {
    let (streams, sc) = started().await;
    let mut tuples = followed(&sc).await;
    tuples.next().await.unwrap();
    drop(tuples);
    tokio::time::sleep(ms(50)).await;
    streams.clear_journal();
    tokio::time::sleep(ms(100)).await;
    assert_eq!(requests(&streams), [""; 0]);
}

#[tokio::test]
async fn a_given_up_wait_loses_no_tuple() {
    let (streams, sc) = started().await;
    streams
        .replace_view_items("view_0000", items(0..100))
        .unwrap();
    let mut tuples = followed(&sc).await;
    let mut seen = Vec::new();
    while seen.len() < 100 {
        if let Ok(tuple) = tokio::time::timeout(Duration::ZERO, tuples.next()).await {
            seen.push(tuple.unwrap().unwrap().serial);
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_hundred_thousand_items_in_a_poll_are_handed_out_once() {
    let (streams, sc) = started().await;
    streams
        .replace_view_items("view_0000", items(0..100_000))
        .unwrap();
    let mut tuples = followed(&sc).await.with_buffer(200_000);
    let first = serials(&mut tuples, 100_000).await;
    assert_eq!(first, (0..100_000).collect::<Vec<_>>());
    streams
        .replace_view_items("view_0000", items((50_000..150_000).rev()))
        .unwrap();
    let mut second = serials(&mut tuples, 50_000).await;
    second.sort_unstable();
    assert_eq!(second, (100_000..150_000).collect::<Vec<_>>());
    assert!(tuples.fetch(1, ms(300)).await.unwrap().is_empty());
    assert_eq!(tuples.dropped(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_views_are_followed_with_64_requests_at_most() {
    let streams = Streams::builder().views(1_000).start().await.unwrap();
    let sc = connection(&streams);
    let instance = sc.instances().list().await.unwrap().remove(0);
    let views = sc.instance(&instance).views().await.unwrap();
    assert_eq!(views.len(), 1_000);
    streams.advance(Duration::from_secs(1));
    streams.clear_journal();
    let slow = Fault::delay(ms(30));
    streams.inject(slow.times(usize::MAX));
    let firsts = views.iter().map(|view| {
        let mut tuples = sc.view(view).tuples_as::<Numbered>();
        Box::pin(async move { tuples.next().await.map(Option::unwrap) })
    });
    let firsts: Batch<_> = firsts.collect();
    let mut firsts = std::pin::pin!(firsts.with_concurrency(1_000).into_future());
    let mut most = 0;
    let firsts = loop {
        match tokio::time::timeout(ms(10), firsts.as_mut()).await {
            Ok(firsts) => break firsts.unwrap(),
            Err(_) => {
                let journal = streams.journal();
                let open = journal.iter().filter(|exchange| exchange.status.is_none());
                most = most.max(open.count());
            }
        }
    };
    assert_eq!(firsts.len(), 1_000);
    assert!((2..=64).contains(&most), "{most} at once");
    let journal = streams.journal();
    let mut asked = BTreeMap::<&str, u32>::new();
    for exchange in &journal {
        *asked.entry(&exchange.target).or_default() += 1;
    }
    assert_eq!(asked.len(), 1_000);
}

/// A thousand views, each with items of its own of which several share a millisecond: every answer has them in another order, most of
/// them again, and the oldest cut off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_views_each_tuple_comes_once_though_answers_repeat_reorder_and_cut() {
    const VIEWS: usize = 1_000;
    const HELD: i64 = 40;
    const NEW: i64 = 25;
    const ROUNDS: i64 = 5;
    let streams = Streams::builder().views(VIEWS).start().await.unwrap();
    let sc = connection(&streams);
    let instance = sc.instances().list().await.unwrap().remove(0);
    let views = sc.instance(&instance).views().await.unwrap();
    let put = |begin: i64| {
        for view in 0..VIEWS {
            let mut items: Vec<_> = (begin..begin + HELD)
                .map(|number| {
                    let serial = view as i64 * 10_000 + number;
                    (1_790_000_000_000 + number / 7, json!({"serial": serial}))
                })
                .collect();
            fastrand::shuffle(&mut items);
            let view = format!("view_{view:04}");
            streams.replace_view_items(&view, items).unwrap();
        }
    };
    put(0);
    let mut followed: Vec<Tuples<Numbered>> = (0..VIEWS)
        .map(|view| {
            let name = format!("view_{view:04}");
            let mut views = views.iter();
            let view = views.find(|view| view.name.as_ref() == Some(&name));
            sc.view(view.unwrap()).tuples_as()
        })
        .collect();
    let mut seen = vec![Vec::new(); VIEWS];
    for round in 0..ROUNDS {
        let count = if round == 0 { HELD } else { NEW };
        put(round * NEW);
        let all = followed.iter_mut().zip(&mut seen);
        join_all(all.map(|(tuples, seen)| async move {
            seen.extend(serials(tuples, count as usize).await);
        }))
        .await;
    }
    // All of it again, and an answer from before.
    for begin in [ROUNDS - 1, ROUNDS - 3] {
        put(begin * NEW);
        let before: Vec<u64> = followed.iter().map(Tuples::requests).collect();
        let all_have_asked = || {
            let mut all = followed.iter().zip(&before);
            all.all(|(tuples, before)| tuples.requests() >= before + 2)
        };
        while !all_have_asked() {
            tokio::time::sleep(ms(50)).await;
        }
    }
    for (view, (tuples, mut seen)) in followed.iter_mut().zip(seen).enumerate() {
        assert!(tuples.fetch(1, ms(0)).await.unwrap().is_empty());
        assert_eq!((tuples.dropped(), tuples.failures()), (0, 0));
        seen.sort_unstable();
        let first = view as i64 * 10_000;
        assert!(
            seen.iter()
                .copied()
                .eq(first..first + HELD + (ROUNDS - 1) * NEW),
            "view {view}: {seen:?}"
        );
    }
}

#[tokio::test]
async fn a_view_has_one_request_on_its_way_at_a_time() {
    const VIEWS: usize = 20;
    let streams = Streams::builder().views(VIEWS).start().await.unwrap();
    let sc = connection(&streams);
    let instance = sc.instances().list().await.unwrap().remove(0);
    let views = sc.instance(&instance).views().await.unwrap();
    streams.clear_journal();
    streams.inject(Fault::delay(ms(50)).times(usize::MAX));
    let followed = views.iter().map(|view| {
        let mut tuples = sc.view(view).tuples_as::<Numbered>().with_period(ms(10));
        async move { while tuples.next().await.unwrap().is_some() {} }
    });
    let mut followed = std::pin::pin!(join_all(followed));
    let mut most = 0;
    for _ in 0..100 {
        let _ = tokio::time::timeout(ms(5), followed.as_mut()).await;
        let journal = streams.journal();
        let mut open = BTreeMap::<&str, usize>::new();
        for exchange in journal.iter().filter(|exchange| exchange.status.is_none()) {
            *open.entry(&exchange.target).or_default() += 1;
        }
        most = most.max(open.values().copied().max().unwrap_or_default());
    }
    assert_eq!(most, 1);
    let asked = requests(&streams).len();
    assert!(asked >= 3 * VIEWS, "{asked}");
}

#[tokio::test]
async fn views_that_are_opened_together_are_not_asked_for_together() {
    const VIEWS: usize = 60;
    let streams = Streams::builder().views(VIEWS).start().await.unwrap();
    let sc = connection(&streams);
    let instance = sc.instances().list().await.unwrap().remove(0);
    let views = sc.instance(&instance).views().await.unwrap();
    streams.clear_journal();
    let firsts = views.iter().map(|view| {
        let mut tuples = sc.view(view).tuples_as::<Numbered>();
        async move { tuples.fetch(1, ms(500)).await }
    });
    let mut firsts = std::pin::pin!(join_all(firsts));
    let begun = std::time::Instant::now();
    let mut arrived = Vec::new();
    while arrived.len() < VIEWS {
        let _ = tokio::time::timeout(ms(5), firsts.as_mut()).await;
        arrived.resize(streams.journal().len().min(VIEWS), begun.elapsed());
    }
    // They begin within a quarter of a second.
    let spread = arrived[VIEWS * 9 / 10] - arrived[VIEWS / 10];
    assert!(spread > ms(100), "{arrived:?}");
}

#[tokio::test]
async fn an_error_after_some_tuples_comes_the_next_time() {
    let (streams, sc) = started().await;
    let mut all = items([1, 2]);
    all.push((1_790_000_000_001, json!({"other": 3})));
    streams.replace_view_items("view_0000", all).unwrap();
    let mut tuples = followed(&sc).await;
    assert_eq!(serials(&mut tuples, 3).await, [1, 2]);
    let error = tuples.fetch(3, ms(1_000)).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
}

#[tokio::test]
async fn a_panic_of_a_callers_type_ends_the_tuples_with_an_error() {
    #[derive(Debug)]
    struct Panicking;
    impl<'de> Deserialize<'de> for Panicking {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("a caller's own")
        }
    }
    let (streams, sc) = started().await;
    streams.replace_view_items("view_0000", items([1])).unwrap();
    let view = view(&sc, "view_0000").await;
    let mut tuples = sc.view(&view).tuples_as::<Panicking>();
    let waited = tokio::time::timeout(Duration::from_secs(20), tuples.next());
    assert!(waited.await.unwrap().is_err());
    assert!(tuples.next().await.unwrap().is_none());
}

#[tokio::test]
async fn the_latest_tuple_is_not_an_older_one_that_came_late() {
    let (streams, sc) = started().await;
    streams
        .replace_view_items("view_0000", items([500]))
        .unwrap();
    let mut tuples = followed(&sc).await.latest();
    assert_eq!(tuples.next().await.unwrap().unwrap().serial, 500);
    streams
        .append_view_items("view_0000", items([100]))
        .unwrap();
    while tuples.dropped() < 1 {
        tokio::time::sleep(ms(10)).await;
    }
    assert!(tuples.fetch(1, ms(100)).await.unwrap().is_empty());
    assert_eq!(tuples.dropped(), 1);
}

#[tokio::test]
async fn the_latest_tuple_goes_on_after_a_clock_that_has_gone_back() {
    let (streams, sc) = started().await;
    let put = |serials: &[i64]| {
        let serials = items(serials.iter().copied());
        streams.replace_view_items("view_0000", serials).unwrap();
    };
    put(&[890_000, 900_000]);
    let mut tuples = followed(&sc).await.latest();
    assert_eq!(serials(&mut tuples, 1).await, [900_000]);
    put(&[900_000, 100]);
    while tuples.dropped() < 2 {
        tokio::time::sleep(ms(10)).await;
    }
    put(&[100, 200]);
    assert_eq!(serials(&mut tuples, 1).await, [200]);
    put(&[200, 300]);
    assert_eq!(serials(&mut tuples, 1).await, [300]);
}

#[tokio::test]
async fn the_latest_tuple_goes_on_when_one_of_the_future_has_left() {
    let (streams, sc) = started().await;
    let put = |serials: &[i64]| {
        let serials = items(serials.iter().copied());
        streams.replace_view_items("view_0000", serials).unwrap();
    };
    put(&[100, 900_000]);
    let mut tuples = followed(&sc).await.latest();
    assert_eq!(serials(&mut tuples, 1).await, [900_000]);
    put(&[100, 200]);
    while tuples.dropped() < 2 {
        tokio::time::sleep(ms(10)).await;
    }
    put(&[200, 300]);
    assert_eq!(serials(&mut tuples, 1).await, [300]);
}

#[tokio::test]
async fn a_server_that_asks_to_wait_longer_than_the_patience_ends_the_tuples() {
    let busy = || Answer::status(503, &[("retry-after", "86400")], "");
    let stub = ScriptedServer::playing([busy(), busy()]);
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let view = headwaters::Link::new("instances/one/views/1");
    let mut tuples = sc.view(view).tuples();
    let waited = tokio::time::timeout(Duration::from_secs(10), tuples.next());
    let error = waited.await.unwrap().unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(86_400)));
    assert!(tuples.next().await.unwrap().is_none());
    assert_eq!(stub.count(), 1);
}

#[tokio::test]
async fn failures_are_borne_until_the_patience_ends_and_no_longer() {
    let (streams, sc) = started().await;
    streams.replace_view_items("view_0000", items([1])).unwrap();
    let patience = ms(700);
    let mut tuples = followed(&sc).await.with_patience(patience);
    assert_eq!(serials(&mut tuples, 1).await, [1]);
    streams.inject(Fault::status(503).times(usize::MAX));
    let started = std::time::Instant::now();
    let error = tuples.next().await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    // Waits double from 10 ms: without an end of its own the next one would be of 1,280 ms.
    let elapsed = started.elapsed();
    assert!(elapsed >= patience, "{elapsed:?}");
    assert!(elapsed < ms(1_200), "{elapsed:?}");
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_streams, mut tuples) = runtime.block_on(async {
        let (streams, sc) = started().await;
        (streams, followed(&sc).await)
    });
    let outcome = futures_util::FutureExt::now_or_never(tuples.fetch(1, ms(10)));
    assert!(outcome.unwrap().is_err());
}

#[tokio::test]
async fn a_token_that_is_refused_after_failures_is_replaced_and_a_second_refusal_ends_the_tuples() {
    let items = r#"{"viewItems": [{"collectionTime": 1, "data": {"serial": 7}}]}"#;
    let busy = || Answer::status(503, &[], "");
    let refused = || Answer::status(401, &[], "");
    let follow = |stub: &ScriptedServer| {
        let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
        let view = headwaters::Link::new("instances/one/views/1");
        sc.view(view).tuples_as::<Numbered>().with_period(ms(10))
    };
    let stub = ScriptedServer::playing([busy(), refused(), Answer::json(items)]);
    assert_eq!(follow(&stub).next().await.unwrap().unwrap().serial, 7);
    assert_eq!(stub.count(), 3);
    let stub = ScriptedServer::playing([busy(), refused(), busy(), refused()]);
    let error = follow(&stub).next().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(stub.count(), 4);
}

#[tokio::test]
async fn an_odd_answer_and_an_error_of_the_servers_own_are_borne() {
    let items = |serial: i64| {
        let item = json!({"collectionTime": serial, "data": {"serial": serial}});
        Answer::json(json!({"viewItems": [item]}).to_string())
    };
    let own = r#"{"messages": [{"id": "CDISW5001E", "message": "The view failed."}]}"#;
    let stub = ScriptedServer::playing([
        items(1),
        Answer::status(500, &[("content-type", "application/json")], own),
        Answer::json("{}"),
        Answer::json(r#"{"viewItems": null}"#),
        Answer::json(""),
        Answer::json("{\"viewItems\": ["),
        items(2),
    ]);
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let view = headwaters::Link::new("instances/one/views/1");
    let mut tuples = sc.view(view).tuples_as::<Numbered>().with_period(ms(10));
    let (mut serials, mut failures) = (Vec::new(), 0);
    while serials.len() < 2 {
        let event = tokio::time::timeout(Duration::from_secs(20), tuples.next_event());
        match event.await.unwrap().unwrap().unwrap() {
            ViewEvent::Tuple(tuple) => serials.push(tuple.serial),
            ViewEvent::Failed(_) => failures += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(serials, [1, 2]);
    assert!(failures >= 1 && tuples.failures() == 5, "{failures}");
}

#[tokio::test]
async fn a_view_of_texts_gives_texts_as_it_does_in_python() {
    let item = |data: serde_json::Value| json!({"collectionTime": 1, "data": data});
    let items =
        json!({"viewItems": [item(json!({"string": "a"})), item(json!({"string": "b\n"}))]});
    let stub = ScriptedServer::playing([Answer::json(items.to_string())]);
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let view = || headwaters::Link::new("instances/one/views/1");
    let mut texts = sc.view(view()).tuples_as::<String>();
    assert_eq!(texts.next().await.unwrap().unwrap(), "a");
    assert_eq!(texts.next().await.unwrap().unwrap(), "b\n");
    // A type with that member has it.
    let stub = ScriptedServer::playing([Answer::json(items.to_string())]);
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let mut tuples = sc.view(view()).tuples();
    let tuple = tuples.next().await.unwrap().unwrap();
    assert_eq!(
        tuple.data.pointer("/string").unwrap().as_str().unwrap(),
        "a"
    );
    // Other text attributes are no text of the tuple's.
    let other =
        json!({"viewItems": [item(json!({"string": "a", "more": 1})), item(json!({"text": "a"}))]});
    let stub = ScriptedServer::playing([Answer::json(other.to_string())]);
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let mut texts = sc.view(view()).tuples_as::<String>();
    for _ in 0..2 {
        assert!(texts.next().await.unwrap_err().is_decode());
    }
}
