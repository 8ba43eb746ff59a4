//! The way from here to servers: direct, or through proxies.

use std::sync::Arc;

use reqwest::{ClientBuilder, header::HeaderValue};
use url::Url;

use super::{
    environment::Environment,
    proxy::{Proxy, authorization, origin, parsed},
};
use crate::{Error, Result};

/// What a user does to the builder.
pub(super) type Customize = Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

/// What stands before servers, with what the environment says where that matters.
pub(super) enum Way {
    Environment(Environment),
    Direct,
    Through(Url),
}

impl Way {
    pub(super) fn of(proxy: &Proxy) -> Result<Self> {
        Ok(match proxy {
            Proxy::Environment => Self::Environment(Environment::read()?),
            Proxy::None => Self::Direct,
            Proxy::Through(url) => Self::Through(
                parsed(url.expose())
                    .map_err(|reason| Error::config(format!("the proxy's URL {reason}")))?,
            ),
        })
    }

    /// `customize` is what a user does to the builder: proxies that it adds come before those of the environment, and where it takes
    /// all away, they stay away.
    pub(super) fn apply(
        &self,
        builder: ClientBuilder,
        customize: Option<&Customize>,
    ) -> Result<ClientBuilder> {
        let customized = |builder| match customize {
            Some(customize) => customize(builder),
            None => builder,
        };
        match self {
            Self::Environment(environment) if customize.is_none() => {
                environment.apply(builder.no_proxy())
            }
            Self::Environment(environment) => {
                // It stands before no server, and shows whether the builder still has the proxies that it began with.
                let mark = Arc::new(());
                let kept = Arc::downgrade(&mark);
                let inert = reqwest::Proxy::custom(move |_| {
                    let _ = &mark;
                    None::<Url>
                });
                let builder = customized(builder.proxy(inert));
                match kept.strong_count() {
                    0 => Ok(builder),
                    _ => environment.apply(builder),
                }
            }
            Self::Direct => Ok(customized(builder).no_proxy()),
            Self::Through(url) => {
                // Whatever reqwest says of the URL may repeat its password.
                let proxy = reqwest::Proxy::all(url.clone())
                    .map_err(|_| Error::config("the proxy's URL cannot be used"))?;
                Ok(customized(builder).no_proxy().proxy(proxy))
            }
        }
    }

    /// The origin of the proxy before this server, if there is one.
    pub(super) fn before(&self, server: &Url) -> Option<String> {
        match self {
            Self::Environment(environment) => environment.before(server),
            Self::Direct => None,
            Self::Through(url) => Some(origin(url)),
        }
    }

    /// The headers that open the proxies.
    pub(super) fn authorizations(&self) -> Vec<HeaderValue> {
        match self {
            Self::Environment(environment) => environment.authorizations().collect(),
            Self::Direct => Vec::new(),
            Self::Through(url) => authorization(url).into_iter().collect(),
        }
    }
}
