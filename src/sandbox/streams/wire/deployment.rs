//! `deploymentConfig`: how operators become PEs and threads, as clients say it.

use serde_json::{Map, Value};

use super::error::Failure;
use super::setting::{count, word};
use crate::sandbox::streams::model::deployment::Deployment;

const FUSION_SCHEMES: [&str; 3] = ["legacy", "automatic", "manual"];

const THREADING_MODELS: [&str; 5] = [
    "notSpecified",
    "automatic",
    "manual",
    "dedicated",
    "dynamic",
];

const RESOURCE_SHARINGS: [&str; 3] = ["sameJob", "sameUser", "sameInstance"];

pub(super) fn read(config: &Map<String, Value>) -> Result<Deployment, Failure> {
    let mut deployment = Deployment::default();
    if let Some(scheme) = word(config, "fusionScheme", &FUSION_SCHEMES)? {
        deployment.fusion_scheme = scheme;
    }
    if let Some(model) = word(config, "threadingModel", &THREADING_MODELS)? {
        deployment.threading_model = model;
    }
    if let Some(sharing) = word(config, "jobResourceSharing", &RESOURCE_SHARINGS)? {
        deployment.resource_sharing = sharing;
    }
    let member = |name: &str| config.get(name).filter(|value| !value.is_null());
    if let Some(pes) = member("fusionTargetPeCount") {
        let pes = count(pes).filter(|pes| *pes > 0);
        let pes =
            pes.ok_or_else(|| Failure::bad_body("fusionTargetPeCount is no number of PEs"))?;
        deployment.target_pes = Some(pes);
    }
    if let Some(threads) = member("dynamicThreadingThreadCount") {
        let threads = threads.as_i64().filter(|threads| *threads > 0);
        let why = "dynamicThreadingThreadCount is no number of threads";
        deployment.threads = Some(threads.ok_or_else(|| Failure::bad_body(why))?);
    }
    if let Some(is_elastic) = member("dynamicThreadingElastic") {
        let why = "dynamicThreadingElastic is neither true nor false";
        let is_elastic = is_elastic.as_bool().ok_or_else(|| Failure::bad_body(why))?;
        deployment.is_elastic = Some(is_elastic);
    }
    Ok(deployment)
}
