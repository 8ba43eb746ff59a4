//! The proxies that the environment names.

use std::env;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, header::HeaderValue};
use url::Url;

use super::{
    env::variable,
    proxy::{authorization, parsed},
};
use crate::{Error, Result};

/// Names of this host, and its addresses: what is sent to it never leaves it.
const LOOPBACK: &str = "localhost,localhost.,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// What `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` said when they were read, in either case.
pub(super) struct Environment {
    http: Option<Url>,
    https: Option<Url>,
    /// What is reached without a proxy, as `NO_PROXY` writes it.
    direct: String,
}

impl Environment {
    pub(super) fn read() -> Result<Self> {
        // A web server makes variables of a request's headers for the programs that it runs: `Proxy: …` becomes HTTP_PROXY.
        let is_cgi = env::var_os("REQUEST_METHOD").is_some();
        let proxy = |names| match is_cgi {
            true => Ok(None),
            false => proxy(names),
        };
        let all = ["ALL_PROXY", "all_proxy"];
        let or_all = |named: Option<Url>| named.map_or_else(|| proxy(all), |url| Ok(Some(url)));
        let direct = first(["NO_PROXY", "no_proxy"])?;
        let mut direct = direct.map(|(_, hosts)| hosts).unwrap_or_default();
        if direct.split(',').any(|host| host.trim() == "*") {
            // To the library a star is names alone.
            direct.push_str(",0.0.0.0/0,::/0");
        }
        Ok(Self {
            http: or_all(proxy(["HTTP_PROXY", "http_proxy"])?)?,
            https: or_all(proxy(["HTTPS_PROXY", "https_proxy"])?)?,
            direct: format!("{direct},{LOOPBACK}"),
        })
    }

    pub(super) fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder> {
        let direct = NoProxy::from_string(&self.direct);
        let http = self.http.clone().map(reqwest::Proxy::http);
        let https = self.https.clone().map(reqwest::Proxy::https);
        for proxy in http.into_iter().chain(https) {
            // Whatever reqwest says of the URL may repeat its password.
            let proxy =
                proxy.map_err(|_| Error::config("the environment's proxy cannot be used"))?;
            builder = builder.proxy(proxy.no_proxy(direct.clone()));
        }
        Ok(builder)
    }

    /// The origin of the proxy before this server, if there is one.
    pub(super) fn before(&self, server: &Url) -> Option<String> {
        let text = |url: &Option<Url>| url.as_ref().map(Url::to_string).unwrap_or_default();
        let matcher = Matcher::builder()
            .http(text(&self.http))
            .https(text(&self.https))
            .no(&self.direct)
            .build();
        let way = matcher.intercept(&server.as_str().parse().ok()?)?;
        // It has no user info: that is kept apart.
        let (scheme, host) = (way.uri().scheme_str()?, way.uri().authority()?);
        Some(format!("{scheme}://{host}"))
    }

    /// The headers that open the proxies.
    pub(super) fn authorizations(&self) -> impl Iterator<Item = HeaderValue> {
        let urls = self.http.iter().chain(&self.https);
        urls.filter_map(authorization)
    }
}

/// The proxy that one of these variables names.
fn proxy(names: [&'static str; 2]) -> Result<Option<Url>> {
    let Some((name, text)) = first(names)? else {
        return Ok(None);
    };
    let url = match text.contains("://") {
        true => parsed(&text),
        false => parsed(&format!("http://{text}")),
    };
    let url = url.map_err(|reason| {
        Error::config(format!(
            "the proxy that the environment variable {name} names {reason}; Config::without_proxy uses none"
        ))
    })?;
    Ok(Some(url))
}

/// The first of these variables that is set, unless it is empty, and its name.
fn first(names: [&'static str; 2]) -> Result<Option<(&'static str, String)>> {
    let mut names = names.into_iter();
    let Some(name) = names.find(|name| env::var_os(name).is_some()) else {
        return Ok(None);
    };
    Ok(variable(name)?.map(|value| (name, value)))
}
