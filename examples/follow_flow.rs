//! Follows a flow across a connection that is cut, stops, and goes on from where it stood.
//!
//! `cargo run --features sandbox --example follow_flow [URL ACCOUNT TOKEN]`; what it makes it deletes again.

use std::time::{SystemTime, UNIX_EPOCH};

use headwaters::{
    Config,
    flowthings::{Api, FlowPosition, FollowEvent, Follower, Token, types::NewFlow},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Flowthings::start().await?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (url, account, token) = match arguments.as_slice() {
        [url, account, token] => (url.as_str(), account.as_str(), token.as_str()),
        _ => (sandbox.url(), sandbox.account(), sandbox.token()),
    };
    let api = Api::with_config(url, Token::new(account, token), Config::new())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let flow = NewFlow::new(format!("/{account}/example-{now}"));
    let flow = api.flow().create(flow.description("a greenhouse")).await?;
    let drops = api.drop(&flow.id);

    let mut follower = api.follow(&flow.id).await?;
    drops.create([("temperature", 21)]).await?;
    read(&mut follower, 1).await;
    println!("the connection is cut");
    sandbox.drop_sessions();
    for temperature in 22..25 {
        drops.create([("temperature", temperature)]).await?;
    }
    read(&mut follower, 3).await;

    let stored = serde_json::to_string(&follower.position())?;
    drop(follower);
    println!("nobody follows");
    drops.create([("temperature", 25)]).await?;
    let position: FlowPosition = serde_json::from_str(&stored)?;
    let mut follower = api.follow(&flow.id).since(position).await?;
    drops.create([("temperature", 26)]).await?;
    read(&mut follower, 2).await;

    api.flow().delete(&flow.id).await?;
    Ok(())
}

/// Reads so many drops.
async fn read(follower: &mut Follower, count: usize) {
    let mut read = 0;
    while read < count {
        match follower.next().await {
            Ok(Some(FollowEvent::Drop(drop))) => {
                read += 1;
                println!("{}: {:?}", drop.id, drop.elems.unwrap_or_default());
            }
            Ok(Some(FollowEvent::Gap { from, to, .. })) => println!("lost from {from} to {to:?}"),
            Ok(Some(event)) => println!("{event:?}"),
            Ok(None) => return,
            // It is tried again.
            Err(error) => println!("{error}"),
        }
    }
}
