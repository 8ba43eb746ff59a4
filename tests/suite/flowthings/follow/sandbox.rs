//! Following a flow of the sandbox.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use headwaters::{
    Config,
    flowthings::{
        Api, Token,
        types::{NewFlow, NewTrack},
    },
    sandbox::{Fault, Flowthings},
};

use super::*;

async fn api_of(flowthings: &Flowthings) -> Api {
    let token = Token::new(flowthings.account(), flowthings.token());
    Api::with_config(flowthings.url(), token, Config::new()).unwrap()
}

#[tokio::test]
async fn a_flow_is_followed_by_its_path_across_tracks_and_restarts() {
    let flowthings = Flowthings::start().await.unwrap();
    let api = api_of(&flowthings).await;
    let path = |name: &str| format!("/{}/{name}", flowthings.account());
    let source = api
        .flow()
        .create(NewFlow::new(path("source")))
        .await
        .unwrap();
    api.flow()
        .create(NewFlow::new(path("alerts")))
        .await
        .unwrap();
    let track = NewTrack::new(path("source"), path("alerts"));
    api.track().create(track).await.unwrap();
    let websocket = api.websocket().with_reconnect(brisk());
    let follow = api.follow(path("alerts")).with_websocket(websocket);
    let mut follower = follow.await.unwrap();
    for number in 0..10 {
        let written = api.drop(&source.id).create([("number", number)]).await;
        let written = written.unwrap();
        match number {
            2 => flowthings.drop_sessions(),
            4 => flowthings.close_sessions(1001),
            6 => {
                flowthings.stop_listening();
                flowthings.listen_again().await.unwrap();
            }
            _ => {}
        }
        let event = loop {
            // Attempts that fail are told.
            if let Ok(event) = next(&mut follower).await {
                break event;
            }
        };
        let Some(FollowEvent::Drop(drop)) = event else {
            panic!("{event:?}");
        };
        assert_eq!(drop.parent_drop_id.unwrap().drop_id, written.id);
    }
}

#[tokio::test]
async fn answers_that_are_cut_fail_or_stall_lose_nothing() {
    let flowthings = Flowthings::start().await.unwrap();
    let api = api_of(&flowthings).await;
    let path = format!("/{}/a", flowthings.account());
    let flow = api.flow().create(NewFlow::new(path)).await.unwrap();
    let websocket = api.websocket().with_reconnect(brisk());
    let follow = api.follow(&flow.id).with_websocket(websocket);
    let mut follower = follow.with_retry(brisk()).with_page(3).await.unwrap();
    let mut written = Vec::new();
    let mut come = Vec::new();
    for round in 0..5 {
        flowthings.drop_sessions();
        for _ in 0..4 {
            let drop = api.drop(&flow.id).create([("round", round)]).await;
            written.push(drop.unwrap().id);
        }
        let faults = [
            Fault::status(500),
            Fault::cut_after(100),
            Fault::bytes("text/html", "<h1>portal</h1>"),
            Fault::status(404),
        ];
        for fault in faults {
            flowthings.inject(fault.on("GET", "/drop"));
        }
        flowthings.inject(Fault::status(503).on("POST", "/session"));
        while come.len() < written.len() {
            if let Ok(event) = next(&mut follower).await {
                let Some(FollowEvent::Drop(drop)) = event else {
                    panic!("{event:?}");
                };
                come.push(drop.id);
            }
        }
        assert_eq!(come, written);
        flowthings.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_and_a_socket_that_is_cut_again_and_again() {
    const WRITERS: usize = 8;
    const EACH: usize = 250;
    let flowthings = Arc::new(Flowthings::start().await.unwrap());
    let api = api_of(&flowthings).await;
    let path = format!("/{}/a", flowthings.account());
    let flow = NewFlow::new(path).capacity(100_000);
    let flow = api.flow().create(flow).await.unwrap();
    let websocket = api.websocket().with_reconnect(brisk()).with_buffer(20);
    let follow = api.follow(&flow.id).with_websocket(websocket);
    let follow = follow.with_retry(brisk()).with_page(50).with_buffer(20);
    let mut follower = follow.await.unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (api, flow, count) = (api.clone(), flow.id.clone(), Arc::clone(&count));
            let flowthings = Arc::clone(&flowthings);
            tokio::spawn(async move {
                let mut ids = Vec::new();
                for number in 0..EACH {
                    let drop = api.drop(&flow).create([("number", number as u64)]).await;
                    ids.push(drop.unwrap().id);
                    if count.fetch_add(1, SeqCst) % 40 == 0 {
                        flowthings.drop_sessions();
                    }
                }
                ids
            })
        })
        .collect();
    let mut come = Vec::new();
    while come.len() < WRITERS * EACH {
        match next(&mut follower).await {
            Ok(Some(FollowEvent::Drop(drop))) => come.push(drop.id),
            Ok(other) => panic!("{other:?} after {}", come.len()),
            Err(error) => assert!(!error.is_request(), "{error}"),
        }
    }
    let mut written = BTreeSet::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }
    assert_eq!(written.len(), WRITERS * EACH);
    assert_eq!(come.iter().cloned().collect::<BTreeSet<_>>(), written);
    // And nothing comes behind them but what is written then.
    let last = api.drop(&flow.id).create([("last", true)]).await.unwrap();
    let event = loop {
        if let Ok(event) = next(&mut follower).await {
            break event;
        }
    };
    assert!(
        matches!(&event, Some(FollowEvent::Drop(drop)) if drop.id == last.id),
        "{event:?}"
    );
}

#[tokio::test]
async fn members_that_the_client_leaves_out_by_default_are_no_loss() {
    for is_by_path in [false, true] {
        let flowthings = Flowthings::start().await.unwrap();
        let api = api_of(&flowthings).await;
        let path = format!("/{}/a", flowthings.account());
        let flow = NewFlow::new(path.clone());
        let flow = api.flow().create(flow).await.unwrap().id;
        let mut written = Vec::new();
        for _ in 0..4 {
            let drop = api.drop(&flow).create([("round", 0)]).await;
            written.push(drop.unwrap().id);
        }
        let token = Token::new(flowthings.account(), flowthings.token());
        let config = Config::new().with_query("only", "elems");
        let sparing = Api::with_config(flowthings.url(), token, config).unwrap();
        let follow = match is_by_path {
            true => sparing.follow(&path),
            false => sparing.follow(&flow),
        };
        let websocket = sparing.websocket().with_reconnect(brisk());
        let follow = follow.with_websocket(websocket).with_retry(brisk());
        let mut follower = follow.since(0).with_page(3).await.unwrap();
        let (mut come, mut failures) = (Vec::new(), 0);
        for round in 1..7 {
            while come.len() < written.len() {
                match next(&mut follower).await {
                    Ok(Some(FollowEvent::Drop(drop))) => come.push(drop.id),
                    Ok(other) => panic!("{other:?} after {come:?}"),
                    // An attempt to open the socket may be cut too.
                    Err(error) => {
                        failures += 1;
                        assert!(!error.is_decode() && failures < 100, "{error}");
                    }
                }
            }
            // None is lost, and none came again since the round before.
            assert_eq!(come, written, "{is_by_path}");
            flowthings.drop_sessions();
            for _ in 0..4 {
                let drop = api.drop(&flow).create([("round", round)]).await;
                written.push(drop.unwrap().id);
            }
        }
    }
}
