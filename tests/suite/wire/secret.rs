//! Credentials must not show in any text.

use std::{error::Error as _, fmt::Debug, pin::Pin, time::Duration};

use headwaters::{
    Auth, Batch, Config, Error, ErrorKind, Secret, Spawned, Timeouts, Token, TokenError,
    TokenSource, Upload, flink::Flink, reqwest,
};

use super::{
    ClosedPort, JOB, OVERVIEW, STATUS, assert_readable, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

/// Looks like nothing else that could stand in a text.
pub const TOKEN: &str = "s3cr3t-Zx9Qv7";
/// Of `user:s3cr3t-Zx9Qv7` in Base64, and of the token alone.
const ENCODED: [&str; 2] = ["dXNlcjpzM2NyM3QtWng5UXY3", "czNjcjN0LVp4OVF2Nw"];

pub fn assert_hidden(what: &str, text: &str) {
    for secret in [TOKEN].iter().chain(&ENCODED) {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

fn assert_debug_hides(what: &str, value: &impl Debug) {
    assert_hidden(what, &format!("{value:?}"));
    assert_hidden(what, &format!("{value:#?}"));
}

/// Every text that an error can become.
pub fn assert_error_hides(what: &str, error: &Error) {
    assert_debug_hides(what, error);
    assert_hidden(what, &error.to_string());
    assert_hidden(what, &error.report());
    let mut cause = error.source();
    while let Some(source) = cause {
        assert_debug_hides(what, &source);
        assert_hidden(what, &source.to_string());
        cause = source.source();
    }
}

struct Fixed;

impl TokenSource for Fixed {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + '_>> {
        let token = Token {
            secret: Secret::from(TOKEN),
            lifetime: None,
        };
        Box::pin(async move { Ok(token) })
    }
}

/// Each way to give a client a secret.
pub fn configs(config: impl Fn() -> Config) -> Vec<(&'static str, Config)> {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-key", TOKEN.parse().unwrap());
    vec![
        ("basic", config().with_auth(Auth::basic("user", TOKEN))),
        ("bearer", config().with_auth(Auth::bearer(TOKEN))),
        ("key", config().with_auth(Auth::header("x-key", TOKEN))),
        ("refreshing", config().with_auth(Auth::refreshing(Fixed))),
        ("header", config().with_header("x-key", TOKEN)),
        (
            "cookie",
            config().with_header("cookie", format!("session={TOKEN}")),
        ),
        (
            "default header",
            config().with_http(move |http| http.default_headers(headers.clone())),
        ),
    ]
}

#[tokio::test]
async fn a_token_shows_in_no_value_that_holds_it() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    assert_debug_hides("secret", &Secret::from(TOKEN));
    assert_hidden("secret", &Secret::from(TOKEN).to_string());
    let token = Token {
        secret: Secret::from(TOKEN),
        lifetime: None,
    };
    assert_debug_hides("token", &token);
    for auth in [
        Auth::basic("user", TOKEN),
        Auth::bearer(TOKEN),
        Auth::header("x-key", TOKEN).and_header("x-other", TOKEN),
        Auth::refreshing(Fixed),
    ] {
        assert_debug_hides("auth", &auth);
    }
    for (what, config) in configs(single) {
        assert_debug_hides(what, &config);
        let flink = client(&stub, config);
        flink.overview().await.unwrap();
        assert_debug_hides(what, &flink);
        assert_debug_hides(what, &flink.jobs());
        assert_debug_hides(what, &flink.vertex(JOB, "0").subtasks());
        assert_debug_hides(what, &flink.overview());
        assert_debug_hides(what, &flink.overview().with_response());
        assert_debug_hides(what, &flink.jars().upload(Upload::bytes("job.jar", TOKEN)));
        assert_debug_hides(what, &flink.jobs().trigger_savepoint(JOB).poll());
        assert_debug_hides(what, &Spawned::new(flink.overview()));
        assert_debug_hides(what, &[flink.overview()].into_iter().collect::<Batch<_>>());
        assert_debug_hides(what, &flink.job_manager().log().await.unwrap());
    }
}

#[tokio::test]
async fn a_key_in_the_query_of_a_client_is_not_repeated_and_a_parameter_of_the_operation_is() {
    let words = format!(r#"{{"errors":["no key={TOKEN} with job-1234567890"]}}"#);
    let stub = ScriptedServer::new(move |_| Answer::status(400, &[], &words));
    let config = single()
        .with_query("api_key", TOKEN)
        .with_query("get", "job-1234567890");
    let flink = client(&stub, config);
    for error in [
        flink.jobs().metrics(JOB).await.unwrap_err(),
        flink.overview().await.unwrap_err(),
        flink
            .request(reqwest::Method::GET, "/any")
            .bytes()
            .await
            .unwrap_err(),
    ] {
        let target = &stub.requests().pop().unwrap().target;
        assert!(target.contains(TOKEN), "{target}");
        assert_error_hides("query", &error);
        let is_own = error.operation() == Some("jobs_metrics");
        assert_eq!(
            error.to_string().contains("job-1234567890"),
            is_own,
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_token_given_to_one_call_shows_in_no_value_and_no_error() {
    let stub = ScriptedServer::playing([Answer::status(400, &[], "")]);
    let call = client(&stub, single())
        .overview()
        .with_header("x-key", TOKEN)
        .with_query("token", TOKEN);
    assert_debug_hides("call", &call);
    let error = call.await.unwrap_err();
    assert_error_hides("call", &error);
    let request = &stub.requests()[0];
    assert_eq!(request.header("x-key"), Some(TOKEN));
    assert!(request.target.contains(TOKEN));

    let refused = client(&stub, single())
        .overview()
        .with_header("x-key", format!("{TOKEN}\n"));
    assert_debug_hides("refused", &refused);
    let error = refused.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert_error_hides("refused", &error);
    assert_readable(&error);

    let closed = Flink::with_config(ClosedPort::new().url(), single()).unwrap();
    let call = closed.overview().with_query("token", TOKEN);
    assert_error_hides("unreachable", &call.await.unwrap_err());
}

/// Answers that end in each kind of error.
pub fn failures(elsewhere: &str) -> Vec<(&'static str, Answer)> {
    let elsewhere = format!("{elsewhere}/?token={TOKEN}");
    vec![
        (
            "401",
            Answer::status(401, &[("www-authenticate", "Bearer")], ""),
        ),
        ("404", Answer::status(404, &[], r#"{"errors":["no"]}"#)),
        ("503", Answer::status(503, &[], "<html>")),
        (
            "redirect",
            Answer::status(302, &[("location", &elsewhere)], ""),
        ),
        ("nothing", Answer::nothing()),
        ("noise", Answer::raw("noise\r\n\r\n").close()),
        ("silence", Answer::silence()),
        (
            "half",
            Answer::head(200, &[("content-length", "9")]).close(),
        ),
        ("page", Answer::json("<html>")),
        ("array", Answer::json("[]")),
    ]
}

#[tokio::test]
async fn a_token_shows_in_no_error() {
    let other = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    for (failure, answer) in failures(&other.url()) {
        let silent = failure == "silence";
        let time = Duration::from_millis(if silent { 100 } else { 30_000 });
        let timeouts = Timeouts::default().with_attempt(time);
        for (what, config) in configs(|| single().with_timeouts(timeouts)) {
            let stub = ScriptedServer::playing([answer.clone()]);
            let error = client(&stub, config).overview().await.unwrap_err();
            assert_error_hides(&format!("{what} {failure}"), &error);
            // In so little time the request may not have gone out.
            if !silent {
                let sent = format!("{:?}", stub.requests()[0].headers);
                assert!(
                    sent.contains(TOKEN) || sent.contains(ENCODED[0]),
                    "{what}: {sent}"
                );
            }
        }
    }
    for (what, config) in configs(single) {
        let closed = Flink::with_config(ClosedPort::new().url(), config).unwrap();
        assert_error_hides(what, &closed.overview().await.unwrap_err());
    }
    assert_eq!(other.opened(), 0);
}

#[tokio::test]
async fn a_token_that_the_server_repeats_shows_in_no_error() {
    for (what, config) in configs(single) {
        if what == "default header" {
            // What stands in a reqwest client of one's own cannot be seen from outside.
            continue;
        }
        let words = format!(
            r#"{{"errors":["of user:{TOKEN} or Basic {basic} the key {TOKEN} is not known"]}}"#,
            basic = ENCODED[0]
        );
        let hides = |text: &str| match what {
            "basic" => !text.contains(TOKEN) && !text.contains(ENCODED[0]),
            _ => !text.contains(TOKEN),
        };
        let stub = ScriptedServer::playing([Answer::status(403, &[], words)]);
        let error = client(&stub, config).overview().await.unwrap_err();
        for text in [error.to_string(), error.report(), error.messages().concat()] {
            assert!(hides(&text), "{what}: {text}");
            assert!(
                text.contains("the key [redacted] is not known"),
                "{what}: {text}"
            );
        }
        assert!(String::from_utf8_lossy(error.body()).contains(TOKEN));
    }
}

#[tokio::test]
async fn what_is_hidden_of_a_header_is_its_secret_in_whatever_form_it_came() {
    let header = |name: &str, value: &str| single().with_header(name, value);
    let basic = format!("basic {}", ENCODED[0]);
    let cases = [
        (
            single().with_auth(Auth::bearer("k=v=s3cr3t")),
            "k=v=s3cr3t is void",
            "[redacted] is void",
        ),
        (
            header("authorization", &basic),
            "s3cr3t-Zx9Qv7 is void",
            "[redacted] is void",
        ),
        (
            header("authorization", "Token token=\"s3cr3t-Zx9Qv7\", v=1"),
            "s3cr3t-Zx9Qv7 is void",
            "[redacted] is void",
        ),
        (
            single().with_auth(Auth::header("x-key", "schlüssel-s3cr3t")),
            "schlüssel-s3cr3t is void",
            "[redacted] is void",
        ),
        (
            header("cookie", "JSESSIONID=s3cr3t-Zx9Qv7; a=b"),
            "JSESSIONID s3cr3t-Zx9Qv7 is void",
            "JSESSIONID [redacted] is void",
        ),
    ];
    for (config, said, expected) in cases {
        let words = serde_json::json!({"errors": [said]}).to_string();
        let stub = ScriptedServer::playing([Answer::status(403, &[], words)]);
        let error = client(&stub, config).overview().await.unwrap_err();
        assert_eq!(error.messages(), [expected]);
    }
}

#[tokio::test]
async fn a_token_shows_in_no_panic() {
    let stub = ScriptedServer::playing([Answer::status(401, &[], "")]);
    let flink = client(&stub, single().with_auth(Auth::bearer(TOKEN)));
    let call = flink.overview().with_header("x-key", TOKEN);
    let outcome = call.await;
    let panicking = std::panic::AssertUnwindSafe(|| drop(outcome.unwrap()));
    let panic = std::panic::catch_unwind(panicking).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("401 Unauthorized"), "{text}");
    assert_hidden("panic", text);
}

#[test]
fn a_token_that_cannot_be_sent_shows_in_no_error() {
    let broken = format!("{TOKEN}\r\n");
    let flink = |config| Flink::with_config("http://localhost:1", config);
    for auth in [
        Auth::bearer(&*broken),
        Auth::header("x-key", &*broken),
        Auth::none().and_header("x-key", &*broken),
    ] {
        let error = flink(single().with_auth(auth)).unwrap_err();
        assert_error_hides("auth", &error);
    }
    let error = flink(single().with_header("x-key", &broken)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_error_hides("header", &error);
    let url = format!("http://user:{TOKEN}@localhost");
    let error = Flink::new(&url).unwrap_err();
    assert_error_hides("url", &error);
    let url = format!("http://user:{TOKEN}@local host/?{TOKEN}");
    let error = Flink::new(&url).unwrap_err();
    assert_error_hides("url", &error);
}

#[tokio::test]
async fn a_cookie_that_a_server_sets_shows_nowhere_but_in_its_header() {
    let cookie = format!("session={TOKEN}; HttpOnly");
    let headers = [
        ("set-cookie", &*cookie),
        ("authorization", TOKEN),
        ("x-subject-token", TOKEN),
    ];
    let stub = ScriptedServer::playing([
        Answer::status(200, &headers, STATUS),
        Answer::status(500, &headers, "no"),
        Answer::status(200, &headers, "<html>"),
        Answer::status(307, &headers, ""),
    ]);
    let flink = client(&stub, single());
    let response = flink.jobs().status(JOB).with_response().await.unwrap();
    assert_eq!(response.headers()["set-cookie"], cookie);
    assert_debug_hides("response", &response);
    for _ in 0..3 {
        let error = flink.jobs().status(JOB).await.unwrap_err();
        assert_error_hides("error", &error);
    }
    // It is no browser: the cookie does not come back.
    assert_eq!(stub.requests()[3].header("cookie"), None);
}
