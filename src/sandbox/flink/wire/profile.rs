//! Profiles, as JSON.

use serde_json::{Value, json};

use crate::sandbox::flink::model::profile::Profile;

/// `ProfilingInfo`. The mode is there twice: the second is a getter that Flink forgot to hide.
pub(crate) fn to_json(profile: &Profile, now: i64) -> Value {
    let ended = Some(profile.ends()).filter(|at| *at <= now);
    json!({
        "status": if ended.is_some() { "FINISHED" } else { "RUNNING" },
        "mode": profile.mode,
        "triggerTime": profile.started,
        "finishedTime": ended,
        "duration": profile.seconds,
        "message": ended.map(|_| "Profiling Successful"),
        "outputFile": ended.map(|_| profile.file()),
        "profilingMode": profile.mode,
    })
}
