//! One secret in every place of a request and of an answer: no text of ours quotes it, but the two that are documented for what a
//! server says: the body of an error, and its message where it repeats what only the caller knows.

use headwaters::{
    Auth, Config, Error, Upload,
    dynamic::{Arguments, Server},
    flink::{Flink, OPERATIONS},
    joule::Node,
    reqwest::Method,
    serde_json::{Value, json},
};

use super::{
    JAR, JOB, client,
    scripted_server::{Answer, ScriptedServer},
    secret::{TOKEN, assert_error_hides, assert_hidden},
    single,
};

/// Every text that an error has, but for the body, which is documented as it came.
fn assert_hides(what: &str, error: &Error) {
    assert_error_hides(what, error);
    for message in error.messages() {
        assert_hidden(what, message);
    }
}

/// What a server may answer with the secret in it; in a message stands only what it was sent in a header.
fn answers() -> Vec<(&'static str, Answer)> {
    let head = |value: &str| {
        [
            ("x-secret", value.to_owned()),
            ("set-cookie", value.to_owned()),
        ]
    };
    let status =
        |status, headers: &[(&str, &str)], body: &str| Answer::status(status, headers, body);
    let headers = head(TOKEN);
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let there = |url: &str| [("location", url.replace("SECRET", TOKEN))];
    let redirect = |code, url: &str| {
        let location = there(url);
        let location: Vec<(&str, &str)> = location
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        status(code, &location, TOKEN)
    };
    let tricky = json!({
        "jobs": format!("{TOKEN}`, expected `{TOKEN}"),
        "slots-total": format!("\", expected {TOKEN}"),
    });
    let tricky = tricky.to_string();
    vec![
        ("a string", status(200, &headers, &json!(TOKEN).to_string())),
        (
            "a list",
            status(200, &[], &json!([TOKEN, [TOKEN]]).to_string()),
        ),
        (
            "a member",
            status(
                200,
                &[],
                &json!({"jobs": TOKEN, "slots-total": TOKEN, "status": [TOKEN]}).to_string(),
            ),
        ),
        (
            "deep",
            status(
                200,
                &[],
                &json!({"jobs": [{"id": {"x": TOKEN}, "status": 7}]}).to_string(),
            ),
        ),
        ("tricky", status(200, &[], &tricky)),
        (
            "a number",
            status(
                200,
                &[],
                &format!("{{\"jobs\": \"{TOKEN}\", \"slots-total\": 1.5}}"),
            ),
        ),
        ("no JSON", status(200, &headers, &format!("{TOKEN} {{"))),
        (
            "half",
            Answer::head(200, &[("content-length", "99")])
                .send(TOKEN)
                .close(),
        ),
        ("no answer", Answer::raw(format!("{TOKEN}\r\n\r\n")).close()),
        (
            "401",
            status(
                401,
                &headers,
                &json!({"errors": [format!("the key {TOKEN} is void")]}).to_string(),
            ),
        ),
        (
            "403",
            status(403, &headers, &format!("the key {TOKEN} is void")),
        ),
        (
            "500",
            status(
                500,
                &headers,
                &json!({"message": format!("{TOKEN}!")}).to_string(),
            ),
        ),
        (
            "502",
            status(502, &headers, &format!("<html><title>{TOKEN}</title>")),
        ),
        (
            "a page",
            status(
                200,
                &headers,
                &format!("<html><title>sign in, {TOKEN}</title>"),
            ),
        ),
        ("a path", redirect(302, "/login/SECRET")),
        (
            "a path elsewhere",
            redirect(307, "http://other.test/SECRET/x;SECRET?SECRET#SECRET"),
        ),
        (
            "user info",
            redirect(308, "https://SECRET:SECRET@other.test/"),
        ),
        ("no address", redirect(301, "http://[SECRET")),
        ("another scheme", redirect(303, "app:SECRET")),
    ]
}

/// A client with the secret in everything that is sent of its own.
fn config() -> Config {
    single()
        .with_auth(Auth::bearer(TOKEN).and_header("x-key", TOKEN))
        .with_header("cookie", format!("a={TOKEN}; b=\"{TOKEN}\""))
}

#[tokio::test]
async fn a_secret_in_any_place_of_any_answer_shows_in_no_text() {
    #[cfg(feature = "tracing")]
    let journal = super::trace::Journal::default();
    #[cfg(feature = "tracing")]
    let _guard = journal.listen();
    for (what, answer) in answers() {
        let stub = ScriptedServer::playing([answer]);
        let flink = client(&stub, config());
        let arguments = || Arguments::from([("jobid", JOB), ("jarid", JAR)]);
        for outcome in [
            flink.overview().await.map(drop),
            flink.jobs().overview().await.map(drop),
            flink.jobs().status(JOB).await.map(drop),
            flink.jars().run(JAR).await.map(drop),
            flink.jobs().cancel(JOB).await.map(drop),
            flink
                .call("jobs_status", arguments().with("x", "y"))
                .await
                .map(drop),
            flink
                .call("jobs_overview", Arguments::new())
                .await
                .map(drop),
            flink
                .request(Method::GET, "/x")
                .json::<Vec<i64>>()
                .await
                .map(drop),
        ] {
            if let Err(error) = outcome {
                assert_hides(what, &error);
            }
        }
        let node = Node::with_config(stub.url(), TOKEN, config()).unwrap();
        for outcome in [
            node.version().await.map(drop),
            node.folders().root().await.map(drop),
            node.masters().list().await.map(drop),
            node.data().read("/a/b").await.map(drop),
        ] {
            if let Err(error) = outcome {
                assert_hides(what, &error);
            }
        }
    }
    #[cfg(feature = "tracing")]
    assert_hidden("tracing", &journal.text());
}

