//! Connections are used again.

use std::time::Duration;

use headwaters::{Body, Error, reqwest::Method};

use super::{
    JAR, JOB, OVERVIEW, RUN, STATUS, brisk, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

#[tokio::test]
async fn ten_calls_go_over_one_connection() {
    let stub = ScriptedServer::new(|request| match request.number {
        3 => Answer::status(404, &[], r#"{"errors":["no"]}"#),
        5 => Answer::status(202, &[], "{}"),
        _ => Answer::json(OVERVIEW),
    });
    let flink = client(&stub, single());
    for number in 0..10 {
        match number {
            3 => assert!(flink.overview().await.unwrap_err().is_not_found()),
            5 => flink.clone().jobs().cancel(JOB).await.unwrap(),
            _ => assert_eq!(flink.overview().await.unwrap().slots_total, 4),
        }
    }
    assert_eq!((stub.count(), stub.opened()), (10, 1));
}

#[tokio::test]
async fn retries_go_over_the_same_connection() {
    let stub = ScriptedServer::playing([
        Answer::status(503, &[], "busy"),
        Answer::status(429, &[], "busy"),
        Answer::json(STATUS),
    ]);
    client(&stub, brisk()).jobs().status(JOB).await.unwrap();
    assert_eq!((stub.count(), stub.opened()), (3, 1));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_closes_its_connection() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let call = tokio::spawn(client(&stub, single()).overview().into_future());
    stub.until("the request comes", |stub| stub.count() == 1)
        .await;
    call.abort();
    stub.until("the connection is closed", |stub| stub.closed() == 1)
        .await;
}

/// A server that closes connections that were idle for 800 ms, just as many requests come.
#[tokio::test]
async fn a_post_does_not_leave_on_a_connection_that_dies_under_it() {
    let idle = Duration::from_millis(800);
    let stub = ScriptedServer::new(move |_| Answer::json(RUN).wait(idle).close());
    let posts = (0..12).map(|number| {
        // With connections of its own: those of others may be younger.
        let flink = client(&stub, brisk());
        tokio::spawn(async move {
            for _ in 0..3 {
                flink.jars().run(JAR).await?;
                tokio::time::sleep(idle - Duration::from_millis(6) + Duration::from_millis(number))
                    .await;
            }
            Ok::<_, Error>(())
        })
    });
    for post in posts.collect::<Vec<_>>() {
        post.await.unwrap().unwrap();
    }
    assert_eq!((stub.count(), stub.opened()), (36, 36));
}

#[tokio::test]
async fn posts_that_follow_each_other_share_a_connection_and_so_does_what_may_be_repeated() {
    let stub = ScriptedServer::new(|request| match request.method.as_str() {
        "GET" => Answer::json(OVERVIEW),
        _ => Answer::json(RUN),
    });
    let flink = client(&stub, single());
    for _ in 0..5 {
        flink.jars().run(JAR).await.unwrap();
    }
    assert_eq!(stub.opened(), 1);
    flink.overview().await.unwrap();
    assert_eq!(stub.opened(), 2);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    flink.overview().await.unwrap();
    assert_eq!(stub.opened(), 2);
    flink.jars().run(JAR).await.unwrap();
    assert_eq!(stub.opened(), 3);
    // Clients of one configuration share these connections too.
    let config = single();
    let stub = ScriptedServer::playing([Answer::json(RUN)]);
    for _ in 0..2 {
        client(&stub, config.clone()).jars().run(JAR).await.unwrap();
    }
    assert_eq!(stub.opened(), 1);
}

/// The same of a body that is read as it is sent: it is there once.
#[tokio::test]
async fn a_stream_does_not_leave_on_a_connection_that_dies_under_it() {
    let idle = Duration::from_millis(800);
    let stub = ScriptedServer::new(move |_| Answer::json(OVERVIEW).wait(idle).close());
    let puts = (0..12).map(|number| {
        let flink = client(&stub, brisk());
        tokio::spawn(async move {
            for _ in 0..3 {
                let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("a"), Ok("b")]);
                let body = Body::wrap_stream(pieces);
                let put = flink.request(Method::PUT, "/any").with_body(body);
                put.bytes().await?;
                tokio::time::sleep(idle - Duration::from_millis(6) + Duration::from_millis(number))
                    .await;
            }
            Ok::<_, Error>(())
        })
    });
    for put in puts.collect::<Vec<_>>() {
        put.await.unwrap().unwrap();
    }
    assert_eq!((stub.count(), stub.opened()), (36, 36));
}
