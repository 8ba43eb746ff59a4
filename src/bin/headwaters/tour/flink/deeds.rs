//! What the walk does to a cluster, and undoes.

use std::time::Duration;

use headwaters::{
    Upload,
    flink::{
        JarId, JobId,
        calls::JarsRun,
        types::{ExecutionState, JobDetailsInfo, JobStatus},
    },
};
use tokio::time::{Instant, sleep};

use super::{PAUSE, Walk};
use crate::failure::Failure;

/// How long a job may take to a state, and a savepoint to its end.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);
/// The time for one call that cleans up, and for a job whose start was not awaited to appear.
const CLEANING: Duration = Duration::from_secs(10);

impl Walk {
    pub(super) async fn upload(&mut self, jar: Upload) -> Result<JarId, Failure> {
        self.account.step("Uploading a jar", "jars_upload")?;
        self.account.talk("uploading");
        let uploaded = self.flink.jars().upload(jar).await?;
        let jar = uploaded.jar_id();
        self.jar = Some(jar.clone());
        self.account.tell(format_args!("kept as {jar}"))?;
        Ok(jar)
    }

    pub(super) async fn start(
        &mut self,
        jar: &JarId,
        parallelism: i32,
        run: impl FnOnce(JarsRun) -> JarsRun,
    ) -> Result<JobId, Failure> {
        // Chosen here, so that the job can be cancelled even when the answer that names it is lost.
        let job = JobId::from(format!("{:032x}", fastrand::u128(..)));
        let call = self.flink.jars().run(jar);
        let call = run(call.job_id(&job).parallelism(parallelism));
        self.job = Some(job);
        self.is_starting = true;
        let answer = call.await;
        self.is_starting = matches!(&answer, Err(error) if error.status().is_none());
        let job = answer?.job_id;
        self.account
            .tell(format_args!("job {job}, parallelism {parallelism}"))?;
        Ok(job)
    }

    /// Asks until the job is in this state; a running one has all its tasks running, too.
    pub(super) async fn follow(
        &self,
        job: &JobId,
        wanted: JobStatus,
    ) -> Result<JobDetailsInfo, Failure> {
        let until = Instant::now() + PATIENCE;
        let mut seen: Vec<JobStatus> = Vec::new();
        loop {
            let details = self.flink.jobs().get(job).await?;
            let state = &details.state;
            if seen.last() != Some(state) {
                self.account.talk(format_args!("job {job} is {state}"));
                seen.push(state.clone());
            }
            let tasks_run = || {
                let mut vertices = details.vertices.iter();
                vertices.all(|vertex| vertex.status == ExecutionState::Running)
            };
            if *state == wanted && (wanted != JobStatus::Running || tasks_run()) {
                let seen: Vec<&str> = seen.iter().map(JobStatus::as_str).collect();
                self.account
                    .tell(format_args!("seen {}", seen.join(", ")))?;
                return Ok(details);
            }
            let has_ended = matches!(
                state,
                JobStatus::Failed | JobStatus::Canceled | JobStatus::Finished
            );
            if has_ended {
                return Err(Failure::Failed(format!(
                    "job {job} is {state} instead of {wanted}"
                )));
            }
            if Instant::now() > until {
                return Err(Failure::Failed(format!(
                    "job {job} is still {state} after {PATIENCE:?}"
                )));
            }
            sleep(PAUSE).await;
        }
    }

    pub(super) async fn cancel(&mut self, job: &JobId) -> Result<(), Failure> {
        self.account.step(
            "Cancelling the job, followed until it has ended",
            "jobs_cancel",
        )?;
        self.flink.jobs().cancel(job).await?;
        self.follow(job, JobStatus::Canceled).await?;
        self.job = None;
        Ok(())
    }

    pub(super) async fn delete(&mut self, jar: &JarId) -> Result<(), Failure> {
        self.account.step("Deleting the jar", "jars_delete")?;
        self.flink.jars().delete(jar).await?;
        self.jar = None;
        self.account.tell("gone")
    }

    /// Removes what a walk that ended early has left.
    pub(super) async fn clean_up(&mut self) {
        if let Some(job) = self.job.take() {
            self.account.talk(format_args!("cancelling job {job}"));
            let until = Instant::now() + CLEANING;
            let cancel = || self.flink.jobs().cancel(&job).with_timeout(CLEANING);
            let mut outcome = cancel().await;
            while self.is_starting
                && matches!(&outcome, Err(error) if error.is_not_found())
                && Instant::now() < until
            {
                sleep(PAUSE).await;
                outcome = cancel().await;
            }
            match outcome {
                // It never ran, or has ended by itself.
                Err(error) if error.is_not_found() || error.is_conflict() => {}
                Err(error) => self
                    .account
                    .talk(format_args!("job {job} may be left: {}", error.report())),
                Ok(()) => {}
            }
        }
        for savepoint in std::mem::take(&mut self.savepoints) {
            self.account
                .talk(format_args!("disposing of savepoint {savepoint}"));
            let disposal = self.flink.savepoints().dispose(&savepoint).poll();
            if let Err(error) = disposal.with_timeout(CLEANING).await {
                self.account.talk(format_args!(
                    "savepoint {savepoint} is left: {}",
                    error.report()
                ));
            }
        }
        if let Some(jar) = self.jar.take() {
            self.account.talk(format_args!("deleting jar {jar}"));
            if let Err(error) = self.flink.jars().delete(&jar).with_timeout(CLEANING).await {
                self.account
                    .talk(format_args!("jar {jar} is left: {}", error.report()));
            }
        }
    }
}
