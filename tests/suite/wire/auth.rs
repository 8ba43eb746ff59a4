//! Credentials as they go out, and tokens that end.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use headwaters::{
    Auth, Batch, Error, ErrorKind, Secret, Timeouts, Token, TokenError, TokenSource, Upload,
    flink::Flink,
};

use super::{
    ClosedPort, JOB, OVERVIEW, STATUS, UPLOADED, assert_readable, brisk, client,
    scripted_server::{Answer, Request, ScriptedServer},
    single,
};

/// The request of one call with these credentials.
async fn request_with(auth: Auth) -> Request {
    let stub = ScriptedServer::playing([Answer::json(STATUS)]);
    let flink = client(&stub, single().with_auth(auth));
    flink.jobs().status(JOB).await.unwrap();
    stub.requests().remove(0)
}

#[tokio::test]
async fn basic_credentials_go_out_as_rfc_7617_writes_them() {
    for (user, password, header) in [
        (
            "Aladdin",
            "open sesame",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        ),
        ("test", "123£", "Basic dGVzdDoxMjPCow=="),
    ] {
        let request = request_with(Auth::basic(user, password)).await;
        assert_eq!(request.header("authorization"), Some(header));
    }
}

#[tokio::test]
async fn a_bearer_token_goes_out_as_it_is() {
    let request = request_with(Auth::bearer("a.b-c_d~+/==")).await;
    assert_eq!(request.header("authorization"), Some("Bearer a.b-c_d~+/=="));
}

#[tokio::test]
async fn keys_go_out_in_headers_of_their_own() {
    let auth = Auth::header("X-API-KEY", "k1").and_header("x-tenant", "blue");
    let request = request_with(auth).await;
    assert_eq!(request.header("x-api-key"), Some("k1"));
    assert_eq!(request.header("x-tenant"), Some("blue"));
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn without_credentials_none_go_out() {
    let request = request_with(Auth::none()).await;
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("cookie"), None);
}

#[test]
fn credentials_that_no_header_can_carry_are_refused_before_anything_is_sent() {
    let stub = ScriptedServer::playing([Answer::json(STATUS)]);
    for auth in [
        Auth::bearer("line\r\nx-evil: 1"),
        Auth::header("x-key", "nul\0"),
        Auth::header("no header", "key"),
    ] {
        let error = Flink::with_config(stub.url(), brisk().with_auth(auth)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
        assert!(error.is_request() && !error.maybe_sent());
        assert_eq!(error.attempts(), 0);
        assert_readable(&error);
        assert!(!error.report().contains("evil"));
    }
    assert_eq!(stub.opened(), 0);
}

/// RFC 7617 §2: a user-id with a colon cannot be told from its password.
#[test]
fn a_user_with_a_colon_is_refused_and_not_repeated() {
    let auth = Auth::basic("DOM:s3cret", "password");
    let error = Flink::with_config("http://localhost:1", single().with_auth(auth)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the user has a colon, which HTTP Basic puts between user and password"
    );
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!error.report().contains("s3cret"));
}

#[tokio::test]
async fn a_header_of_the_client_takes_the_place_of_ours_and_one_of_the_call_that_of_the_clients() {
    let stub = ScriptedServer::playing([Answer::json(STATUS)]);
    let config = single()
        .with_header("accept", "application/vnd.flink")
        .with_header("x-tenant", "blue")
        .with_header("x-hop", "one")
        .with_header("x-hop", "two");
    let flink = client(&stub, config);
    flink.jobs().status(JOB).await.unwrap();
    let call = flink.jobs().status(JOB).with_header("X-Tenant", "red");
    call.await.unwrap();
    let [first, second] = &stub.requests()[..] else {
        panic!("{:?}", stub.requests())
    };
    assert_eq!(first.headers("accept"), ["application/vnd.flink"]);
    assert_eq!(first.headers("x-tenant"), ["blue"]);
    assert_eq!(first.headers("x-hop"), ["one", "two"]);
    assert_eq!(second.headers("x-tenant"), ["red"]);
    assert_eq!(second.headers("x-hop"), ["one", "two"]);
}

/// Gives `token-1`, `token-2` and so on, each after a moment.
#[derive(Clone)]
struct Tokens {
    fetched: Arc<AtomicUsize>,
    lifetime: Option<Duration>,
}

impl Tokens {
    fn lasting(lifetime: impl Into<Option<Duration>>) -> Self {
        Self {
            fetched: Arc::default(),
            lifetime: lifetime.into(),
        }
    }

    fn count(&self) -> usize {
        self.fetched.load(Ordering::SeqCst)
    }

    fn auth(&self) -> Auth {
        Auth::refreshing(self.clone())
    }
}

impl TokenSource for Tokens {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async {
            let number = self.fetched.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok(Token {
                secret: Secret::from(format!("token-{number}")),
                lifetime: self.lifetime,
            })
        })
    }
}

fn token(request: &Request) -> &str {
    let header = request.header("authorization").unwrap();
    header.strip_prefix("Bearer ").unwrap()
}

fn tokens(stub: &ScriptedServer) -> Vec<String> {
    stub.requests()
        .iter()
        .map(|request| token(request).to_owned())
        .collect()
}

