//! Cloud Pak for Data: tokens, and where its instances of Streams are.

use std::{future::Future, pin::Pin, time::Duration};

use reqwest::StatusCode;
use url::Url;

#[cfg(feature = "dynamic")]
use super::connection::keyed;
use super::{
    BuildService, SERVICE, StreamsConnection,
    build_service::base_of_collection,
    calls::{BuilderResources, CloudPakServiceInstance, InstanceGet},
    iam::confidential,
    types::{ConnectionInfo, Instance},
};
#[cfg(feature = "dynamic")]
use crate::dynamic::Server;
use crate::{
    Auth, Config, Error, ErrorKind, Link, Result, Secret, Token, TokenError, TokenSource,
    call::Linked as _, config::env, transport::Client,
};

/// How long a token of Cloud Pak for Data is used, and one for an instance: neither says how long it lives.
const LIFETIMES: (Duration, Duration) = (
    Duration::from_secs(11 * 60 * 60),
    Duration::from_secs(19 * 60),
);

/// Cloud Pak for Data, which knows its instances of Streams by their names.
///
/// ```no_run
/// use headwaters::streams::CloudPak;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> headwaters::Result<()> {
/// let cloud_pak = CloudPak::new("https://cpd.example.com:31843", "user", "password")?;
/// let streams = cloud_pak.streams("streams-1").await?;
/// let sc = streams.connection;
/// for job in sc.instance(&streams.instance).jobs().await? {
///     println!("{}", job.id);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct CloudPak {
    pub(super) client: Client,
    config: Config,
}

/// An instance of Streams in Cloud Pak for Data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CloudPakStreams {
    /// The connection to its REST API.
    pub connection: StreamsConnection,
    /// The instance.
    pub instance: Instance,
    /// Its build service, if it has one, and Cloud Pak for Data names an origin that is
    /// [trusted](crate::Config::with_trusted_origin). In Cloud Pak for Data 2.5 and 3.0 it is where the root of the build service says
    /// that the toolkits are, and nothing where that root cannot be asked.
    pub builds: Option<BuildService>,
}

impl CloudPak {
    /// Cloud Pak for Data at this URL, such as `https://cpd.example.com:31843`, for a user with a password. Nothing is sent yet.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the URL is not valid, or is http and does not lead to this host: the first
    /// request carries the password.
    pub fn new(
        url: impl AsRef<str>,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Self> {
        Self::with_config(url, user, password, Config::new())
    }

    /// The same with timeouts, certificates and so on. The user's tokens take the place of the configuration's credentials; they are
    /// fetched when the first request needs one, and shared.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the configuration is not usable.
    pub fn with_config(
        url: impl AsRef<str>,
        user: impl Into<String>,
        password: impl Into<Secret>,
        config: Config,
    ) -> Result<Self> {
        let url = url.as_ref();
        let tokens = UserTokens {
            cloud_pak: Self::with_auth(
                url,
                config.clone().with_auth(Auth::none()).without_fallbacks(),
            )?,
            user: user.into(),
            password: password.into(),
        };
        Self::with_auth(url, config.with_auth(Auth::refreshing(tokens)))
    }

    /// Cloud Pak for Data at the URL in the environment variable `CP4D_URL`, for the user `STREAMS_USERNAME` with the password
    /// `STREAMS_PASSWORD`, with the default [`Config`].
    ///
    /// # Errors
    /// As [`new`](Self::new), and when a variable is not set; the error names it.
    pub fn from_env() -> Result<Self> {
        Self::from_env_with_config(Config::new())
    }

    /// The same with timeouts, certificates and so on, as [`with_config`](Self::with_config).
    ///
    /// # Errors
    /// As [`with_config`](Self::with_config), and when a variable is not set; the error names it.
    pub fn from_env_with_config(config: Config) -> Result<Self> {
        let url = env::required("CP4D_URL")?;
        let user = env::required("STREAMS_USERNAME")?;
        Self::with_config(url, user, env::required("STREAMS_PASSWORD")?, config)
    }

    /// Cloud Pak for Data at this URL with the credentials of the configuration.
    ///
    /// # Errors
    /// As [`with_config`](Self::with_config).
    pub fn with_auth(url: impl AsRef<str>, config: Config) -> Result<Self> {
        let url = confidential(url.as_ref(), "Cloud Pak for Data")?;
        let client = Client::new(&SERVICE, url.as_str(), config.clone())?;
        Ok(Self { client, config })
    }

    /// The instance of Streams of this display name, with the connection to it. Its tokens are those of the instance where Cloud Pak
    /// for Data gives such, and those of the user elsewhere.
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) when there is no such instance; [`ErrorKind::Failed`] when Cloud Pak for Data does
    /// not say where it is; [`is_request`](crate::Error::is_request) when it is at another origin, which
    /// [`Config::with_trusted_origin`](crate::Config::with_trusted_origin) does not allow; otherwise as any call.
    pub async fn streams(&self, display_name: impl Into<String>) -> Result<CloudPakStreams> {
        let service = self.service_instance(display_name).await?;
        let arguments = service.create_arguments.as_ref();
        let info = arguments.and_then(|arguments| arguments.connection_info.as_ref());
        let rest = info.and_then(|info| info.external_rest_endpoint.as_deref());
        let rest = rest.map(|endpoint| self.endpoint(endpoint)).transpose()?;
        let Some(rest) = rest else {
            let what = "Cloud Pak for Data does not say where the REST API of the instance is";
            let operation = CloudPakServiceInstance::OPERATION;
            return Err(Error::of(ErrorKind::Failed, operation, what));
        };
        let config = match service.id.as_ref() {
            Some(id) => self.config_of(id.text().trim_matches('"')).await?,
            None => self.config.clone(),
        };
        let config = config.without_fallbacks();
        let connection = StreamsConnection::at(base_of_instance(&rest), config.clone())?;
        let link: Link<InstanceGet> = Link::new(rest.as_str());
        let instance = InstanceGet::linked(connection.client.draft(), Some(link.as_str()));
        Ok(CloudPakStreams {
            instance: instance.await?,
            connection,
            builds: match info {
                Some(info) => self.builds(info, config).await?,
                None => None,
            },
        })
    }

