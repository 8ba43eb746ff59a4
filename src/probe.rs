//! The generator's probe: one operation of each hard kind, generated from `tests/specs/probe.yaml` and driven by the
//! tests.

use bytes::Bytes;
use reqwest::{StatusCode, Upgraded, header::UPGRADE};
use serde::{Deserialize, Serialize, Serializer, ser};

use crate::{
    Auth, ByteStream, Config, ErrorKind, Operation, Response, Result, Secret,
    error::ServerMessage,
    transport::{Client, Credentials, Platform},
};

mod generated {
    include!(concat!(env!("OUT_DIR"), "/probe.rs"));
}

#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, calls, ids::*, types};

static PLATFORM: Platform = platform(generated::PREFIX);
static TENANTS: Platform = platform(generated::servers::TENANT_PREFIX);

/// The platform with this prefix.
const fn platform(prefix: &'static str) -> Platform {
    Platform {
        name: generated::NAME,
        product: "Probe",
        raw: Operation::raw(generated::NAME, generated::OK),
        prefix,
        numbers: generated::NUMBERS,
        instead: &[],
        words: |_: StatusCode, body: &Bytes| {
            Some(ServerMessage {
                messages: vec![String::from_utf8_lossy(body).into_owned()],
                status: told(body),
                ..ServerMessage::default()
            })
        },
    }
}

/// The status that a body tells in its head.
fn told(body: &[u8]) -> Option<StatusCode> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let status = body.get("head")?.get("status")?.as_u64()?;
    StatusCode::from_u16(u16::try_from(status).ok()?).ok()
}

/// A number of milliseconds, or so many whole seconds.
#[derive(Clone, Copy, Debug)]
pub struct Moment(i64);

impl From<i64> for Moment {
    fn from(milliseconds: i64) -> Self {
        Self(milliseconds)
    }
}

impl From<std::time::Duration> for Moment {
    fn from(duration: std::time::Duration) -> Self {
        Self(duration.as_secs() as i64 * 1000)
    }
}

impl From<Moment> for i64 {
    fn from(moment: Moment) -> Self {
        moment.0
    }
}

/// A filter: a text, or the least brightness.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Filter(String);

impl From<&str> for Filter {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::str::FromStr for Filter {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl From<i32> for Filter {
    fn from(brightness: i32) -> Self {
        match brightness {
            ..0 => Self(String::new()),
            _ => Self(format!("brightness >= {brightness}")),
        }
    }
}

impl TryFrom<Filter> for String {
    type Error = &'static str;

    fn try_from(filter: Filter) -> std::result::Result<Self, &'static str> {
        match filter.0.is_empty() {
            true => Err("it is darker than dark"),
            false => Ok(filter.0),
        }
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let text = String::try_from(self.clone()).map_err(ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

/// Counts the bytes of a stream; knows which operation opened it.
#[derive(Debug)]
pub struct Counter {
    operation: &'static Operation,
    bytes: ByteStream,
}

impl Counter {
    fn open(response: Response<ByteStream>) -> Result<Response<Self>> {
        Ok(response.map(|bytes| Self {
            operation: bytes.history().operation,
            bytes,
        }))
    }

    /// The operation's id and the number of bytes until the end.
    ///
    /// # Errors
    /// When the stream breaks.
    pub async fn count(mut self) -> Result<(&'static str, usize)> {
        let mut count = 0;
        while let Some(piece) = self.bytes.next().await? {
            count += piece.len();
        }
        Ok((self.operation.id, count))
    }
}

/// A server that speaks the probe.
#[derive(Clone, Debug)]
pub struct Probe {
    client: Client,
}

impl Probe {
    /// The server at this URL.
    ///
    /// # Errors
    /// When the URL or the configuration is not usable.
    pub fn with_config(url: &str, config: Config) -> Result<Self> {
        let client = Client::new(&PLATFORM, url, config)?;
        Ok(Self { client })
    }
}

impl calls::Vault {
    /// Goes on in the protocol of the vault.
    ///
    /// # Errors
    /// When the server does not switch to it.
    pub async fn wire(&self) -> Result<Upgraded> {
        let request = self.client.draft().request(generated::rows::VAULT_WIRE);
        let request = request.secret_segment(self.key.secret());
        let upgrade = request.upgrade("wire", []).await?;
        match upgrade.headers.get(UPGRADE) {
            Some(protocol) if protocol == "wire" => Ok(upgrade.connection),
            _ => {
                let what = "the server switched to another protocol";
                Err(upgrade.history.error(ErrorKind::Decode, what))
            }
        }
    }
}

/// Another server of the probe, with credentials of its own.
#[derive(Clone, Debug)]
pub struct Issuer {
    client: Client,
}

impl Issuer {
    /// The server at this URL.
    ///
    /// # Errors
    /// When the URL or the configuration is not usable.
    pub fn with_config(url: &str, config: Config) -> Result<Self> {
        let client = Client::new(&PLATFORM, url, config)?;
        Ok(Self { client })
    }
}

/// A server whose paths begin with the account of who asks.
#[derive(Clone, Debug)]
pub struct Tenant {
    client: Client,
}

impl Tenant {
    /// The server at this URL, for this account and its token.
    ///
    /// # Errors
    /// When the URL, the account or the configuration is not usable.
    pub fn with_config(url: &str, account: &str, token: Secret, config: Config) -> Result<Self> {
        let tenant = Self::unknown(url, config)?;
        tenant.replace(account, token)?;
        Ok(tenant)
    }

    /// The same for nobody yet.
    ///
    /// # Errors
    /// When the URL or the configuration is not usable.
    pub fn unknown(url: &str, config: Config) -> Result<Self> {
        let client = Client::new(&TENANTS, url, config)?;
        Ok(Self { client })
    }

    /// Asks as this account from now on.
    ///
    /// # Errors
    /// When the account cannot stand in a path.
    pub fn replace(&self, account: &str, token: Secret) -> Result<()> {
        let auth = Auth::header("x-token", token);
        let credentials = Credentials::new(auth)
            .with("version", generated::servers::TENANT_VERSION)
            .with("account", account);
        self.client.replace_credentials(credentials)
    }

    /// The issuer at this URL, with the credentials of this client, now and later.
    ///
    /// # Errors
    /// When the URL is not usable.
    pub fn issuer(&self, url: &str) -> Result<Issuer> {
        let config = self.client.config().clone();
        let client = self.client.beside(&PLATFORM, url, config)?;
        Ok(Issuer { client })
    }
}

/// Where the issuer is unless it is set up otherwise.
pub const ISSUER: &str = generated::servers::ISSUER;
