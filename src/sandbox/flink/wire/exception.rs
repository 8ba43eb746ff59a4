//! Java exceptions, `class: message` each, and their stack traces.

use serde_json::{Value, json};

/// Of jobs that cannot be started.
pub(crate) const JOB_INITIALIZATION: &str =
    "org.apache.flink.runtime.client.JobInitializationException";
const JOB_NOT_FOUND: &str = "org.apache.flink.runtime.messages.FlinkJobNotFoundException";

/// The class of most complaints about programs.
pub(crate) const PROGRAM_INVOCATION: &str =
    "org.apache.flink.client.program.ProgramInvocationException";

/// `FlinkJobNotFoundException`, which is a cause of many failures and the head of others.
pub(crate) fn job_not_found(job: &str) -> String {
    format!("{JOB_NOT_FOUND}: Could not find Flink job ({job})")
}

/// That a savepoint is not there.
pub(crate) fn no_savepoint(path: &str) -> String {
    format!(
        "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '{path}' \
         on file system 'file'."
    )
}

/// Why a job cannot start from a savepoint that is not there: `class: message` of each exception of the chain.
pub(crate) fn not_initialized(savepoint: &str) -> Vec<String> {
    let cause = no_savepoint(savepoint);
    let runtime = format!("java.lang.RuntimeException: {cause}");
    vec![
        format!("{JOB_INITIALIZATION}: Could not start the JobMaster."),
        format!("java.util.concurrent.CompletionException: {runtime}"),
        runtime,
        cause,
    ]
}

/// A chain of exceptions, `class: message` each, as the outcome of an operation or of a job.
pub(crate) fn throwable(chain: &[String], frames: &[&str]) -> Value {
    let (head, causes) = chain
        .split_first()
        .map_or(("", chain), |(head, causes)| (head.as_str(), causes));
    let class = head.split(':').next().unwrap_or_default();
    json!({
        "class": class,
        "stack-trace": trace(head, frames, causes),
        "serialized-throwable": SERIALIZED,
    })
}

/// How the Java serialization of any `SerializedThrowable` begins; some 30 kB more are left out.
const SERIALIZED: &str = "rO0ABXNyAClvcmcuYXBhY2hlLmZsaW5rLnV0aWwuU2VyaWFsaXplZFRocm93YWJsZQ==";

/// A stack trace in Java's layout: head, frames, causes.
pub(crate) fn trace(head: &str, frames: &[&str], causes: &[String]) -> String {
    let mut trace = format!("{head}\n");
    for frame in frames {
        trace.push_str(&format!("\tat {frame}\n"));
    }
    for cause in causes {
        trace.push_str(&format!(
            "Caused by: {cause}\n\t... {} more\n",
            frames.len()
        ));
    }
    trace
}
