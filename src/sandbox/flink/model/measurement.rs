//! Measurements: what a job and a task report, under the names that Flink 1.20.5 uses.

use super::checkpoint::{Checkpoint, Phase};
use super::checkpoint_coordinator;
use super::job::Job;
use super::status::Status;
use super::task::{BYTES_PER_RECORD, Load, RECORDS_PER_SECOND};

/// The name and the value of one metric. The value is text: Java's, whatever the type.
pub(crate) type Measurement = (String, String);

/// Of a job.
const JOB: [&str; 23] = [
    "cancellingTime",
    "createdTime",
    "deployingTime",
    "downtime",
    "failingTime",
    "fullRestarts",
    "initializingTime",
    "lastCheckpointDuration",
    "lastCheckpointExternalPath",
    "lastCheckpointFullSize",
    "lastCheckpointPersistedData",
    "lastCheckpointProcessedData",
    "lastCheckpointRestoreTimestamp",
    "lastCheckpointSize",
    "lastCompletedCheckpointId",
    "numRestarts",
    "numberOfCompletedCheckpoints",
    "numberOfFailedCheckpoints",
    "numberOfInProgressCheckpoints",
    "restartingTime",
    "runningTime",
    "totalNumberOfCheckpoints",
    "uptime",
];

/// Of a task.
const TASK: [&str; 73] = [
    "Shuffle.Netty.Input.Buffers.inPoolUsage",
    "Shuffle.Netty.Input.Buffers.inputExclusiveBuffersUsage",
    "Shuffle.Netty.Input.Buffers.inputFloatingBuffersUsage",
    "Shuffle.Netty.Input.Buffers.inputQueueLength",
    "Shuffle.Netty.Input.Buffers.inputQueueSize",
    "Shuffle.Netty.Input.numBuffersInLocal",
    "Shuffle.Netty.Input.numBuffersInLocalPerSecond",
    "Shuffle.Netty.Input.numBuffersInRemote",
    "Shuffle.Netty.Input.numBuffersInRemotePerSecond",
    "Shuffle.Netty.Input.numBytesInLocal",
    "Shuffle.Netty.Input.numBytesInLocalPerSecond",
    "Shuffle.Netty.Input.numBytesInRemote",
    "Shuffle.Netty.Input.numBytesInRemotePerSecond",
    "Shuffle.Netty.Output.Buffers.outPoolUsage",
    "Shuffle.Netty.Output.Buffers.outputQueueLength",
    "Shuffle.Netty.Output.Buffers.outputQueueSize",
    "accumulateBackPressuredTimeMs",
    "accumulateBusyTimeMs",
    "accumulateIdleTimeMs",
    "backPressuredTimeMsPerSecond",
    "buffers.inPoolUsage",
    "buffers.inputExclusiveBuffersUsage",
    "buffers.inputFloatingBuffersUsage",
    "buffers.inputQueueLength",
    "buffers.inputQueueSize",
    "buffers.outPoolUsage",
    "buffers.outputQueueLength",
    "buffers.outputQueueSize",
    "busyTimeMsPerSecond",
    "changelogBusyTimeMsPerSecond",
    "checkpointAlignmentTime",
    "checkpointStartDelayNanos",
    "currentInputWatermark",
    "hardBackPressuredTimeMsPerSecond",
    "idleTimeMsPerSecond",
    "initializationTime",
    "isBackPressured",
    "mailboxLatencyMs_max",
    "mailboxLatencyMs_mean",
    "mailboxLatencyMs_median",
    "mailboxLatencyMs_min",
    "mailboxLatencyMs_p75",
    "mailboxLatencyMs_p90",
    "mailboxLatencyMs_p95",
    "mailboxLatencyMs_p98",
    "mailboxLatencyMs_p99",
    "mailboxLatencyMs_p999",
    "mailboxLatencyMs_stddev",
    "mailboxMailsPerSecond",
    "mailboxQueueSize",
    "maxHardBackPressureTimeMs",
    "maxSoftBackPressureTimeMs",
    "numBuffersInLocal",
    "numBuffersInLocalPerSecond",
    "numBuffersInRemote",
    "numBuffersInRemotePerSecond",
    "numBuffersOut",
    "numBuffersOutPerSecond",
    "numBytesIn",
    "numBytesInLocal",
    "numBytesInLocalPerSecond",
    "numBytesInPerSecond",
    "numBytesInRemote",
    "numBytesInRemotePerSecond",
    "numBytesOut",
    "numBytesOutPerSecond",
    "numFiredTimers",
    "numFiredTimersPerSecond",
    "numRecordsIn",
    "numRecordsInPerSecond",
    "numRecordsOut",
    "numRecordsOutPerSecond",
    "softBackPressuredTimeMsPerSecond",
];

