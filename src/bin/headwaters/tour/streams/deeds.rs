//! What the walk does to an instance of Streams 5, and undoes.

use std::time::Duration;

use bytes::Bytes;
use headwaters::{
    Result as Called,
    streams::{
        BundleId, JobId,
        types::{Health, Instance, Job, JobConfig},
    },
};

use super::{Walk, sights::said};
use crate::failure::Failure;

/// How long a job may take to be healthy.
const PATIENCE: Duration = Duration::from_secs(120);

impl Walk {
    pub(super) async fn upload(
        &mut self,
        instance: &Instance,
        bundle: Bytes,
    ) -> Result<BundleId, Failure> {
        self.account
            .step("Uploading a bundle", "instance_upload_bundle")?;
        self.account.talk("uploading");
        let size = bundle.len();
        let uploaded = self.sc.instance(instance).upload_bundle(bundle).await?;
        self.account
            .tell(format_args!("{size} bytes, kept as {}", uploaded.bundle_id))?;
        Ok(uploaded.bundle_id)
    }

    pub(super) async fn submit(
        &mut self,
        instance: &Instance,
        bundle: BundleId,
    ) -> Result<Job, Failure> {
        self.account
            .step("Submitting it as a job", "instance_submit")?;
        let name = format!("headwaters_tour_{:08x}", fastrand::u32(..));
        let config = JobConfig::new().job_name(&name);
        self.submitted = Some((instance.clone(), name));
        let submitted = self.sc.instance(instance).submit(bundle, config).await?;
        let id = submitted
            .id
            .ok_or_else(|| missing("tells no id for the job"))?;
        self.account
            .tell(format_args!("job {id}, {}", said(&submitted.name)))?;
        self.find(instance, id).await
    }

    async fn find(&self, instance: &Instance, id: JobId) -> Result<Job, Failure> {
        let job = self.sc.instance(instance).find_job(&id).await?;
        job.ok_or_else(|| missing(&format!("does not list job {id}")))
    }

    pub(super) async fn follow(&mut self, job: &Job) -> Result<(), Failure> {
        self.account
            .step("The job, followed until it is healthy", "job_get")?;
        self.account
            .talk(format_args!("job {} is {}", job.id, said(&job.health)));
        let healthy = self.sc.job(job).wait_for(Health::Healthy);
        let job = healthy.with_timeout(PATIENCE).await?;
        self.account.tell(format_args!(
            "job {} is {} and {}",
            job.id,
            said(&job.status),
            said(&job.health)
        ))
    }

    pub(super) async fn cancel(&mut self, instance: &Instance, job: &Job) -> Result<(), Failure> {
        self.account.step("Cancelling the job", "job_cancel")?;
        self.sc.job(job).cancel().await?;
        self.submitted = None;
        let left = self.sc.instance(instance).find_job(&job.id).await?;
        self.account.tell(match left {
            None => format!("job {} is gone", job.id),
            Some(job) => format!("job {} is {}", job.id, said(&job.status)),
        })
    }

    /// Cancels the job of a walk that ended early.
    pub(super) async fn clean_up(&mut self) {
        let Some((instance, name)) = self.submitted.take() else {
            return;
        };
        self.account.talk(format_args!("cancelling {name}"));
        if let Err(error) = self.cancel_named(&instance, &name).await {
            self.account
                .talk(format_args!("{name} could not be cancelled: {error}"));
        }
    }

    async fn cancel_named(&self, instance: &Instance, name: &str) -> Called<()> {
        for job in self.sc.instance(instance).jobs().await? {
            if job.name.as_deref() == Some(name) {
                match self.sc.job(&job).cancel().await {
                    Err(error) if !error.is_not_found() => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn missing(what: &str) -> Failure {
    Failure::Failed(format!("the server {what} that it was given"))
}
