//! What a configuration makes of connections and of the headers of every request.

use headwaters::{Auth, Config, flink::Flink, reqwest::header::HeaderMap};

use super::{
    OVERVIEW, client, hurried, in_a_fresh_process,
    scripted_server::{Answer, ScriptedServer},
    secret::{TOKEN, assert_error_hides, assert_hidden},
    single,
};

#[tokio::test]
async fn a_key_and_basic_credentials_are_both_sent() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let auth = Auth::basic("Aladdin", "open sesame")
        .and_header("x-api-key", "old")
        .and_header("X-API-KEY", "new");
    client(&stub, single().with_auth(auth))
        .overview()
        .await
        .unwrap();
    let request = &stub.requests()[0];
    assert_eq!(
        request.headers("authorization"),
        ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]
    );
    assert_eq!(request.headers("x-api-key"), ["new"]);
}

/// Run it with `--features reqwest/gzip` too: then only this crate keeps reqwest from it.
#[tokio::test]
async fn no_answer_is_decompressed_and_none_is_asked_to_be_compressed() {
    let gzip = [
        ("content-encoding", "gzip"),
        ("content-type", "application/json"),
    ];
    let stub = ScriptedServer::playing([Answer::status(200, &gzip, OVERVIEW)]);
    for config in [single(), single().with_http(|http| http)] {
        // reqwest would take the header away with the coding.
        let error = client(&stub, config).overview().await.unwrap_err();
        assert!(error.to_string().contains("coding gzip"), "{error}");
    }
    for request in stub.requests() {
        assert_eq!(request.header("accept-encoding"), Some("identity"));
    }
}

#[tokio::test]
async fn the_user_agent_is_this_crates_unless_a_header_says_otherwise() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let own = concat!("headwaters/", env!("CARGO_PKG_VERSION"));
    let mut headers = HeaderMap::new();
    headers.insert("user-agent", "other".parse().unwrap());
    for (config, expected) in [
        (single(), own),
        (single().with_http(|http| http.user_agent("other")), own),
        (
            single().with_http(move |http| http.default_headers(headers.clone())),
            own,
        ),
        (single().with_header("user-agent", "acme/1"), "acme/1"),
    ] {
        client(&stub, config).overview().await.unwrap();
        let request = stub.requests().pop().unwrap();
        assert_eq!(request.headers("user-agent"), [expected]);
    }
}

#[tokio::test]
async fn a_proxy_gets_the_request_and_credentials_of_its_own() {
    let proxy = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let url = proxy
        .url()
        .replace("http://", &format!("http://user:{TOKEN}@"));
    let config = single().with_auth(Auth::bearer("token")).with_proxy(url);
    assert_hidden("config", &format!("{config:?}"));
    let flink = Flink::with_config("http://flink.invalid:8081", config).unwrap();
    assert_hidden("client", &format!("{flink:?}"));
    assert_eq!(flink.overview().await.unwrap().slots_total, 4);
    let request = &proxy.requests()[0];
    assert_eq!(request.target, "http://flink.invalid:8081/v1/overview");
    assert_eq!(
        request.headers("proxy-authorization"),
        ["Basic dXNlcjpzM2NyM3QtWng5UXY3"]
    );
    assert_eq!(request.headers("authorization"), ["Bearer token"]);
}

#[tokio::test]
async fn what_a_proxy_repeats_of_its_credentials_shows_in_no_error() {
    let words = format!(r#"{{"errors":["user:{TOKEN} may not pass"]}}"#);
    let proxy = ScriptedServer::playing([Answer::status(407, &[], words)]);
    for password in [TOKEN, "s3cr3t%2DZx9Qv7"] {
        let url = proxy
            .url()
            .replace("http://", &format!("http://user:{password}@"));
        let flink = Flink::with_config("http://flink.invalid", single().with_proxy(url)).unwrap();
        let error = flink.overview().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 407);
        assert_eq!(error.messages(), ["user:[redacted] may not pass"]);
        assert_error_hides("error", &error);
    }
}

#[tokio::test]
async fn a_proxys_url_shows_in_no_error() {
    for url in [
        format!("http://user:{TOKEN}@"),
        format!("http://user:{TOKEN}@no host/{TOKEN}"),
        format!("socks6://user:{TOKEN}@host"),
        format!("socks5://user:{TOKEN}@"),
        format!("user:{TOKEN}@host:3128"),
        TOKEN.to_owned(),
    ] {
        let config = Config::new().with_proxy(url);
        assert_hidden("config", &format!("{config:?}"));
        let error = Flink::with_config("http://localhost", config).unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains("proxy"),
            "{error}"
        );
        assert_error_hides("error", &error);
    }
    let url = format!("http://user:{TOKEN}@127.0.0.1:1");
    let servers = ["http://flink.invalid", "https://flink.invalid"];
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    for server in &servers[..if has_tls { 2 } else { 1 }] {
        let config = hurried(2_000).with_proxy(&*url);
        let flink = Flink::with_config(server, config).unwrap();
        assert_error_hides(server, &flink.overview().await.unwrap_err());
    }
}

