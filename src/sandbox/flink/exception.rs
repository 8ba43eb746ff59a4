//! Exceptions of a job: the failure of one task, or of the start, in the old members and in the new.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::{self, Failure};
use super::job::Job;
use super::plan::FAILING_VERTEX;
use super::reply::Answer;
use super::request::Request;
use super::status::Status;
use super::taskmanager;

const ROOT: &str = "org.apache.flink.runtime.JobException";
const CAUSE: &str = "java.lang.IllegalStateException";

const FRAMES: [&str; 3] = [
    "org.apache.flink.runtime.executiongraph.failover.ExecutionFailureHandler.handleFailure(ExecutionFailureHandler.java:219)",
    "org.apache.flink.runtime.scheduler.DefaultScheduler.handleTaskFailure(DefaultScheduler.java:272)",
    "org.apache.flink.runtime.jobmaster.JobMaster.updateTaskExecutionState(JobMaster.java:515)",
];

/// The label that the cluster's failure enricher gives.
const LABEL: (&str, &str) = ("type", "user");

/// How many exceptions are listed where nothing is asked for.
const LISTED: i32 = 20;

/// GET /jobs/:jobid/exceptions
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let listed = request.query_number("maxExceptions")?.unwrap_or(LISTED);
    let labels = request
        .parsed("failureLabelFilter", label)?
        .unwrap_or_default();
    let job = cluster.job_of(request)?;
    let listed = usize::try_from(listed)
        .map_err(|_| Failure::unhandled(format!("java.lang.IllegalArgumentException: {listed}")))?;
    let failure = Failed::of(job, request.now);
    let tasks: Vec<Value> = failure.iter().flat_map(Failed::tasks).collect();
    let entries: Vec<Value> = failure
        .iter()
        .filter(|failure| labels.iter().all(|label| failure.has_label(label)))
        .map(Failed::entry)
        .collect();
    // The filter looks at the history alone: the other members are older than it.
    Ok(json!({
        "root-exception": failure.as_ref().map(Failed::root_trace),
        "timestamp": failure.as_ref().map(|failure| failure.at),
        "all-exceptions": tasks.iter().take(listed).collect::<Vec<_>>(),
        "truncated": tasks.len() > listed,
        "exceptionHistory": {
            "entries": entries.iter().take(listed).collect::<Vec<_>>(),
            "truncated": entries.len() > listed,
        },
    })
    .into())
}

/// The failure of a job as `Throwable`, for its result.
pub(super) fn throwable(job: &Job, now: i64) -> Option<Value> {
    let failure = Failed::of(job, now)?;
    Some(error::throwable(&failure.chain(), &FRAMES))
}

/// A job that has failed, and when.
struct Failed<'a> {
    job: &'a Job,
    at: i64,
}

impl<'a> Failed<'a> {
    fn of(job: &'a Job, now: i64) -> Option<Self> {
        let failing = job.timeline.entered(Status::Failing, now);
        let at = failing.or_else(|| job.timeline.entered(Status::Failed, now))?;
        Some(Self { job, at })
    }

    /// `class: message` of the exception that ended the job, and of its causes.
    fn chain(&self) -> Vec<String> {
        match &self.job.lacks {
            Some(savepoint) => error::not_initialized(savepoint),
            None => vec![
                format!("{ROOT}: Recovery is suppressed by NoRestartBackoffTimeStrategy"),
                format!("{CAUSE}: boom at 41"),
            ],
        }
    }

    fn root_trace(&self) -> String {
        let chain = self.chain();
        let (head, causes) = chain
            .split_first()
            .map_or(("", chain.as_slice()), |(head, causes)| (head, causes));
        error::trace(head, &FRAMES, causes)
    }

    /// What failed is a task, unless the job never had any.
    fn is_of_task(&self) -> bool {
        self.job.lacks.is_none()
    }

    fn has_label(&self, (key, value): &(String, String)) -> bool {
        self.is_of_task() && (key.as_str(), value.as_str()) == LABEL
    }

    fn tasks(&self) -> Option<Value> {
        self.is_of_task().then(|| self.old())
    }

    fn cause_trace(&self) -> String {
        format!(
            "{CAUSE}: boom at 41\n\tat {0}$Boom.map({1}.java:24)\n\tat {0}$Boom.map({1}.java:22)\n\
             \tat java.base/java.lang.Thread.run(Thread.java:840)\n",
            self.job.program.class(),
            self.job.program.simple_name(),
        )
    }

    /// `Boom (2/2)`.
    fn task(&self) -> String {
        let name = self
            .job
            .vertices()
            .get(FAILING_VERTEX)
            .map_or("", |vertex| vertex.name);
        format!("{name} ({0}/{0})", self.job.width(FAILING_VERTEX))
    }

    /// An item of `all-exceptions`, gone in Flink 2.
    fn old(&self) -> Value {
        json!({
            "exception": self.cause_trace(),
            "task": self.task(),
            "location": taskmanager::ENDPOINT,
            "endpoint": taskmanager::ENDPOINT,
            "timestamp": self.at,
            "taskManagerId": taskmanager::ID,
        })
    }

    /// `RootException`. Labels come from an enricher, which looks at failures of tasks alone.
    fn entry(&self) -> Value {
        let name = match self.is_of_task() {
            true => ROOT,
            false => error::JOB_INITIALIZATION,
        };
        let labels = match self.is_of_task() {
            true => json!({LABEL.0: LABEL.1}),
            false => json!({}),
        };
        json!({
            "exceptionName": name,
            "stacktrace": self.root_trace(),
            "timestamp": self.at,
            "failureLabels": labels,
            "concurrentExceptions": Vec::from_iter(self.is_of_task().then(|| self.concurrent())),
        })
    }

    /// The failure of the task, which is listed below that of the job.
    fn concurrent(&self) -> Value {
        json!({
            "exceptionName": CAUSE,
            "stacktrace": self.cause_trace(),
            "timestamp": self.at,
            "failureLabels": {},
            "taskName": format!("{} - execution #0", self.task()),
            "location": taskmanager::ENDPOINT,
            "endpoint": taskmanager::ENDPOINT,
            "taskManagerId": taskmanager::ID,
        })
    }
}

/// `key:value` with exactly one colon.
fn label(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once(':')?;
    (!value.contains(':')).then(|| (key.to_owned(), value.to_owned()))
}
