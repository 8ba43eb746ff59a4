//! Uploads a jar, runs it and follows the job to its end.
//!
//! `cargo run --features sandbox --example submit_and_follow [URL JAR [CLASS]]`

use std::time::Duration;

use headwaters::{
    Upload,
    flink::{Flink, types::JobStatus},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Flink::start().await?;
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| sandbox.url().to_owned());
    // The sandbox looks at a jar's name only; this one fails on purpose.
    let jar = arguments
        .next()
        .map_or_else(|| Upload::bytes("FailJob.jar", "no real jar"), Upload::file);
    let class = arguments.next();

    let flink = Flink::new(url)?;
    let jar = jar
        .on_progress(|sent, total| eprintln!("{sent} of {} bytes sent", total.unwrap_or_default()));
    let submission = flink
        .jars()
        .upload_and_run(jar, |run| match class {
            Some(class) => run.entry_class(class),
            None => run,
        })
        .await?;
    let job = submission.run.job_id;
    println!("{} runs as {job}", submission.jar);

    let mut last = None;
    let state = loop {
        let state = flink.jobs().status(&job).await?.status;
        if last.as_ref() != Some(&state) {
            println!("{state}");
        }
        if matches!(
            state,
            JobStatus::Finished | JobStatus::Canceled | JobStatus::Failed
        ) {
            break state;
        }
        last = Some(state);
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    if state == JobStatus::Failed {
        let history = flink
            .jobs()
            .exceptions(&job)
            .await?
            .exception_history
            .entries;
        if let Some(entry) = history.first() {
            println!(
                "because of {}",
                entry.stacktrace.lines().next().unwrap_or_default()
            );
        }
    }
    flink.jars().delete(&submission.jar).await?;
    Ok(())
}
