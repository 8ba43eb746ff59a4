//! What became of an archive.

use super::types::ImportLog;

impl ImportLog {
    /// Whether the log has neither warnings nor errors.
    ///
    /// Not all that is lost is told: see [`upload`](super::calls::Archive::upload).
    ///
    /// ```no_run
    /// # async fn f(node: headwaters::joule::Node) -> Result<(), Box<dyn std::error::Error>> {
    /// let file = tokio::fs::File::open("ww-data_2026_11_20-15-24-36.zip").await?;
    /// let log = node.archive().upload(file).await?;
    /// if !log.is_success() {
    ///     for line in log.errors.iter().chain(&log.warnings) {
    ///         eprintln!("{}", line.message);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.warnings.is_empty() && self.errors.is_empty()
    }
}
