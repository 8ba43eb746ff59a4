//! Which proxy a request goes through: the environment's, a configuration's, or none.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, mpsc},
    time::Duration,
};

use headwaters::{
    Config, Error, Timeouts,
    flink::Flink,
    reqwest::{
        self,
        dns::{Addrs, Name, Resolve, Resolving},
    },
};

use super::{
    OVERVIEW, in_a_fresh_process,
    scripted_server::{Answer, ScriptedServer},
    secret::{TOKEN, assert_error_hides},
    single,
};

/// Answers what no server answers, so that a test sees who did.
fn proxy() -> ScriptedServer {
    ScriptedServer::playing([Answer::status(418, &[], r#"{"errors":["the proxy"]}"#)])
}

fn server() -> ScriptedServer {
    ScriptedServer::playing([Answer::json(OVERVIEW)])
}

fn on_a_runtime<T>(part: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(part)
}

/// Every name is this host.
struct Here;

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        Box::pin(async move { Ok(Box::new(std::iter::once(here)) as Addrs) })
    }
}

fn here() -> Config {
    single().with_http(|http| http.dns_resolver(Arc::new(Here)))
}

async fn outcome(url: &str, config: Config) -> Result<u16, Error> {
    let timeouts = Timeouts::default().with_connect(Duration::from_millis(300));
    let flink = Flink::with_config(url, config.with_timeouts(timeouts))?;
    match flink.overview().await {
        Ok(_) => Ok(200),
        Err(error) => error.status().map(|status| status.as_u16()).ok_or(error),
    }
}

#[test]
fn a_request_to_this_host_leaves_through_no_proxy_of_the_environment() {
    let stub = proxy();
    let proxy = stub.url();
    let variables = [
        ("HTTP_PROXY", &*proxy),
        ("all_proxy", &proxy),
        ("NO_PROXY", "elsewhere.test"),
    ];
    in_a_fresh_process(&variables, || {
        let server = server();
        let port = server.url().rsplit_once(':').unwrap().1.to_owned();
        on_a_runtime(async {
            for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]"] {
                let url = format!("http://{host}:{port}");
                assert_eq!(outcome(&url, single()).await.unwrap(), 200, "{host}");
            }
            for host in ["jobs.localhost", "a.b.localhost", "localhost."] {
                let url = format!("http://{host}:{port}");
                assert_eq!(outcome(&url, here()).await.unwrap(), 200, "{host}");
            }
            // Nobody listens there.
            for host in ["127.8.9.10", "[::1]"] {
                let error = outcome(&format!("http://{host}:1"), single()).await;
                let error = error.unwrap_err();
                assert!(error.is_connect(), "{error:?}");
                assert!(!error.to_string().contains("proxy"), "{error}");
            }
            for host in ["flink.test", "localhost.test", "mylocalhost", "128.0.0.1"] {
                let url = format!("http://{host}:{port}");
                assert_eq!(outcome(&url, here()).await.unwrap(), 418, "{host}");
                assert_eq!(outcome(&url, single()).await.unwrap(), 418, "{host}");
                if cfg!(any(feature = "rustls", feature = "native-tls")) {
                    let url = format!("https://{host}:{port}");
                    let error = outcome(&url, single()).await.unwrap_err();
                    assert!(error.to_string().contains("through the proxy"), "{error}");
                }
            }
        });
    });
}

#[test]
fn every_form_of_no_proxy_is_heeded() {
    let stub = proxy();
    let proxy = stub.url();
    let hosts = "other.test, .example.com,10.0.0.0/8,192.168.7.9,fd00::/8";
    in_a_fresh_process(&[("http_proxy", &*proxy), ("no_proxy", hosts)], || {
        let server = server();
        let port = server.url().rsplit_once(':').unwrap().1.to_owned();
        on_a_runtime(async {
            for host in [
                "other.test",
                "jobs.OTHER.test",
                "a.example.com",
                "example.com",
            ] {
                let url = format!("http://{host}:{port}");
                assert_eq!(outcome(&url, here()).await.unwrap(), 200, "{host}");
            }
            for host in ["another.test", "anexample.com", "11.0.0.1", "192.168.7.8"] {
                let url = format!("http://{host}:{port}");
                assert_eq!(outcome(&url, here()).await.unwrap(), 418, "{host}");
            }
            // Whoever is there, if anybody, is not the proxy.
            for host in ["10.255.255.1", "192.168.7.9", "[fd00::7]"] {
                match outcome(&format!("http://{host}:9"), single()).await {
                    Ok(status) => assert_ne!(status, 418, "{host}"),
                    Err(error) => assert!(!error.to_string().contains("proxy"), "{error}"),
                }
            }
        });
    });
}

