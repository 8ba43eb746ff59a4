//! Checkpoints: their statistics as a whole, by vertex and by subtask, and what a job was restored from.

use serde_json::{Map, Value, json};

use super::statistics::{Samples, zero};
use crate::sandbox::flink::model::{
    acknowledgement::Acknowledgement,
    checkpoint::{Checkpoint, Kind, Phase, Restored},
};

/// The members that a checkpoint and its part of one vertex have in common.
pub(crate) fn counts(
    checkpoint: &Checkpoint,
    vertex: Option<usize>,
    now: i64,
) -> Map<String, Value> {
    let of_vertex = |acknowledgement: &&Acknowledgement| {
        vertex.is_none_or(|vertex| vertex == acknowledgement.vertex)
    };
    let arrived: Vec<&Acknowledgement> = checkpoint.acknowledged(now).filter(of_vertex).collect();
    let all = checkpoint.acknowledgements.iter().filter(of_vertex).count();
    let sum = |value: fn(&Acknowledgement) -> i64| {
        arrived
            .iter()
            .map(|acknowledgement| value(acknowledgement))
            .sum::<i64>()
    };
    let latest = arrived
        .iter()
        .map(|acknowledgement| acknowledgement.at)
        .max();
    let size = sum(|acknowledgement| acknowledgement.size);
    let status = match checkpoint.phase(now) {
        Phase::InProgress => "IN_PROGRESS",
        Phase::Completed(_) => "COMPLETED",
        Phase::Failed(..) => "FAILED",
    };
    let members = [
        ("id", json!(checkpoint.id)),
        ("status", json!(status)),
        ("latest_ack_timestamp", json!(latest.unwrap_or(-1))),
        ("checkpointed_size", json!(size)),
        ("state_size", json!(size)),
        (
            "end_to_end_duration",
            json!(latest.map_or(-1, |at| at - checkpoint.triggered)),
        ),
        ("alignment_buffered", json!(0)),
        (
            "processed_data",
            json!(sum(|acknowledgement| acknowledgement.processed)),
        ),
        ("persisted_data", json!(0)),
        ("num_subtasks", json!(all)),
        ("num_acknowledged_subtasks", json!(arrived.len())),
    ];
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// `CheckpointStatistics`; `tasks` are left empty in lists.
pub(crate) fn statistics(
    checkpoint: &Checkpoint,
    kept: Option<i64>,
    tasks: Value,
    now: i64,
) -> Value {
    let mut members = counts(checkpoint, None, now);
    let format = match &checkpoint.kind {
        Kind::Checkpoint => None,
        Kind::Savepoint(format) | Kind::SyncSavepoint(format) => Some(format),
    };
    let kind = match checkpoint.kind {
        Kind::Checkpoint => "CHECKPOINT",
        Kind::Savepoint(_) => "SAVEPOINT",
        Kind::SyncSavepoint(_) => "SYNC_SAVEPOINT",
    };
    let mut more = vec![
        ("is_savepoint", json!(checkpoint.is_savepoint())),
        ("savepointFormat", json!(format)),
        ("trigger_timestamp", json!(checkpoint.triggered)),
        ("checkpoint_type", json!(kind)),
        ("tasks", tasks),
    ];
    more.extend(match checkpoint.phase(now) {
        Phase::InProgress => vec![("className", json!("in_progress"))],
        Phase::Completed(_) => vec![
            ("className", json!("completed")),
            ("external_path", json!(checkpoint.path)),
            (
                "discarded",
                json!(!checkpoint.is_savepoint() && kept != Some(checkpoint.id)),
            ),
        ],
        Phase::Failed(at, reason) => vec![
            ("className", json!("failed")),
            ("end_to_end_duration", json!(at - checkpoint.triggered)),
            ("failure_timestamp", json!(at)),
            ("failure_message", json!(reason.message())),
        ],
    });
    members.extend(
        more.into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Value::Object(members)
}

/// `RestoredCheckpointStatistics`.
pub(crate) fn restored(restored: &Restored) -> Value {
    json!({
        "id": restored.id,
        "restore_timestamp": restored.at,
        "is_savepoint": restored.is_savepoint,
        "external_path": restored.path,
    })
}

/// The member `summary` of the details of one vertex.
pub(crate) fn summary(arrived: &[&Acknowledgement], triggered: i64) -> Value {
    let over = |value: &dyn Fn(&Acknowledgement) -> i64| {
        let samples: Samples = arrived.iter().map(|part| value(part)).collect();
        samples.without_percentiles()
    };
    json!({
        "checkpointed_size": over(&|part| part.size),
        "state_size": over(&|part| part.size),
        "end_to_end_duration": over(&|part| part.at - triggered),
        "checkpoint_duration": {"sync": over(&|_| 0), "async": over(&|part| part.writing(triggered))},
        "alignment": {
            "buffered": zero(),
            "processed": over(&|part| part.processed),
            "persisted": over(&|_| 0),
            "duration": over(&|_| 0),
        },
        "start_delay": over(&|part| part.start_delay),
    })
}

/// `SubtaskCheckpoint`.
pub(crate) fn subtask(part: &Acknowledgement, triggered: i64) -> Value {
    json!({
        "className": "completed",
        "index": part.subtask,
        "status": "completed",
        "ack_timestamp": part.at,
        "end_to_end_duration": part.at - triggered,
        "checkpointed_size": part.size,
        "state_size": part.size,
        "checkpoint": {"sync": 0, "async": part.writing(triggered)},
        "alignment": {"buffered": 0, "processed": part.processed, "persisted": 0, "duration": 0},
        "start_delay": part.start_delay,
        "unaligned_checkpoint": false,
        "aborted": false,
    })
}
