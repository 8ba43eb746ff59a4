//! A job configuration as a program makes it here from the settings that Python's `JobConfig` has.

use headwaters::{
    Json,
    streams::types::{
        DeploymentConfig, FusionScheme, JobConfig, JobConfigOverlay, JobConfigOverlays,
        SubmissionParameter,
    },
};
use serde_json::Value;

/// The overlays of these settings.
pub fn of(settings: &Value) -> JobConfigOverlays {
    let overlays = JobConfigOverlays::new().job_config_overlays([overlay(settings)]);
    match settings["comment"].as_str() {
        Some(comment) => overlays.comment(comment),
        None => overlays,
    }
}

fn overlay(settings: &Value) -> JobConfigOverlay {
    let mut overlay: JobConfigOverlay = match &settings["raw_overlay"] {
        Value::Null => JobConfigOverlay::new(),
        raw => serde_json::from_value(raw.clone()).unwrap(),
    };
    let raw = overlay.job_config.take();
    let made = job_config(raw.clone().unwrap_or_else(JobConfig::new), settings);
    if raw.is_some() || made != JobConfig::new() {
        overlay = overlay.job_config(made);
    }
    if let Some(count) = settings["target_pe_count"].as_i64() {
        let deployment = overlay.deployment_config.take();
        let deployment = deployment.unwrap_or_else(DeploymentConfig::new);
        let count = i32::try_from(count).unwrap();
        let deployment = deployment.fusion_scheme(FusionScheme::Manual);
        overlay = overlay.deployment_config(deployment.fusion_target_pe_count(count));
    }
    overlay
}

fn job_config(mut job: JobConfig, settings: &Value) -> JobConfig {
    let text = |name: &str| settings[name].as_str().map(str::to_owned);
    if let Some(name) = text("job_name") {
        job = job.job_name(name);
    }
    if let Some(group) = text("job_group") {
        job = job.job_group(group);
    }
    if let Some(directory) = text("data_directory") {
        job = job.data_directory(directory);
    }
    if settings["preload"] == true {
        job = job.preload_application_bundles(true);
    }
    if let Some(tracing) = text("tracing") {
        job = job.tracing(tracing);
    }
    let parameters = settings["submission_parameters"].as_array().unwrap();
    if !parameters.is_empty() {
        let before = job.submission_parameters.take().unwrap_or_default();
        let added = parameters.iter().map(|parameter| {
            let name = parameter[0].as_str().unwrap();
            SubmissionParameter::new(name, Json::from(parameter[1].clone()))
        });
        job = job.submission_parameters(before.into_iter().chain(added));
    }
    job
}
