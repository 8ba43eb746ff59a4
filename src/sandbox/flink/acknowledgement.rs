//! Acknowledgements: the parts of a checkpoint, one from each subtask.

use serde_json::{Value, json};

use super::job::Job;
use super::statistics::{self, Samples};

/// What a source keeps, in bytes: how far it has read.
const SOURCE_SIZE: i64 = 265;

/// What each checkpoint adds to keyed state, in bytes.
const GROWTH: i64 = 180;

/// What a subtask has written for a checkpoint, and when.
#[derive(Clone, Debug)]
pub(super) struct Acknowledgement {
    pub(super) vertex: usize,
    pub(super) subtask: i32,
    pub(super) at: i64,
    /// Bytes of state.
    pub(super) size: i64,
    /// Bytes that passed by while the barriers were aligned.
    pub(super) processed: i64,
    /// From the trigger to the first barrier.
    start_delay: i64,
}

/// Those of a checkpoint that is triggered at `triggered` and takes so long. Barriers go with the stream.
pub(super) fn of(job: &Job, checkpoint: i64, triggered: i64, takes: i64) -> Vec<Acknowledgement> {
    let vertices = job.vertices().len();
    let subtasks = (0..vertices)
        .flat_map(|vertex| (0..job.width(vertex)).map(move |subtask| (vertex, subtask)));
    let acknowledgement = |(vertex, subtask): (usize, i32)| {
        let arrives = |vertex: usize| takes * vertex as i64 / vertices as i64;
        let (is_source, is_sink) = (vertex == 0, vertex + 1 == vertices);
        let size = match (is_source, is_sink) {
            (true, _) => SOURCE_SIZE,
            (_, true) => 0,
            _ => 3000 + GROWTH * checkpoint + 37 * i64::from(subtask),
        };
        Acknowledgement {
            vertex,
            subtask,
            at: triggered + arrives(vertex + 1) - i64::from(subtask % 2),
            size,
            processed: if is_source { 0 } else { checkpoint * 21 % 126 },
            start_delay: arrives(vertex),
        }
    };
    subtasks.map(acknowledgement).collect()
}

/// The member `summary` of the details of one vertex.
pub(super) fn summary(arrived: &[&Acknowledgement], triggered: i64) -> Value {
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
            "buffered": statistics::zero(),
            "processed": over(&|part| part.processed),
            "persisted": over(&|_| 0),
            "duration": over(&|_| 0),
        },
        "start_delay": over(&|part| part.start_delay),
    })
}

impl Acknowledgement {
    /// How long the state was being written.
    fn writing(&self, triggered: i64) -> i64 {
        self.at - triggered - self.start_delay
    }

    /// `SubtaskCheckpoint`.
    pub(super) fn to_json(&self, triggered: i64) -> Value {
        json!({
            "className": "completed",
            "index": self.subtask,
            "status": "completed",
            "ack_timestamp": self.at,
            "end_to_end_duration": self.at - triggered,
            "checkpointed_size": self.size,
            "state_size": self.size,
            "checkpoint": {"sync": 0, "async": self.writing(triggered)},
            "alignment": {"buffered": 0, "processed": self.processed, "persisted": 0, "duration": 0},
            "start_delay": self.start_delay,
            "unaligned_checkpoint": false,
            "aborted": false,
        })
    }
}
