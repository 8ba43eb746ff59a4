//! What became of an archive.

use super::types::ImportLog;

impl ImportLog {
    /// Whether the log has neither warnings nor errors.
    ///
    /// Not all that is lost is told: see [`upload`](super::calls::Archive::upload).
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.warnings.is_empty() && self.errors.is_empty()
    }
}
