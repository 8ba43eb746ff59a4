//! Writes drops to a flow and finds some of them again with filters.
//!
//! `cargo run --features sandbox --example find_drops [URL ACCOUNT TOKEN]`; what it makes it deletes again.

use std::time::{SystemTime, UNIX_EPOCH};

use headwaters::{
    Batch, Config,
    flowthings::{Api, Token, age, mem, types::NewFlow},
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
    let flow = NewFlow::new(format!("/{account}/example-{now}"));
    let flow = api.flow().create(flow.description("a greenhouse")).await?;
    let drops = api.drop(&flow.id);

    let written: Batch<_> = (0..60)
        .map(|minute| {
            let vent = if minute % 4 == 0 { "open" } else { "closed" };
            let elems = [
                ("temperature", json!(18 + minute % 20)),
                ("vent", json!(vent)),
            ];
            // With a hash of its own a drop is stored once, however often it is sent.
            drops.create(elems).fhash(format!("minute-{minute}"))
        })
        .collect();
    println!("{} drops are written", written.await?.len());

    let hot = mem("elems.temperature").gt(30) & !mem("elems.vent").eq("open");
    let filter = hot.clone() & age().lt(3_600_000);
    println!("those that fit {filter}:");
    let mut pages = drops.find_many().filter(filter).limit(5).pages();
    while let Some(page) = pages.next().await? {
        for drop in page {
            let elems = drop.elems.unwrap_or_default();
            let elems: Vec<String> = elems
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            println!("{}: {}", drop.id, elems.join(", "));
        }
    }

    // The same filter, asked here.
    let drop = json!({"elems": {"temperature": 35, "vent": "open"}});
    println!("a drop that does not: {}", hot.explain(&drop)?);

    api.flow().delete(&flow.id).await?;
    let gone = api.flow().read(&flow.id).optional().await?;
    println!("the flow is gone: {}", gone.is_none());
    Ok(())
}
