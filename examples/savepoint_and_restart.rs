//! Stops a running job with a savepoint and runs a jar from there.
//!
//! `cargo run --features sandbox --example savepoint_and_restart [URL JOB JAR]`, where the jar has been uploaded.

use headwaters::{
    Upload,
    flink::{Flink, JarId, JobId, types::JobStatus},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Flink::start().await?;
    let mut arguments = std::env::args().skip(1);
    let (flink, job, jar) = match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(url), Some(job), Some(jar)) => (Flink::new(url)?, JobId::from(job), JarId::from(jar)),
        _ => {
            let flink = Flink::new(sandbox.url())?;
            let jar = Upload::bytes("StreamJob.jar", "the sandbox looks at the name only");
            let submission = flink
                .jars()
                .upload_and_run(jar, |run| run.parallelism(2))
                .await?;
            (flink, submission.run.job_id, submission.jar)
        }
    };
    flink.jobs().wait_for(&job, JobStatus::Running).await?;

    let restarted = flink
        .jobs()
        .restart(&job, &jar)
        .with_run(|run| run.parallelism(2))
        .await?;
    println!("{job} stopped at {}", restarted.savepoint.location);

    let state = flink
        .jobs()
        .wait_for(&restarted.run.job_id, JobStatus::Running)
        .await?;
    println!("{} is {state}", restarted.run.job_id);
    Ok(())
}
