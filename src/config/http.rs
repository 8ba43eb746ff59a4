//! The HTTP client that all clients of one configuration share.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::ClientBuilder;
use url::Url;

use super::{
    Timeouts,
    proxy::Proxy,
    tls::Tls,
    way::{Customize, Way},
};
use crate::{Error, Result};

/// How long a kept connection is good for a request that must not be sent twice: shorter than servers and proxies keep theirs, so
/// that none closes it just as the request leaves.
const BRIEF: Duration = Duration::from_millis(500);

/// What the HTTP clients are made of, and the clients once they are made. Clones share all until one of them is changed.
#[derive(Clone, Default)]
pub(crate) struct Http {
    settings: Arc<Settings>,
    clients: Arc<Clients>,
}

#[derive(Default)]
struct Clients {
    /// What stands before servers: all clients go by what the environment said once.
    way: OnceLock<Way>,
    /// Keeps its connections.
    lasting: OnceLock<reqwest::Client>,
    /// Keeps them for a moment.
    brief: OnceLock<reqwest::Client>,
    /// Gives them away.
    upgrade: OnceLock<reqwest::Client>,
}

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) tls: Tls,
    pub(super) proxy: Proxy,
    pub(super) socket: Option<PathBuf>,
    pub(super) connect: Duration,
    pub(super) customize: Option<Customize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tls: Tls::default(),
            proxy: Proxy::default(),
            socket: None,
            connect: Timeouts::default().connect,
            customize: None,
        }
    }
}

impl Http {
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes the settings; the client made of the old ones stays with those that have it.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        change(Arc::make_mut(&mut self.settings));
        self.clients = Arc::default();
    }

    /// The client, made at the first call.
    pub(crate) fn client(&self) -> Result<reqwest::Client> {
        made(&self.clients.lasting, || {
            self.settings.build(self.way()?, |builder| builder)
        })
        .cloned()
    }

    /// The client for requests that must not be sent twice, made at the first call: it leaves a connection that was idle.
    pub(crate) fn brief_client(&self) -> Result<reqwest::Client> {
        made(&self.clients.brief, || {
            self.settings
                .build(self.way()?, |builder| builder.pool_idle_timeout(BRIEF))
        })
        .cloned()
    }

    /// The client for connections that go on in another protocol, made at the first call. They are new, and of HTTP/1.1, which alone
    /// can switch to another one.
    pub(crate) fn upgrade_client(&self) -> Result<reqwest::Client> {
        made(&self.clients.upgrade, || {
            self.settings.build(self.way()?, |builder| {
                builder.http1_only().pool_max_idle_per_host(0)
            })
        })
        .cloned()
    }

    /// The way to a server in words, which errors tell: its origin, and what stands before it. Without user info and path.
    pub(crate) fn route_to(&self, url: &Url) -> Result<String> {
        let origin = url.origin().ascii_serialization();
        let settings = &*self.settings;
        if let Some(socket) = &settings.socket {
            return Ok(format!("{origin} at the socket {}", socket.display()));
        }
        let way = self.way()?;
        // Which proxies a builder of a user's own adds or takes away is not known.
        let is_known = settings.customize.is_none() || !matches!(way, Way::Environment(_));
        Ok(match way.before(url).filter(|_| is_known) {
            Some(proxy) => format!("{origin} through the proxy {proxy}"),
            None => origin,
        })
    }

    /// What proxies are told, and must not show.
    pub(crate) fn proxy_authorizations(&self) -> Result<Vec<reqwest::header::HeaderValue>> {
        Ok(self.way()?.authorizations())
    }

    fn way(&self) -> Result<&Way> {
        made(&self.clients.way, || match &self.settings.socket {
            // A proxy is not at this socket, and what opens one is nothing for who listens there.
            Some(_) => Ok(Way::Direct),
            None => Way::of(&self.settings.proxy),
        })
    }
}

fn made<T>(place: &OnceLock<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(made) = place.get() {
        return Ok(made);
    }
    // Of two threads that come here at once, one makes it in vain.
    let made = make()?;
    Ok(place.get_or_init(|| made))
}

