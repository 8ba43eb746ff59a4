//! Where links lead, and whether a client goes there.

use std::fmt;

use url::{ParseError, Url};

use super::servers::origin;
use crate::{Config, Result, config::base_url};

/// A link that stands for the beginning of an operation's path, or for all of it.
#[derive(Clone)]
pub(crate) struct Address {
    /// None where an object has no such link.
    link: Option<String>,
    stands_for: &'static str,
}

impl Address {
    pub(crate) fn of(link: Option<&str>, stands_for: &'static str) -> Self {
        Self {
            link: link.map(str::to_owned),
            stands_for,
        }
    }

    pub(super) fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// What of the path comes after the link.
    pub(super) fn rest_of(&self, path: &'static str) -> &'static str {
        path.strip_prefix(self.stands_for).unwrap_or_default()
    }

    /// How many parameters of the path are in the link.
    pub(super) fn parameters(&self) -> usize {
        self.stands_for.matches('{').count()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.stands_for).finish()
    }
}

/// The links that a client follows: to its own origin, and to those that it trusts.
#[derive(Debug)]
pub(super) struct Destinations {
    /// The base URL, with a slash at its end.
    home: Url,
    trusted: Vec<Url>,
    rebases: bool,
}

impl Destinations {
    pub(super) fn new(base: &Url, config: &Config) -> Result<Self> {
        let mut home = base.clone();
        home.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        // A server that stands in for another one writes its own address into links.
        let trusted = config.trusted.iter().chain(&config.fallbacks);
        let trusted = trusted.map(|text| base_url(text));
        Ok(Self {
            home,
            trusted: trusted.collect::<Result<_>>()?,
            rebases: config.rebases,
        })
    }

    /// The URL of a link, or why it is not followed. What it says is relative to the base URL.
    pub(super) fn resolve(&self, link: &str) -> Result<Url, String> {
        self.followed(&self.home, link)
    }

    /// The same for a link that is relative to the URL of what it stands in.
    pub(super) fn resolve_beside(&self, page: &str, link: &str) -> Result<Url, String> {
        let page = Url::parse(page).map_err(|_| "the page has no valid URL".to_owned())?;
        self.followed(&page, link)
    }

    fn followed(&self, base: &Url, link: &str) -> Result<Url, String> {
        let parsed = match Url::parse(link) {
            Err(ParseError::RelativeUrlWithoutBase) => base.join(link),
            parsed => parsed,
        };
        let mut url = parsed.map_err(|_| "the link is not a valid URL".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("the link is neither http nor https".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the link carries credentials".to_owned());
        }
        url.set_fragment(None);
        if self.is_trusted(&url) {
            return Ok(url);
        }
        if let Some(rebased) = self.rebased(&url) {
            return Ok(rebased);
        }
        let elsewhere = url.origin().ascii_serialization();
        Err(format!(
            "the link leads to {elsewhere} and not to this server; Config::with_trusted_origin allows it"
        ))
    }

    /// Whether requests with the client's credentials go there.
    pub(super) fn is_trusted(&self, url: &Url) -> bool {
        let mut destinations = [&self.home].into_iter().chain(&self.trusted);
        destinations.any(|known| origin(known) == origin(url))
    }

    /// The same below the base URL, where some end of its path begins the link's: a tunnel, or a proxy with a prefix of its own.
    fn rebased(&self, url: &Url) -> Option<Url> {
        if !self.rebases {
            return None;
        }
        let base = self.home.path().trim_end_matches('/');
        let slashes = base.match_indices('/').map(|(at, _)| at);
        let mut ends = slashes.filter_map(|at| base.split_at_checked(at));
        let path = ends.find_map(|(before, end)| {
            let rest = url.path().strip_prefix(end)?;
            let fits = rest.is_empty() || rest.starts_with('/');
            fits.then(|| format!("{before}{end}{rest}"))
        });
        let mut rebased = self.home.clone();
        rebased.set_path(&match (path, base) {
            (Some(path), _) => path,
            (None, "") => url.path().to_owned(),
            (None, _) => return None,
        });
        rebased.set_query(url.query());
        Some(rebased)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destinations(base: &str, config: Config) -> Destinations {
        Destinations::new(&Url::parse(base).unwrap(), &config).unwrap()
    }

    #[test]
    fn a_link_stays_at_home() {
        let home = destinations("https://a:8443/streams/rest", Config::new());
        for (link, url) in [
            (
                "https://a:8443/x?job.restid=0",
                "https://a:8443/x?job.restid=0",
            ),
            ("https://A:8443/x#y", "https://a:8443/x"),
            ("/streams/rest/jobs", "https://a:8443/streams/rest/jobs"),
            ("jobs/5", "https://a:8443/streams/rest/jobs/5"),
            ("?page=2", "https://a:8443/streams/rest/?page=2"),
        ] {
            assert_eq!(home.resolve(link).unwrap().as_str(), url, "{link}");
        }
        for (link, reason) in [
            ("https://a/x", "leads to https://a and"),
            ("http://a:8443/x", "leads to http://a:8443 and"),
            ("//b/x", "leads to https://b and"),
            ("https:\\\\b\\x", "leads to https://b and"),
            ("http://127.0.0.1:22/", "leads to http://127.0.0.1:22 and"),
            ("https://a:8443@b/", "carries credentials"),
            ("https://key@a:8443/x", "carries credentials"),
            ("file:///etc/passwd", "neither http nor https"),
            ("data:text/plain,x", "neither http nor https"),
            ("https://", "not a valid URL"),
        ] {
            let said = home.resolve(link).unwrap_err();
            assert!(said.contains(reason), "{link}: {said}");
            assert!(!said.contains("key") && !said.contains("passwd"), "{said}");
        }
    }

    #[test]
    fn what_is_trusted_is_an_origin() {
        let config = Config::new().with_trusted_origin("https://b:9443/whatever");
        let home = destinations("https://a:8443/streams/rest", config);
        assert!(home.resolve("https://b:9443/elsewhere").is_ok());
        for link in ["https://b/x", "http://b:9443/x", "https://c:9443/x"] {
            assert!(home.resolve(link).is_err(), "{link}");
        }
    }

    #[test]
    fn a_rebased_link_keeps_its_path_and_query() {
        let rebasing = |base| destinations(base, Config::new().with_rebased_links());
        for (base, link, url) in [
            (
                "https://localhost:9000/streams/rest",
                "https://vm.internal:8443/streams/rest/jobs?job.restid=1",
                "https://localhost:9000/streams/rest/jobs?job.restid=1",
            ),
            (
                "http://gate/ibm/streams/rest",
                "https://vm:8443/streams/rest/jobs/2",
                "http://gate/ibm/streams/rest/jobs/2",
            ),
            ("http://gate", "https://vm/x/y", "http://gate/x/y"),
        ] {
            assert_eq!(rebasing(base).resolve(link).unwrap().as_str(), url);
        }
        for link in [
            "https://vm:8443/other/jobs",
            "https://vm:8443/streams/restless",
            "https://u:p@vm/streams/rest/jobs",
            "ftp://vm/streams/rest/jobs",
        ] {
            let home = rebasing("https://localhost:9000/streams/rest");
            assert!(home.resolve(link).is_err(), "{link}");
        }
    }
}
