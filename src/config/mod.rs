//! How a client behaves: credentials, signatures, timeouts, limits, retries, TLS, proxies.

use std::{fmt, path::PathBuf, sync::Arc};

use crate::Secret;

mod auth;
mod base_url;
pub(crate) mod env;
mod environment;
mod headers;
mod http;
mod limits;
mod proxy;
mod retry;
mod sign;
mod timeouts;
mod tls;
mod way;

pub(crate) use auth::Serial;
pub use auth::{Auth, Token, TokenError, TokenSource};
pub(crate) use base_url::base_url;
pub(crate) use headers::Headers;
use http::Http;
pub use limits::Limits;
use proxy::Proxy;
pub use retry::Retry;
pub(crate) use sign::signed;
pub use sign::{Outgoing, Sign, SignError};
pub use timeouts::Timeouts;
use tls::Identity;
pub(crate) use tls::is_untrusted;

/// The settings of a client; every one has a default that suits production.
///
/// ```
/// use headwaters::{Auth, Config};
///
/// let config = Config::new()
///     .with_auth(Auth::bearer("token"))
///     .with_header("x-tenant", "blue");
/// ```
///
/// # Making a client
///
/// The client of each platform is made in the same ways, and none of them sends anything:
///
/// - `new(...)` takes the URL of the server, where there is more than one, and what opens it, such as the key of a Joule node;
/// - `with_config(..., config)` takes a `Config` too, and a URL in any case;
/// - `from_env()` reads environment variables, which the docs of each client list: `FLINK_REST_URL` for Flink;
///   `JOULE_URL`, `JOULE_API_KEY` and `JOULE_CA_FILE` for Joule.
///
/// Clients of a single service beside a platform's own, such as the token service of IBM Cloud, have those of these ways that fit
/// them, and where they take any credentials `with_auth(url, config)`.
///
/// # Many clients
///
/// Clients that are made with clones of one `Config` share one HTTP client: its pool of connections, its TLS sessions, its
/// certificates, which are read once. A further client costs a few microseconds and less than 4 KiB. Each has a retry budget of
/// its own, and those with [`Auth::refreshing`] share the token.
///
/// ```
/// use headwaters::{Auth, Config, flink::Flink};
///
/// # fn f() -> headwaters::Result<()> {
/// let config = Config::new();
/// let mut fleet = Vec::new();
/// for cluster in ["orders", "payments"] {
///     let auth = Auth::bearer(format!("the token of {cluster}"));
///     let url = format!("https://{cluster}.example.com");
///     fleet.push(Flink::with_config(url, config.clone().with_auth(auth))?);
/// }
/// # Ok(()) }
/// ```
///
/// What concerns connections ends the sharing for the `Config` that it is called on and for its later clones: certificates, the
/// proxy, the Unix socket, the connect timeout, [`with_http`](Self::with_http). Whatever else is set, credentials among it,
/// leaves connections shared.
///
/// A connection is driven by the tokio runtime in which it was opened. In another runtime it works as long as that one runs;
/// when that one stands still or ends, a request on the connection waits for its timeout or fails. A program with several
/// runtimes, such as one for each test, makes a `Config` for each, or calls
/// [`with_own_connections`](Self::with_own_connections).
///
/// # Requests that must not be sent twice
///
/// A server or a proxy closes a kept connection that was idle for some time, and a request that leaves at that moment fails without
/// a word whether it arrived. Requests that may be repeated are sent again. The others, such as running a jar, go over a second HTTP
/// client of the same settings, which leaves a connection that was idle for half a second. What fails all the same says
/// [`maybe_sent`](crate::Error::maybe_sent).
///
/// It costs a new connection, with TLS a handshake more, for each such request that does not follow another one at once; and, when
/// the first of them is made, the time and the memory of a second client: the certificates of the system are read once more.
///
/// # Proxies
///
/// Unless the `Config` says otherwise, a proxy that the environment names is used, as by curl: `HTTP_PROXY` for http servers,
/// `HTTPS_PROXY` for https servers, `ALL_PROXY` for both, each in upper or lower case. `NO_PROXY` lists what is reached without it:
/// names of hosts with all below them (`example.com`), addresses and networks (`10.0.0.0/8`), or `*`; ports in it are not understood.
/// Requests to this host (`localhost` and all below it, `127.0.0.0/8`, `::1`, Unix sockets) never go through a proxy of the
/// environment. The variables are read when the first client of a `Config` is made.
///
/// [`without_proxy`](Self::without_proxy) pays no heed to the environment, and [`with_proxy`](Self::with_proxy) names a proxy for
/// every request. Errors name the proxy that a request went through.
///
/// # What of reqwest is public
///
/// reqwest sends the requests. Where a plain type would do, none of its types shows; these do, because they are what the
/// ecosystem uses for the thing: [`Body`](crate::Body), the bytes or the stream of a request that one writes oneself;
/// `StatusCode`, `HeaderMap` and `Method`, which are those of the crate `http`; and `ClientBuilder`, for
/// [`with_http`](Self::with_http). They are in [`headwaters::reqwest`](crate::reqwest), whose major version is part of this crate's.
#[derive(Clone, Default)]
pub struct Config {
    pub(crate) auth: Auth,
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
    pub(crate) retry: Retry,
    pub(crate) headers: Headers,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) fallbacks: Vec<String>,
    pub(crate) trusted: Vec<String>,
    pub(crate) rebases: bool,
    pub(crate) signer: Option<Arc<dyn Sign>>,
    pub(crate) http: Http,
}

