//! Which certificates a client trusts.

use std::fmt;

use reqwest::ClientBuilder;

use crate::{Error, Result};

/// What is trusted beside the system's authorities.
#[derive(Default)]
pub(crate) struct Tls {
    /// Files in PEM.
    pub(crate) authorities: Vec<Vec<u8>>,
    pub(crate) accepts_any: bool,
}

impl Tls {
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        for pem in &self.authorities {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
                Error::config("the certificate authority is not a file in PEM").with_source(error)
            })?;
            if certificates.is_empty() {
                return Err(Error::config(
                    "the certificate authority's file holds no certificate",
                ));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(builder.tls_danger_accept_invalid_certs(self.accepts_any))
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    pub(crate) fn apply(&self, builder: ClientBuilder) -> Result<ClientBuilder> {
        if self.authorities.is_empty() && !self.accepts_any {
            return Ok(builder);
        }
        Err(Error::config(
            "certificates need one of the features rustls and native-tls",
        ))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("authorities", &self.authorities.len())
            .field("accepts_any", &self.accepts_any)
            .finish()
    }
}

/// Whether a connection failed because its certificate is not trusted: another attempt meets the same one. The libraries have
/// no type for it in common, but each names the certificate.
pub(crate) fn is_untrusted(error: &dyn std::error::Error) -> bool {
    error.to_string().contains("certificate") || error.source().is_some_and(is_untrusted)
}