    /// The instance of Streams that the environment variable `STREAMS_INSTANCE_ID` names, as [`streams`](Self::streams) does.
    ///
    /// ```no_run
    /// use headwaters::streams::CloudPak;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> headwaters::Result<()> {
    /// let streams = CloudPak::from_env()?.streams_of_env().await?;
    /// println!("{}", streams.instance.id);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`streams`](Self::streams), and when the variable is not set.
    pub async fn streams_of_env(&self) -> Result<CloudPakStreams> {
        self.streams(env::required("STREAMS_INSTANCE_ID")?).await
    }

    /// The configuration with tokens of the instance of this id, or of the user where there are none of an instance.
    async fn config_of(&self, id: &str) -> Result<Config> {
        match self.service_token(id).await {
            Ok(_) => {}
            Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => {
                return Ok(self.config.clone());
            }
            Err(error) => return Err(error),
        }
        let tokens = InstanceTokens {
            cloud_pak: self.clone(),
            service_instance: id.to_owned(),
        };
        Ok(self.config.clone().with_auth(Auth::refreshing(tokens)))
    }

    async fn builds(&self, info: &ConnectionInfo, config: Config) -> Result<Option<BuildService>> {
        let Some(endpoint) = info.external_build_endpoint.as_deref() else {
            return Ok(None);
        };
        let Ok(mut url) = self.endpoint(endpoint) else {
            // Who builds nothing needs no trust in it.
            return Ok(None);
        };
        let path = url.path().to_owned();
        if let Some(instance) = path.strip_prefix("/streams-build/instances/") {
            // Before version 3.5 a root beside the builds says where the toolkits are.
            let mut root = url.clone();
            root.set_path(&format!("/streams-build-resource/instances/{instance}"));
            match self.toolkits_of_root(&root, config.clone()).await {
                Ok(Some(toolkits)) => match self.endpoint(&toolkits) {
                    Ok(toolkits) => url = toolkits,
                    Err(_) => return Ok(None),
                },
                Ok(None) => {}
                Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => {}
                // Who builds nothing needs no answer of it.
                Err(_) => return Ok(None),
            }
        }
        let url = base_of_collection(url);
        BuildService::with_auth(url, config).map(Some)
    }

    /// The URL of the toolkits that this root of a build service names.
    async fn toolkits_of_root(&self, root: &Url, config: Config) -> Result<Option<String>> {
        let service = BuildService::with_auth(root, config)?;
        let resources = BuilderResources::from_link(service.client.draft(), root.as_str()).await?;
        let mut resources = resources.into_iter();
        let toolkits = resources.find(|resource| resource.name == "toolkits");
        Ok(toolkits.map(|toolkits| toolkits.resource))
    }

    /// An endpoint, which may be no more than a path of this host. Another origin has to be trusted.
    fn endpoint(&self, text: &str) -> Result<Url> {
        self.client.destination(text)
    }
}

/// The URL under which the collections of the server of an instance lie.
fn base_of_instance(instance: &Url) -> Url {
    let mut base = instance.clone();
    let path = instance.path();
    let before = path.split("/instances/").next().unwrap_or_default();
    base.set_path(if before.is_empty() { path } else { before });
    base
}

/// Tokens of a user.
struct UserTokens {
    cloud_pak: CloudPak,
    user: String,
    password: Secret,
}

/// Tokens for an instance of Streams.
struct InstanceTokens {
    cloud_pak: CloudPak,
    service_instance: String,
}

type Fetched<'a> =
    Pin<Box<dyn Future<Output = std::result::Result<Token, TokenError>> + Send + 'a>>;

impl TokenSource for UserTokens {
    fn fetch(&self) -> Fetched<'_> {
        Box::pin(async {
            let call = self.cloud_pak.authorize(&self.user, self.password.clone());
            Ok(Token {
                secret: call.await?.token,
                lifetime: Some(LIFETIMES.0),
            })
        })
    }
}

impl TokenSource for InstanceTokens {
    fn fetch(&self) -> Fetched<'_> {
        Box::pin(async {
            let call = self.cloud_pak.service_token(&self.service_instance);
            Ok(Token {
                secret: call.await?.access_token,
                lifetime: Some(LIFETIMES.1),
            })
        })
    }
}

#[cfg(feature = "dynamic")]
impl TryFrom<Server> for CloudPak {
    type Error = Error;

    fn try_from(server: Server) -> Result<Self> {
        Self::with_auth(&server.url, keyed(&server))
    }
}