/// The watermark that a task has received.
pub(crate) const INPUT_WATERMARK: &str = "currentInputWatermark";

/// Of any operator; the operator's name goes before them.
const OPERATOR: [&str; 10] = [
    "currentInputWatermark",
    "currentOutputWatermark",
    "numBytesIn",
    "numBytesInPerSecond",
    "numBytesOut",
    "numBytesOutPerSecond",
    "numRecordsIn",
    "numRecordsInPerSecond",
    "numRecordsOut",
    "numRecordsOutPerSecond",
];

/// Of the enriching operator: gauges with names that must be encoded and values that are no numbers.
/// Only the first subtask reports them.
const GAUGES: [(&str, &str); 7] = [
    ("gauge+plus&amp=%25", "9"),
    ("gauge_[bracket]_space", "8"),
    ("gauge__comma", "7"),
    ("gauge_inf", "Infinity"),
    ("gauge_nan", "NaN"),
    ("gauge_string", "hello, \"wörld\""),
    ("grp.key.val.nested", "-1"),
];

/// Of the enriching operator: what each subtask reports besides.
const METERS: [&str; 2] = ["my_counter", "my_meter"];

/// What a task reports: for itself, then for its operator.
pub(crate) fn of_task(job: &Job, vertex: usize, subtask: i32, now: i64) -> Vec<Measurement> {
    let name = job.vertices().get(vertex).map_or("", |vertex| vertex.name);
    let enriches = name.starts_with("Enrich");
    let operator = spelled(name);
    let load = Load::of(job, vertex, subtask, now);
    let value = |name: &str| value(name, &load);
    let own = TASK
        .iter()
        // Nothing comes into a source.
        .filter(|name| **name != INPUT_WATERMARK || vertex > 0)
        .map(|name| ((*name).to_owned(), value(name)));
    let meters = METERS.iter().filter(|_| enriches);
    let counted = OPERATOR
        .iter()
        .chain(meters)
        .filter(|name| **name != INPUT_WATERMARK || vertex > 0)
        .map(|name| (*name, value(name)));
    let gauges = GAUGES.iter().filter(|_| enriches && subtask == 0);
    let fixed = gauges.map(|(name, value)| (*name, (*value).to_owned()));
    let of_operator = counted.chain(fixed);
    own.chain(of_operator.map(|(name, value)| (format!("{operator}.{name}"), value)))
        .collect()
}

/// What the coordinator of a source reports.
pub(crate) fn of_coordinator(source: &str) -> Measurement {
    let name = format!(
        "{}.coordinator.enumerator.unassignedSplits",
        spelled(source)
    );
    (name, "0".to_owned())
}

/// A name as Flink spells it in metrics: space, dot, comma and colon become underscores, everything else stays.
fn spelled(name: &str) -> String {
    name.replace([' ', '.', ',', ':'], "_")
}

