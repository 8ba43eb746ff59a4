//! Job configuration overlays: how a job is to run, as clients say it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::deployment;
use super::error::Failure;
use super::setting::{array, count, object, text, word};
use crate::sandbox::streams::model::submission::Submission;

const TRACING: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Reads overlays, of which only the first counts. No overlays are fine.
pub(crate) fn submission(overlays: &Map<String, Value>) -> Result<Submission, Failure> {
    let mut submission = Submission::default();
    let Some(overlay) = first(overlays)? else {
        return Ok(submission);
    };
    if let Some(config) = object(overlay, "deploymentConfig")? {
        submission.deployment = deployment::read(config)?;
    }
    let Some(config) = object(overlay, "jobConfig")? else {
        return Ok(submission);
    };
    submission.name = text(config, "jobName")?;
    submission.group = text(config, "jobGroup")?;
    submission.data_directory = text(config, "dataDirectory")?;
    submission.tracing = word(config, "tracing", &TRACING)?;
    for parameter in array(config, "submissionParameters")? {
        let name = parameter.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| Failure::bad_body("a submission parameter has no name"))?;
        let value = match parameter.get("value") {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => return Err(Failure::bad_body("a submission parameter has no value")),
        };
        submission.parameters.push((name.to_owned(), value));
    }
    Ok(submission)
}

/// New widths of parallel regions; of several for one region the last.
pub(crate) fn widths(overlays: &Map<String, Value>) -> Result<BTreeMap<String, usize>, Failure> {
    let mut widths = BTreeMap::new();
    let Some(overlay) = first(overlays)? else {
        return Ok(widths);
    };
    let Some(instructions) = object(overlay, "configInstructions")? else {
        return Ok(widths);
    };
    for adjustment in array(instructions, "adjustmentSection")? {
        let region = adjustment.get("targetParallelRegion");
        let why = "an adjustment has no targetParallelRegion";
        let region = region.ok_or_else(|| Failure::bad_body(why))?;
        let name = region.get("regionName").and_then(Value::as_str);
        let name = name.ok_or_else(|| Failure::bad_body("a parallel region has no regionName"))?;
        let width = region.get("newWidth").and_then(count);
        let why = format!("the newWidth of {name} is not a whole number");
        let width = width.ok_or_else(|| Failure::bad_body(&why))?;
        widths.insert(name.to_owned(), width);
    }
    Ok(widths)
}

/// The overlay that counts.
fn first(overlays: &Map<String, Value>) -> Result<Option<&Map<String, Value>>, Failure> {
    match array(overlays, "jobConfigOverlays")?.first() {
        None => Ok(None),
        Some(Value::Object(overlay)) => Ok(Some(overlay)),
        Some(_) => Err(Failure::bad_body("an overlay is not an object")),
    }
}
