//! Writes events and finds some of them again by what they contain.
//!
//! `cargo run --features sandbox --example find_events [URL KEY]`; what it makes it deletes again.

use headwaters::{
    joule::{
        Condition, EventFilter, Node, Timestamp,
        types::{Event, NewEventStream},
    },
    sandbox,
};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Joule::builder().start().await?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let node = match arguments.as_slice() {
        [url, key] => Node::new(url, key.as_str())?,
        _ => Node::new(sandbox.url(), sandbox.key())?,
    };

    let folder = format!("/example-{}", Timestamp::now().micros());
    let calls = node.event_streams();
    let stream = calls
        .create(&*folder, NewEventStream::new("appliances"))
        .await?;

    let start = Timestamp::now().micros();
    let mut events: Vec<Event> = (0..1200)
        .map(|minute| {
            let (name, power) = if minute % 3 == 0 {
                ("kettle", 2000)
            } else {
                ("lamp", minute % 60)
            };
            let begin = start + minute * 60_000_000;
            Event::new(
                begin,
                begin + 30_000_000,
                json!({"name": name, "power": power}),
            )
        })
        .collect();
    // In as many requests as it takes; afterwards every event has its id.
    calls.write(&stream, &mut events).await?;

    // A kettle, or a lamp that is brighter than 50.
    let filter = EventFilter::all([Condition::is("name", "kettle")])
        .or([Condition::is("name", "lamp"), Condition::gt("power", 50)?]);
    println!(
        "{} events fit {filter}",
        calls.count(&stream).filter(filter.clone()).await?
    );
    let mut found = calls.read(&stream).start(start + 1).filter(filter);
    for _ in 0..3 {
        if let Some(event) = found.next().await? {
            println!(
                "{} {}",
                Timestamp::from_micros(event.start_time),
                event.content
            );
        }
    }

    node.folders().delete(&*folder).await?;
    Ok(())
}
