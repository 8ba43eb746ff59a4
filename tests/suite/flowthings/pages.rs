//! Lists of any length while others write and delete.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::http::Method;
use futures_util::TryStreamExt as _;
use headwaters::{
    Config, Error,
    flowthings::{Filter, mem, types::NewFlow},
};
use serde_json::{Value, json};

use super::*;
use crate::recording_server::Seen;

/// A flow that changes with each request: the newest drop is the last one.
struct Moving {
    drops: Vec<Value>,
    made: i64,
    /// Deletes one of those at the newer end, which has been listed already.
    deletes: bool,
}

impl Moving {
    /// So many drops, three of them in each millisecond.
    fn of(count: i64) -> Self {
        let mut flow = Self {
            drops: Vec::new(),
            made: 0,
            deletes: false,
        };
        (0..count).for_each(|_| flow.add());
        flow
    }

    fn add(&mut self) {
        let kind = if self.made % 2 == 0 { "even" } else { "odd" };
        self.drops.push(json!({
            "id": format!("d{:04}", self.made),
            "creationDate": 1_000 + self.made / 3,
            "elems": {"kind": kind},
        }));
        self.made += 1;
    }

    /// What the platform gives, with its default of 20 and at most 30 at once.
    fn list(&mut self, request: &Seen) -> Vec<Value> {
        let url = url::Url::parse(&format!("http://a{}", request.target)).unwrap();
        let said = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs
                .find(|(own, _)| own == name)
                .map(|(_, value)| value.into_owned())
        };
        assert_eq!(said("sort").as_deref(), Some("creationDate"));
        let filter = said("filter").map(|text| Filter::parse(&text).unwrap());
        let takes = |drop: &&Value| filter.as_ref().is_none_or(|own| own.matches(drop).unwrap());
        let mut listed: Vec<Value> = self.drops.iter().filter(takes).cloned().collect();
        if said("order").as_deref() == Some("desc") {
            listed.reverse();
        }
        let number = |name| said(name).map(|text| text.parse::<usize>().unwrap());
        let page = listed.into_iter().skip(number("start").unwrap_or(0));
        let page = page.take(number("limit").unwrap_or(20).min(30)).collect();
        if self.made < 400 {
            self.add();
            self.add();
        }
        if self.deletes {
            self.drops.remove(self.drops.len() - 6);
        }
        page
    }
}

async fn serving(flow: Moving) -> RecordingServer {
    let flow = Arc::new(Mutex::new(flow));
    RecordingServer::answering(move |request| {
        answer(&Value::from(flow.lock().unwrap().list(request)))
    })
    .await
}

fn expected(range: std::ops::Range<i64>) -> Vec<String> {
    range.map(|number| format!("d{number:04}")).collect()
}

#[tokio::test]
async fn nothing_comes_twice_or_not_at_all_while_drops_arrive_and_go() {
    for (limit, deletes) in [
        (None, false),
        (Some(7), false),
        (Some(7), true),
        (Some(500), true),
        (Some(2), false),
    ] {
        let stub = serving(Moving {
            deletes,
            ..Moving::of(200)
        })
        .await;
        let mut call = api(&stub).drop("f1").find_many();
        if let Some(limit) = limit {
            call = call.limit(limit);
        }
        let pages: Vec<_> = call.pages().into_stream().try_collect().await.unwrap();
        let ids = pages.iter().flatten().map(|drop| drop.id.as_str());
        let mut ids: Vec<String> = ids.map(str::to_owned).collect();
        ids.reverse();
        // What arrives in the newest millisecond may come too.
        let late = ids.split_off(ids.partition_point(|id| id.as_str() < "d0200"));
        assert_eq!(ids, expected(0..200), "{limit:?}");
        assert!(late.len() < 3, "{late:?}");
    }
}

