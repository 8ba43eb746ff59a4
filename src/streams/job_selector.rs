//! A job of a Streaming Analytics service, by its id or its name.

use super::types::JobId;
use crate::{Error, Operation, Result};

/// Which job of a Streaming Analytics service: the one with an id, or the one with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobSelector {
    /// By its id.
    Id(JobId),
    /// By its name.
    Name(String),
}

impl JobSelector {
    /// Whether it names a job at all.
    pub(super) fn checked(&self, operation: &'static Operation) -> Result<()> {
        let text = match self {
            Self::Id(id) => id.as_str(),
            Self::Name(name) => name,
        };
        match text.is_empty() {
            false => Ok(()),
            true => Err(Error::request(
                operation,
                "the id or name of the job is empty",
            )),
        }
    }
}

impl From<JobId> for JobSelector {
    fn from(id: JobId) -> Self {
        Self::Id(id)
    }
}

impl From<&JobId> for JobSelector {
    fn from(id: &JobId) -> Self {
        Self::Id(id.clone())
    }
}
