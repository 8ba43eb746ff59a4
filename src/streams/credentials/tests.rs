#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The shapes of credentials are those of the pages of IBM Cloud.
fn v1() -> Value {
    json!({
        "userid": "me-s3cret",
        "password": "p s3cret",
        "rest_url": "https://streams-rest.ng.bluemix.net",
        "rest_host": "streams-rest.ng.bluemix.net",
        "rest_port": "443",
        "resources_path": "/jax-rs/resources/service_instances/i/service_bindings/b",
        "jobs_path": "/jax-rs/jobs/service_instances/i/service_bindings/b",
        "status_path": "/jax-rs/streams/status/service_instances/i/service_bindings/b",
        "start_path": "/jax-rs/streams/start/service_instances/i/service_bindings/b",
    })
}

fn v2() -> Value {
    json!({
        "apikey": "k-s3cret",
        "iam_serviceid_crn": "crn:v1",
        "v2_rest_url": "https://streams-app-service.ng.bluemix.net/v2/streaming_analytics/g/",
    })
}

fn vcap() -> Value {
    json!({"streaming-analytics": [
        {"name": "one", "credentials": v1()},
        {"name": "Two", "plan": "lite", "credentials": v2().to_string()},
        {"name": "one", "credentials": {}},
        {"name": "three"},
    ]})
}

fn with(mut credentials: Value, member: &str, value: Value) -> Value {
    credentials[member] = value;
    credentials
}

fn without(mut credentials: Value, member: &str) -> Value {
    credentials.as_object_mut().unwrap().remove(member);
    credentials
}

/// What went wrong, which shows no secret.
fn said(result: Result<ServiceCredentials>) -> String {
    let error = result.unwrap_err();
    let report = error.report();
    assert!(!report.contains("s3cret"), "{report}");
    error.to_string()
}

fn of(credentials: Value) -> Result<ServiceCredentials> {
    ServiceCredentials::of_definition(credentials)
}

#[test]
fn a_service_of_version_1_has_user_password_and_paths() {
    let credentials = ServiceCredentials::of_vcap(vcap(), "one").unwrap();
    assert_eq!(
        (credentials.service_name(), credentials.version()),
        ("one", 1)
    );
    let ServiceAccess::V1(access) = credentials.access() else {
        panic!("{credentials:?}")
    };
    assert_eq!(
        (&*access.user, access.password.expose()),
        ("me-s3cret", "p s3cret")
    );
    assert_eq!(
        access.url(ServicePath::Resources).unwrap().as_str(),
        "https://streams-rest.ng.bluemix.net/jax-rs/resources/service_instances/i/service_bindings/b"
    );
    assert_eq!(
        access.url(ServicePath::Stop).unwrap_err().to_string(),
        "the credentials of the service have no stop_path"
    );
    let shown = format!("{credentials:?}");
    assert_eq!(
        shown,
        r#"ServiceCredentials { service_name: "one", version: 1, .. }"#
    );
}

#[test]
fn a_service_of_version_2_has_an_api_key() {
    let credentials = ServiceCredentials::of_vcap(vcap().to_string(), "Two").unwrap();
    assert_eq!(credentials.version(), 2);
    let ServiceAccess::V2(access) = credentials.access() else {
        panic!("{credentials:?}")
    };
    assert_eq!(access.api_key.expose(), "k-s3cret");
    assert_eq!(
        access.rest_url.as_str(),
        "https://streams-app-service.ng.bluemix.net/v2/streaming_analytics/g"
    );
}

#[test]
fn the_test_systems_have_their_own_place_for_tokens() {
    for (host, is_test) in [
        ("streams-app-service.ng.bluemix.net", false),
        ("x.test.cloud.ibm.com", true),
        ("x.stage1.ng.bluemix.net", true),
        ("stage1.example.com", false),
        ("x.test.cloud.ibm.com.example.com", false),
    ] {
        let credentials = of(with(
            v2(),
            "v2_rest_url",
            json!(format!("https://{host}/v2")),
        ))
        .unwrap();
        let ServiceAccess::V2(access) = credentials.access() else {
            panic!("{credentials:?}")
        };
        let name = if is_test {
            "iam.test.cloud"
        } else {
            "iam.cloud"
        };
        assert_eq!(access.iam_url(), format!("https://{name}.ibm.com"));
    }
}

#[test]
fn credentials_of_version_1_may_have_those_of_version_2_beside_them() {
    let mut both = v1();
    for (name, value) in v2().as_object().unwrap() {
        both[name] = value.clone();
    }
    assert_eq!(of(both).unwrap().version(), 1);
    let nulls = with(with(v2(), "userid", Value::Null), "password", Value::Null);
    assert_eq!(of(nulls).unwrap().version(), 2);
}

