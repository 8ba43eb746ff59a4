//! Flink: a jar's way from the upload through a running job, its checkpoint and savepoints, its stop and its restart to the
//! end, and a job that fails.

mod deeds;
mod saves;
mod sights;

use std::{path::PathBuf, time::Duration};

use clap::Args;
use headwaters::{
    Upload,
    flink::{Flink, JarId, JobId, types::JobStatus},
    sandbox,
};

use super::account::Account;
use crate::{failure::Failure, interrupt::interrupt};

/// The wait between two questions.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Args)]
#[group(id = "flink options")]
pub(super) struct Options {
    /// Walks the Flink cluster at this URL instead of a sandbox.
    #[arg(long, value_name = "URL")]
    flink: Option<String>,
    /// A jar for the cluster to run; without one the cluster is only looked at.
    #[arg(long, value_name = "PATH", requires = "flink")]
    jar: Option<PathBuf>,
    /// A class in the jar whose job fails, to see its exceptions.
    #[arg(long, value_name = "CLASS", requires = "jar")]
    failing_class: Option<String>,
    /// Where the savepoints go; a cluster with `execution.checkpointing.savepoint-dir` knows by itself.
    #[arg(long, value_name = "URI", requires = "jar")]
    savepoint_directory: Option<String>,
}

/// What the cluster is to run.
struct Program {
    jar: Upload,
    failing_class: Option<String>,
    savepoint_directory: Option<String>,
}

impl Options {
    /// Whether a server of this platform was named.
    pub(super) fn is_named(&self) -> bool {
        self.flink.is_some()
    }

    pub(super) async fn walk(self) -> Result<(), Failure> {
        let account = Account::new("Apache Flink");
        let Some(url) = self.flink else {
            return walk_sandbox(account).await;
        };
        let flink = Flink::new(&url)?;
        account.begin(format_args!("the cluster at {url}"))?;
        if self.jar.is_none() {
            account.tell(
                "Without --jar PATH nothing is uploaded or run: this is only a look around.",
            )?;
        }
        let program = self.jar.map(|jar| Program {
            jar: Upload::file(jar),
            failing_class: self.failing_class,
            savepoint_directory: self.savepoint_directory,
        });
        Walk::new(flink, account).run(program).await
    }
}

async fn walk_sandbox(account: Account) -> Result<(), Failure> {
    account.talk("starting a sandbox");
    let server = sandbox::Flink::builder().demo(true).start().await?;
    account.begin(format_args!("a sandbox at {}", server.url()))?;
    let program = Program {
        // The sandbox goes by the name; the bytes are an empty archive.
        jar: Upload::bytes(
            "StreamJob.jar",
            [b"PK\x05\x06".as_slice(), &[0; 18]].concat(),
        ),
        failing_class: Some("com.acme.FailJob".to_owned()),
        savepoint_directory: None,
    };
    Walk::new(Flink::new(server.url())?, account)
        .run(Some(program))
        .await
}

/// A walk, and what it has left on the cluster so far.
struct Walk {
    flink: Flink,
    account: Account,
    jar: Option<JarId>,
    job: Option<JobId>,
    /// Where its savepoints are.
    savepoints: Vec<String>,
    /// Whether the job may still be about to start: no answer has come yet.
    is_starting: bool,
}

impl Walk {
    fn new(flink: Flink, account: Account) -> Self {
        Self {
            flink,
            account,
            jar: None,
            job: None,
            savepoints: Vec::new(),
            is_starting: false,
        }
    }

    async fn run(mut self, program: Option<Program>) -> Result<(), Failure> {
        let interrupted = interrupt()?;
        let outcome = tokio::select! {
            outcome = self.steps(program) => outcome,
            () = interrupted => Err(Failure::Failed("interrupted".to_owned())),
        };
        self.clean_up().await;
        outcome.map_err(|failure| self.account.blamed(failure))
    }

    async fn steps(&mut self, program: Option<Program>) -> Result<(), Failure> {
        let free_slots = self.cluster().await?;
        self.task_managers().await?;
        match program {
            Some(program) => self.work(program, free_slots).await,
            None => self.look().await,
        }
    }

    /// All that there is to see without changing anything.
    async fn look(&mut self) -> Result<(), Failure> {
        self.jars().await?;
        let job = self.jobs().await?;
        if let Some(job) = job {
            self.account.step("One of the jobs", "jobs_get")?;
            let details = self.flink.jobs().get(&job).await?;
            self.details(&details)?;
            self.vertices(&details).await?;
            if details.state == JobStatus::Running {
                self.metrics(&details).await?;
            }
            self.exceptions(&job).await?;
        }
        self.account.end("nothing was changed.")
    }

    /// A jar's whole way.
    async fn work(&mut self, program: Program, free_slots: i32) -> Result<(), Failure> {
        let parallelism = free_slots.clamp(1, 2);
        let jar = self.upload(program.jar).await?;

        self.account.step("Running the jar", "jars_run")?;
        let job = self.start(&jar, parallelism, |run| run).await?;
        self.account
            .step("The job, followed until it runs", "jobs_get")?;
        let details = self.follow(&job, JobStatus::Running).await?;
        self.details(&details)?;
        self.jobs().await?;
        self.metrics(&details).await?;
        self.vertices(&details).await?;
        self.checkpoint(&job).await?;
        let directory = program.savepoint_directory.as_deref();
        self.savepoint(&job, directory).await?;
        let savepoint = self.stop(&job, directory).await?;

        self.account
            .step("Going on from that savepoint", "jars_run")?;
        let job = self
            .start(&jar, parallelism, |run| run.savepoint_path(savepoint))
            .await?;
        self.account
            .step("The job, followed until it runs again", "jobs_get")?;
        self.follow(&job, JobStatus::Running).await?;
        self.restored(&job).await?;
        self.cancel(&job).await?;
        self.dispose().await?;

        match program.failing_class {
            Some(class) => {
                self.account
                    .step("Running a program that fails", "jars_run")?;
                self.account.tell(&class)?;
                let job = self
                    .start(&jar, parallelism, |run| run.entry_class(class))
                    .await?;
                self.account
                    .step("The job, followed until it has failed", "jobs_get")?;
                self.follow(&job, JobStatus::Failed).await?;
                self.job = None;
                self.exceptions(&job).await?;
            }
            None => self
                .account
                .tell("No failing job is run, for which --failing-class CLASS is needed.")?,
        }
        self.delete(&jar).await?;
        self.account
            .end("nothing is left of the tour but the history of its jobs.")
    }
}
