//! The client of IBM Streams: on the sandbox and its faults, and on servers that do what no honest one does.

mod analytics;
mod connection;
mod elsewhere;
mod flow;
mod job;
mod metric;
mod sampling;
mod success;
#[cfg(feature = "toolkits")]
mod toolkit;
mod toolkit_dependency;
mod view;
mod watch;

use headwaters::{
    sandbox::{Flavour, Streams},
    streams::{
        StreamsConnection,
        types::{Instance, Job, View},
    },
};

/// A server with two jobs that have run for an hour, and a connection to it.
async fn demo(flavour: Flavour) -> (Streams, StreamsConnection) {
    let streams = Streams::builder().demo(true).flavour(flavour);
    let streams = streams.start().await.unwrap();
    let sc = connection(&streams);
    (streams, sc)
}

fn connection(streams: &Streams) -> StreamsConnection {
    StreamsConnection::new(streams.url(), streams.user(), streams.password()).unwrap()
}

async fn instance(sc: &StreamsConnection) -> Instance {
    let instance = sc.find_instance("StreamsInstance").await.unwrap();
    instance.unwrap()
}

async fn job(sc: &StreamsConnection, id: &str) -> Job {
    let instance = instance(sc).await;
    let job = sc.instance(&instance).find_job(id).await.unwrap();
    job.unwrap()
}

async fn view(sc: &StreamsConnection, name: &str) -> View {
    let instance = instance(sc).await;
    sc.instance(&instance).view(name).await.unwrap()
}

/// Method and target of each request so far.
fn requests(streams: &Streams) -> Vec<String> {
    let journal = streams.journal();
    let exchanges = journal.iter();
    exchanges
        .map(|exchange| format!("{} {}", exchange.method, exchange.target))
        .collect()
}
