//! A configuration of a job in the place of the overlays that requests take.

use super::types::{JobConfig, JobConfigOverlay, JobConfigOverlays};

/// The overlay that changes nothing else.
impl From<JobConfig> for JobConfigOverlay {
    fn from(config: JobConfig) -> Self {
        Self::new().job_config(config)
    }
}

/// The one overlay: Streams ignores all after the first.
impl From<JobConfigOverlay> for JobConfigOverlays {
    fn from(overlay: JobConfigOverlay) -> Self {
        Self::new().job_config_overlays([overlay])
    }
}

/// One overlay that changes nothing else:
///
/// ```no_run
/// # use headwaters::streams::{BundleId, StreamsConnection, types::{Instance, JobConfig}};
/// # async fn f(sc: StreamsConnection, instance: Instance, bundle: BundleId) -> headwaters::Result<()> {
/// let config = JobConfig::new().job_name("trades").data_directory("/data/trades");
/// sc.instance(&instance).submit(bundle, config).await?;
/// # Ok(()) }
/// ```
impl From<JobConfig> for JobConfigOverlays {
    fn from(config: JobConfig) -> Self {
        JobConfigOverlay::from(config).into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_configuration_is_the_first_overlay() {
        let config = JobConfig::new().job_name("trades");
        assert_eq!(
            serde_json::to_value(JobConfigOverlays::from(config)).unwrap(),
            json!({"jobConfigOverlays": [{"jobConfig": {"jobName": "trades"}}]})
        );
    }
}