#[test]
fn a_star_in_no_proxy_stands_for_every_host() {
    let stub = proxy();
    let proxy = stub.url();
    in_a_fresh_process(&[("ALL_PROXY", &*proxy), ("NO_PROXY", "*")], || {
        let server = server();
        let url = server.url().replace("127.0.0.1", "flink.test");
        assert_eq!(on_a_runtime(outcome(&url, here())).unwrap(), 200);
        // Whoever is there, if anybody, is not the proxy.
        for host in ["10.255.255.1", "[fd00::7]"] {
            match on_a_runtime(outcome(&format!("http://{host}:9"), single())) {
                Ok(status) => assert_ne!(status, 418, "{host}"),
                Err(error) => assert!(!error.to_string().contains("proxy"), "{error}"),
            }
        }
    });
}

#[test]
fn where_a_configuration_wants_no_proxy_the_one_of_the_environment_is_not_used() {
    let stub = proxy();
    let proxy = stub.url();
    let direct = |config: fn() -> Config| {
        let server = server();
        let url = server.url().replace("127.0.0.1", "flink.test");
        assert_eq!(on_a_runtime(outcome(&url, config())).unwrap(), 200);
    };
    in_a_fresh_process(&[("HTTP_PROXY", &proxy), ("NO_PROXY", "")], || {
        direct(|| here().without_proxy());
        direct(|| single().with_http(|http| http.no_proxy().dns_resolver(Arc::new(Here))));
    });
}

#[test]
fn a_program_of_a_web_server_takes_no_header_for_a_proxy() {
    let stub = proxy();
    let proxy = stub.url();
    let variables = [("HTTP_PROXY", &*proxy), ("REQUEST_METHOD", "GET")];
    in_a_fresh_process(&variables, || {
        let server = server();
        let url = server.url().replace("127.0.0.1", "flink.test");
        assert_eq!(on_a_runtime(outcome(&url, here())).unwrap(), 200);
    });
}

#[test]
fn a_proxy_of_a_builder_comes_before_that_of_the_environment() {
    in_a_fresh_process(&[("ALL_PROXY", "http://127.0.0.1:1")], || {
        let proxy = proxy();
        let url = proxy.url();
        let config =
            single().with_http(move |http| http.proxy(reqwest::Proxy::http(&url).unwrap()));
        let config = || config.clone();
        assert_eq!(
            on_a_runtime(outcome("http://flink.test", config())).unwrap(),
            418
        );
        assert_eq!(proxy.count(), 1);
    });
}

