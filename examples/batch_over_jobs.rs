//! The exceptions of every failed job, fetched together; one job that does not exist spoils nothing.
//!
//! `cargo run --features sandbox --example batch_over_jobs [URL]`

use headwaters::{
    Batch,
    flink::{Flink, JobId, types::JobStatus},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Flink::builder().demo(true).start().await?;
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| sandbox.url().to_owned());
    let flink = Flink::new(url)?;

    let mut failed: Vec<JobId> = flink
        .jobs()
        .list()
        .await?
        .jobs
        .into_iter()
        .filter(|job| job.status == JobStatus::Failed)
        .map(|job| job.id)
        .collect();
    failed.push(JobId::from("00000000000000000000000000000000"));

    let outcomes = failed
        .iter()
        .map(|job| flink.jobs().exceptions(job).max_exceptions(1))
        .collect::<Batch<_>>()
        .with_concurrency(4)
        .all()
        .await;

    for (job, outcome) in failed.iter().zip(outcomes) {
        match outcome {
            Ok(exceptions) => {
                let history = exceptions.exception_history.entries;
                let reason = history.first().map_or("no exception is kept", |entry| {
                    first_line(&entry.stacktrace)
                });
                println!("{job}: {reason}");
            }
            Err(error) if error.is_not_found() => println!("{job}: gone"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}
