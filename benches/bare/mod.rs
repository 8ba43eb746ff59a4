//! What one would write without this crate: reqwest, serde and two structs by hand.

#![allow(
    dead_code,
    reason = "the benchmarks and the allocation tests each use a part"
)]

pub mod memory;
pub mod node;
pub mod ratio;
pub mod stub;
pub mod view;

use serde::Deserialize;

/// An answer of `GET /overview`.
pub const OVERVIEW: &str = r#"{"taskmanagers":1,"slots-total":4,"slots-available":4,"jobs-running":0,"jobs-finished":0,"jobs-cancelled":0,"jobs-failed":0,"flink-version":"1.20.5","flink-commit":"0980485"}"#;

/// An answer of `POST /jars/upload`.
pub const UPLOADED: &str =
    r#"{"filename":"/tmp/flink-web-0b7a/flink-web-upload/a1_200-mib.jar","status":"success"}"#;

/// `GET /overview` in two lines.
pub async fn overview(client: &reqwest::Client, url: &str) -> reqwest::Result<Overview> {
    let response = client.get(url).send().await?.error_for_status()?;
    response.json().await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overview {
    pub taskmanagers: i32,
    pub taskmanagers_blocked: Option<i32>,
    pub slots_total: i32,
    pub slots_available: i32,
    pub slots_free_and_blocked: Option<i32>,
    pub jobs_running: i32,
    pub jobs_finished: i32,
    pub jobs_cancelled: i32,
    pub jobs_failed: i32,
    pub flink_version: String,
    pub flink_commit: String,
}

/// An answer of `GET /jobs/overview`.
#[derive(Debug, Deserialize)]
pub struct Jobs {
    pub jobs: Vec<Job>,
}

/// `GET /jobs/overview` as Flink 1.20 answers it, with so many jobs of about 350 bytes: one runs, the next has finished.
pub fn jobs(count: usize) -> String {
    let jobs: Vec<String> = (0..count)
        .map(|index| {
            let start = 1_795_160_740_825 + 1_000 * index;
            let (state, end, running, finished) = if index % 2 == 0 {
                ("RUNNING", "-1".to_owned(), 8, 0)
            } else {
                ("FINISHED", (start + 17_220).to_string(), 0, 8)
            };
            format!(
                r#"{{"jid":"{index:032x}","name":"orders by customer {index}","start-time":{start},"end-time":{end},"duration":17220,"state":"{state}","last-modification":{start},"tasks":{{"running":{running},"canceling":0,"canceled":0,"total":8,"created":0,"scheduled":0,"deploying":0,"reconciling":0,"finished":{finished},"initializing":0,"failed":0}}}}"#
            )
        })
        .collect();
    format!(r#"{{"jobs":[{}]}}"#, jobs.join(","))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Job {
    pub jid: String,
    pub name: String,
    pub start_time: i64,
    pub end_time: i64,
    pub duration: i64,
    pub state: State,
    pub last_modification: i64,
    pub tasks: Tasks,
    pub pending_operators: Option<i32>,
    #[serde(rename = "jobType")]
    pub job_type: Option<JobType>,
    #[serde(rename = "schedulerType")]
    pub scheduler_type: Option<SchedulerType>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Initializing,
    Created,
    Running,
    Failing,
    Failed,
    Cancelling,
    Canceled,
    Finished,
    Restarting,
    Suspended,
    Reconciling,
}

#[derive(Debug, Deserialize)]
pub struct Tasks {
    pub total: i32,
    pub created: i32,
    pub scheduled: i32,
    pub deploying: i32,
    pub initializing: i32,
    pub running: i32,
    pub finished: i32,
    pub canceling: i32,
    pub canceled: i32,
    pub failed: i32,
    pub reconciling: i32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobType {
    Batch,
    Streaming,
}

#[derive(Debug, Deserialize)]
pub enum SchedulerType {
    Default,
    Adaptive,
    AdaptiveBatch,
}
