//! Calls that are on their way before anybody waits for them.

use std::{panic::AssertUnwindSafe, pin::Pin};

use futures_util::{FutureExt as _, TryFutureExt as _, future::BoxFuture};
use headwaters::{Auth, Batch, Error, Spawned, Token, TokenError, TokenSource, flink::Flink};

use super::{
    OVERVIEW, brisk, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

#[tokio::test]
async fn a_spawned_call_is_sent_before_it_is_awaited() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let overview = Spawned::new(client(&stub, single()).overview());
    stub.until("the request comes", |stub| stub.count() == 1)
        .await;
    assert_eq!(overview.await.unwrap().slots_total, 4);
}

#[tokio::test]
async fn many_awaits_are_one_request() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let overview = Spawned::new(client(&stub, single()).overview());
    let (first, second) = tokio::join!(overview.clone(), overview.clone());
    let third = overview.clone().await.unwrap();
    assert_eq!(first.unwrap().slots_total, 4);
    assert!(std::sync::Arc::ptr_eq(&second.unwrap(), &third));
    assert_eq!(format!("{overview:?}"), r#"Spawned("done")"#);
    drop(overview.await);
    assert_eq!(stub.count(), 1);
}

#[tokio::test]
async fn an_error_is_everybodys() {
    let stub = ScriptedServer::playing([Answer::status(503, &[("retry-after", "0")], "busy")]);
    let overview = Spawned::new(client(&stub, brisk()).overview());
    for _ in 0..3 {
        let error: Error = overview.clone().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 503);
        assert_eq!((error.attempts(), &error.body()[..]), (4, &b"busy"[..]));
    }
    assert_eq!(stub.count(), 4);
}

#[tokio::test]
async fn a_spawned_call_is_made_even_when_nobody_awaits_it() {
    let stub = ScriptedServer::playing([
        Answer::status(503, &[("retry-after", "0")], ""),
        Answer::json(OVERVIEW),
    ]);
    drop(Spawned::new(client(&stub, brisk()).overview()));
    stub.until("the retry comes", |stub| stub.count() == 2)
        .await;
}

#[test]
fn without_a_runtime_there_is_an_error_that_says_so() {
    let flink = Flink::new("http://localhost:1").unwrap();
    let overview = Spawned::new(flink.overview());
    let error = overview.into_future().now_or_never().unwrap().unwrap_err();
    assert!(error.to_string().contains("runtime"), "{error}");
    assert!(error.is_request() && !error.maybe_sent());
}

#[test]
fn every_call_without_a_runtime_is_such_an_error() {
    let flink = Flink::new("http://localhost:1").unwrap();
    let jar = std::env::temp_dir().join("headwaters-has-no-such.jar");
    let calls: [BoxFuture<Result<(), Error>>; 5] = [
        flink.overview().into_future().map_ok(drop).boxed(),
        flink
            .overview()
            .with_response()
            .into_future()
            .map_ok(drop)
            .boxed(),
        flink.jars().upload(jar).into_future().map_ok(drop).boxed(),
        flink
            .jobs()
            .trigger_savepoint("0")
            .poll()
            .into_future()
            .map_ok(drop)
            .boxed(),
        [flink.overview()]
            .into_iter()
            .collect::<Batch<_>>()
            .into_future()
            .map_ok(drop)
            .boxed(),
    ];
    for call in calls {
        let error = call.now_or_never().unwrap().unwrap_err();
        assert!(error.to_string().contains("runtime"), "{error}");
        assert!(error.is_request() && !error.maybe_sent());
    }
}

/// Has a fault of its own.
struct Faulty;

impl TokenSource for Faulty {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        panic!("the vault is not there")
    }
}

#[tokio::test]
async fn a_panic_of_the_callers_own_code_goes_on_to_who_awaits_the_call() {
    let config = single().with_auth(Auth::refreshing(Faulty));
    let flink = Flink::with_config("http://localhost:1", config).unwrap();
    let overview = Spawned::new(flink.overview()).into_future();
    let panic = AssertUnwindSafe(overview).catch_unwind().await.unwrap_err();
    let said = panic.downcast_ref::<&str>();
    assert_eq!(said, Some(&"the vault is not there"));
}

#[test]
fn a_runtime_that_ends_takes_its_spawned_calls_with_it() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let overview = first.block_on(async {
        let overview = Spawned::new(client(&stub, single()).overview());
        stub.until("the request comes", |stub| stub.count() == 1)
            .await;
        overview
    });
    drop(first);
    let error = runtime().block_on(overview.into_future()).unwrap_err();
    assert!(error.to_string().contains("runtime"), "{error}");
    assert!(error.maybe_sent() && !error.is_request(), "{error:?}");
}
