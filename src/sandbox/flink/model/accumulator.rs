//! Accumulators: what the enriching program counts.

use super::job::Job;
use super::plan::Vertex;
use super::task::Load;

/// What has been counted by some subtasks, each of which has seen the numbers from 1 on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    /// Of the numbers that leave 0, 1 and 2 when divided by 3.
    pub(crate) residues: [i64; 3],
    pub(crate) seen: i64,
    pub(crate) sum: i64,
    pub(crate) subtasks: usize,
}

impl Count {
    /// Of one subtask.
    pub(crate) fn of(job: &Job, vertex: usize, subtask: i32, now: i64) -> Self {
        let load = Load::of(job, vertex, subtask, now);
        if !is_counted(job.vertices().get(vertex)) || !load.complete {
            return Self::default();
        }
        let seen = load.read_records;
        Self {
            residues: [seen / 3, (seen + 2) / 3, (seen + 1) / 3],
            seen,
            sum: seen * (seen + 1) / 2,
            subtasks: 1,
        }
    }

    /// Of all subtasks of one vertex.
    pub(crate) fn of_vertex(job: &Job, vertex: usize, now: i64) -> Self {
        (0..job.width(vertex))
            .map(|subtask| Self::of(job, vertex, subtask, now))
            .fold(Self::default(), Self::add)
    }

    /// Of the whole job.
    pub(crate) fn of_job(job: &Job, now: i64) -> Self {
        (0..job.vertices().len())
            .map(|vertex| Self::of_vertex(job, vertex, now))
            .fold(Self::default(), Self::add)
    }

    fn add(self, other: Self) -> Self {
        let [a, b, c] = self.residues;
        let [d, e, f] = other.residues;
        Self {
            residues: [a + d, b + e, c + f],
            seen: self.seen + other.seen,
            sum: self.sum + other.sum,
            subtasks: self.subtasks + other.subtasks,
        }
    }

    pub(crate) fn average(&self) -> f64 {
        self.sum as f64 / self.seen.max(1) as f64
    }

    pub(crate) fn halves(&self) -> f64 {
        self.seen as f64 / 2.0
    }
}

fn is_counted(vertex: Option<&Vertex>) -> bool {
    vertex.is_some_and(|vertex| vertex.name.starts_with("Enrich"))
}