#[test]
fn a_mixture_is_refused() {
    let user = with(v2(), "userid", json!("s3cret"));
    assert_eq!(
        said(of(user)),
        "the service definition: there is userid without password; a service of version 1 has both, one of version 2 neither"
    );
    let password = without(v1(), "userid");
    assert_eq!(
        said(of(password)),
        "the service definition: there is password without userid; a service of version 1 has both, one of version 2 neither"
    );
    assert_eq!(
        said(of(json!({"rest_url": "https://h"}))),
        "the service definition: there is neither an apikey, which a service of version 2 has, nor userid and password, which one of version 1 has"
    );
}

#[test]
fn a_definition_has_a_name_or_is_credentials_alone() {
    let definition = |credentials: Value| json!({"type": "streaming-analytics", "name": "n", "credentials": credentials});
    for credentials in [v2(), json!(v2().to_string())] {
        let credentials = of(definition(credentials)).unwrap();
        assert_eq!(
            (credentials.service_name(), credentials.version()),
            ("n", 2)
        );
    }
    assert_eq!(of(v2()).unwrap().service_name(), "service");
    assert_eq!(
        of(json!({"credentials": v2()})).unwrap().service_name(),
        "service"
    );
    assert_eq!(
        said(of(with(definition(v2()), "type", json!("s3cret")))),
        "the service definition is of another type than streaming-analytics"
    );
    assert_eq!(
        said(of(vcap())),
        "the service definition holds VCAP services: choose one by its name with of_vcap"
    );
    for (credentials, expected) in [
        (
            json!(["s3cret"]),
            "the credentials of the service \"n\" are not a JSON object, which begins with {",
        ),
        (
            json!("s3cret"),
            "the credentials of the service \"n\" are not a JSON object, which begins with {",
        ),
        (
            json!(7),
            "the credentials of the service \"n\" are not a JSON object, which begins with {",
        ),
        (
            json!("{'s3cret'}"),
            "the text of the credentials of the service \"n\" is not valid JSON at line 1 column 2: JSON has its names and texts in double quotes, not in single ones",
        ),
        (
            json!({"apikey": 1}),
            "the member v2_rest_url of the credentials of the service \"n\" is missing",
        ),
        (json!(null), "there is neither"),
    ] {
        let error = said(of(definition(credentials)));
        assert!(error.contains(expected), "{error}");
    }
}

/// The environment of a test.
fn from_env(variables: &[(&str, &str)]) -> Result<ServiceCredentials> {
    ServiceCredentials::find(None, None, |name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        Ok(found.map(|(_, value)| (*value).to_owned()))
    })
}

/// A file that is there as long as the test needs it.
struct TestFile(PathBuf);

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn file(bytes: &[u8]) -> TestFile {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("headwaters-s3cret-{}-{number}.json", std::process::id());
    let file = TestFile(std::env::temp_dir().join(name));
    fs::write(&file.0, bytes).unwrap();
    file
}

#[test]
fn the_environment_holds_json_or_the_path_of_a_file() {
    let text = vcap().to_string();
    let file = file(format!("\u{feff}\n{text}").as_bytes());
    for vcap in [&*text, file.0.to_str().unwrap()] {
        let variables = [
            ("VCAP_SERVICES", vcap),
            ("STREAMING_ANALYTICS_SERVICE_NAME", "one"),
        ];
        assert_eq!(from_env(&variables).unwrap().service_name(), "one");
    }
    assert_eq!(
        ServiceCredentials::of_vcap(&*file.0, "Two")
            .unwrap()
            .version(),
        2
    );
    assert_eq!(
        said(from_env(&[("STREAMING_ANALYTICS_SERVICE_NAME", "one")])),
        "there are no VCAP services: give them, or set the environment variable VCAP_SERVICES"
    );
}

#[test]
fn what_is_given_goes_before_the_environment() {
    let named = |vcap: Option<CredentialsSource>, name| {
        ServiceCredentials::find(vcap, name, |variable| {
            Ok(Some(match variable {
                "VCAP_SERVICES" => vcap_of("one", v1()).to_string(),
                _ => "one".to_owned(),
            }))
        })
    };
    assert_eq!(named(None, None).unwrap().version(), 1);
    let given = || Some(vcap_of("one", v2()).into());
    assert_eq!(named(given(), None).unwrap().version(), 2);
    assert_eq!(named(given(), Some("")).unwrap().version(), 2);
    assert!(
        said(named(given(), Some("two"))).starts_with("no service has the name that is given;")
    );
}

fn vcap_of(name: &str, credentials: Value) -> Value {
    json!({"streaming-analytics": [{"name": name, "credentials": credentials}]})
}

