//! The failure of a job, in the words of Java.

use serde_json::{Value, json};

use super::exception;
use crate::sandbox::flink::model::{job::Job, plan::FAILING_VERTEX, status::Status, taskmanager};

const ROOT: &str = "org.apache.flink.runtime.JobException";
const CAUSE: &str = "java.lang.IllegalStateException";

const FRAMES: [&str; 3] = [
    "org.apache.flink.runtime.executiongraph.failover.ExecutionFailureHandler.handleFailure(ExecutionFailureHandler.java:219)",
    "org.apache.flink.runtime.scheduler.DefaultScheduler.handleTaskFailure(DefaultScheduler.java:272)",
    "org.apache.flink.runtime.jobmaster.JobMaster.updateTaskExecutionState(JobMaster.java:515)",
];

/// The label that the cluster's failure enricher gives.
const LABEL: (&str, &str) = ("type", "user");

/// A job that has failed, and when.
#[derive(Debug)]
pub(crate) struct JobFailure<'a> {
    job: &'a Job,
    pub(crate) at: i64,
}

impl<'a> JobFailure<'a> {
    pub(crate) fn of(job: &'a Job, now: i64) -> Option<Self> {
        let failing = job.timeline.entered(Status::Failing, now);
        let at = failing.or_else(|| job.timeline.entered(Status::Failed, now))?;
        Some(Self { job, at })
    }

    /// `class: message` of the exception that ended the job, and of its causes.
    fn chain(&self) -> Vec<String> {
        match &self.job.lacks {
            Some(savepoint) => exception::not_initialized(savepoint),
            None => vec![
                format!("{ROOT}: Recovery is suppressed by NoRestartBackoffTimeStrategy"),
                format!("{CAUSE}: boom at 41"),
            ],
        }
    }

    /// All of them as `Throwable`.
    pub(crate) fn throwable(&self) -> Value {
        exception::throwable(&self.chain(), &FRAMES)
    }

    pub(crate) fn root_trace(&self) -> String {
        let chain = self.chain();
        let (head, causes) = chain
            .split_first()
            .map_or(("", chain.as_slice()), |(head, causes)| (head, causes));
        exception::trace(head, &FRAMES, causes)
    }

    /// What failed is a task, unless the job never had any.
    fn is_of_task(&self) -> bool {
        self.job.lacks.is_none()
    }

    pub(crate) fn has_label(&self, (key, value): &(String, String)) -> bool {
        self.is_of_task() && (key.as_str(), value.as_str()) == LABEL
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
    pub(crate) fn task_exception(&self) -> Option<Value> {
        let exception = || {
            json!({
                "exception": self.cause_trace(),
                "task": self.task(),
                "location": taskmanager::ENDPOINT,
                "endpoint": taskmanager::ENDPOINT,
                "timestamp": self.at,
                "taskManagerId": taskmanager::ID,
            })
        };
        self.is_of_task().then(exception)
    }

    /// `RootException`. Labels come from an enricher, which looks at failures of tasks alone.
    pub(crate) fn entry(&self) -> Value {
        let name = match self.is_of_task() {
            true => ROOT,
            false => exception::JOB_INITIALIZATION,
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