fn value(name: &str, load: &Load) -> String {
    let ran = load.idle + load.busy;
    let rate = |total: i64, per_second: i64| double(if total > 0 { per_second } else { 0 });
    let (records, bytes) = (RECORDS_PER_SECOND, RECORDS_PER_SECOND * BYTES_PER_RECORD);
    // The shuffle says again what the task says.
    match name.strip_prefix("Shuffle.Netty.Input.").unwrap_or(name) {
        "numRecordsIn" | "my_counter" => load.read_records.to_string(),
        "numRecordsInPerSecond" | "my_meter" => rate(load.read_records, records),
        "numRecordsOut" => load.write_records.to_string(),
        "numRecordsOutPerSecond" => rate(load.write_records, records),
        "numBytesIn" | "numBytesInLocal" => load.read_bytes().to_string(),
        "numBytesInPerSecond" | "numBytesInLocalPerSecond" => rate(load.read_records, bytes),
        "numBytesOut" => load.write_bytes().to_string(),
        "numBytesOutPerSecond" => rate(load.write_records, bytes),
        "numBuffersOut" => (ran / 100).to_string(),
        "accumulateIdleTimeMs" => load.idle.to_string(),
        "accumulateBusyTimeMs" => double(load.busy),
        "idleTimeMsPerSecond" => "980".to_owned(),
        "busyTimeMsPerSecond" => "20.0".to_owned(),
        "initializationTime" => "30".to_owned(),
        "isBackPressured" => "false".to_owned(),
        "currentInputWatermark" | "currentOutputWatermark" => (1_700_000_000_000 + ran).to_string(),
        name if name.ends_with("Usage") || name.ends_with("PerSecond") => "0.0".to_owned(),
        name if name.starts_with("mailboxLatencyMs_") => "0.0".to_owned(),
        _ => "0".to_owned(),
    }
}

/// What a job reports.
pub(crate) fn of_job(job: &Job, now: i64) -> Vec<Measurement> {
    let spent = |status| job.timeline.spent(status, now).unwrap_or(0).to_string();
    let checkpoints = checkpoint_coordinator::triggered(job, now);
    let count = |wanted: fn(&Phase) -> bool| {
        let phases = checkpoints.iter().map(|checkpoint| checkpoint.phase(now));
        phases.filter(wanted).count().to_string()
    };
    let last = checkpoints
        .iter()
        .rfind(|checkpoint| checkpoint.has_completed(now));
    let of_last = |value: fn(&Checkpoint) -> i64| last.map_or(-1, value).to_string();
    let value = |name: &str| match name {
        "uptime" | "runningTime" => spent(Status::Running),
        "initializingTime" => spent(Status::Initializing),
        "createdTime" => spent(Status::Created),
        "cancellingTime" => spent(Status::Cancelling),
        "failingTime" => spent(Status::Failing),
        "restartingTime" => spent(Status::Restarting),
        "totalNumberOfCheckpoints" => checkpoints.len().to_string(),
        "numberOfCompletedCheckpoints" => count(|phase| matches!(phase, Phase::Completed(_))),
        "numberOfFailedCheckpoints" => count(|phase| matches!(phase, Phase::Failed(..))),
        "numberOfInProgressCheckpoints" => count(|phase| matches!(phase, Phase::InProgress)),
        "lastCheckpointRestoreTimestamp" => {
            let restored = job.restored.last().map(|restored| restored.at);
            restored.unwrap_or(-1).to_string()
        }
        "lastCheckpointExternalPath" => {
            last.map_or_else(|| "n/a".to_owned(), |checkpoint| checkpoint.path.clone())
        }
        "lastCompletedCheckpointId" => of_last(|checkpoint| checkpoint.id),
        "lastCheckpointDuration" => of_last(Checkpoint::duration),
        "lastCheckpointSize" | "lastCheckpointFullSize" => of_last(Checkpoint::size),
        "lastCheckpointProcessedData" => of_last(Checkpoint::processed),
        "lastCheckpointPersistedData" => of_last(|_| 0),
        _ => "0".to_owned(),
    };
    JOB.iter()
        .map(|name| ((*name).to_owned(), value(name)))
        .collect()
}

/// As Java prints a double: `60.0`.
fn double(number: i64) -> String {
    format!("{:?}", number as f64)
}
