//! The Streaming Analytics service of IBM Cloud, and the connection to its instance of Streams.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::{
    SERVICE, StreamsConnection, calls,
    credentials::{ServiceAccess, ServiceCredentials, ServicePath, ServiceV1},
    iam::{Iam, as_confidential, confidential},
    job_selector::JobSelector,
    service_v1_cancel::ServiceV1Cancel,
    types::{
        AnalyticsJob, InstanceStatus, JobConfigOverlays, JobId, ServiceState, ServiceV1Job,
        ServiceV1Status,
    },
};
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{Auth, Config, Error, ErrorKind, Link, Result, Upload, transport::Client};

/// What version 1 wants to hear of how to start and stop: an empty object.
const NOTHING: [(String, String); 0] = [];

/// The interface of the Streaming Analytics service; [`StreamingAnalyticsConnection`] is the door to a service of either version.
#[derive(Clone, Debug)]
pub struct StreamingAnalytics {
    pub(super) client: Client,
}

impl StreamingAnalytics {
    /// The service at this URL with the credentials of the configuration. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL or the configuration is not usable.
    pub fn with_auth(url: impl AsRef<str>, config: Config) -> Result<Self> {
        let client = Client::new(&SERVICE, url.as_ref(), config)?;
        Ok(Self { client })
    }
}

#[cfg(feature = "dynamic")]
impl TryFrom<Server> for StreamingAnalytics {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        Self::with_auth(&server.url, super::connection::keyed(&server))
    }
}

/// A Streaming Analytics service, by its credentials: the service itself, and its instance of Streams.
///
/// Version 1 of the service takes a user and a password, version 2 tokens of IAM, which are fetched when the first request needs
/// one, shared by all requests and replaced before they expire. Clones share tokens and HTTP connections.
///
/// ```no_run
/// use headwaters::streams::{ServiceCredentials, StreamingAnalyticsConnection};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> headwaters::Result<()> {
/// let credentials = ServiceCredentials::of_vcap("vcap.json", "Streams-1")?;
/// let service = StreamingAnalyticsConnection::new(credentials)?;
/// println!("{:?}", service.status().await?.state);
/// let sc = service.streams().await?;
/// for instance in sc.instances().list().await? {
///     println!("{}", instance.id);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct StreamingAnalyticsConnection {
    service: StreamingAnalytics,
    credentials: ServiceCredentials,
    config: Config,
    streams: Arc<OnceCell<StreamsConnection>>,
}

/// The state of a Streaming Analytics service.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AnalyticsStatus {
    /// Whether it is started or stopped.
    pub state: Option<ServiceState>,
    /// State of its instance of Streams.
    pub status: Option<InstanceStatus>,
    /// Its plan.
    pub plan: Option<String>,
    /// Whether it is enabled.
    pub enabled: Option<bool>,
    /// Number of its jobs.
    pub job_count: Option<i64>,
}

impl StreamingAnalyticsConnection {
    /// The service with these credentials. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the service's URL is http and does not lead to this host.
    pub fn new(credentials: ServiceCredentials) -> Result<Self> {
        Self::with_config(credentials, Config::new())
    }

    /// The same with timeouts, certificates and so on. The service's credentials take the place of the configuration's.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the configuration is not usable.
    pub fn with_config(credentials: ServiceCredentials, config: Config) -> Result<Self> {
        match credentials.access() {
            ServiceAccess::V1(access) => {
                let auth = Auth::basic(&access.user, access.password.clone());
                let url = access.url(ServicePath::Resources)?.clone();
                Self::opened(url, auth, credentials, config)
            }
            ServiceAccess::V2(access) => {
                let iam = access.iam_url().to_owned();
                Self::with_iam(credentials, iam, config)
            }
        }
    }

    /// The same with another token service than that of IBM Cloud, such as a local one. A service of version 1 does not use it.
    ///
    /// # Errors
    /// As [`with_config`](Self::with_config), and when the URL of the token service is http and does not lead to this host.
    pub fn with_iam(
        credentials: ServiceCredentials,
        iam_url: impl AsRef<str>,
        config: Config,
    ) -> Result<Self> {
        let ServiceAccess::V2(access) = credentials.access() else {
            return Self::with_config(credentials, config);
        };
        let iam = Iam::with_config(iam_url, config.clone())?;
        let auth = iam.tokens(access.api_key.clone());
        let url = access.rest_url.clone();
        Self::opened(url, auth, credentials, config)
    }

    /// The service that the environment variables `VCAP_SERVICES` and `STREAMING_ANALYTICS_SERVICE_NAME` name, with the default
    /// [`Config`]; see [`ServiceCredentials::from_env`].
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the variables do not lead to credentials.
    pub fn from_env() -> Result<Self> {
        Self::new(ServiceCredentials::from_env()?)
    }

