//! The WebSocket on the sandbox, which speaks as the platform's documents tell.

use headwaters::{
    Config,
    flowthings::{
        Api, Modify, Token, mem,
        types::{NewDrop, NewFlow},
    },
    sandbox::Flowthings,
};

use super::*;

async fn socket_of(flowthings: &Flowthings) -> Socket {
    let token = Token::new(flowthings.account(), flowthings.token());
    let api = Api::with_config(flowthings.url(), token, Config::new()).unwrap();
    api.websocket().with_reconnect(brisk()).await.unwrap()
}

#[tokio::test]
async fn drops_arrive_and_flows_and_drops_are_kept() {
    let flowthings = Flowthings::start().await.unwrap();
    let mut socket = socket_of(&flowthings).await;
    let path = format!("/{}/greenhouse", flowthings.account());
    let flow = socket.flow().create(NewFlow::new(&path)).await.unwrap();
    assert_eq!(socket.flow().read(&flow.id).await.unwrap().path, flow.path);
    let change = Modify::new(flow.clone()).set("description", "warm");
    let changed = socket.flow().update(change).await.unwrap();
    assert_eq!(changed.description.as_deref(), Some("warm"));

    socket.subscribe(&flow.id).await.unwrap();
    assert_eq!(flowthings.subscriptions(), [flow.id.as_str()]);
    let drops = socket.drop(&flow.id);
    let written = drops.create(NewDrop::new([("a", 1)])).await.unwrap();
    let event = next(&mut socket).await.unwrap();
    let Some(Event::Message { resource, drop, .. }) = event else {
        panic!("{event:?}");
    };
    assert_eq!(
        (resource.as_str(), &drop.id),
        (flow.id.as_str(), &written.id)
    );

    let found = drops.find_many().filter(mem("a").gt(0)).await.unwrap();
    assert_eq!(found.len(), 1);
    let found = drops.find_many().filter(mem("a").gt(1)).await.unwrap();
    assert_eq!(found, []);
    drops.delete(&written.id).await.unwrap();
    let error = drops.read(&written.id).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let error = socket
        .subscribe("f000000000000000000000000")
        .await
        .unwrap_err();
    assert!(error.is_not_found() && !error.maybe_sent(), "{error}");
}

#[tokio::test]
async fn a_server_that_goes_away_and_comes_back_is_subscribed_to_again() {
    let flowthings = Flowthings::start().await.unwrap();
    let mut socket = socket_of(&flowthings).await;
    let path = format!("/{}/greenhouse", flowthings.account());
    let flow = socket.flow().create(NewFlow::new(&path)).await.unwrap();
    socket.subscribe(&path).await.unwrap();
    flowthings.close_sessions(1001);
    assert_closed(&mut socket, Some(1001)).await;
    assert_reconnected(&mut socket).await;
    flowthings.drop_sessions();
    assert_closed(&mut socket, None).await;
    assert_reconnected(&mut socket).await;
    assert_eq!(flowthings.subscriptions(), [path.as_str()]);
    let drops = socket.drop(&flow.id);
    let written = drops.create(NewDrop::new([("a", 1)])).await.unwrap();
    let event = next(&mut socket).await.unwrap();
    assert!(
        matches!(&event, Some(Event::Message { drop, .. }) if drop.id == written.id),
        "{event:?}"
    );
    socket.close().await;
    assert_closed(&mut socket, Some(1000)).await;
    assert_eq!(next(&mut socket).await.unwrap(), None);
}