#[test]
fn a_name_that_is_not_there_brings_those_that_are() {
    let there = r#"services that are there: "one", "Two", "one", "three""#;
    let text = vcap().to_string();
    let named = |name| {
        from_env(&[
            ("VCAP_SERVICES", &text),
            ("STREAMING_ANALYTICS_SERVICE_NAME", name),
        ])
    };
    assert_eq!(
        said(named("s3cret")),
        format!(
            "no service has the name of the environment variable STREAMING_ANALYTICS_SERVICE_NAME; {there}"
        )
    );
    assert_eq!(
        said(named("'two' ")),
        format!(
            "the name of the environment variable STREAMING_ANALYTICS_SERVICE_NAME differs from \"Two\" in case, blanks or quotes; {there}"
        )
    );
    assert_eq!(
        said(from_env(&[("VCAP_SERVICES", &text)])),
        format!(
            "no service is named: give its name, or set the environment variable STREAMING_ANALYTICS_SERVICE_NAME; {there}"
        )
    );
    assert_eq!(
        said(named("three")),
        "the credentials of the service \"three\" are missing"
    );
}

#[test]
fn names_are_fit_to_be_shown() {
    let name = format!("\u{1b}[31m{}", "x".repeat(200));
    let services: Vec<_> = (0..30)
        .map(|at| json!({"name": format!("{at}{name}")}))
        .collect();
    let said = said(ServiceCredentials::of_vcap(
        json!({"streaming-analytics": services}),
        "y",
    ));
    assert!(
        said.contains("\"0 [31mxxx") && said.ends_with('…'),
        "{said}"
    );
    assert!(!said.contains('\u{1b}') && said.len() < 500, "{said}");
    let names: Vec<String> = (0..30).map(|at| format!("{at}{name}")).collect();
    let whole = list(names.iter().map(String::as_str));
    assert!(whole.ends_with("xxx…\" and 10 more"), "{whole}");
    assert!(!whole.contains('\u{1b}') && whole.len() < 3_000, "{whole}");
}