#[tokio::test]
async fn with_the_oldest_first_what_arrives_comes_at_the_end() {
    let stub = serving(Moving::of(50)).await;
    let find = api(&stub).drop("f1").find_many().order("asc").limit(10);
    let mut pages = find
        .filter(mem("elems.kind").eq("odd"))
        .only(["elems.kind"])
        .pages();
    let mut ids = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        assert!(page.iter().all(|drop| drop.creation_date.is_some()));
        ids.extend(page.into_iter().map(|drop| drop.id.as_str().to_owned()));
    }
    let odd: Vec<String> = expected(0..ids.len() as i64 * 2)
        .into_iter()
        .skip(1)
        .step_by(2)
        .collect();
    assert_eq!(ids, odd);
    assert!(ids.len() > 25);
    let first = &stub.seen()[0];
    assert!(
        first.target.contains("only=elems.kind%2Cid%2CcreationDate"),
        "{}",
        first.target
    );
}

#[tokio::test]
async fn a_default_filter_holds_for_all_pages() {
    let stub = serving(Moving::of(60)).await;
    let config = Config::new().with_query("filter", "elems.kind == 'even'");
    let api = Api::with_config(stub.url(), Token::new("acc", "tok"), config).unwrap();
    let pages = api.drop("f1").find_many().limit(9).pages().into_stream();
    let pages: Vec<_> = pages.try_collect().await.unwrap();
    let drops: Vec<_> = pages.into_iter().flatten().collect();
    assert!(
        drops
            .iter()
            .all(|drop| drop.elems.as_ref().unwrap()["kind"] == "even".into())
    );
    assert!((30..33).contains(&drops.len()), "{}", drops.len());
}

#[tokio::test]
async fn a_default_start_is_that_of_the_first_page() {
    let stub = serving(Moving::of(60)).await;
    let config = Config::new().with_query("start", "10");
    let api = Api::with_config(stub.url(), Token::new("acc", "tok"), config).unwrap();
    let pages = api.drop("f1").find_many().limit(9).order("asc").pages();
    let pages: Vec<_> = pages.into_stream().try_collect().await.unwrap();
    let ids = pages.iter().flatten().map(|drop| drop.id.as_str());
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    assert_eq!(ids, expected(10..10 + ids.len() as i64));
    assert!(ids.len() >= 50, "{}", ids.len());
}

#[tokio::test]
async fn members_that_are_chosen_by_default_leave_pages_what_they_need() {
    for (default, asked) in [
        ("elems.kind", "only=elems.kind%2Cid%2CcreationDate"),
        (
            "creationDate,elems.kind",
            "only=creationDate%2Celems.kind%2Cid",
        ),
    ] {
        let stub = serving(Moving::of(60)).await;
        let config = Config::new().with_query("only", default);
        let api = Api::with_config(stub.url(), Token::new("acc", "tok"), config).unwrap();
        let pages = api.drop("f1").find_many().limit(9).pages().into_stream();
        let pages: Vec<_> = pages.try_collect().await.unwrap();
        assert!(pages.iter().map(Vec::len).sum::<usize>() >= 60);
        for request in stub.seen() {
            assert!(request.target.contains(asked), "{}", request.target);
        }
    }
}

/// Drops of few milliseconds, of which a first page passes some over.
async fn passed_over(dates: &[i64], order: &'static str, start: usize, limit: i32) {
    let mut moving = Moving::of(0);
    moving.drops = dates
        .iter()
        .enumerate()
        .map(|(number, date)| json!({"id": format!("d{number:04}"), "creationDate": date}))
        .collect();
    moving.made = 400;
    let mut expected = expected(0..dates.len() as i64);
    if order == "desc" {
        expected.reverse();
    }
    let stub = serving(moving).await;
    let find = api(&stub).drop("f1").find_many().order(order).limit(limit);
    let pages = find.start(i32::try_from(start).unwrap()).pages();
    let pages: Vec<_> = pages.into_stream().try_collect().await.unwrap();
    let ids = pages.iter().flatten().map(|drop| drop.id.as_str());
    let ids: Vec<_> = ids.collect();
    assert_eq!(ids, expected[start..], "{order} {start} {limit}");
}

