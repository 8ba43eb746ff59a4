//! What a person reads of a failure: where, why, how often, and whether it may have had its effect.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use headwaters::{
    Config, Error, Timeouts,
    flink::Flink,
    joule::Node,
    reqwest::dns::{Addrs, Name, Resolve, Resolving},
};

use super::{
    ClosedPort, JAR, JOB, OVERVIEW, TRIGGER, assert_readable, brisk, client, hurried,
    in_a_fresh_process,
    scripted_server::{Answer, ScriptedServer},
    secret::{TOKEN, assert_error_hides},
    single,
};

fn assert_tells(error: &Error, texts: &[&str]) {
    for text in texts {
        assert!(error.to_string().contains(text), "{text}: {error}");
    }
    assert_readable(error);
}

#[tokio::test]
async fn a_dead_server_is_told_by_its_origin_and_nothing_else_of_its_url() {
    let url = ClosedPort::new().url();
    let flink = Flink::with_config(format!("{url}/tenant/blue"), brisk()).unwrap();
    let call = flink.jobs().get(JOB).with_query("key", TOKEN);
    let error = call.await.unwrap_err();
    assert_tells(
        &error,
        &[
            "no connection was made: ",
            "refused",
            &url,
            "4 attempts in ",
        ],
    );
    for hidden in ["tenant", "blue", JOB, "key"] {
        assert!(!error.report().contains(hidden), "{hidden}: {error:?}");
    }
    assert_error_hides("error", &error);
    let node = Node::with_config(&url, TOKEN, single()).unwrap();
    let error = node.info().await.unwrap_err();
    assert_tells(&error, &["refused", &url]);
    assert!(!error.to_string().contains("attempts"), "{error}");
}

#[tokio::test]
async fn an_answer_is_told_by_the_server_that_gave_it() {
    let dead = ClosedPort::new();
    let stub = ScriptedServer::playing([Answer::status(400, &[], r#"{"errors":["no"]}"#)]);
    let config = brisk().with_fallback(stub.url());
    let flink = Flink::with_config(dead.url(), config).unwrap();
    let error = flink.overview().await.unwrap_err();
    assert_tells(&error, &["400 Bad Request: no", &stub.url(), "2 attempts"]);
    assert!(!error.to_string().contains(&dead.url()), "{error}");
    // A value that is read later is told the same way.
    let half = Answer::head(200, &[("content-length", "9")])
        .send("half")
        .close();
    let stub = ScriptedServer::playing([half, Answer::json("{}")]);
    let flink = client(&stub, single());
    let log = flink.job_manager().log().await.unwrap();
    let error = log.into_bytes(99).await.unwrap_err();
    assert_tells(
        &error,
        &["broke before the end of the answer: ", &stub.url()],
    );
    assert_tells(&flink.overview().await.unwrap_err(), &[&stub.url()]);
}

#[tokio::test]
async fn time_that_ran_out_is_told_in_numbers() {
    let stub = ScriptedServer::playing([Answer::silence()]);
    let error = client(&stub, hurried(70)).overview().await.unwrap_err();
    assert_tells(
        &error,
        &["the attempt was not done within 70ms", &stub.url()],
    );
    let call = client(&stub, single()).overview();
    let error = call
        .with_timeout(Duration::from_millis(45))
        .await
        .unwrap_err();
    assert_tells(&error, &["the call was not done within 45ms"]);
}

#[tokio::test]
async fn what_may_have_taken_effect_says_so_where_a_repeat_would_do_it_twice() {
    const SAYS: &str = "it may have taken effect";
    let words = r#"{"errors":["no"]}"#;
    for (what, answer, maybe) in [
        ("nothing", Answer::nothing(), true),
        ("silence", Answer::silence(), true),
        ("500", Answer::status(500, &[], words), true),
        ("504", Answer::status(504, &[], "late"), true),
        ("no JSON", Answer::json("["), true),
        ("a page", Answer::json("<html>"), true),
        ("404 of a proxy", Answer::status(404, &[], "no"), true),
        ("404", Answer::status(404, &[], words), false),
        ("413", Answer::status(413, &[], ""), false),
    ] {
        let stub = ScriptedServer::playing([answer]);
        let flink = client(&stub, hurried(400));
        let jobs = flink.jobs();
        let once = [
            flink.jars().run(JAR).await.map(drop),
            jobs.trigger_savepoint(JOB).await.map(drop),
        ];
        for outcome in once {
            let error = outcome.unwrap_err();
            assert_eq!(error.maybe_sent(), maybe, "{what}: {error}");
            assert_eq!(error.to_string().contains(SAYS), maybe, "{what}: {error}");
        }
        for outcome in [
            jobs.trigger_savepoint(JOB)
                .trigger_id(TRIGGER)
                .await
                .map(drop),
            jobs.status(JOB).await.map(drop),
        ] {
            let error = outcome.unwrap_err();
            assert!(!error.to_string().contains(SAYS), "{what}: {error}");
        }
    }
    let flink = Flink::with_config(ClosedPort::new().url(), single()).unwrap();
    let error = flink.jars().run(JAR).await.unwrap_err();
    assert!(!error.to_string().contains(SAYS), "{error}");
}

/// Fails as the system's resolver does.
struct Failing(&'static str);

impl Resolve for Failing {
    fn resolve(&self, name: Name) -> Resolving {
        let reason = self.0;
        let addresses: io::Result<Addrs> = match name.as_str() {
            "alive.test" => Ok(Box::new(std::iter::once(SocketAddr::from((
                [127, 0, 0, 1],
                0,
            ))))),
            _ => Err(io::Error::other(format!(
                "failed to lookup address information: {reason}"
            ))),
        };
        Box::pin(async move { addresses.map_err(Into::into) })
    }
}

fn resolving(reason: &'static str) -> Config {
    brisk().with_http(move |http| http.dns_resolver(Arc::new(Failing(reason))))
}

#[tokio::test]
async fn a_host_whose_name_does_not_exist_is_not_asked_for_again() {
    let flink = Flink::with_config(
        "http://gone.test:8081",
        resolving("Name or service not known"),
    );
    let error = flink.unwrap().overview().await.unwrap_err();
    assert!(
        error.is_connect() && !error.is_retryable() && !error.maybe_sent(),
        "{error:?}"
    );
    assert_eq!(error.attempts(), 1);
    assert_tells(
        &error,
        &[
            "the name of the host does not exist",
            "http://gone.test:8081",
        ],
    );
    // A resolver that could not ask may be able to later.
    let reason = "Temporary failure in name resolution";
    let flink = Flink::with_config("http://gone.test:8081", resolving(reason)).unwrap();
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable(), "{error:?}");
    assert_eq!(error.attempts(), 4);
    assert_tells(&error, &[reason]);
}

#[tokio::test]
async fn what_bars_the_way_to_one_server_leaves_the_way_to_the_next() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let alive = stub.url().replace("127.0.0.1", "alive.test");
    let config = resolving("Name or service not known").with_fallback(alive);
    let flink = Flink::with_config("http://gone.test", config).unwrap();
    flink.overview().await.unwrap();
    let config = resolving("Name or service not known").with_fallback("http://also.test");
    let error = Flink::with_config("http://gone.test", config).unwrap();
    let error = error.overview().await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert_tells(&error, &["http://also.test"]);
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn https_to_a_port_that_speaks_http_is_not_tried_again() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    // As a server of HTTP answers what it cannot read.
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        io::Read::read(&mut stream, &mut [0; 4096]).unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        io::Write::write_all(&mut stream, answer).unwrap();
    });
    let error = Flink::with_config(&url, brisk()).unwrap();
    let error = error.jars().run(JAR).await.unwrap_err();
    assert!(
        error.is_connect() && !error.is_retryable() && !error.maybe_sent(),
        "{error:?}"
    );
    assert_eq!(error.attempts(), 1);
    assert_tells(
        &error,
        &["the URL says https, and the port does not speak TLS", &url],
    );
    server.join().unwrap();
}

