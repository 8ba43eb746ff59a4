//! Prints how much every vertex of a running job takes in, sample by sample.
//!
//! `cargo run --features sandbox --example watch_metrics [URL]`

use std::time::Duration;

use headwaters::{
    flink::{Flink, types::JobStatus},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Flink::builder().demo(true).start().await?;
    let url = std::env::args().nth(1);
    // A real cluster fetches metrics every ten seconds; the sandbox always has new ones.
    let every = Duration::from_millis(if url.is_some() { 10_000 } else { 200 });
    let flink = Flink::new(url.as_deref().unwrap_or(sandbox.url()))?;

    let jobs = flink.jobs().overview().await?.jobs;
    let Some(job) = jobs.into_iter().find(|job| job.state == JobStatus::Running) else {
        return Err("no job runs".into());
    };
    println!("{} {}", job.id, job.name);

    let mut sampling = flink.jobs().sample(&job.id, ["numRecordsIn"]).every(every);
    for _ in 0..5 {
        let Some(sample) = sampling.next().await? else {
            break;
        };
        for (vertex, metrics) in sample.vertices {
            let records = metrics
                .first()
                .and_then(|metric| metric.sum)
                .map_or(0.0, |sum| sum.get());
            println!("{vertex}: {records} records in");
        }
        println!();
    }
    Ok(())
}
