//! Logs of the JobManager and of the TaskManager: what they have been through, in Flink's layout.

use super::cluster::Cluster;
use super::date;
use super::status::Status;
use super::task;

/// Which process writes it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Writer {
    JobManager,
    TaskManager,
}

impl Writer {
    /// The name of its log.
    pub(crate) fn log(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager.log",
            Self::TaskManager => "taskmanager.log",
        }
    }

    /// The name of what it prints, which is nothing.
    pub(crate) fn stdout(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager.out",
            Self::TaskManager => "taskmanager.out",
        }
    }

    /// When it last wrote to its log.
    pub(crate) fn written(self, cluster: &Cluster, now: i64) -> i64 {
        let lines = self.lines(cluster, now).into_iter();
        lines.map(|(at, _)| at).max().unwrap_or(cluster.started)
    }

    /// The text of its log.
    pub(crate) fn text(self, cluster: &Cluster, now: i64) -> String {
        self.lines(cluster, now)
            .into_iter()
            .map(|(at, line)| format!("{} INFO  {line}\n", date::of_log(at)))
            .collect()
    }

    /// The text of the file with this name; `None` where there is no such file.
    pub(crate) fn file(self, cluster: &Cluster, name: &str, now: i64) -> Option<String> {
        match name {
            name if name == self.log() => Some(self.text(cluster, now)),
            name if name == self.stdout() => Some(String::new()),
            _ => None,
        }
    }

    /// The lines of its log with their times, oldest first.
    fn lines(self, cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
        match self {
            Self::JobManager => of_jobmanager(cluster, now),
            Self::TaskManager => of_taskmanager(cluster, now),
        }
    }
}

fn of_jobmanager(cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
    let entry = "org.apache.flink.runtime.entrypoint.ClusterEntrypoint       ";
    let graph = "org.apache.flink.runtime.executiongraph.ExecutionGraph      ";
    let mut lines = vec![(
        cluster.started,
        format!(
            "{entry} [] -  Starting StandaloneSessionClusterEntrypoint (headwaters sandbox, Version: 1.20.5)"
        ),
    )];
    for job in &cluster.jobs {
        let mut before = Status::Initializing;
        for (status, at) in job.timeline.past(now).skip(1) {
            let (name, id, from, to) = (&job.name, &job.id, before.name(), status.name());
            lines.push((
                at,
                format!("{graph} [] - Job {name} ({id}) switched from state {from} to {to}."),
            ));
            before = status;
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}

fn of_taskmanager(cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
    let runner = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner     ";
    let task = "org.apache.flink.runtime.taskmanager.Task                   ";
    let mut lines = vec![(
        cluster.started,
        format!("{runner} [] -  Starting TaskManager (headwaters sandbox, Version: 1.20.5)"),
    )];
    for job in &cluster.jobs {
        for (index, vertex) in job.vertices().iter().enumerate() {
            let width = job.width(index);
            for subtask in 0..width {
                let name = format!("{} ({}/{width})#0", vertex.name, subtask + 1);
                let life = task::life(job, index, subtask);
                let states: Vec<_> = life.past(now).collect();
                for (before, (state, at)) in states.iter().zip(states.iter().skip(1)) {
                    let (from, to) = (before.0.name(), state.name());
                    lines.push((
                        *at,
                        format!("{task} [] - {name} switched from {from} to {to}."),
                    ));
                }
            }
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}
