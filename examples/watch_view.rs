//! The tuples of a view while they arrive: each one as a value of a type, and then, for a display that is slower, the newest alone.
//!
//! `cargo run --features sandbox --example watch_view [VIEW]`; on a real server where `STREAMS_REST_URL`, `STREAMS_USERNAME` and
//! `STREAMS_PASSWORD` are set, whose view has these attributes.

use std::time::Duration;

use headwaters::{
    sandbox,
    streams::{StreamsConnection, ViewEvent},
};
use serde::Deserialize;

/// The attributes that are of interest; the view may have more.
#[derive(Deserialize)]
struct Trade {
    symbol: String,
    price: f64,
    volume: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Streams::builder().demo(true).start().await?;
    let sc = match std::env::var_os("STREAMS_REST_URL") {
        Some(_) => StreamsConnection::from_env()?,
        None => StreamsConnection::new(sandbox.url(), sandbox.user(), sandbox.password())?,
    };
    let name = std::env::args().nth(1);
    let name = name.unwrap_or_else(|| "trades".to_owned());

    let instances = sc.instances().list().await?;
    let instance = instances.first().ok_or("there is no instance")?;
    // Views appear some time after their job: this waits for it.
    let view = sc.instance(instance).view(name).await?;

    let mut trades = sc.view(&view).tuples_as::<Trade>().with_buffer(1_000);
    let mut count = 0;
    while count < 5 {
        match trades.next_event().await? {
            Some(ViewEvent::Tuple(trade)) => {
                println!("{} {} x {:.2}", trade.symbol, trade.volume, trade.price);
                count += 1;
            }
            Some(ViewEvent::Dropped(tuples)) => println!("{tuples} came too fast"),
            Some(ViewEvent::Failed(error)) => println!("{error}; it is tried again"),
            Some(_) => {}
            None => break,
        }
    }
    // Nothing more is asked for.
    drop(trades);

    let trades = sc.view(&view).tuples_as::<Trade>().latest();
    let mut trades = trades.with_period(Duration::from_millis(100));
    for _ in 0..3 {
        if let Some(trade) = trades.next().await? {
            println!("now: {} {:.2}", trade.symbol, trade.price);
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    println!("{} trades were passed over", trades.dropped());
    Ok(())
}