#[tokio::test]
async fn what_the_first_page_passes_over_never_comes() {
    let one = vec![1_000; 100];
    let mut two = vec![1_000; 30];
    two.extend(vec![2_000; 70]);
    for dates in [one, two] {
        for order in ["asc", "desc"] {
            for start in [1, 10, 29, 30, 31, 45, 69, 70, 75, 99, 100] {
                for limit in [2, 5, 20] {
                    passed_over(&dates, order, start, limit).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn pages_that_would_not_hold_together_are_refused() {
    let stub = RecordingServer::start(answer(&json!([]))).await;
    let find = || api(&stub).flow().find_many();
    for mut pages in [
        find().sort("displayName").pages(),
        find().order("geo").pages(),
        find().limit(0).pages(),
    ] {
        let error = pages.next().await.unwrap_err();
        assert!(error.is_request() && !error.maybe_sent(), "{error}");
        assert!(pages.next().await.unwrap().is_none());
    }
    assert!(stub.seen().is_empty());
    let stub = RecordingServer::start(answer(&json!([{"id": "f1"}]))).await;
    let mut pages = api(&stub).flow().find_many().pages();
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    let error = pages.next().await.unwrap_err();
    assert!(error.to_string().contains("no creationDate"), "{error}");
}

#[tokio::test]
async fn a_millisecond_that_fills_pages_is_read_whole_while_its_oldest_drops_go() {
    for limit in [1, 2, 5, 8] {
        let mut moving = Moving::of(0);
        moving.drops = (0..40)
            .map(|number| json!({"id": format!("d{number:04}"), "creationDate": 1_000}))
            .collect();
        moving.made = 400;
        let flow = Arc::new(Mutex::new(moving));
        let stub = RecordingServer::answering(move |request| {
            let mut flow = flow.lock().unwrap();
            let page = flow.list(request);
            // One that has been read goes after each page, as if the flow was full.
            let gone = flow.drops.len().min(1);
            flow.drops.drain(..gone);
            answer(&Value::from(page))
        })
        .await;
        let find = api(&stub).drop("f1").find_many().order("asc").limit(limit);
        let pages: Vec<_> = find.pages().into_stream().try_collect().await.unwrap();
        let ids = pages.iter().flatten().map(|drop| drop.id.as_str());
        assert_eq!(ids.collect::<Vec<_>>(), expected(0..40), "{limit}");
    }
}

#[tokio::test]
async fn a_millisecond_whose_pages_never_fit_together_is_an_error() {
    let number = std::sync::atomic::AtomicU64::new(0);
    let number = Arc::new(number);
    let stub = RecordingServer::answering(move |request| {
        let drop = |id: String| json!({"id": id, "creationDate": 1_000});
        let page = match request.target.contains("start=") {
            true => vec![drop(format!("other{}", number.fetch_add(1, SeqCst)))],
            false => vec![drop("a".to_owned()), drop("b".to_owned())],
        };
        answer(&Value::from(page))
    })
    .await;
    let mut pages = api(&stub).drop("f1").find_many().limit(2).pages();
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 2);
    let error = pages.next().await.unwrap_err();
    assert!(error.to_string().contains("larger pages"), "{error}");
    assert!(stub.seen().len() < 50);
}

/// Fifty writers on a flow of 10,000 drops while one reads it.
async fn read_beside_writers(order: &'static str) {
    const THERE: usize = 10_000;
    const WRITERS: usize = 50;
    let flowthings = headwaters::sandbox::Flowthings::start().await.unwrap();
    let token = Token::new(flowthings.account(), flowthings.token());
    let api = Api::with_config(flowthings.url(), token, Config::new()).unwrap();
    let path = format!("/{}/a", flowthings.account());
    let flow = NewFlow::new(path).capacity(100_000);
    let flow = api.flow().create(flow).await.unwrap();
    let mut there = BTreeSet::new();
    let batch = vec![json!({"elems": {"a": 1}}); 500];
    while there.len() < THERE {
        let path = format!("/drop/{}", flow.id.as_str());
        let call = api.request(Method::POST, path).with_json(&batch);
        let answer: Value = call.json().await.unwrap().into_value();
        let drops = answer["body"].as_array().unwrap();
        there.extend(
            drops
                .iter()
                .map(|drop| drop["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(there.len(), THERE);
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (drops, is_over) = (api.drop(&flow.id), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut written = Vec::new();
                while !is_over.load(SeqCst) && written.len() < 40 {
                    let drop = drops.create([("a", 2)]).await.unwrap();
                    written.push(drop.id.as_str().to_owned());
                }
                written
            })
        })
        .collect();
    let find = api.drop(&flow.id).find_many().order(order).limit(500);
    let mut pages = find.pages();
    let mut read = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        read.extend(page.into_iter().map(|drop| drop.id.as_str().to_owned()));
    }
    is_over.store(true, SeqCst);
    let mut written = BTreeSet::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }
    assert!(written.len() > WRITERS, "{}", written.len());
    let once: BTreeSet<String> = read.iter().cloned().collect();
    assert_eq!(once.len(), read.len(), "some came twice");
    assert_eq!(there.difference(&once).count(), 0, "some were left out");
    assert!(once.is_subset(&there.union(&written).cloned().collect()));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_drops_are_read_once_each_beside_fifty_writers_the_newest_first() {
    read_beside_writers("desc").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_drops_are_read_once_each_beside_fifty_writers_the_oldest_first() {
    read_beside_writers("asc").await;
}

/// What `pages` ends with on a server that reads requests without these parameters.
async fn deaf(deaf_to: &'static [&'static str], flow: Vec<Value>) -> Error {
    let stub = RecordingServer::answering(move |request| {
        let url = url::Url::parse(&format!("http://a{}", request.target)).unwrap();
        let said = |name: &str| {
            let mut pairs = url
                .query_pairs()
                .filter(|(own, _)| !deaf_to.contains(&&**own));
            pairs
                .find(|(own, _)| own == name)
                .map(|(_, value)| value.into_owned())
        };
        let filter = said("filter").map(|text| Filter::parse(&text).unwrap());
        let takes = |drop: &&Value| filter.as_ref().is_none_or(|own| own.matches(drop).unwrap());
        let mut listed: Vec<&Value> = flow.iter().filter(takes).collect();
        if said("order").as_deref() == Some("desc") {
            listed.reverse();
        }
        let number = |name| said(name).map(|text| text.parse::<usize>().unwrap());
        let page = listed.into_iter().skip(number("start").unwrap_or(0));
        let page: Vec<Value> = page.take(number("limit").unwrap()).cloned().collect();
        answer(&Value::from(page))
    })
    .await;
    let pages = api(&stub).drop("f1").find_many().limit(5).pages();
    let read = pages.into_stream().try_collect::<Vec<_>>();
    let read = tokio::time::timeout(Duration::from_secs(20), read).await;
    let error = read.unwrap().unwrap_err();
    assert!(stub.seen().len() < 40, "{}", stub.seen().len());
    error
}

#[tokio::test]
async fn a_server_that_does_not_heed_what_pages_need_is_told() {
    let drops = |dates: &mut dyn Iterator<Item = i64>| -> Vec<Value> {
        let drop = |(number, date)| json!({"id": format!("d{number}"), "creationDate": date});
        dates.enumerate().map(drop).collect()
    };
    let error = deaf(&["start"], drops(&mut std::iter::repeat_n(7, 12))).await;
    assert!(
        error.is_decode() && error.to_string().contains("`start`"),
        "{error}"
    );
    let error = deaf(&["order"], drops(&mut (0..60))).await;
    assert!(
        error.is_decode() && error.to_string().contains("order"),
        "{error}"
    );
}

#[tokio::test]
async fn what_pages_set_themselves_is_not_given_beside_them() {
    let stub = serving(Moving::of(50)).await;
    for name in ["filter", "limit", "start", "sort", "order", "only"] {
        let call = api(&stub).drop("f1").find_many().with_query(name, "5");
        let error = call.pages().next().await.unwrap_err();
        assert!(error.is_request(), "{name}: {error}");
    }
    let call = api(&stub).drop("f1").find_many().with_query("trace", "1");
    assert!(stub.seen().is_empty());
    assert!(call.pages().next().await.unwrap().is_some());
}
