//! Exceptions of a job: one failure of one task, in the old members and in the new.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::{self, Failure};
use super::job::{Job, Status};
use super::plan::FAILING_VERTEX;
use super::reply::Answer;
use super::request::Request;
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
    if listed < 0 {
        return Err(Failure::unhandled(format!(
            "java.lang.IllegalArgumentException: {listed}"
        )));
    }
    let Some(failed) = job.timeline.entered(Status::Failing, request.now) else {
        return Ok(json!({
            "root-exception": null,
            "timestamp": null,
            "all-exceptions": [],
            "truncated": false,
            "exceptionHistory": {"entries": [], "truncated": false},
        })
        .into());
    };
    let wanted = labels
        .iter()
        .all(|(key, value)| (key.as_str(), value.as_str()) == LABEL);
    let failure = TaskFailure { job, at: failed };
    // The filter looks at the history alone: the other members are older than it.
    Ok(json!({
        "root-exception": failure.root_trace(),
        "timestamp": failed,
        "all-exceptions": if listed > 0 { vec![failure.old()] } else { Vec::new() },
        "truncated": listed == 0,
        "exceptionHistory": {
            "entries": if listed > 0 && wanted { vec![failure.entry()] } else { Vec::new() },
            "truncated": listed == 0,
        },
    })
    .into())
}

struct TaskFailure<'a> {
    job: &'a Job,
    at: i64,
}

impl TaskFailure<'_> {
    fn root_trace(&self) -> String {
        let head = format!("{ROOT}: Recovery is suppressed by NoRestartBackoffTimeStrategy");
        error::trace(&head, &FRAMES, &[format!("{CAUSE}: boom at 41")])
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
        format!("{name} ({0}/{0})", self.job.parallelism)
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

    fn entry(&self) -> Value {
        json!({
            "exceptionName": ROOT,
            "stacktrace": self.root_trace(),
            "timestamp": self.at,
            "failureLabels": {LABEL.0: LABEL.1},
            "concurrentExceptions": [{
                "exceptionName": CAUSE,
                "stacktrace": self.cause_trace(),
                "timestamp": self.at,
                "failureLabels": {},
                "taskName": format!("{} - execution #0", self.task()),
                "location": taskmanager::ENDPOINT,
                "endpoint": taskmanager::ENDPOINT,
                "taskManagerId": taskmanager::ID,
            }],
        })
    }
}

/// `key:value` with exactly one colon.
fn label(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once(':')?;
    (!value.contains(':')).then(|| (key.to_owned(), value.to_owned()))
}