#[test]
fn a_proxy_of_the_configuration_stands_before_this_host_too() {
    in_a_fresh_process(
        &[("HTTP_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "*")],
        || {
            let (proxy, server) = (proxy(), server());
            let config = single().with_proxy(proxy.url());
            assert_eq!(on_a_runtime(outcome(&server.url(), config)).unwrap(), 418);
            assert_eq!((proxy.count(), server.count()), (1, 0));
        },
    );
}

#[test]
fn a_variable_that_names_no_proxy_is_told_by_its_name_and_not_by_its_value() {
    let wrong = format!("gopher://user:{TOKEN}@proxy:70");
    in_a_fresh_process(&[("HTTPS_PROXY", &*wrong), ("HTTP_PROXY", "")], || {
        let error = Flink::new("http://flink.test").unwrap_err();
        assert!(error.is_request(), "{error:?}");
        assert!(error.to_string().contains("HTTPS_PROXY"), "{error}");
        assert!(error.to_string().contains("without_proxy"), "{error}");
        assert_error_hides("error", &error);
        Flink::with_config("http://flink.test", single().without_proxy()).unwrap();
    });
}

/// RFC 7617 §2: a user-id with a colon cannot be told from its password. SOCKS tells both apart.
#[test]
fn a_user_of_a_proxy_has_no_colon_where_http_basic_names_it() {
    for (scheme, is_taken) in [("http", false), ("https", false), ("socks5h", true)] {
        let url = format!("{scheme}://DOM%3Ame:{TOKEN}@proxy:1");
        let config = single().with_proxy(url.as_str());
        match Flink::with_config("http://flink.test", config) {
            Ok(_) => assert!(is_taken, "{scheme}"),
            Err(error) => {
                assert!(!is_taken, "{error}");
                assert!(
                    error.to_string().contains("has a user with a colon"),
                    "{error}"
                );
                assert_error_hides("error", &error);
            }
        }
    }
}

#[test]
fn what_a_proxy_of_the_environment_repeats_of_its_password_shows_in_no_error() {
    let words = format!(r#"{{"errors":["user:{TOKEN} may not pass"]}}"#);
    let proxy = ScriptedServer::playing([Answer::status(407, &[], words)]);
    let url = proxy
        .url()
        .replace("http://", &format!("http://user:{TOKEN}@"));
    in_a_fresh_process(&[("HTTP_PROXY", &*url)], || {
        let flink = Flink::with_config("http://flink.test", single()).unwrap();
        let error = on_a_runtime(async { flink.overview().await }).unwrap_err();
        assert_eq!(error.messages(), ["user:[redacted] may not pass"]);
        assert_error_hides("error", &error);
    });
}

#[cfg(unix)]
#[test]
fn a_unix_socket_hears_nothing_of_a_proxy() {
    let url = format!("http://user:{TOKEN}@127.0.0.1:1");
    in_a_fresh_process(&[("HTTP_PROXY", &*url)], || {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("api");
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let head = head(&mut stream);
            answer(&mut stream);
            head
        });
        let config = single().with_unix_socket(&path);
        assert_eq!(
            on_a_runtime(outcome("http://flink.test", config)).unwrap(),
            200
        );
        let head = server.join().unwrap();
        assert!(head.starts_with("GET /v1/overview HTTP/1.1"), "{head}");
        assert!(!head.contains("proxy-"), "{head}");
    });
}

/// A proxy that speaks SOCKS 5 and answers in the place of the server. Tells what it was asked for: the user, the password, the
/// host.
fn socks() -> (String, mpsc::Receiver<(String, String, String)>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let [version, methods] = taken(&mut stream);
            assert_eq!(version, 5);
            let mut offered = vec![0; methods.into()];
            stream.read_exact(&mut offered).unwrap();
            let (mut user, mut password) = Default::default();
            if offered.contains(&2) {
                stream.write_all(&[5, 2]).unwrap();
                let [_] = taken(&mut stream);
                (user, password) = (text(&mut stream), text(&mut stream));
                stream.write_all(&[1, 0]).unwrap();
            } else {
                stream.write_all(&[5, 0]).unwrap();
            }
            let [_, _, _, kind] = taken(&mut stream);
            let host = match kind {
                1 => std::net::Ipv4Addr::from(taken(&mut stream)).to_string(),
                3 => text(&mut stream),
                _ => panic!("an address of kind {kind}"),
            };
            let [_, _] = taken(&mut stream);
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
            told.send((user, password, host)).unwrap();
            head(&mut stream);
            answer(&mut stream);
        }
    });
    (address, heard)
}

fn taken<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// A text behind its length.
fn text(stream: &mut TcpStream) -> String {
    let [length] = taken(stream);
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn head(stream: &mut impl std::io::Read) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

fn answer(stream: &mut impl std::io::Write) {
    let length = OVERVIEW.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{OVERVIEW}"
    )
    .unwrap();
}

#[test]
fn a_socks_proxy_of_the_environment_is_used_with_its_password() {
    let (address, _heard) = socks();
    let url = format!("socks5h://user:{TOKEN}@{address}");
    in_a_fresh_process(&[("ALL_PROXY", &*url)], || {
        // Its name does not exist here, so the proxy has looked it up.
        assert_eq!(
            on_a_runtime(outcome("http://flink.test", single())).unwrap(),
            200
        );
        let server = server();
        assert_eq!(on_a_runtime(outcome(&server.url(), single())).unwrap(), 200);
        assert_eq!(server.count(), 1);
    });
}

#[tokio::test]
async fn a_socks_proxy_of_the_configuration_looks_names_up_where_its_scheme_says_so() {
    let (address, heard) = socks();
    for (proxy, host) in [
        (format!("socks5h://user:{TOKEN}@{address}"), "flink.test"),
        (format!("socks5://user:{TOKEN}@{address}"), "127.0.0.1"),
    ] {
        let config = here().with_proxy(proxy);
        assert_eq!(outcome("http://flink.test", config).await.unwrap(), 200);
        let expected = ("user", TOKEN, host);
        let (user, password, asked) = heard.recv().unwrap();
        assert_eq!((&*user, &*password, &*asked), expected);
    }
    let config = single().with_proxy(format!("socks5h://{address}"));
    assert_eq!(outcome("http://127.0.0.1:1", config).await.unwrap(), 200);
    let (user, _, host) = heard.recv().unwrap();
    assert_eq!((&*user, &*host), ("", "127.0.0.1"));
    let url = format!("socks5://user:{TOKEN}@127.0.0.1:1");
    let config = single().with_proxy(&*url);
    assert!(!format!("{config:?}").contains(TOKEN));
    let error = outcome("http://flink.test", config).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("through the proxy socks5://127.0.0.1:1"),
        "{error}"
    );
    assert_error_hides("error", &error);
}