#[tokio::test]
async fn a_connection_through_a_proxy_names_the_proxy_and_not_what_opens_it() {
    let dead = ClosedPort::new().url();
    let proxy = dead.replace("http://", &format!("http://user:{TOKEN}@"));
    let through = format!("http://flink.test:8081 through the proxy {dead}");
    let flink = Flink::with_config("http://flink.test:8081", single().with_proxy(proxy)).unwrap();
    let error = flink.overview().await.unwrap_err();
    assert_tells(&error, &["refused", &through]);
    assert_error_hides("error", &error);
    let node = Node::with_config("http://node.test", TOKEN, single().with_proxy(&*dead)).unwrap();
    let error = node.info().await.unwrap_err();
    assert_tells(&error, &["http://node.test through the proxy"]);
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_without_credentials_is_not_asked_again() {
    let proxy = ScriptedServer::playing([Answer::status(407, &[], "")]);
    let config = brisk().with_proxy(proxy.url());
    let flink = Flink::with_config("https://flink.test", config).unwrap();
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_connect() && !error.is_retryable(), "{error:?}");
    assert_eq!((error.attempts(), proxy.count()), (1, 1));
    assert_tells(&error, &["the proxy wants credentials", &proxy.url()]);
}

#[test]
fn a_proxy_of_the_environment_is_named_where_it_is_used() {
    let variables = [
        ("HTTP_PROXY", "http://user:s3cr3t-Zx9Qv7@127.0.0.1:1"),
        ("NO_PROXY", "other.test"),
    ];
    in_a_fresh_process(&variables, || {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(async {
            let error = Flink::with_config("http://flink.test", single()).unwrap();
            let error = error.overview().await.unwrap_err();
            assert_tells(
                &error,
                &["http://flink.test through the proxy http://127.0.0.1:1"],
            );
            assert_error_hides("error", &error);
            for (url, config) in [
                ("http://other.test", single()),
                ("http://flink.test", single().without_proxy()),
            ] {
                let config =
                    config.with_timeouts(Timeouts::default().with_connect(Duration::from_secs(2)));
                let error = Flink::with_config(url, config).unwrap();
                let error = error.overview().await.unwrap_err();
                assert!(!error.to_string().contains("proxy"), "{error}");
            }
        });
    });
}

#[cfg(unix)]
#[tokio::test]
async fn a_socket_is_named_by_its_path() {
    let node = Node::at_socket("/nowhere/api", single()).unwrap();
    let error = node.info().await.unwrap_err();
    assert_tells(&error, &["No such file", "the socket /nowhere/api"]);
}