#[test]
fn a_server_that_is_given_by_its_url_shows_no_password() {
    let server = Server::new(format!("http://user:{TOKEN}@flink.test")).with_key(TOKEN);
    assert_hidden("server", &format!("{server:?} {server:#?}"));
}

#[tokio::test]
async fn a_secret_in_any_place_of_a_request_that_is_refused_shows_in_no_text() {
    let stub = ScriptedServer::playing([Answer::json("{}")]);
    let flink = client(&stub, single());
    let node = Node::with_config(stub.url(), TOKEN, single()).unwrap();
    let slashed = format!("{TOKEN}/{TOKEN}");
    let broken = format!("{TOKEN}\n");
    let get = |path: String| flink.request(Method::GET, path).bytes();
    let method = Method::from_bytes(TOKEN.as_bytes()).unwrap();
    for outcome in [
        flink.jobs().get(slashed.as_str()).await.map(drop),
        flink.jars().run(broken.as_str()).await.map(drop),
        flink
            .job_manager()
            .metrics()
            .names([format!("a,{TOKEN}")])
            .await
            .map(drop),
        flink
            .jobs()
            .status(JOB)
            .with_header(TOKEN, &broken)
            .await
            .map(drop),
        flink
            .jobs()
            .status(JOB)
            .with_header(format!("{TOKEN} x"), "x")
            .await
            .map(drop),
        flink
            .jars()
            .upload(Upload::bytes(&*slashed, TOKEN))
            .await
            .map(drop),
        get(TOKEN.to_owned()).await.map(drop),
        get(format!("/{TOKEN}/../x")).await.map(drop),
        get(format!("/{TOKEN} x?{TOKEN}")).await.map(drop),
        node.data().read(TOKEN).await.map(drop),
        node.folders().get(format!("/{TOKEN}//x")).await.map(drop),
        flink.request(method, "/x").bytes().await.map(drop),
    ] {
        let error = outcome.unwrap_err();
        assert!(error.is_request(), "{error:?}");
        assert_hides("request", &error);
    }
    assert_eq!(stub.opened(), 0);
}

/// Every operation, by name: a value that is none of the type, and a body of each wrong shape.
#[tokio::test]
async fn a_value_that_is_given_by_name_shows_in_no_text() {
    let stub = ScriptedServer::playing([Answer::status(400, &[], r#"{"errors":["no"]}"#)]);
    let flink = client(&stub, single());
    let number = "48151623421234567890";
    let assert_all_hide = |what: &str, error: &Error| {
        assert_hides(what, error);
        let text = format!("{} {error:?}", error.report());
        assert!(!text.contains(number), "{what}: {text}");
    };
    let mut refused = 0;
    for operation in &OPERATIONS {
        for planted in [format!("{TOKEN}/"), number.to_owned()] {
            let names = operation.parameters.iter().map(|parameter| parameter.name);
            let arguments: Arguments = names.map(|name| (name, planted.as_str())).collect();
            assert_hidden(operation.id, &format!("{arguments:?} {arguments:#?}"));
            if let Err(error) = flink.call(operation.id, arguments).await {
                assert_all_hide(operation.id, &error);
                refused += usize::from(error.is_request());
            }
        }
        for body in [
            json!(TOKEN),
            json!([TOKEN]),
            json!({"mode": TOKEN, "parallelism": TOKEN, "entryClass": [TOKEN], "jobId": {"x": TOKEN}}),
            json!({"triggerId": 4815162342_u64, "drain": TOKEN, "programArgsList": TOKEN}),
            Value::String(format!("{{\"{TOKEN}")),
        ] {
            let text = match &body {
                Value::String(text) if text.starts_with('{') => text.clone(),
                _ => body.to_string(),
            };
            let required = operation.parameters.iter().filter(|known| known.required);
            let arguments: Arguments = required.map(|known| (known.name, JOB)).collect();
            if let Err(error) = flink.call(operation.id, arguments.with_body(text)).await {
                assert_all_hide(operation.id, &error);
                refused += usize::from(error.is_request());
            }
        }
    }
    assert!(refused > 2 * OPERATIONS.len(), "{refused}");
}

#[tokio::test]
async fn a_header_of_a_few_characters_is_hidden_where_a_server_repeats_it() {
    for (value, words, expected) in [
        ("k7", "no key k7 here", "no key [redacted] here"),
        (
            "pass",
            "password pass is wrong",
            "password [redacted] is wrong",
        ),
        ("Zürich", "tenant=Zürich", "tenant=[redacted]"),
    ] {
        let words = json!({"errors": [words]}).to_string();
        let stub = ScriptedServer::playing([Answer::status(403, &[], words)]);
        let header = single().with_header("x-short", value);
        let key = single().with_auth(Auth::header("x-short", value));
        for config in [header, key] {
            let error = client(&stub, config).overview().await.unwrap_err();
            assert_eq!(error.messages(), [expected]);
        }
        let call = client(&stub, single())
            .overview()
            .with_header("x-short", value);
        assert_eq!(call.await.unwrap_err().messages(), [expected]);
    }
}

#[tokio::test]
async fn a_redirect_is_told_by_the_origin_that_it_leads_to() {
    for (location, told) in [
        (
            "https://sso.test:8443/realms/a?state=b",
            "redirected to https://sso.test:8443; ",
        ),
        ("/login", "redirected to another path of the same server; "),
        ("mailto:a@b", "redirected to an address that is not valid; "),
    ] {
        let stub = ScriptedServer::playing([Answer::status(302, &[("location", location)], "")]);
        let flink = Flink::with_config(stub.url(), single()).unwrap();
        let error = flink.overview().await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
}
