//! A node with TLS.

use headwaters::{
    Config,
    joule::{Node, NodeStore},
};

use super::variable;

#[tokio::test]
#[ignore = "needs a Joule node with TLS: tests/live/run"]
async fn tls_is_checked_and_only_danger_is_not() {
    let (url, key) = (variable("JOULE_URL"), variable("JOULE_KEY"));
    assert!(url.starts_with("https://"), "{url}");
    let authority = std::fs::read(variable("JOULE_CA")).unwrap();
    let with = async |config: Config| {
        let node = Node::with_config(&url, &*key, config).unwrap();
        node.version().await
    };
    with(Config::new().with_certificate_authority(authority))
        .await
        .unwrap();
    with(Config::new().danger_accept_any_certificate())
        .await
        .unwrap();
    let other = rcgen::generate_simple_self_signed(["other".to_owned()]).unwrap();
    for config in [
        Config::new(),
        Config::new().with_certificate_authority(other.cert.pem()),
    ] {
        let error = with(config).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert_eq!(error.attempts(), 1, "{}", error.report());
        assert!(
            error.to_string().contains("certificate is not trusted"),
            "{error}"
        );
    }
    // The user's files hold the authority.
    let store = NodeStore::at(variable("JOULE_CONFIG"));
    let node = store.open(&store.default_node().unwrap()).unwrap();
    node.version().await.unwrap();
}
