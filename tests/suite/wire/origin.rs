//! Credentials go to the server that they belong to, and to no other.

#[cfg(feature = "rustls")]
use std::sync::Arc;

use headwaters::{
    Auth, Config, ErrorKind, Link,
    flink::Flink,
    probe::{Probe, calls::NodeGet},
    reqwest,
};

#[cfg(feature = "rustls")]
use super::in_a_fresh_process;
use super::{
    OVERVIEW, assert_readable, brisk, client, hurried,
    scripted_server::{Answer, ScriptedServer},
    secret::{TOKEN, assert_error_hides, configs},
    single,
};

#[tokio::test]
async fn a_redirect_is_an_error_and_the_other_server_hears_nothing() {
    let other = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    for status in [301, 302, 303, 307, 308] {
        let there = format!("{}/v1/overview?key={TOKEN}", other.url());
        let stub =
            ScriptedServer::playing([Answer::status(status, &[("location", &there)], "moved")]);
        for (what, config) in configs(brisk) {
            let error = client(&stub, config).overview().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{what} {status}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert!(!error.is_retryable());
            assert_eq!(error.attempts(), 1);
            // Where it would have gone helps to mend the base URL.
            assert!(error.to_string().contains(&other.url()), "{error}");
            assert_error_hides(what, &error);
            assert_readable(&error);
        }
    }
    assert_eq!(other.opened(), 0);
}

#[tokio::test]
async fn a_redirect_at_home_is_an_error_too() {
    for there in [
        "/v1/config",
        "//localhost/x",
        "http://user:pass@host/",
        "\\\\",
        "http://[",
        "",
    ] {
        let stub = ScriptedServer::playing([Answer::status(302, &[("location", there)], "")]);
        let flink = client(&stub, brisk().with_http(|http| http));
        let error = flink.overview().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{there}");
        assert!(!error.report().contains("pass"), "{error}");
        assert_eq!(stub.count(), 1);
    }
}

#[tokio::test]
async fn a_client_builder_that_follows_redirects_does_not_bring_them_back() {
    let other = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let stub = ScriptedServer::playing([Answer::status(302, &[("location", &other.url())], "")]);
    let config = single()
        .with_auth(Auth::bearer(TOKEN))
        .with_http(|http| http.redirect(reqwest::redirect::Policy::limited(5)));
    let error = client(&stub, config).overview().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(other.opened(), 0);
}

#[tokio::test]
async fn a_link_to_another_server_is_refused_and_that_server_hears_nothing() {
    let other = ScriptedServer::playing([Answer::json("{}")]);
    let (there, port) = (other.url(), other.url().replace("127.0.0.1", "localhost"));
    let stub = ScriptedServer::playing([Answer::json("{}")]);
    let secure = stub.url().replace("http:", "https:");
    for (what, config) in configs(brisk) {
        let probe = Probe::with_config(&stub.url(), config).unwrap();
        for link in [&there, &port, &secure, "ftp://127.0.0.1/"] {
            let link: Link<NodeGet> = Link::new(format!("{link}/x?{TOKEN}"));
            let error = probe.follow(&link).await.unwrap_err();
            assert!(error.is_request() && !error.maybe_sent(), "{error:?}");
            assert_error_hides(what, &error);
        }
    }
    assert_eq!((other.opened(), stub.opened()), (0, 0));
}

/// In a process of its own, since the first client of a process makes the choice for all.
#[cfg(feature = "rustls")]
#[test]
fn a_client_builder_of_ones_own_needs_no_choice_of_a_tls_provider() {
    in_a_fresh_process(&[], || {
        let config = Config::new().with_http(|http| http);
        Flink::with_config("https://localhost", config).unwrap();
    });
}

/// A server with a certificate of its own, and a client builder that trusts it.
#[cfg(feature = "rustls")]
fn secure(
    script: impl Fn(&super::scripted_server::Request) -> Answer + Send + Sync + 'static,
) -> (ScriptedServer, Config) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = certified.cert.der();
    let trust = reqwest::Certificate::from_der(certificate).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.unwrap())
        .unwrap();
    let config_of_client = single().with_http(move |http| http.tls_certs_only([trust.clone()]));
    (ScriptedServer::tls(config, script), config_of_client)
}

#[cfg(feature = "rustls")]
fn secure_url(stub: &ScriptedServer) -> String {
    stub.url().replace("http://127.0.0.1", "https://localhost")
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn neither_a_redirect_nor_a_link_leads_from_https_to_http() {
    let plain = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let there = plain.url();
    let (stub, config) = secure(move |request| match request.number {
        0 => Answer::json(OVERVIEW),
        _ => Answer::status(302, &[("location", &format!("{there}/v1/overview"))], ""),
    });
    let flink =
        Flink::with_config(secure_url(&stub), config.with_auth(Auth::bearer(TOKEN))).unwrap();
    assert_eq!(flink.overview().await.unwrap().slots_total, 4);
    let error = flink.overview().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_error_hides("redirect", &error);

    let probe = Probe::with_config(&secure_url(&stub), single().with_auth(Auth::bearer(TOKEN)));
    let link = secure_url(&stub).replace("https:", "http:");
    let link: Link<NodeGet> = Link::new(link);
    let error = probe.unwrap().follow(&link).await;
    assert!(error.unwrap_err().is_request());
    assert_eq!((stub.count(), plain.opened()), (2, 0));
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_server_that_cannot_prove_itself_gets_no_request() {
    let (stub, _) = secure(|_| Answer::json(OVERVIEW));
    let (_, trusting_another) = secure(|_| Answer::nothing());
    let config = trusting_another.with_auth(Auth::bearer(TOKEN));
    let flink = Flink::with_config(secure_url(&stub), config).unwrap();
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_connect() && !error.maybe_sent(), "{error:?}");
    assert!(error.report().contains("certificate"), "{}", error.report());
    assert_readable(&error);
    assert_eq!(stub.count(), 0);
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn https_to_a_server_without_it_is_no_connection() {
    let stub = ScriptedServer::new(|_| Answer::raw("HTTP/1.1 400 Bad Request\r\n\r\n").close());
    let url = stub.url().replace("http:", "https:");
    let config = hurried(5_000).with_auth(Auth::bearer(TOKEN));
    let error = Flink::with_config(url, config).unwrap().overview().await;
    let error = error.unwrap_err();
    assert!(error.is_connect() && !error.maybe_sent(), "{error:?}");
    assert_readable(&error);
}
