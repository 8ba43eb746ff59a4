//! Job configuration overlays: how a job is to run, as clients say it.

use serde_json::{Map, Value};

use super::error::Failure;
use crate::sandbox::streams::model::submission::Submission;

const TRACING: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Reads overlays, of which only the first counts. No overlays are fine.
pub(crate) fn submission(overlays: &Map<String, Value>) -> Result<Submission, Failure> {
    let mut submission = Submission::default();
    let list = match overlays.get("jobConfigOverlays") {
        None | Some(Value::Null) => return Ok(submission),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Failure::bad_body("jobConfigOverlays is not an array")),
    };
    let Some(overlay) = list.first() else {
        return Ok(submission);
    };
    let config = match overlay.get("jobConfig") {
        None | Some(Value::Null) => return Ok(submission),
        Some(Value::Object(config)) => config,
        Some(_) => return Err(Failure::bad_body("jobConfig is not an object")),
    };
    submission.name = text(config, "jobName")?;
    submission.group = text(config, "jobGroup")?;
    submission.data_directory = text(config, "dataDirectory")?;
    if let Some(level) = text(config, "tracing")? {
        let known = TRACING.into_iter().find(|known| *known == level);
        let known = known.ok_or_else(|| Failure::bad_body("the tracing level is not known"))?;
        submission.tracing = Some(known);
    }
    let parameters = match config.get("submissionParameters") {
        None | Some(Value::Null) => return Ok(submission),
        Some(Value::Array(parameters)) => parameters,
        Some(_) => return Err(Failure::bad_body("submissionParameters is not an array")),
    };
    for parameter in parameters {
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

/// New widths of parallel regions.
pub(crate) fn widths(overlays: &Map<String, Value>) -> Vec<(String, usize)> {
    let adjustments = overlays
        .get("jobConfigOverlays")
        .and_then(|list| list.get(0))
        .and_then(|overlay| overlay.get("configInstructions"))
        .and_then(|instructions| instructions.get("adjustmentSection"))
        .and_then(Value::as_array);
    let adjustments = adjustments.map_or(&[][..], Vec::as_slice).iter();
    adjustments
        .filter_map(|adjustment| {
            let region = adjustment.get("targetParallelRegion")?;
            let name = region.get("regionName")?.as_str()?;
            let width = region.get("newWidth")?;
            let width = width
                .as_u64()
                .or_else(|| width.as_str().and_then(|text| text.parse().ok()))?;
            Some((name.to_owned(), usize::try_from(width).ok()?))
        })
        .collect()
}

fn text(config: &Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    match config.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Failure::bad_body(&format!("{name} is not a string"))),
    }
}
