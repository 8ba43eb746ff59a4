//! Tasks: one subtask of one vertex, its states and the load it has carried.

use super::job::Job;
use super::plan::FAILING_VERTEX;
use super::program::Fate;
use super::status::Status;
use super::timeline::Timeline;

/// The states in which a task can be. One L in CANCELING: jobs have two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum State {
    Created,
    Scheduled,
    Deploying,
    Initializing,
    Running,
    Finished,
    Canceling,
    Canceled,
    Failed,
    Reconciling,
}

/// All states with their names on the wire.
pub(crate) const STATES: [(State, &str); 10] = [
    (State::Created, "CREATED"),
    (State::Scheduled, "SCHEDULED"),
    (State::Deploying, "DEPLOYING"),
    (State::Initializing, "INITIALIZING"),
    (State::Running, "RUNNING"),
    (State::Finished, "FINISHED"),
    (State::Canceling, "CANCELING"),
    (State::Canceled, "CANCELED"),
    (State::Failed, "FAILED"),
    (State::Reconciling, "RECONCILING"),
];

/// The states whose duration Flink tells.
pub(crate) const TIMED: [State; 5] = [
    State::Created,
    State::Scheduled,
    State::Deploying,
    State::Initializing,
    State::Running,
];

/// Records that each subtask passes on in a second, and the bytes of one.
pub(crate) const RECORDS_PER_SECOND: i64 = 60;
pub(crate) const BYTES_PER_RECORD: i64 = 23;

impl State {
    pub(crate) fn name(self) -> &'static str {
        STATES
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, name)| name)
    }

    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Self::Finished | Self::Canceled | Self::Failed)
    }
}

/// The life of a task follows from that of its job.
pub(crate) fn life(job: &Job, vertex: usize, subtask: i32) -> Timeline<State> {
    // A few ms between one task and the next, as when real ones are deployed.
    let step = 2 * vertex as i64 + i64::from(subtask);
    let mut states = Vec::new();
    if let Some(created) = job.timeline.enters(Status::Created) {
        states.push((State::Created, created));
    }
    if let Some(running) = job.timeline.enters(Status::Running) {
        states.extend([
            (State::Scheduled, running + 1),
            (State::Deploying, running + 20 + step),
            (State::Initializing, running + 60 + step),
            (State::Running, running + 90 + step),
        ]);
    }
    let mut life = Timeline::new(states);
    if let Some(at) = job.timeline.enters(Status::Finished) {
        life.turn(at, [(State::Finished, at)]);
    }
    if let (Some(from), Some(to)) = (
        job.timeline.enters(Status::Cancelling),
        job.timeline.enters(Status::Canceled),
    ) {
        life.turn(
            from,
            [
                (State::Canceling, from),
                (State::Canceled, (from + 10 + step).min(to)),
            ],
        );
    }
    if let (Some(from), Some(to)) = (
        job.timeline.enters(Status::Failing),
        job.timeline.enters(Status::Failed),
    ) {
        match is_culprit(job, vertex, subtask) {
            true => life.turn(from, [(State::Failed, from)]),
            false => life.turn(
                from,
                [
                    (State::Canceling, from),
                    (State::Canceled, (from + 4 + step).min(to)),
                ],
            ),
        }
    }
    life
}

/// The lives of all tasks of a job.
pub(crate) fn lives(job: &Job) -> impl Iterator<Item = Timeline<State>> + '_ {
    let vertices = 0..job.vertices().len();
    vertices.flat_map(move |vertex| {
        (0..job.width(vertex)).map(move |subtask| life(job, vertex, subtask))
    })
}

/// Whether this is the task whose failure is the failure of the job.
fn is_culprit(job: &Job, vertex: usize, subtask: i32) -> bool {
    job.program.fate() == Fate::Fails
        && vertex == FAILING_VERTEX
        && subtask == job.width(vertex) - 1
}

/// `start-time` (of the deployment), `end-time`, `duration`; -1 where there is none.
pub(crate) fn times(life: &Timeline<State>, now: i64) -> (i64, i64, i64) {
    let Some(start) = life.entered(State::Deploying, now) else {
        return (-1, -1, -1);
    };
    match life
        .state(now)
        .filter(|state| state.is_terminal())
        .and(life.changed(now))
    {
        Some(end) => (start, end, end - start),
        None => (start, -1, now - start),
    }
}

/// What a task has done so far; sums over tasks are made with [`Load::add`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    pub(crate) read_records: i64,
    pub(crate) write_records: i64,
    pub(crate) idle: i64,
    pub(crate) busy: i64,
    /// Whether the task has reported; false until it runs.
    pub(crate) complete: bool,
}

impl Load {
    pub(crate) fn of(job: &Job, vertex: usize, subtask: i32, now: i64) -> Self {
        let Some(ran) = life(job, vertex, subtask).spent(State::Running, now) else {
            return Self::default();
        };
        // Even subtasks see a little more, so that there is a skew to compute.
        let records = ran * (RECORDS_PER_SECOND + i64::from(subtask % 2 == 0)) / 1000;
        let last = vertex + 1 == job.vertices().len();
        Self {
            read_records: if vertex == 0 { 0 } else { records },
            write_records: if last { 0 } else { records },
            idle: ran - ran / 50,
            busy: ran / 50,
            complete: true,
        }
    }

    pub(crate) fn add(self, other: Self) -> Self {
        Self {
            read_records: self.read_records + other.read_records,
            write_records: self.write_records + other.write_records,
            idle: self.idle + other.idle,
            busy: self.busy + other.busy,
            complete: self.complete && other.complete,
        }
    }

    pub(crate) fn read_bytes(&self) -> i64 {
        self.read_records * BYTES_PER_RECORD
    }

    pub(crate) fn write_bytes(&self) -> i64 {
        self.write_records * BYTES_PER_RECORD
    }
}
