//! The URLs that paths are appended to.

use crate::{Error, Result};

use super::tls::HAS_TLS;

/// A server's base URL: http or https, perhaps with a path prefix, without query, fragment, credentials.
pub(crate) fn base_url(text: &str) -> Result<url::Url> {
    let text = text.trim();
    let refuse = |reason: &str| {
        Error::config(match without_credentials(text) {
            Some(url) => format!("the base URL {url} {reason}"),
            None => format!("the base URL {reason}"),
        })
    };
    // `127.0.0.1:8081` has no scheme, and `localhost:8081` reads as one.
    let schemeless = || refuse("does not begin with http:// or https://");
    let mut url = url::Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => schemeless(),
        _ => refuse("is not a valid URL").with_source(error),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(schemeless());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("has no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("carries credentials; give them as Auth"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a query or a fragment"));
    }
    if url.scheme() == "https" && !HAS_TLS {
        return Err(refuse(
            "needs TLS: turn on one of the features rustls and native-tls",
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// What an error shows of a text that is meant to be a URL: no user, no password, no query, no fragment, and nothing of a text that
/// looks like none, since that may be a key in the wrong place.
fn without_credentials(text: &str) -> Option<String> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let is_known = matches!(&*scheme.to_ascii_lowercase(), "http://" | "https://");
    let query = rest.find(['?', '#']).unwrap_or(rest.len());
    let host = match rest.rfind('@') {
        // A password may hold a question mark: what is a host is not certain.
        Some(at) if at > query => "…",
        Some(at) => rest.get(at + 1..query).unwrap_or_default(),
        None => rest.get(..query).unwrap_or_default(),
    };
    (is_known || has_port(host)).then(|| format!("{scheme}{host}"))
}

/// Whether the text begins with a host and its port.
fn has_port(text: &str) -> bool {
    let authority = text.split('/').next().unwrap_or_default();
    authority
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_quotes_the_url_without_its_secrets() {
        for (url, said) in [
            (
                "localhost:8081",
                "the base URL localhost:8081 does not begin with http:// or https://",
            ),
            (
                "ftp://user:s3cret@host",
                "the base URL does not begin with http:// or https://",
            ),
            (
                "http://user:s3cret@host/x",
                "the base URL http://host/x carries credentials; give them as Auth",
            ),
            (
                "http://user:s3/cret@host",
                "the base URL http://host is not a valid URL",
            ),
            (
                "http://host/x?key=s3cret#s3cret",
                "the base URL http://host/x has a query or a fragment",
            ),
            (
                "http://host/?key=a@s3cret",
                "the base URL http://… has a query or a fragment",
            ),
            (
                "http://user:s3?cret@host",
                "the base URL http://… is not a valid URL",
            ),
            ("http://", "the base URL http:// is not a valid URL"),
            (
                "http://local host",
                "the base URL http://local host is not a valid URL",
            ),
            (
                "s3cret",
                "the base URL does not begin with http:// or https://",
            ),
            ("", "the base URL does not begin with http:// or https://"),
        ] {
            let error = base_url(url).unwrap_err();
            assert_eq!(error.to_string(), said, "{url}");
            assert!(!error.report().contains("cret"), "{}", error.report());
        }
    }

    #[test]
    fn https_needs_a_library_for_it_and_an_error_names_the_features() {
        let said = base_url("https://host/x").map_err(|error| error.to_string());
        if HAS_TLS {
            assert_eq!(said.unwrap().as_str(), "https://host/x");
        } else {
            let expected = "the base URL https://host/x needs TLS: turn on one of the features rustls and native-tls";
            assert_eq!(said.unwrap_err(), expected);
        }
    }
}
