//! What became of an operation, as JSON.

use serde_json::{Value, json};

use super::exception;
use crate::sandbox::flink::model::operation::{Cause, Kind, Outcome};

const COMPLETION: &str = "java.util.concurrent.CompletionException";
const CHECKPOINT_EXCEPTION: &str = "org.apache.flink.runtime.checkpoint.CheckpointException";

const FRAMES: [&str; 2] = [
    "java.base/java.util.concurrent.CompletableFuture.encodeRelay(CompletableFuture.java:368)",
    "org.apache.flink.runtime.rpc.pekko.PekkoInvocationHandler.lambda$invokeRpc$1(PekkoInvocationHandler.java:261)",
];

pub(crate) fn outcome(outcome: Outcome, kind: Kind) -> Value {
    match outcome {
        Outcome::Done => json!({}),
        Outcome::Savepoint(path) => json!({"location": path}),
        Outcome::Checkpoint(id) => json!({"checkpointId": id}),
        Outcome::Failed(cause) => {
            // One operation spells it as the others do not.
            let member = match kind {
                Kind::Checkpoint => "failureCause",
                _ => "failure-cause",
            };
            json!({member: exception::throwable(&chain(cause), &FRAMES)})
        }
    }
}

/// `class: message` of each exception of the chain.
fn chain(cause: Cause) -> Vec<String> {
    // What the job's master throws is wrapped by its future.
    let thrown = |why: String| vec![format!("{COMPLETION}: {why}"), why];
    match cause {
        Cause::NoJob(job) => thrown(exception::job_not_found(&job)),
        Cause::NotStreaming(job) => thrown(format!(
            "java.lang.IllegalStateException: Job {job} is not a streaming job."
        )),
        Cause::Checkpoint(reason) => {
            thrown(format!("{CHECKPOINT_EXCEPTION}: {}", reason.message()))
        }
        Cause::EmptyPointer => {
            let why = "java.lang.IllegalArgumentException: empty checkpoint pointer";
            vec![why.to_owned()]
        }
        Cause::NoSavepoint(path) => {
            let head = format!(
                "org.apache.flink.util.FlinkException: Could not dispose savepoint {path}."
            );
            vec![head, exception::no_savepoint(&path)]
        }
    }
}