impl Config {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Credentials; they go to the server's own origin and nowhere else.
    pub fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// What of it holds for a server of another kind: nothing that tells who asks, and no server that stands in.
    pub(crate) fn of_another_server(mut self) -> Self {
        self.auth = Auth::none();
        self.headers = Headers::default();
        self.query.clear();
        self.signer = None;
        self.without_fallbacks()
    }

    /// The same for another server of the same service.
    pub(crate) fn without_fallbacks(mut self) -> Self {
        self.fallbacks.clear();
        self
    }

    /// How long to wait.
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        if self.http.settings().connect != timeouts.connect {
            self.http
                .change(|settings| settings.connect = timeouts.connect);
        }
        self
    }

    /// How much to accept.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// When to try again.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// A header on every request. Its value never shows in logs or errors. `user-agent` takes the place of this crate's own,
    /// `headwaters/` and its version. Headers that say where a body ends and what becomes of the connection, such as
    /// `content-length`, `transfer-encoding` and `connection`, are refused: they follow from the request.
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.add(name.as_ref(), value.as_ref());
        self
    }

    /// A query parameter on every request that has none of this name: a parameter of the call's own takes its place, and so does one
    /// given by the call's `with_query`. Each call adds one. Its value never shows in logs, nor in errors, which repeat a server's words
    /// about a parameter only where the operation has one of this name.
    ///
    /// ```
    /// let config = headwaters::Config::new().with_query("limit", "100");
    /// ```
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Signs every request just before it is sent; see [`Sign`].
    pub fn with_signer(mut self, signer: impl Sign) -> Self {
        self.signer = Some(Arc::new(signer));
        self
    }

    /// One more server that stands in for the first, such as another JobManager of a cluster with high availability.
    ///
    /// Requests go to the server that answered last. When no connection to it is made, the next one is tried at once; on 503 too,
    /// where the operation may be repeated or the server says that it has not begun, as long as there are retries in the client's
    /// budget (see [`Retry`]). Credentials go to each of them. An upload is sent once, to the current one.
    pub fn with_fallback(mut self, url: impl Into<String>) -> Self {
        self.fallbacks.push(url.into());
        self
    }

    /// Follows links of answers to this origin too, such as `https://10.0.0.5:8443`, and sends the credentials there: for servers that
    /// are known by several names. Each call adds one. Without it links that leave the origin of the client's URL are refused.
    ///
    /// ```
    /// let config = headwaters::Config::new().with_trusted_origin("https://streams.example.com:8443");
    /// ```
    pub fn with_trusted_origin(mut self, url: impl Into<String>) -> Self {
        self.trusted.push(url.into());
        self
    }

    /// Leads links of answers that name another origin to the client's own one, where their path fits its URL: for servers behind a
    /// tunnel or a proxy, and for virtual machines, which name themselves as they know themselves. No request leaves the
    /// client's origin for it.
    pub fn with_rebased_links(mut self) -> Self {
        self.rebases = true;
        self
    }

    /// Trusts this certificate authority, or several, beside those of the system: a file in PEM. Each call adds to those before.
    ///
    /// The server's certificate must be issued by it, be of X.509 version 3 and have the host of the URL in `subjectAltName`: a common
    /// name does not count, whatever Python and curl say. A certificate that has issued itself is its own authority where it is no
    /// authority's (`CA:FALSE`). What is wrong with one, the error says. With the feature `native-tls` the system's library decides, which
    /// may be less strict. This makes a certificate that is its own authority:
    ///
    /// ```sh
    /// openssl req -x509 -newkey rsa:2048 -nodes -days 365 -keyout key.pem -out cert.pem -subj /CN=node \
    ///   -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:node.example.com,IP:192.168.7.9
    /// ```
    pub fn with_certificate_authority(mut self, pem: impl Into<Vec<u8>>) -> Self {
        let pem = pem.into();
        if !self.http.settings().tls.authorities.contains(&pem) {
            self.http
                .change(|settings| settings.tls.authorities.push(pem));
        }
        self
    }

    /// Shows this certificate to servers that ask the client for one (mutual TLS): the certificate and those between it and its
    /// authority, in PEM, and its key, in PEM and not encrypted. With the feature `native-tls` the key must be PKCS#8:
    /// `BEGIN PRIVATE KEY`.
    ///
    /// A server that misses a certificate says so, and so does the error. An upload may not hear it: the server closes the connection
    /// while it is still being sent, and the error is that of a broken connection.
    pub fn with_client_certificate(
        mut self,
        chain: impl Into<Vec<u8>>,
        key: impl Into<Secret>,
    ) -> Self {
        let identity = Identity {
            chain: chain.into(),
            key: key.into(),
        };
        self.http
            .change(|settings| settings.tls.identity = Some(identity));
        self
    }

    /// Accepts every certificate, permanently: whoever can reach the network between may read and change everything,
    /// credentials included.
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.http.change(|settings| settings.tls.accepts_any = true);
        self
    }

    /// Sends every request through this proxy, those to this host too and whatever `NO_PROXY` says: `http://proxy:3128`, or
    /// `http://user:password@proxy:3128` with both percent-encoded. Neither user nor password shows in `Debug` or in errors.
    /// To https servers the proxy opens a tunnel and sees none of the request. `socks5h://proxy:1080` is a SOCKS proxy, which looks
    /// names of hosts up itself; with `socks5://` this host does. Without this the environment is heeded: see
    /// [Proxies](Self#proxies).
    pub fn with_proxy(mut self, url: impl Into<Secret>) -> Self {
        let proxy = Proxy::Through(url.into());
        self.http.change(|settings| settings.proxy = proxy);
        self
    }

    /// Uses no proxy, whatever the environment says: see [Proxies](Self#proxies).
    pub fn without_proxy(mut self) -> Self {
        self.http.change(|settings| settings.proxy = Proxy::None);
        self
    }

    /// Connects to this Unix socket instead of the URL's host, and through no proxy.
    #[cfg(unix)]
    pub fn with_unix_socket(mut self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        self.http.change(|settings| settings.socket = Some(path));
        self
    }

    /// Shares no connections with the `Config` that this one is cloned from; its own clones share with it. For a program with
    /// several tokio runtimes.
    pub fn with_own_connections(mut self) -> Self {
        self.http.change(|_| {});
        self
    }

    /// Changes the builder of the HTTP client where this `Config` has no method for it: the connection pool, name resolution,
    /// TLS versions. The function is called when the client is made; a second one takes the place of the first.
    ///
    /// ```
    /// let config = headwaters::Config::new().with_http(|http| http.pool_max_idle_per_host(4));
    /// ```
    ///
    /// It is called once more for the client of requests that must not be sent twice, which keeps an idle connection for half a second,
    /// whatever the function says. What both shall share, such as cookies, is given as an `Arc`: `cookie_provider(jar.clone())`.
    ///
    /// Proxies that the function adds come before those of the environment, and `no_proxy` keeps these away. Headers that it sets
    /// cannot be seen from outside: where a server repeats one, it may show in an error, and [`with_header`](Self::with_header) is
    /// for secrets.
    ///
    /// After it this crate sets what it relies on: redirects are not followed, no body is decompressed, and the user agent
    /// and the connect timeout are those of this `Config`. That is why a builder is changed here and a finished
    /// `reqwest::Client` cannot be given: it could not be seen whether that one follows redirects, which
    /// would take credentials to other servers, or decompresses bodies, which would go around
    /// [`Limits`], and nothing of it could be changed.
    pub fn with_http(
        mut self,
        customize: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http
            .change(|settings| settings.customize = Some(Arc::new(customize)));
        self
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("auth", &self.auth)
            .field("timeouts", &self.timeouts)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .field("headers", &self.headers)
            .field(
                "query",
                &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .field("fallbacks", &self.fallbacks.len())
            .field("trusted_origins", &self.trusted.len())
            .field("rebases_links", &self.rebases)
            .field("signs", &self.signer.is_some())
            .field("http", &self.http)
            .finish()
    }
}
