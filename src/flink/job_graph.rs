//! Jobs that the caller has compiled, on their way to the cluster.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    calls::Jobs,
    generated::rows::JOBS_SUBMIT,
    types::{JobId, JobSubmitResponse},
};
use crate::{
    Error, Operation, Result, Upload,
    body::Form,
    call::call,
    transport::{Answer, Draft, Request},
};

/// Submits a job that the caller has compiled, with its jars and the files of its distributed cache.
///
/// The job graph is one of Java's serialization, as Flink's own client makes it; on 2.x it may be an execution plan, too.
/// A program in a jar needs none: [`upload_and_run`](super::calls::Jars::upload_and_run) compiles it on the JobManager.
///
/// The files are opened before anything is sent, and read piece by piece while they are. Since Flink keeps what is sent
/// by file name, no two files may share one; [`with_name`](Upload::with_name) gives another.
///
/// `POST /jobs`. It may take long: one attempt has ten minutes. The answer comes when the job has been taken, before it
/// runs. Source: official client on 1.20.5, captured on 1.20.5, captured on 2.3.0.
///
/// # Errors
/// - [`is_request`](Error::is_request): a file cannot be read, or a name is no file name or there twice; nothing was sent.
/// - 400: The job graph is not one of this version of Flink.
/// - 500: A job of its id has been submitted before.
/// - 503: The JobManager is starting or electing a leader. A moment later it answers.
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct JobsSubmit {
    draft: Draft,
    job_graph: Upload,
    jars: Vec<Upload>,
    artifacts: Vec<(String, Upload)>,
}

impl Jobs {
    /// Submits a job that the caller has compiled; see [`JobsSubmit`].
    ///
    /// ```no_run
    /// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
    /// use headwaters::flink::types::JobStatus;
    ///
    /// let submitted = flink
    ///     .jobs()
    ///     .submit("target/job-graph.bin")
    ///     .jar("target/job.jar")
    ///     .artifact("stop words", "words.txt")
    ///     .await?;
    /// flink.jobs().wait_for(submitted.job_id(), JobStatus::Running).await?;
    /// # Ok(()) }
    /// ```
    pub fn submit(&self, job_graph: impl Into<Upload>) -> JobsSubmit {
        JobsSubmit {
            draft: self.client.draft(),
            job_graph: job_graph.into(),
            jars: Vec::new(),
            artifacts: Vec::new(),
        }
    }
}

impl JobsSubmit {
    /// Its row in the table of operations.
    pub const OPERATION: &'static Operation = JOBS_SUBMIT;

    /// One more jar with classes of the job.
    pub fn jar(mut self, jar: impl Into<Upload>) -> Self {
        self.jars.push(jar.into());
        self
    }

    /// One more file of the job's distributed cache, under the name by which the program registered and reads it.
    pub fn artifact(mut self, entry: impl Into<String>, file: impl Into<Upload>) -> Self {
        self.artifacts.push((entry.into(), file.into()));
        self
    }

    /// Reports the bytes of the job graph sent so far and, where it is known, their total. Each other file has a report of
    /// its own: [`Upload::on_progress`].
    pub fn on_progress(
        mut self,
        report: impl Fn(u64, Option<u64>) + Send + Sync + 'static,
    ) -> Self {
        self.job_graph = self.job_graph.on_progress(report);
        self
    }

    fn into_request(self) -> Request {
        let mut request = self.draft.clone().request(Self::OPERATION);
        let description = match self.description() {
            Ok(description) => description,
            Err(fault) => {
                request.refuse(fault);
                return request;
            }
        };
        // The names of the parts mean nothing to Flink.
        let mut form = Form::new()
            .with_text("request", description)
            .with_file("job_graph", self.job_graph);
        for jar in self.jars {
            form = form.with_file("jar", jar);
        }
        for (_, file) in self.artifacts {
            form = form.with_file("artifact", file);
        }
        request.form(form)
    }

    /// What names the files and says what each of them is. 2.x takes the name of 1.x for the graph, an execution plan too: seen on 2.3.0.
    fn description(&self) -> Result<String> {
        let operation = Self::OPERATION;
        let mut names = BTreeSet::new();
        let mut name = |file: &Upload| {
            let name = file.file_name(operation)?;
            match names.insert(name.to_owned()) {
                true => Ok(name.to_owned()),
                false => {
                    let reason = format!("two files are called {name:?}, and Flink would keep one");
                    Err(Error::request(operation, reason))
                }
            }
        };
        let job_graph = name(&self.job_graph)?;
        let jars: Vec<String> = self.jars.iter().map(&mut name).collect::<Result<_>>()?;
        let mut entries = BTreeSet::new();
        let mut artifacts = Vec::new();
        for (entry, file) in &self.artifacts {
            if !entries.insert(entry) {
                let reason = format!("two artifacts are called {entry:?}");
                return Err(Error::request(operation, reason));
            }
            artifacts.push(json!({"entryName": entry, "fileName": name(file)?}));
        }
        let request = json!({
            "jobGraphFileName": job_graph,
            "jobJarFileNames": jars,
            "jobArtifactFileNames": artifacts,
        });
        Ok(request.to_string())
    }
}

call!(JobsSubmit -> JobSubmitResponse, Answer::json);

impl JobSubmitResponse {
    /// The job's id, which the job graph brought along: the last part of the path.
    pub fn job_id(&self) -> JobId {
        let id = self.job_url.rsplit('/').next().unwrap_or_default();
        JobId::from(id)
    }
}
