//! An application bundle's way through Streams 5: uploaded, submitted as a job, followed until it is healthy, and cancelled.
//!
//! `cargo run --features sandbox --example submit_bundle [BUNDLE]`; on a real server where `STREAMS_REST_URL`, `STREAMS_USERNAME`
//! and `STREAMS_PASSWORD` are set.

use std::time::Duration;

use headwaters::{
    sandbox::{self, Flavour},
    streams::{
        StreamsConnection,
        types::{Health, Instance, JobConfig},
    },
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Streams::builder().flavour(Flavour::Standalone5);
    let sandbox = sandbox.start().await?;
    let sc = match std::env::var_os("STREAMS_REST_URL") {
        Some(_) => StreamsConnection::from_env()?,
        None => StreamsConnection::new(sandbox.url(), sandbox.user(), sandbox.password())?,
    };
    let bundle = match std::env::args().nth(1) {
        Some(path) => std::fs::read(path)?,
        // The sandbox takes anything that is not empty.
        None => b"the bytes of a bundle".to_vec(),
    };

    let instances = sc.instances().list().await?;
    let instance = instances.into_iter().find(Instance::is_running);
    let instance = instance.ok_or("no instance takes jobs")?;
    let parts = sc.instance(&instance);

    let uploaded = parts.upload_bundle(bundle).await?;
    let config = JobConfig::new().job_name("bundle_of_the_example");
    let submitted = parts.submit(uploaded.bundle_id, config).await?;
    let id = submitted.id.ok_or("the server tells no id for the job")?;
    let job = parts.find_job(&id).await?.ok_or("the job is not listed")?;

    let outcome = sc
        .job(&job)
        .wait_for(Health::Healthy)
        .with_timeout(Duration::from_secs(120))
        .on_progress(|progress| println!("not yet after {} ms", progress.elapsed.as_millis()))
        .await;
    match &outcome {
        Ok(job) => println!("job {} is healthy", job.id),
        Err(error) => println!("job {id} does not become healthy: {error}"),
    }

    sc.job(&job).cancel().await?;
    println!("job {id} is left: {}", parts.find_job(&id).await?.is_some());
    outcome?;
    Ok(())
}
