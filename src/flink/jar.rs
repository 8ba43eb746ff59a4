//! Jars: their ids, and uploading and running in one step.

use serde::{Deserialize, Serialize};

use super::{
    calls::{Jars, JarsRun},
    types::{JarId, JarRunResponse, JarUploadResponse},
};
use crate::{Result, Upload};

/// A program that was uploaded and started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Submission {
    /// The jar as the cluster keeps it.
    pub jar: JarId,
    /// What running it answered, the job's id among it.
    pub run: JarRunResponse,
}

impl Jars {
    /// Uploads a jar and runs it; `run` may say how.
    ///
    /// When running fails, the jar stays on the cluster; delete it with [`delete`](Self::delete).
    ///
    /// ```no_run
    /// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
    /// let submission = flink
    ///     .jars()
    ///     .upload_and_run("target/job.jar", |run| run.entry_class("com.acme.Main").parallelism(4))
    ///     .await?;
    /// println!("{} runs as {}", submission.jar, submission.run.job_id);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the file cannot be read; otherwise as [`upload`](Self::upload) and
    /// [`run`](Self::run).
    pub async fn upload_and_run(
        &self,
        jar: impl Into<Upload>,
        run: impl FnOnce(JarsRun) -> JarsRun,
    ) -> Result<Submission> {
        let jar = self.upload(jar).await?.jar_id();
        let run = run(self.run(&jar)).await?;
        Ok(Submission { jar, run })
    }
}

impl JarUploadResponse {
    /// The id that the other calls take: the last part of the file name, which is a path on the server (of Windows
    /// perhaps).
    pub fn jar_id(&self) -> JarId {
        let name = self
            .file_name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default();
        JarId::from(name)
    }
}
