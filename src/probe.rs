//! The generator's probe: one operation of each hard kind, generated from `tests/specs/probe.yaml` and driven by the
//! tests.

use bytes::Bytes;
use reqwest::StatusCode;

use crate::{
    ByteStream, Config, Operation, Response, Result,
    error::ServerMessage,
    transport::{Client, Platform},
};

mod generated {
    include!(concat!(env!("OUT_DIR"), "/probe.rs"));
}

#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, calls, ids::*, types};

static PLATFORM: Platform = Platform {
    name: generated::NAME,
    product: "Probe",
    raw: Operation::raw(generated::NAME),
    prefix: generated::PREFIX,
    numbers: generated::NUMBERS,
    instead: &[],
    words: |_: StatusCode, body: &Bytes| {
        Some(ServerMessage {
            messages: vec![String::from_utf8_lossy(body).into_owned()],
            ..ServerMessage::default()
        })
    },
};

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

/// Where the issuer is unless it is set up otherwise.
pub const ISSUER: &str = generated::servers::ISSUER;
