//! Which certificates a client trusts, and which one it shows.

use std::fmt;

use reqwest::ClientBuilder;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use zeroize::Zeroizing;

use crate::{Error, Result, Secret};

/// What is trusted beside the system's authorities, and who the client is.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// Files in PEM.
    pub(super) authorities: Vec<Vec<u8>>,
    pub(super) accepts_any: bool,
    pub(super) identity: Option<Identity>,
}

/// A client's certificate and its key, in PEM.
#[derive(Clone)]
#[cfg_attr(
    not(any(feature = "rustls", feature = "native-tls")),
    allow(dead_code, reason = "without TLS it is refused, and not looked into")
)]
pub(crate) struct Identity {
    pub(super) chain: Vec<u8>,
    pub(super) key: Secret,
}

impl Tls {
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(super) fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        for pem in &self.authorities {
            let certificates =
                reqwest::Certificate::from_pem_bundle(&plain(pem)).map_err(|error| {
                    Error::config("the certificate authority is not a file in PEM")
                        .with_source(error)
                })?;
            if certificates.is_empty() {
                return Err(Error::config(
                    "the certificate authority's file holds no certificate in PEM, which begins with BEGIN CERTIFICATE",
                ));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        if let Some(identity) = &self.identity {
            // The cause is left out: what a parser says of a key is not known.
            let identity = identity.parsed().map_err(|_| {
                Error::config("the client certificate or its key is not a file in PEM")
            })?;
            builder = builder.identity(identity);
        }
        if self.accepts_any {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        Ok(builder)
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    pub(super) fn apply(&self, builder: ClientBuilder) -> Result<ClientBuilder> {
        if self.authorities.is_empty() && !self.accepts_any && self.identity.is_none() {
            return Ok(builder);
        }
        Err(Error::config(
            "certificates need one of the features rustls and native-tls",
        ))
    }
}

impl Identity {
    #[cfg(feature = "native-tls")]
    fn parsed(&self) -> reqwest::Result<reqwest::Identity> {
        let key = Zeroizing::new(plain(self.key.expose().as_bytes()));
        reqwest::Identity::from_pkcs8_pem(&plain(&self.chain), key.trim_ascii_start())
    }

    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    fn parsed(&self) -> reqwest::Result<reqwest::Identity> {
        let pem = Zeroizing::new([&self.chain, self.key.expose().as_bytes()].join(&b'\n'));
        reqwest::Identity::from_pem(&Zeroizing::new(plain(&pem)))
    }
}

/// A file in PEM as the parsers read it. PEM is ASCII; what else is in a file is a byte-order mark, or a text beside the certificates.
/// Without it and without NUL a file in UTF-16 is plain too, as PowerShell writes it.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn plain(pem: &[u8]) -> Vec<u8> {
    let bytes = pem.iter().copied();
    bytes.filter(|byte| matches!(byte, 1..=0x7f)).collect()
}

/// Whether this build speaks TLS.
pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("authorities", &self.authorities.len())
            .field("accepts_any", &self.accepts_any)
            .field("client_certificate", &self.identity.is_some())
            .finish()
    }
}

/// Whether a connection failed because its certificate is not trusted: another attempt meets the same one. The libraries have
/// no type for it in common, but each names the certificate.
pub(crate) fn is_untrusted(error: &dyn std::error::Error) -> bool {
    error.to_string().contains("certificate") || error.source().is_some_and(is_untrusted)
}