impl Settings {
    /// `last` has the last word.
    fn build(
        &self,
        way: &Way,
        last: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<reqwest::Client> {
        install_tls_provider();
        let builder = backend(reqwest::Client::builder());
        let builder = way.apply(builder, self.customize.as_ref())?;
        let builder = self.tls.apply(builder)?;
        #[cfg(unix)]
        let builder = match &self.socket {
            Some(path) => builder.unix_socket(path.clone()),
            None => builder,
        };
        last(ruled(builder, self.connect))
            .build()
            .map_err(|error| Error::config("the HTTP client cannot be built").with_source(error))
    }
}

/// Sets what this crate relies on, whatever stood there.
fn ruled(builder: ClientBuilder, connect: Duration) -> ClientBuilder {
    let builder = builder
        // A redirect may lead a request, its credentials and its body elsewhere; it is reported instead.
        .redirect(reqwest::redirect::Policy::none())
        // Limits, lengths and the ends of streams are those of the bytes on the wire. Any crate of the program may turn these on.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .user_agent(concat!("headwaters/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect);
    // reqwest lets the kernel drop a connection whose other end has taken nothing for half a minute. A server whose disk or
    // database stands still is one, and alive: how long to wait for it is for `Timeouts` to say.
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(None);
    builder
}

/// The TLS library that the crate's own features name: with another crate's features reqwest would choose another.
fn backend(builder: ClientBuilder) -> ClientBuilder {
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native();
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let builder = builder.tls_backend_rustls();
    builder
}

/// Gives rustls the ring provider unless the program has chosen one: without any, building a client panics.
fn install_tls_provider() {
    #[cfg(feature = "rustls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Lost only against another thread that installs one: either is good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A builder would show its default headers, and a proxy its password.
        f.debug_struct("Http")
            .field("tls", &self.settings.tls)
            .field("proxy", &self.settings.proxy)
            .field("socket", &self.settings.socket)
            .field("customized", &self.settings.customize.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Auth, Config, Limits, Retry};
    use super::*;

    fn share(one: &Config, other: &Config) -> bool {
        Arc::ptr_eq(&one.http.clients, &other.http.clients)
    }

    #[test]
    fn what_does_not_concern_connections_leaves_them_shared() {
        let config = Config::new();
        let timeouts = Timeouts::default();
        for other in [
            config.clone(),
            config.clone().with_auth(Auth::bearer("token")),
            config.clone().with_header("x-tenant", "blue"),
            config.clone().with_retry(Retry::none()),
            config.clone().with_limits(Limits::default().with_json(1)),
            config.clone().with_fallback("http://other"),
            config
                .clone()
                .with_timeouts(timeouts.with_attempt(Duration::from_secs(1))),
        ] {
            assert!(share(&config, &other), "{other:?}");
        }
    }

    #[test]
    fn what_concerns_connections_ends_the_sharing() {
        let config = Config::new();
        let timeouts = Timeouts::default();
        for other in [
            config
                .clone()
                .with_timeouts(timeouts.with_connect(Duration::from_secs(1))),
            config.clone().with_certificate_authority("pem"),
            config.clone().with_client_certificate("pem", "key"),
            config.clone().danger_accept_any_certificate(),
            config.clone().with_proxy("http://proxy:3128"),
            config.clone().without_proxy(),
            config.clone().with_http(|builder| builder),
            config.clone().with_own_connections(),
            #[cfg(unix)]
            config.clone().with_unix_socket("/run/socket"),
        ] {
            assert!(!share(&config, &other), "{other:?}");
            assert!(share(&other, &other.clone()));
        }
    }

    #[test]
    fn an_authority_that_is_trusted_already_changes_nothing() {
        let config = Config::new().with_certificate_authority("pem");
        let again = config.clone().with_certificate_authority("pem");
        assert!(share(&config, &again));
        let other = config.clone().with_certificate_authority("another pem");
        assert!(!share(&config, &other));
    }
}