#[test]
fn from_env_names_the_variable_that_is_missing() {
    in_a_fresh_process(
        &[("FLINK_REST_URL", ""), ("JOULE_URL", "http://node")],
        || {
            let error = Flink::from_env().unwrap_err();
            assert!(error.is_request());
            assert_eq!(
                error.to_string(),
                "the environment variable FLINK_REST_URL is not set"
            );
            let error = headwaters::joule::Node::from_env().unwrap_err();
            assert_eq!(
                error.to_string(),
                "the environment variable JOULE_API_KEY is not set"
            );
        },
    );
}

#[test]
fn from_env_makes_a_client_of_what_the_variables_say() {
    let variables = [
        ("FLINK_REST_URL", "http://flink:8081"),
        ("JOULE_URL", "https://node/joule"),
        ("JOULE_API_KEY", TOKEN),
        ("JOULE_CA_FILE", "/nowhere/ca.crt"),
    ];
    in_a_fresh_process(&variables, || {
        let flink = Flink::from_env().unwrap();
        assert_eq!(flink.url().as_str(), "http://flink:8081/v1");
        let error = headwaters::joule::Node::from_env().unwrap_err();
        assert!(
            error
                .to_string()
                .contains("/nowhere/ca.crt, named by JOULE_CA_FILE"),
            "{error}"
        );
        assert_error_hides("error", &error);
    });
}

#[cfg(feature = "rustls")]
mod with_certificates {
    use headwaters::{Config, flink::Flink};

    use super::{
        super::{
            certificate::{Authority, authority, identity, mutual},
            secret::{TOKEN, assert_error_hides},
        },
        Answer, OVERVIEW, ScriptedServer, assert_hidden, single,
    };

    /// A server that lets in whom its authority knows.
    fn knowing(authority: &Authority) -> (ScriptedServer, String) {
        let stub = ScriptedServer::tls(mutual(authority), |_| Answer::json(OVERVIEW));
        let url = stub.url().replace("http://127.0.0.1", "https://localhost");
        (stub, url)
    }

    #[tokio::test]
    async fn a_server_that_asks_for_a_certificate_gets_it() {
        let authority = authority();
        let (stub, url) = knowing(&authority);
        let trusting = single().with_certificate_authority(authority.pem());
        let patient = trusting.clone().with_retry(headwaters::Retry::default());
        let stranger = Flink::with_config(&url, patient).unwrap();
        let error = stranger.overview().await.unwrap_err();
        assert_eq!(stub.count(), 0);
        assert!(error.is_connect() && !error.is_retryable(), "{error:?}");
        assert_eq!(error.attempts(), 1, "{error:?}");
        assert!(error.to_string().contains("client certificate"), "{error}");
        let error = stranger.jars().run("x.jar").await.unwrap_err();
        assert!(error.to_string().contains("client certificate"), "{error}");
        assert_eq!(error.attempts(), 1, "{error:?}");
        let other = super::super::certificate::authority();
        let (certificate, key) = identity(&other);
        let unknown = trusting
            .clone()
            .with_client_certificate(certificate.pem(), key.serialize_pem());
        let error = Flink::with_config(&url, unknown).unwrap();
        let error = error.overview().await.unwrap_err();
        assert!(
            error.to_string().contains("client certificate"),
            "{error:?}"
        );
        let distrusting = Flink::with_config(&url, single()).unwrap();
        let error = distrusting.overview().await.unwrap_err();
        assert!(error.is_connect() && !error.is_retryable(), "{error:?}");
        assert!(error.to_string().contains("is not trusted"), "{error}");
        let (certificate, key) = identity(&authority);
        let config = trusting.with_client_certificate(certificate.pem(), key.serialize_pem());
        let flink = Flink::with_config(&url, config).unwrap();
        assert_eq!(flink.overview().await.unwrap().slots_total, 4);
    }

    #[test]
    fn the_key_of_a_certificate_shows_nowhere() {
        let (certificate, _) = identity(&authority());
        let key = format!("-----BEGIN PRIVATE KEY-----\n{TOKEN}\n-----END PRIVATE KEY-----\n");
        for (chain, key) in [
            (certificate.pem(), key.clone()),
            (certificate.pem(), TOKEN.to_owned()),
            (String::new(), key),
        ] {
            let config = Config::new().with_client_certificate(chain, key);
            assert_hidden("config", &format!("{config:?} {config:#?}"));
            let error = Flink::with_config("https://localhost", config).unwrap_err();
            assert!(error.is_request());
            assert_error_hides("error", &error);
        }
    }
}