/// Accepts these tokens only.
fn accepting(good: impl Fn(&str) -> bool + Send + Sync + 'static) -> ScriptedServer {
    ScriptedServer::new(move |request| {
        if good(token(request)) {
            Answer::json(OVERVIEW)
        } else {
            Answer::status(401, &[("www-authenticate", "Bearer")], "")
        }
    })
}

fn overviews(flink: &Flink, count: usize) -> Batch<headwaters::flink::types::ClusterOverview> {
    (0..count).map(|_| flink.overview()).collect()
}

#[tokio::test]
async fn one_token_serves_many_calls() {
    // The second has a short life, of which the first half can still be used.
    for lifetime in [None, Some(Duration::from_secs(20)), Some(Duration::MAX)] {
        let source = Tokens::lasting(lifetime);
        let stub = accepting(|_| true);
        let flink = client(&stub, single().with_auth(source.auth()));
        let calls = overviews(&flink, 8).with_concurrency(8);
        calls.await.unwrap();
        flink.clone().overview().await.unwrap();
        assert_eq!(source.count(), 1, "{lifetime:?}");
        assert!(tokens(&stub).iter().all(|token| token == "token-1"));
    }
}

#[tokio::test]
async fn a_token_is_replaced_shortly_before_its_end() {
    let hour = Duration::from_secs(3_600);
    let source = Tokens::lasting(hour);
    let stub = accepting(|_| true);
    let flink = client(&stub, single().with_auth(source.auth()));
    // The clock stands still while nothing is on the wire, and goes on by itself otherwise.
    let later = async |by: Duration| {
        tokio::time::pause();
        tokio::time::advance(by).await;
        tokio::time::resume();
    };
    flink.overview().await.unwrap();
    later(hour - Duration::from_secs(60)).await;
    flink.overview().await.unwrap();
    later(Duration::from_secs(35)).await;
    flink.overview().await.unwrap();
    assert_eq!(tokens(&stub), ["token-1", "token-1", "token-2"]);
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_request_sent_once_more() {
    let source = Tokens::lasting(None);
    let stub = accepting(|token| token == "token-2");
    // The one repeat is no retry: it needs no policy.
    let flink = client(&stub, single().with_auth(source.auth()));
    flink.overview().await.unwrap();
    flink.overview().await.unwrap();
    assert_eq!(tokens(&stub), ["token-1", "token-2", "token-2"]);
    assert_eq!(source.count(), 2);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_too_ends_the_call() {
    let source = Tokens::lasting(None);
    let stub = accepting(|_| false);
    let flink = client(&stub, brisk().with_auth(source.auth()));
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_retryable());
    assert_eq!(error.attempts(), 2);
    assert_eq!(tokens(&stub), ["token-1", "token-2"]);
}

#[tokio::test]
async fn a_token_that_many_calls_find_refused_is_replaced_once() {
    let source = Tokens::lasting(None);
    let arrived = Arc::new(AtomicUsize::new(0));
    let stub = {
        let arrived = Arc::clone(&arrived);
        ScriptedServer::new(move |request| {
            if token(request) == "token-2" {
                return Answer::json(OVERVIEW);
            }
            arrived.fetch_add(1, Ordering::SeqCst);
            let arrived = Arc::clone(&arrived);
            // All of them carry the first token before any learns that it is refused.
            Answer::default()
                .until(move || arrived.load(Ordering::SeqCst) >= 6)
                .then(Answer::status(401, &[], ""))
        })
    };
    let flink = client(&stub, single().with_auth(source.auth()));
    overviews(&flink, 6).with_concurrency(6).await.unwrap();
    assert_eq!(stub.count(), 12);
    assert_eq!(source.count(), 2);
}

#[tokio::test]
async fn a_fresh_token_is_kept_for_the_retries_after_it() {
    let source = Tokens::lasting(None);
    let stub = ScriptedServer::playing([
        Answer::status(401, &[], ""),
        Answer::status(503, &[], ""),
        Answer::status(503, &[], ""),
        Answer::json(OVERVIEW),
    ]);
    let flink = client(&stub, brisk().with_auth(source.auth()));
    flink.overview().await.unwrap();
    assert_eq!(tokens(&stub), ["token-1", "token-2", "token-2", "token-2"]);
    assert_eq!(source.count(), 2);
}

#[tokio::test]
async fn an_upload_with_a_refused_token_is_not_sent_again_and_the_next_gets_a_fresh_one() {
    let source = Tokens::lasting(None);
    let stub = ScriptedServer::new(|request| match token(request) {
        "token-1" => Answer::status(401, &[], ""),
        _ => Answer::json(UPLOADED),
    });
    let flink = client(&stub, brisk().with_auth(source.auth()));
    let upload = || flink.jars().upload(Upload::bytes("job.jar", "PK"));
    assert!(upload().await.unwrap_err().is_unauthorized());
    assert_eq!(stub.count(), 1);
    upload().await.unwrap();
    assert_eq!(tokens(&stub), ["token-1", "token-2"]);
}

#[tokio::test]
async fn fixed_credentials_that_are_refused_are_not_tried_again() {
    let stub = ScriptedServer::playing([Answer::status(401, &[], "")]);
    let flink = client(&stub, brisk().with_auth(Auth::bearer("old")));
    assert!(flink.overview().await.unwrap_err().is_unauthorized());
    assert_eq!(stub.count(), 1);
}

/// Gives what no header can carry.
struct Unsendable;

impl TokenSource for Unsendable {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async {
            Ok(Token {
                secret: "line\r\nx-evil: 1".into(),
                lifetime: None,
            })
        })
    }
}

