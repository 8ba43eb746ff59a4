//! How a job is to run.

use super::deployment::Deployment;

/// What somebody wants of a job besides its application.
#[derive(Clone, Debug, Default)]
pub(crate) struct Submission {
    pub(crate) name: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) data_directory: Option<String>,
    pub(crate) tracing: Option<&'static str>,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) deployment: Deployment,
}
