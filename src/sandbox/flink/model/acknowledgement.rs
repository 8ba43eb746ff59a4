//! Acknowledgements: the parts of a checkpoint, one from each subtask.

/// What a source keeps, in bytes: how far it has read.
const SOURCE_SIZE: i64 = 265;

/// What each checkpoint adds to keyed state, in bytes.
const GROWTH: i64 = 180;

/// What a subtask has written for a checkpoint, and when.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledgement {
    pub(crate) vertex: usize,
    pub(crate) subtask: i32,
    pub(crate) at: i64,
    /// Bytes of state.
    pub(crate) size: i64,
    /// Bytes that passed by while the barriers were aligned.
    pub(crate) processed: i64,
    /// From the trigger to the first barrier.
    pub(crate) start_delay: i64,
}

/// Those of a checkpoint that is triggered at `triggered` and takes so long, of vertices with so many subtasks each.
/// Barriers go with the stream.
pub(crate) fn of(
    widths: &[i32],
    checkpoint: i64,
    triggered: i64,
    takes: i64,
) -> Vec<Acknowledgement> {
    let vertices = widths.len();
    let subtasks = widths.iter().enumerate();
    let subtasks =
        subtasks.flat_map(|(vertex, width)| (0..*width).map(move |subtask| (vertex, subtask)));
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

impl Acknowledgement {
    /// How long the state was being written.
    pub(crate) fn writing(&self, triggered: i64) -> i64 {
        self.at - triggered - self.start_delay
    }
}
