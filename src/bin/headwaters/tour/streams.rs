//! IBM Streams: an instance with its jobs and their operators, rates, congestion, live tuples and topics; a bundle's way through
//! Streams 5; and the Streaming Analytics service.

mod analytics;
mod deeds;
mod sights;

use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use headwaters::{
    Secret,
    sandbox::{self, Flavour},
    streams::{
        StreamsConnection,
        types::{Instance, Job, JobStatus},
    },
};

use super::account::Account;
use crate::{failure::Failure, interrupt::interrupt};

/// What the sandboxes are given to run; they do not read it.
const BUNDLE: &[u8] = b"PK\x03\x04 a bundle";

#[derive(Args)]
#[group(id = "streams options")]
pub(super) struct Options {
    /// Walks IBM Streams at this URL instead of sandboxes. User and password are in the variables STREAMS_USERNAME and
    /// STREAMS_PASSWORD: others on the machine see command lines.
    #[arg(long, value_name = "URL")]
    streams: Option<String>,
    /// An application bundle for Streams 5 to run; without one the instance is only looked at. It stays uploaded: no call
    /// removes it.
    #[arg(long, value_name = "PATH", requires = "streams")]
    bundle: Option<PathBuf>,
}

/// A variable of the environment. Read here: to the parser it would be as good as an option.
fn variable(name: &str) -> Result<String, Failure> {
    std::env::var(name).map_err(|_| {
        let why = "--streams wants the variables STREAMS_USERNAME and STREAMS_PASSWORD";
        Failure::Usage(format!("{why}; {name} is not set"))
    })
}

impl Options {
    /// Whether a server of this platform was named.
    pub(super) fn is_named(&self) -> bool {
        self.streams.is_some()
    }

    pub(super) async fn walk(self) -> Result<(), Failure> {
        let Some(url) = self.streams else {
            walk_on_premises().await?;
            walk_stand_alone().await?;
            return analytics::walk().await;
        };
        let user = variable("STREAMS_USERNAME")?;
        let password = Secret::from(variable("STREAMS_PASSWORD")?);
        let bundle = self.bundle.map(read).transpose()?;
        let sc = StreamsConnection::new(&url, user, password)?;
        let account = Account::new("IBM Streams");
        account.begin(format_args!("the server at {url}"))?;
        if bundle.is_none() {
            account
                .tell("Without --bundle PATH nothing is submitted: this is only a look around.")?;
        }
        let looks = true;
        Walk::new(sc, account).run(Program { looks, bundle }).await
    }
}

fn read(path: PathBuf) -> Result<Bytes, Failure> {
    let bytes = std::fs::read(&path).map_err(|error| {
        let path = path.display();
        Failure::Failed(format!("the bundle {path} cannot be read: {error}"))
    })?;
    Ok(bytes.into())
}

/// Streams 4, where REST shows everything and changes nothing.
async fn walk_on_premises() -> Result<(), Failure> {
    let account = Account::new("IBM Streams 4");
    account.talk("starting a sandbox");
    let server = sandbox::Streams::builder().demo(true).start().await?;
    account.begin(format_args!("a sandbox at {}", server.url()))?;
    let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
    let program = Program {
        looks: true,
        bundle: None,
    };
    Walk::new(sc, account).run(program).await
}

/// Streams 5 without Cloud Pak for Data, where jobs are submitted and cancelled over REST.
async fn walk_stand_alone() -> Result<(), Failure> {
    let account = Account::new("IBM Streams 5");
    account.talk("starting a sandbox");
    let server = sandbox::Streams::builder().flavour(Flavour::Standalone5);
    let server = server.start().await?;
    account.begin(format_args!("a sandbox at {}", server.url()))?;
    let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
    let program = Program {
        looks: false,
        bundle: Some(Bytes::from_static(BUNDLE)),
    };
    Walk::new(sc, account).run(program).await
}

/// What there is to do.
struct Program {
    looks: bool,
    bundle: Option<Bytes>,
}

/// A walk, and the job that it has submitted.
struct Walk {
    sc: StreamsConnection,
    account: Account,
    /// Where, and under which name. It is chosen here, so that the job can be cancelled even when the answer that tells its id is
    /// lost.
    submitted: Option<(Instance, String)>,
}

impl Walk {
    fn new(sc: StreamsConnection, account: Account) -> Self {
        Self {
            sc,
            account,
            submitted: None,
        }
    }

    async fn run(mut self, program: Program) -> Result<(), Failure> {
        let interrupted = interrupt()?;
        let outcome = tokio::select! {
            outcome = self.steps(program) => outcome,
            () = interrupted => Err(Failure::Failed("interrupted".to_owned())),
        };
        self.clean_up().await;
        outcome.map_err(|failure| self.account.blamed(failure))
    }

    async fn steps(&mut self, program: Program) -> Result<(), Failure> {
        let Some(instance) = self.instances().await? else {
            return self.account.end("there is no instance.");
        };
        if program.looks {
            self.look(&instance).await?;
        }
        match program.bundle {
            Some(bundle) => self.work(&instance, bundle).await,
            None => self.account.end("nothing was changed."),
        }
    }

    /// All that there is to see without changing anything.
    async fn look(&mut self, instance: &Instance) -> Result<(), Failure> {
        let jobs = self.jobs(instance).await?;
        if let Some(job) = jobs.iter().find(runs).or(jobs.first()) {
            self.operators(instance, &jobs).await?;
            let pes = self.health(instance, job).await?;
            self.rates(instance, job).await?;
            self.congestion(instance, job, &pes).await?;
            self.flow(job).await?;
            self.live(instance, job).await?;
        }
        self.topics(instance).await
    }

    /// A bundle's way from its upload to the end of its job.
    async fn work(&mut self, instance: &Instance, bundle: Bytes) -> Result<(), Failure> {
        let bundle = self.upload(instance, bundle).await?;
        let job = self.submit(instance, bundle).await?;
        self.follow(&job).await?;
        self.operators(instance, std::slice::from_ref(&job)).await?;
        self.live(instance, &job).await?;
        self.cancel(instance, &job).await?;
        self.account
            .end("nothing is left of the tour but the bundle.")
    }
}

/// Whether it has something to show.
fn runs(job: &&Job) -> bool {
    job.status == Some(JobStatus::Running)
}