    fn opened(
        mut url: url::Url,
        auth: Auth,
        credentials: ServiceCredentials,
        config: Config,
    ) -> Result<Self> {
        confidential(url.as_str(), "the service")?;
        url.set_path("");
        let config = config.with_auth(auth);
        Ok(Self {
            service: StreamingAnalytics::with_auth(url, config.clone())?,
            credentials,
            config,
            streams: Arc::default(),
        })
    }

    /// The interface of the service, for what is not here.
    pub fn service(&self) -> &StreamingAnalytics {
        &self.service
    }

    /// The connection to the service's instance of Streams.
    ///
    /// Its URL is asked for once in the life of this connection and of its clones; where that fails, the next call asks again. A
    /// service that is started anew, or restored, may have its instance elsewhere: then calls of the connection to Streams fail, and a
    /// new `StreamingAnalyticsConnection` asks anew. None does so by itself: a request that is repeated at another URL would carry the
    /// credentials there, and links that were read before lead to the old one.
    ///
    /// What the [`Config`] says, its headers and query parameters among it, holds for the service and for its instance alike; only
    /// [fallbacks](Config::with_fallback) are the service's alone. Where a header is meant for one of the two,
    /// [`StreamsConnection::with_auth`] opens the instance with a configuration of its own.
    ///
    /// # Errors
    /// As any call; [`ErrorKind::Failed`] when the service names no URL, as one that is stopped may.
    pub async fn streams(&self) -> Result<StreamsConnection> {
        let connection = self.streams.get_or_try_init(|| self.discovered()).await;
        connection.cloned()
    }

    async fn discovered(&self) -> Result<StreamsConnection> {
        let root = match self.credentials.access() {
            ServiceAccess::V1(access) => {
                let link = access.url(ServicePath::Resources)?;
                let call = calls::ServiceV1Resources::from_link(self.service.client.draft(), link);
                call.await?.streams_rest_url
            }
            ServiceAccess::V2(_) => {
                let service = self.service_v2()?.get().await?;
                let own = service.streams_self.as_deref().unwrap_or_default();
                let root = own.split("/instances").next().unwrap_or_default();
                if root.is_empty() {
                    let what = "the service names no instance of Streams: it may be stopped";
                    let operation = calls::ServiceGet::OPERATION;
                    return Err(Error::of(ErrorKind::Failed, operation, what));
                }
                root.to_owned()
            }
        };
        let own = self.service.client.url();
        as_confidential(&root, "the instance of Streams", own)?;
        StreamsConnection::with_auth(root, self.config.clone().without_fallbacks())
    }

    /// The state of the service.
    ///
    /// # Errors
    /// As any call.
    pub async fn status(&self) -> Result<AnalyticsStatus> {
        match self.credentials.access() {
            ServiceAccess::V1(access) => {
                let link = access.url(ServicePath::Status)?;
                let call = calls::ServiceV1Status::from_link(self.service.client.draft(), link);
                call.await.map(AnalyticsStatus::from)
            }
            ServiceAccess::V2(_) => {
                let service = self.service_v2()?.get().await?;
                Ok(AnalyticsStatus::of(service))
            }
        }
    }

    /// Starts the service, if it is stopped.
    ///
    /// # Errors
    /// As any call.
    pub async fn start(&self) -> Result<AnalyticsStatus> {
        match self.credentials.access() {
            ServiceAccess::V1(access) => {
                let link = access.url(ServicePath::Start)?;
                let draft = self.service.client.draft();
                let call = calls::ServiceV1Start::from_link(draft, link, NOTHING);
                call.await.map(AnalyticsStatus::from)
            }
            ServiceAccess::V2(_) => {
                let change = self.service_v2()?.change(ServiceState::Started);
                change.await.map(AnalyticsStatus::of)
            }
        }
    }

    /// Stops the service with all its jobs, if it is started.
    ///
    /// # Errors
    /// As any call.
    pub async fn stop(&self) -> Result<AnalyticsStatus> {
        match self.credentials.access() {
            ServiceAccess::V1(access) => {
                let link = access.url(ServicePath::Stop)?;
                let draft = self.service.client.draft();
                let call = calls::ServiceV1Stop::from_link(draft, link, NOTHING);
                call.await.map(AnalyticsStatus::from)
            }
            ServiceAccess::V2(_) => {
                let change = self.service_v2()?.change(ServiceState::Stopped);
                change.await.map(AnalyticsStatus::of)
            }
        }
    }