#[tokio::test]
async fn a_fetched_token_that_no_header_can_carry_is_the_error_of_the_call() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let flink = client(&stub, brisk().with_auth(Auth::refreshing(Unsendable)));
    let error = flink.overview().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
    assert!(!error.report().contains("evil") && !error.maybe_sent());
    assert_eq!(stub.opened(), 0);
}

/// Asks a server for the token, as an identity service wants it.
struct Issuer(Flink);

impl TokenSource for Issuer {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async {
            self.0.overview().await?;
            Err(unreachable().into())
        })
    }
}

fn unreachable() -> Error {
    panic!("the issuer of this test never answers well")
}

#[tokio::test]
async fn a_token_that_cannot_be_had_is_the_error_of_the_call_and_nothing_is_sent() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    for (issuer, status) in [
        (
            ScriptedServer::playing([Answer::status(400, &[], r#"{"errors":["bad key"]}"#)]),
            Some(400),
        ),
        (ScriptedServer::playing([Answer::nothing()]), None),
    ] {
        let auth = Auth::refreshing(Issuer(client(&issuer, single())));
        let flink = client(&stub, brisk().with_auth(auth));
        let error = flink.jars().run(super::JAR).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), status);
        assert!(!error.maybe_sent(), "{error:?}");
        assert_eq!(error.attempts(), 0);
        assert_eq!(issuer.count(), 1);
        assert_readable(&error);
    }
    assert_eq!(stub.opened(), 0);
}

struct Broken;

impl TokenSource for Broken {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async { Err("the vault is closed".into()) })
    }
}

#[tokio::test]
async fn a_source_of_tokens_fails_with_an_error_of_its_own() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let flink = client(&stub, brisk().with_auth(Auth::refreshing(Broken)));
    let error = flink.overview().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert!(!error.maybe_sent());
    assert!(error.report().ends_with("the vault is closed"), "{error:?}");
    assert_eq!(stub.opened(), 0);
}

#[tokio::test]
async fn headers_come_beside_the_scheme_and_what_a_call_says_itself_takes_their_place() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW), Answer::json(OVERVIEW)]);
    let auth = Auth::bearer("token").and_header("x-tenant", "blue");
    let flink = client(&stub, single().with_auth(auth));
    flink.overview().await.unwrap();
    flink
        .overview()
        .with_header("authorization", "Bearer other")
        .with_header("x-tenant", "green")
        .await
        .unwrap();
    let said: Vec<_> = stub
        .requests()
        .iter()
        .map(|request| {
            let header = |name| request.header(name).unwrap().to_owned();
            (header("authorization"), header("x-tenant"))
        })
        .collect();
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(
        said,
        [pair("Bearer token", "blue"), pair("Bearer other", "green")]
    );
}

#[tokio::test]
async fn a_token_that_does_not_come_in_time_is_a_timeout_and_nothing_is_sent() {
    let issuer = ScriptedServer::playing([Answer::silence()]);
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let auth = Auth::refreshing(Issuer(client(&issuer, single())));
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(100));
    let config = single().with_auth(auth).with_timeouts(timeouts);
    let error = client(&stub, config).overview().await.unwrap_err();
    assert!(error.is_timeout() && !error.maybe_sent(), "{error:?}");
    assert_eq!((error.attempts(), stub.opened()), (0, 0));
}

/// A source that is not there the first time it is asked.
struct LateIssuer(Flink, AtomicUsize);

impl TokenSource for LateIssuer {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        Box::pin(async {
            if self.1.fetch_add(1, Ordering::SeqCst) == 0 {
                self.0.overview().await?;
            }
            let secret = Secret::from("token");
            let lifetime = None;
            Ok(Token { secret, lifetime })
        })
    }
}

#[tokio::test]
async fn an_issuer_that_is_away_is_named_and_moves_nobody_off_the_server() {
    let closed = ClosedPort::new();
    let issuer = Flink::with_config(closed.url(), single()).unwrap();
    let auth = Auth::refreshing(LateIssuer(issuer, AtomicUsize::new(0)));
    let first = ScriptedServer::new(|_| Answer::json(OVERVIEW));
    let second = ScriptedServer::new(|_| Answer::json(OVERVIEW));
    let config = brisk().with_auth(auth).with_fallback(second.url());
    let flink = client(&first, config);
    let error = flink.overview().await.unwrap_err();
    assert!(error.is_connect() && !error.maybe_sent(), "{error}");
    assert!(error.to_string().contains(&closed.url()), "{error}");
    flink.overview().await.unwrap();
    assert_eq!((first.count(), second.count()), (1, 0));
}
