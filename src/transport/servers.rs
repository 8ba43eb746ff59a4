//! The addresses of one server, or of several that stand in for each other.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use reqwest::Request;
use url::{Host, Url};

use crate::{Result, config::base_url};

/// Base URLs; requests are written for the first and aimed at the one that answered last.
#[derive(Debug)]
pub(super) struct Servers {
    first: Url,
    others: Vec<Url>,
    /// The way to each of them in words.
    routes: Vec<Arc<str>>,
    current: AtomicUsize,
}

impl Servers {
    /// `prefix` is where the API lies on every server, such as `/v1`; it is appended unless a URL has it. `route` tells the way to a
    /// server in words.
    pub(super) fn new(
        first: &str,
        others: &[String],
        prefix: &str,
        route: impl Fn(&Url) -> Result<String>,
    ) -> Result<Self> {
        let base = |text: &str| -> Result<Url> {
            let mut url = base_url(text)?;
            if !url.path().ends_with(prefix) {
                let path = format!("{}{prefix}", url.path().trim_end_matches('/'));
                url.set_path(&path);
            }
            Ok(url)
        };
        let first = base(first)?;
        let others: Vec<Url> = others
            .iter()
            .map(|text| base(text))
            .collect::<Result<_>>()?;
        let urls = std::iter::once(&first).chain(&others);
        let routes = urls.map(|url| route(url).map(Into::into));
        Ok(Self {
            routes: routes.collect::<Result<_>>()?,
            first,
            others,
            current: AtomicUsize::new(0),
        })
    }

    pub(super) fn first(&self) -> &Url {
        &self.first
    }

    pub(super) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// The way to a server in words.
    pub(super) fn route(&self, server: usize) -> Option<Arc<str>> {
        self.routes.get(server).cloned()
    }

    /// Whether the URL leads to where requests are written for.
    pub(super) fn is_home(&self, url: &Url) -> bool {
        origin(url) == origin(&self.first)
    }

    /// Points a request, which was written for the first server, at the current one. Tells to which it goes.
    pub(super) fn aim(&self, request: &mut Request) -> usize {
        let current = self.current.load(Ordering::Relaxed);
        let other = current
            .checked_sub(1)
            .and_then(|index| self.others.get(index));
        if let Some(base) = other {
            let prefix = self.first.path().trim_end_matches('/');
            let rest = request.url().path().strip_prefix(prefix);
            let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
            let Some(rest) = rest else {
                // A link that leads beside the base URL has no counterpart at another server.
                return 0;
            };
            let mut url = base.clone();
            url.set_path(&format!("{}{rest}", base.path().trim_end_matches('/')));
            url.set_query(request.url().query());
            *request.url_mut() = url;
        }
        current
    }

    /// Goes on to the server after this one, unless another call has done so.
    pub(super) fn leave(&self, current: usize) {
        let next = (current + 1) % self.count();
        let _ = self
            .current
            .compare_exchange(current, next, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// What [`Url::origin`] says of http and https, borrowed.
pub(super) fn origin(url: &Url) -> (&str, Option<Host<&str>>, Option<u16>) {
    (url.scheme(), url.host(), url.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Request {
        Request::new(reqwest::Method::GET, Url::parse(url).unwrap())
    }

    #[test]
    fn a_request_is_aimed_at_the_server_that_is_current() {
        let others = ["http://b:2/proxy/".to_owned(), "https://c/v1".to_owned()];
        let servers =
            Servers::new("http://a:1", &others, "/v1", |url| Ok(url.to_string())).unwrap();
        for expected in [
            "http://a:1/v1/jobs/50%2525?x=1%2C2",
            "http://b:2/proxy/v1/jobs/50%2525?x=1%2C2",
            "https://c/v1/jobs/50%2525?x=1%2C2",
            "http://a:1/v1/jobs/50%2525?x=1%2C2",
        ] {
            let mut request = request("http://a:1/v1/jobs/50%2525?x=1%2C2");
            let current = servers.aim(&mut request);
            assert_eq!(request.url().as_str(), expected);
            servers.leave(current);
            // A second call that failed at the same server does not leave another one.
            servers.leave(current);
        }
    }

    #[test]
    fn a_link_beside_the_base_url_goes_to_the_first_server_whichever_is_current() {
        let others = ["http://b/streams".to_owned()];
        let servers =
            Servers::new("http://a/streams", &others, "", |url| Ok(url.to_string())).unwrap();
        servers.leave(0);
        for (url, expected, server) in [
            ("http://a/streams/x", "http://b/streams/x", 1),
            ("http://a/other/x", "http://a/other/x", 0),
            ("http://a/streamsx", "http://a/streamsx", 0),
        ] {
            let mut request = request(url);
            assert_eq!(servers.aim(&mut request), server);
            assert_eq!(request.url().as_str(), expected);
        }
    }

    #[test]
    fn home_is_one_origin() {
        let servers = Servers::new("http://a", &[], "", |url| Ok(url.to_string())).unwrap();
        for (url, is_home) in [
            ("http://a:80/x", true),
            ("http://A/y?z", true),
            ("https://a/", false),
            ("http://a:81/", false),
            ("http://a.b/", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(servers.is_home(&url), is_home, "{url}");
            assert_eq!(servers.first().origin() == url.origin(), is_home, "{url}");
        }
    }
}
