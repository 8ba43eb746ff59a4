//! The way into a sandbox, for each flavour.

use headwaters::{
    Auth, Config, Result, Retry,
    sandbox::Streams,
    streams::{
        BuildService, CloudPak, ServiceCredentials, StreamingAnalyticsConnection, StreamsConnection,
    },
};

/// The way into a sandbox.
pub struct Door {
    pub service: Option<StreamingAnalyticsConnection>,
    pub sc: StreamsConnection,
    pub build: BuildService,
}

pub fn config() -> Config {
    Config::new().with_retry(Retry::none())
}

/// Cloud Pak for Data as a sandbox, for its user with this password.
pub fn cloud_pak(streams: &Streams, password: &str) -> CloudPak {
    let config = config().with_certificate_authority(streams.authority().unwrap());
    CloudPak::with_config(streams.origin(), streams.user(), password, config).unwrap()
}

impl Door {
    pub async fn open(streams: &Streams) -> Result<Self> {
        if streams.authority().is_some() {
            let found = cloud_pak(streams, streams.password());
            let found = found.streams("StreamsInstance").await?;
            return Ok(Self {
                service: None,
                sc: found.connection,
                build: found.builds.unwrap(),
            });
        }
        let user = config().with_auth(Auth::basic(streams.user(), streams.password()));
        let build = BuildService::with_auth(format!("{}/streams/rest", streams.origin()), user)?;
        let Some(vcap) = streams.vcap() else {
            let (user, password) = (streams.user(), streams.password());
            let sc = StreamsConnection::with_config(streams.url(), user, password, config())?;
            return Ok(Self {
                service: None,
                sc,
                build,
            });
        };
        let credentials = ServiceCredentials::of_vcap(vcap, "sandbox")?;
        let origin = streams.origin();
        let service = StreamingAnalyticsConnection::with_iam(credentials, origin, config())?;
        let sc = service.streams().await?;
        Ok(Self {
            service: Some(service),
            sc,
            build,
        })
    }
}
