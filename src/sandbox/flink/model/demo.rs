//! A cluster with a past, so that the first listing of a stranger is not empty.

use super::cluster::Cluster;
use super::job::Job;
use super::program::Program;
use super::status::Status;
use super::timeline::Timeline;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;

/// One jar, and one job each that is RUNNING, FINISHED, FAILED and CANCELED.
pub(crate) fn fill(cluster: &mut Cluster) {
    let now = cluster.started;
    cluster.started = now - 12 * MINUTE;
    cluster.add_jar("readings.jar", now - 11 * MINUTE);
    submit(
        cluster,
        "com.acme.BoundedJob",
        "Backfill of last week",
        now - 10 * MINUTE,
        |job, start| {
            job.timeline = run_until(start, &[(Status::Finished, start + 93 * SECOND)]);
        },
    );
    submit(
        cluster,
        "com.acme.FailJob",
        "Readings, new parser",
        now - 8 * MINUTE,
        |job, start| {
            let failing = start + 41 * SECOND;
            job.timeline = run_until(
                start,
                &[(Status::Failing, failing), (Status::Failed, failing + 24)],
            );
        },
    );
    submit(
        cluster,
        "com.acme.StreamJob",
        "Readings, trial",
        now - 7 * MINUTE,
        |job, start| job.cancel(start + 90 * SECOND),
    );
    submit(
        cluster,
        "com.acme.StreamJob",
        "Readings",
        now - 5 * MINUTE,
        |_, _| {},
    );
}

fn submit(
    cluster: &mut Cluster,
    class: &str,
    name: &str,
    start: i64,
    fate: impl Fn(&mut Job, i64),
) {
    let Some(program) = Program::find(class) else {
        return;
    };
    let id = cluster.ids.hex32();
    let mut job = Job::new(&mut cluster.ids, id, program, 2, start);
    job.name = name.to_owned();
    job.arguments = vec!["--name".to_owned(), name.to_owned()];
    fate(&mut job, start);
    cluster.jobs.push(job);
}

fn run_until(start: i64, end: &[(Status, i64)]) -> Timeline<Status> {
    let mut states = vec![
        (Status::Initializing, start),
        (Status::Created, start + 15),
        (Status::Running, start + 32),
    ];
    states.extend_from_slice(end);
    Timeline::new(states)
}
