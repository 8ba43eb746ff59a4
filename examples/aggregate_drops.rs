//! Groups the drops of several flows, in many requests at once and in requests that depend on each other.
//!
//! `cargo run --features sandbox --example aggregate_drops [URL ACCOUNT TOKEN]`; what it makes it deletes again.

use std::time::{SystemTime, UNIX_EPOCH};

use headwaters::{
    Batch, Config, Spawned,
    flowthings::{Api, Token, mem, types::NewFlow},
    sandbox,
};
use serde_json::json;

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
    let paths = ["a", "b", "c"].map(|name| format!("/{account}/example-{now}-{name}"));
    for (number, path) in (1..).zip(&paths) {
        let flow = api.flow().create(NewFlow::new(path)).await?;
        let drops = (0..20).map(|at| {
            let side = if at % 2 == 0 { "north" } else { "south" };
            let elems = [("load", json!(number * at)), ("side", json!(side))];
            api.drop(&flow.id).create(elems)
        });
        drops.collect::<Batch<_>>().await?;
    }

    // Many requests at once: the results come in their order, each with its own error.
    let finds = paths
        .iter()
        .map(|path| api.flow().find_many().filter(mem("path").eq(path)));
    let mut flows = Vec::new();
    for found in finds.collect::<Batch<_>>().all().await {
        match found {
            Ok(found) => flows.extend(found),
            Err(error) => println!("{error}"),
        }
    }
    println!("{} flows", flows.len());

    // Requests that depend on each other: the first two go out at once, and the third one waits for one of them.
    let find = |path: &String| api.flow().find_many().filter(mem("path").eq(path));
    let [first, second, _] = paths.each_ref();
    let (first, second) = (Spawned::new(find(first)), Spawned::new(find(second)));
    if let Some(flow) = first.await?.first() {
        let drops = api.drop(&flow.id).find_many().limit(10).await?;
        println!("{} drops of {:?}", drops.len(), flow.path);
    }
    println!("{} flow beside it", second.await?.len());

    // The mean load by side, and which share of the drops passes the rule.
    for flow in &flows {
        let aggregate = api
            .drop(&flow.id)
            .aggregate(["$count", "$avg:load", "$avg:high"]);
        let rows = aggregate
            .group_by(["side"])
            .rules([("high", mem("elems.load").gt(10))]);
        for row in rows.await? {
            println!("{:?} {}", flow.path, serde_json::to_string(&row)?);
        }
    }

    for flow in flows {
        api.flow().delete(&flow.id).await?;
    }
    Ok(())
}