    /// Submits an application bundle as a job. The bundle is streamed.
    ///
    /// # Errors
    /// As any call; [`ErrorKind::Failed`] when the service refuses the job with a successful status, as version 1 does.
    pub async fn submit(
        &self,
        bundle: impl Into<Upload>,
        options: impl Into<JobConfigOverlays>,
    ) -> Result<JobId> {
        let (bundle, options) = (bundle.into(), options.into());
        match self.credentials.access() {
            ServiceAccess::V1(access) => {
                let operation = calls::ServiceV1Submit::OPERATION;
                let name = bundle.file_name(operation)?.to_owned();
                let link = access.url(ServicePath::Jobs)?;
                let draft = self.service.client.draft();
                let call = calls::ServiceV1Submit::from_link(draft, link, name, bundle, options);
                submitted(call.await?)
            }
            ServiceAccess::V2(_) => {
                let submit = self.service_v2()?.submit(bundle, options);
                Ok(submit.await?.id)
            }
        }
    }

    /// Cancels a job. `false` when there is no such job; `true` also when the answer to an attempt was lost and the next one finds no
    /// such job.
    ///
    /// A service of version 1 takes requests that name no job. Here they do not compile, by this method or by the
    /// [interface of the service](Self::service):
    ///
    /// ```compile_fail,E0061
    /// # async fn f(service: headwaters::streams::StreamingAnalyticsConnection) -> headwaters::Result<()> {
    /// service.cancel().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```compile_fail,E0061
    /// # async fn f(service: headwaters::streams::StreamingAnalyticsConnection) -> headwaters::Result<()> {
    /// service.service().service_v1().cancel("service", "binding").await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As any call; [`is_request`](Error::is_request), before anything is sent, when the id or the name is empty.
    pub async fn cancel(&self, job: impl Into<JobSelector>) -> Result<bool> {
        let job = job.into();
        let outcome = match self.credentials.access() {
            ServiceAccess::V1(access) => self.cancel_v1(access, job).await,
            ServiceAccess::V2(_) => {
                job.checked(calls::ServiceCancel::OPERATION)?;
                let service = self.service_v2()?;
                let id = match job {
                    JobSelector::Id(id) => Some(id),
                    JobSelector::Name(name) => {
                        let jobs: Vec<AnalyticsJob> = service.jobs().await?;
                        let mut jobs = jobs.into_iter();
                        let found = jobs.find(|job| job.name.as_ref() == Some(&name));
                        found.map(|job| job.id)
                    }
                };
                let Some(id) = id else {
                    return Ok(false);
                };
                service.cancel(id).await.map(drop)
            }
        };
        match outcome {
            Ok(()) => Ok(true),
            // Where the answer to an earlier attempt was lost, that one has cancelled it.
            Err(error) if error.is_not_found() => Ok(error.maybe_sent()),
            Err(error) => Err(error),
        }
    }

    async fn cancel_v1(&self, access: &ServiceV1, job: JobSelector) -> Result<()> {
        let link = access.url(ServicePath::Jobs)?;
        let call = ServiceV1Cancel::from_link(self.service.client.draft(), link, job);
        let outcome = call.await?;
        let refusal = outcome.pointer("/error_status");
        if refusal.is_none_or(|status| status.is_null()) {
            return Ok(());
        }
        let why = outcome.pointer("/description").and_then(|why| why.as_str());
        let why = why.unwrap_or_else(|| "it does not say why".to_owned());
        let what = format!("the service did not cancel the job: {why}");
        Err(Error::of(
            ErrorKind::Failed,
            ServiceV1Cancel::OPERATION,
            what,
        ))
    }

    /// The group of calls of a service of version 2.
    fn service_v2(&self) -> Result<calls::Service> {
        match self.credentials.access() {
            ServiceAccess::V2(access) => {
                Ok(self.service.service(Link::new(access.rest_url.as_str())))
            }
            ServiceAccess::V1(_) => Err(Error::config("the service has version 1")),
        }
    }
}

/// The id of the job, or why there is none.
fn submitted(job: ServiceV1Job) -> Result<JobId> {
    let refused = job.error_status.is_some();
    match job.job_id.or(job.id) {
        Some(id) if !refused => Ok(id),
        _ => {
            let why = job.description.unwrap_or_default();
            let what = match why.is_empty() {
                true => "the service did not say which job it started".to_owned(),
                false => format!("the service refused the job: {why}"),
            };
            let operation = calls::ServiceV1Submit::OPERATION;
            Err(Error::of(ErrorKind::Failed, operation, what))
        }
    }
}

impl AnalyticsStatus {
    fn of(service: super::types::AnalyticsService) -> Self {
        Self {
            state: service.state,
            status: service.status,
            plan: service.plan,
            enabled: service.enabled,
            job_count: service.job_count.map(i64::from),
        }
    }
}

impl From<ServiceV1Status> for AnalyticsStatus {
    fn from(status: ServiceV1Status) -> Self {
        Self {
            state: status.state,
            status: status.status,
            plan: status.plan,
            enabled: status.enabled,
            job_count: status.job_count.and_then(|count| {
                let text = count.text().trim_matches('"').to_owned();
                text.parse().ok()
            }),
        }
    }
}
