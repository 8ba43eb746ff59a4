//! The JobManager's log: what the cluster has been through, in Flink's layout.

use axum::http::StatusCode;
use serde_json::json;

use super::cluster::Cluster;
use super::error::Failure;
use super::job::Status;
use super::reply::{Answer, Reply};
use super::request::Request;

const LOG: &str = "jobmanager.log";
const STDOUT: &str = "jobmanager.out";

/// GET /jobmanager/logs
pub(super) fn list(cluster: &mut Cluster, request: &Request) -> Answer {
    let log = lines(cluster, request.now);
    let written = log
        .iter()
        .map(|(at, _)| *at)
        .max()
        .unwrap_or(cluster.started);
    Ok(json!({"logs": [
        {"name": STDOUT, "size": 0, "mtime": cluster.started},
        {"name": LOG, "size": text(log).len(), "mtime": written},
    ]})
    .into())
}

/// GET /jobmanager/log
pub(super) fn log(cluster: &mut Cluster, request: &Request) -> Answer {
    Ok(Reply::text(text(lines(cluster, request.now))))
}

/// GET /jobmanager/stdout
pub(super) fn stdout(_: &mut Cluster, _: &Request) -> Answer {
    Ok(Reply::text(""))
}

/// GET /jobmanager/logs/:filename
pub(super) fn file(cluster: &mut Cluster, request: &Request) -> Answer {
    // Directories, which reach the handler when they are encoded twice, are dropped.
    match request.path("filename").rsplit('/').next() {
        Some(LOG) => log(cluster, request),
        Some(STDOUT) => stdout(cluster, request),
        _ => Err(Failure::line(
            StatusCode::NOT_FOUND,
            "This file does not exist in JobManager log dir.",
        )
        .same_origin()),
    }
}

/// The lines with their times, oldest first.
fn lines(cluster: &Cluster, now: i64) -> Vec<(i64, String)> {
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

fn text(lines: Vec<(i64, String)>) -> String {
    lines
        .into_iter()
        .map(|(at, line)| format!("{} INFO  {line}\n", timestamp(at)))
        .collect()
}

/// `2026-11-20 07:41:38,603`, in UTC.
fn timestamp(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let (hour, minute, second, milli) = (
        rest / 3_600_000,
        rest / 60_000 % 60,
        rest / 1000 % 60,
        rest % 1000,
    );
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},{milli:03}")
}

/// Year, month and day of a day counted from the epoch, in the calendar whose years begin with March.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}