#[test]
fn what_is_not_vcap_says_what_it_is() {
    for (vcap, expected) in [
        ("", "is empty"),
        ("[]", "is a list: give the object inside of it"),
        (
            r#""{}""#,
            "is in quotes: JSON begins with {, so take the quotes around it away",
        ),
        (
            r#"'{"s3cret": 1}'"#,
            "is in quotes: JSON begins with {, so take the quotes around it away",
        ),
        (
            "{'s3cret': 1}",
            "is not valid JSON at line 1 column 2: JSON has its names and texts in double quotes, not in single ones",
        ),
        (
            "{“s3cret”: 1}",
            "is not valid JSON at line 1 column 2: it has typographic quotes, and JSON has \" only",
        ),
        (
            r#"{\"s3cret\": 1}"#,
            "is not valid JSON at line 1 column 2: its quotes have a backslash before them that does not belong to them",
        ),
        (
            "{\"a\":\n\"s3cret",
            "is not valid JSON at line 2 column 7: it ends too early, so some of it may be missing",
        ),
        (r#"{"a": s3cret}"#, "is not valid JSON at line 1 column 7"),
        (r#"{} s3cret"#, "is not valid JSON at line 1 column 4"),
        ("{}", "has no member streaming-analytics"),
        (
            r#"{"cloudant": [], "s3cret": {}, "db": []}"#,
            r#"has no member streaming-analytics; services that are there: "cloudant", "db""#,
        ),
        (
            r#"{"apikey": "s3cret"}"#,
            "holds the credentials of one service, not VCAP services: use of_definition",
        ),
        (
            r#"{"streaming-analytics": {"name": "s3cret"}}"#,
            "has a member streaming-analytics that is not a list",
        ),
    ] {
        let error = said(ServiceCredentials::of_vcap(vcap, "one"));
        assert_eq!(
            error,
            format!("the text of VCAP services {expected}"),
            "{vcap}"
        );
    }
    assert_eq!(
        said(ServiceCredentials::of_vcap(
            r#"{"streaming-analytics": [1, {"name": 1}]}"#,
            "one"
        )),
        "no service has the name that is given; there are no services under streaming-analytics"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_not_named() {
    let neither = "is neither JSON, which begins with {, nor the path of a file that can be read";
    assert_eq!(
        said(from_env(&[("VCAP_SERVICES", "/nowhere/s3cret")])),
        format!("the environment variable VCAP_SERVICES {neither}: entity not found")
    );
    assert_eq!(
        said(ServiceCredentials::of_definition("k-s3cret")),
        format!("the service definition {neither}: entity not found")
    );
    for (bytes, expected) in [
        (&b""[..], "is empty"),
        (b"s3cret", "is not a JSON object, which begins with {"),
        (b"{\"a\": \"s3cret\xff\"}", "is not UTF-8 text"),
        (b"\xff\xfe{\0}\0", "is UTF-16: save it as UTF-8"),
        (&vec![b' '; 2_000_000], "is too large to hold credentials"),
    ] {
        let file = file(bytes);
        assert_eq!(
            said(ServiceCredentials::of_vcap(&*file.0, "one")),
            format!("the file that the text of VCAP services names {expected}")
        );
    }
}

#[test]
fn what_pasting_does_to_credentials_is_told() {
    let blanks =
        "has blanks, line breaks or unseen characters that are not part of it: paste it again";
    let quotes = "has quotes inside its quotes: take them away";
    for (credentials, member, value, expected) in [
        (v2(), "apikey", json!(" k-s3cret"), blanks),
        (v2(), "apikey", json!("k-\ns3cret"), blanks),
        (v2(), "apikey", json!("k s3cret"), blanks),
        (v2(), "apikey", json!("k-s3cret\u{200b}"), blanks),
        (v2(), "apikey", json!("\"k-s3cret\""), quotes),
        (v2(), "apikey", json!("“k-s3cret”"), quotes),
        (v2(), "apikey", json!(""), "is empty"),
        (v2(), "apikey", json!(["s3cret"]), "is not a string"),
        (v2(), "apikey", json!(null), "is missing"),
        (v2(), "v2_rest_url", json!(null), "is missing"),
        (v2(), "v2_rest_url", json!("https://h/ s3cret"), blanks),
        (v1(), "password", json!("s3cret\n"), blanks),
        (v1(), "userid", json!("'s3cret'"), quotes),
        (v1(), "userid", json!("me s3cret"), blanks),
        (v1(), "rest_url", json!(null), "is missing"),
        (v1(), "resources_path", json!(null), "is missing"),
        (
            v1(),
            "jobs_path",
            json!("jax-rs/s3cret"),
            "is not a path that begins with /",
        ),
        (
            v1(),
            "jobs_path",
            json!("@evil.example/s3cret"),
            "is not a path that begins with /",
        ),
        (
            v1(),
            "jobs_path",
            json!(".evil.example/s3cret"),
            "is not a path that begins with /",
        ),
        (v1(), "jobs_path", json!(1), "is not a string"),
    ] {
        let error = said(of(with(credentials, member, value)));
        assert_eq!(
            error,
            format!("the member {member} of the service definition {expected}")
        );
    }
    let vcap = vcap_of("n", with(v2(), "apikey", json!("k ")));
    assert_eq!(
        said(ServiceCredentials::of_vcap(vcap, "n")),
        format!("the member apikey of the credentials of the service \"n\" {blanks}")
    );
}

#[test]
fn a_url_that_is_not_one_is_told_by_its_member() {
    for (url, expected) in [
        (
            "s3cret",
            "the base URL does not begin with http:// or https://",
        ),
        (
            "https://a:s3cret@h",
            "the base URL https://h carries credentials; give them as Auth",
        ),
        (
            "https://h/?key=s3cret",
            "the base URL https://h/ has a query or a fragment",
        ),
    ] {
        assert_eq!(
            said(of(with(v2(), "v2_rest_url", json!(url)))),
            format!("the member v2_rest_url of the service definition: {expected}")
        );
    }
}

#[test]
fn a_path_stays_at_the_services_host() {
    let slashed = with(v1(), "rest_url", json!("https://h/prefix/"));
    assert_eq!(
        said(of(with(slashed.clone(), "jobs_path", json!("s3cret")))),
        "the member jobs_path of the service definition is not a path that begins with /"
    );
    for path in ["//evil.example/x", "/\\evil.example", "/../../x", "/x?y=z"] {
        let credentials = of(with(slashed.clone(), "jobs_path", json!(path))).unwrap();
        let ServiceAccess::V1(access) = credentials.access() else {
            panic!("{credentials:?}")
        };
        assert_eq!(access.url(ServicePath::Jobs).unwrap().host_str(), Some("h"));
    }
}

proptest! {
    /// A text that lost a piece or has one too many is read or refused, and neither shows a secret.
    #[test]
    fn a_damaged_text_shows_no_secret(
        is_vcap: bool,
        at in any::<prop::sample::Index>(),
        lost in 0..40usize,
        put in r#"["'{}\[\]:,\\ nul0é“]{0,3}"#,
    ) {
        let text = if is_vcap { vcap().to_string() } else { v1().to_string() };
        let (start, end) = (at.index(text.len()), text.len());
        let damaged = format!("{}{put}{}", &text[..start], &text[(start + lost).min(end)..]);
        let read = match is_vcap {
            true => ServiceCredentials::of_vcap(damaged, "one"),
            false => ServiceCredentials::of_definition(damaged),
        };
        let shown = match read {
            Ok(credentials) => format!("{credentials:?}"),
            Err(error) => error.report(),
        };
        prop_assert!(!shown.contains("s3cret"), "{}", shown);
    }
}
