//! Streaming Analytics, in both versions.

use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};

use super::*;

fn credentials(streams: &Streams) -> Value {
    let vcap: Value = serde_json::from_str(streams.vcap().unwrap()).unwrap();
    let entry = &vcap["streaming-analytics"][0];
    assert_eq!(entry["name"], "sandbox");
    entry["credentials"].clone()
}

fn form() -> Form {
    let bundle = Part::bytes(vec![1; 1000]).file_name("com.example.Main.sab");
    let options = Part::text("{}").mime_str("application/json").unwrap();
    Form::new()
        .part("bundle_file", bundle)
        .part("job_options", options)
}

/// The URL of a path of version 1.
fn one(streams: &Streams, name: &str) -> String {
    let credentials = credentials(streams);
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    text("rest_url") + &text(name)
}

#[tokio::test]
async fn version_1_leads_to_the_resources() {
    let streams = demo(Flavour::Sas1).await;
    let told = ok(&streams, &one(&streams, "resources_path")).await;
    let root = told["streams_rest_url"].as_str().unwrap();
    assert_eq!(format!("{root}/resources"), streams.url());
    let credentials = credentials(&streams);
    assert_eq!(credentials["userid"], streams.user());
    assert_eq!(credentials["password"], streams.password());
    assert!(credentials.get("apikey").is_none());
}

#[tokio::test]
async fn version_1_starts_and_stops() {
    let streams = demo(Flavour::Sas1).await;
    let status = one(&streams, "status_path");
    let expected = |state: &str, status: &str, jobs: i64| json!({"plan": "Standard", "enabled": true, "state": state, "status": status, "job_count": jobs});
    assert_eq!(
        ok(&streams, &status).await,
        expected("STARTED", "running", 2)
    );
    let stopped = send(&streams, "PUT", &one(&streams, "stop_path"), json!({})).await;
    assert_eq!(stopped, (200, expected("STOPPED", "stopped", 0)));
    let instance = ok(&streams, "").await;
    assert_eq!(
        (&instance["status"], &instance["startTime"]),
        (&json!("stopped"), &Value::Null)
    );
    let jobs = format!("{}?bundle_id=x.sab", one(&streams, "jobs_path"));
    let refused = answer(request(&streams, "POST", &jobs).multipart(form())).await;
    assert_eq!(refused.0, 409);
    let started = send(&streams, "PUT", &one(&streams, "start_path"), json!({})).await;
    assert_eq!(started, (200, expected("STARTED", "running", 0)));
}

#[tokio::test]
async fn version_1_submits_and_cancels() {
    let streams = demo(Flavour::Sas1).await;
    let jobs = one(&streams, "jobs_path");
    let submit = request(
        &streams,
        "POST",
        &format!("{jobs}?bundle_id=com.example.Main.sab"),
    );
    let (status, told) = answer(submit.multipart(form())).await;
    let expected = json!({"id": "2", "jobId": "2", "name": "com.example::Main_2", "application": "com.example::Main"});
    assert_eq!((status, told), (200, expected));
    for (query, status) in [
        ("", 400),
        ("?job_id=2&job_name=other", 404),
        ("?job_id=2", 200),
        ("?job_id=2", 404),
        ("?job_name=application::Trades_1", 200),
    ] {
        let (told, body) = answer(request(&streams, "DELETE", &format!("{jobs}{query}"))).await;
        assert_eq!(told, status, "{query}");
        assert!(body.is_object());
    }
    assert_eq!(ok(&streams, "/jobs").await["total"], 1);
}

/// Asks version 2, at its own URL and whatever follows.
async fn two(
    streams: &Streams,
    method: &str,
    rest: &str,
    form: Option<Form>,
    body: Option<Value>,
) -> Answer {
    let credentials = credentials(streams);
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let query = [
        (
            "grant_type",
            "urn:ibm:params:oauth:grant-type:apikey".to_owned(),
        ),
        ("apikey", text("apikey")),
    ];
    let token = http()
        .post(format!("{}/oidc/token", streams.origin()))
        .query(&query);
    let (_, token) = answer(token).await;
    let url = format!("{}{rest}", text("v2_rest_url"));
    let mut request = http().request(method.parse::<Method>().unwrap(), url);
    request = request.bearer_auth(token["access_token"].as_str().unwrap());
    if let Some(form) = form {
        request = request.multipart(form);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    answer(request).await
}

#[tokio::test]
async fn version_2_leads_to_the_resources() {
    let streams = demo(Flavour::Sas2).await;
    let (_, status) = two(&streams, "GET", "", None, None).await;
    let own = status["streams_self"].as_str().unwrap();
    assert!(own.ends_with("/StreamsInstance/"), "{own}");
    let root = own.split("/instances").next().unwrap();
    assert_eq!(format!("{root}/resources"), streams.url());
    assert_eq!(
        status["jobs"],
        format!("{}/jobs", status["self"].as_str().unwrap())
    );
    let mut members: Vec<_> = status.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        [
            "auto_stop",
            "crn",
            "documentation",
            "enabled",
            "id",
            "job_count",
            "jobs",
            "maximum",
            "minimum",
            "plan",
            "role",
            "self",
            "size",
            "state",
            "status",
            "streams_console",
            "streams_self"
        ]
    );
}

#[tokio::test]
async fn version_2_starts_stops_submits_and_cancels() {
    let streams = demo(Flavour::Sas2).await;
    let (status, told) = two(&streams, "POST", "/jobs", Some(form()), None).await;
    assert_eq!(
        (status, &told["id"], &told["application"]),
        (201, &json!("2"), &json!("com.example::Main"))
    );
    let (_, list) = two(&streams, "GET", "/jobs", None, None).await;
    assert_eq!(list["resources"].as_array().unwrap().len(), 3);
    assert_eq!(two(&streams, "DELETE", "/jobs/2", None, None).await.0, 200);
    assert_eq!(two(&streams, "DELETE", "/jobs/2", None, None).await.0, 404);
    let state = |state: &str| Some(json!({"state": state}));
    let (_, told) = two(&streams, "PATCH", "", None, state("STOPPED")).await;
    assert_eq!(
        (&told["state"], &told["status"], &told["job_count"]),
        (&json!("STOPPED"), &json!("stopped"), &json!(0))
    );
    let (_, told) = two(&streams, "PATCH", "", None, state("STARTED")).await;
    assert_eq!(
        (&told["state"], &told["status"]),
        (&json!("STARTED"), &json!("running"))
    );
    assert_eq!(
        two(&streams, "PATCH", "", None, state("ASLEEP")).await.0,
        400
    );
}

#[tokio::test]
async fn a_form_lacks_nothing() {
    let streams = demo(Flavour::Sas2).await;
    for (form, expected) in [
        (Form::new().text("job_options", "{}"), "bundle_file"),
        (
            Form::new().part("bundle_file", Part::bytes(vec![1]).file_name("x.sab")),
            "job_options",
        ),
    ] {
        let (status, body) = two(&streams, "POST", "/jobs", Some(form), None).await;
        assert_eq!(status, 400);
        assert!(
            body["message"].as_str().unwrap().contains(expected),
            "{body}"
        );
    }
    // The client for Java gives the options no name of a file.
    let bundle = Part::bytes(vec![1]).file_name("x.sab");
    let form = Form::new()
        .part("bundle_file", bundle)
        .text("job_options", "{}");
    assert_eq!(
        two(&streams, "POST", "/jobs", Some(form), None).await.0,
        201
    );
}

/// Bodies with options that are none, and that need a name.
fn options(text: &str) -> Form {
    let bundle = Part::bytes(vec![1]).file_name("x.sab");
    let options = Part::text(text.to_owned());
    let form = Form::new().part("bundle_file", bundle);
    form.part("job_options", options)
}

/// The name of a job that runs already.
const TAKEN: &str =
    r#"{"jobConfigOverlays": [{"jobConfig": {"jobName": "application::Trades_1"}}]}"#;

#[tokio::test]
async fn version_1_refuses_in_its_own_words() {
    let streams = demo(Flavour::Sas1).await;
    let jobs = format!("{}?bundle_id=x.sab", one(&streams, "jobs_path"));
    let submit = || request(&streams, "POST", &jobs);
    let no_options = Form::new().part("bundle_file", Part::bytes(vec![1]).file_name("x.sab"));
    for (request, expected) in [
        (submit().multipart(options("{")), 400),
        (submit().multipart(no_options), 400),
        (submit().json(&json!({})), 400),
        (submit().multipart(options(TAKEN)), 409),
        (request(&streams, "GET", &jobs), 501),
        (request(&streams, "PATCH", &jobs), 405),
        (
            request(
                &streams,
                "GET",
                &format!("{}/jax-rs/nothing", streams.origin()),
            ),
            404,
        ),
    ] {
        let (status, told) = answer(request).await;
        let mut members: Vec<_> = told.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(members, ["description", "error_status"], "{told}");
        assert_eq!(
            (status, &told["error_status"]),
            (expected, &json!(expected))
        );
        let description = told["description"].as_str().unwrap();
        assert!(!description.starts_with("CDISW"), "{description}");
    }
    send(&streams, "PUT", &one(&streams, "stop_path"), json!({})).await;
    let (_, told) = answer(submit().multipart(form())).await;
    let expected = json!({"error_status": 409, "description": "The instance is not running."});
    assert_eq!(told, expected);
    // Streams itself has its own.
    assert_eq!(get(&streams, "/jobs/9").await.1["id"], "CDISW5000E");
}

#[tokio::test]
async fn version_2_refuses_in_its_own_words() {
    let streams = demo(Flavour::Sas2).await;
    for (method, rest, form, body, expected) in [
        ("POST", "/jobs", Some(options("{")), None, 400),
        ("POST", "/jobs", None, Some(json!({})), 400),
        ("POST", "/jobs", Some(options(TAKEN)), None, 409),
        ("GET", "/builds", None, None, 501),
        ("PUT", "/jobs", None, None, 405),
        ("GET", "/nothing", None, None, 404),
    ] {
        let (status, told) = two(&streams, method, rest, form, body).await;
        let mut members: Vec<_> = told.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(members, ["code", "message"], "{told}");
        assert_eq!((status, &told["code"]), (expected, &json!(expected)));
    }
    two(
        &streams,
        "PATCH",
        "",
        None,
        Some(json!({"state": "STOPPED"})),
    )
    .await;
    let (_, told) = two(&streams, "POST", "/jobs", Some(form()), None).await;
    assert_eq!(
        told,
        json!({"code": 409, "message": "The instance is not running."})
    );
}

/// What version 1 says to a body of this form whose boundary is `x`.
async fn submit(streams: &Streams, body: Vec<u8>) -> Answer {
    let url = format!("{}?bundle_id=x.sab", one(streams, "jobs_path"));
    let request = request(streams, "POST", &url);
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    answer(request.body(body)).await
}

/// A part of a form whose boundary is `x`.
fn part(head: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

#[tokio::test]
async fn a_form_in_which_no_part_begins_is_refused_before_its_end() {
    let streams = demo(Flavour::Sas1).await;
    let garbage = vec![b'a'; 64 << 20];
    let header = b"--x\r\nContent-Disposition: ".as_slice();
    let other = part("name=\"other\"", b"x");
    for begin in [
        b"".to_vec(),
        header.to_vec(),
        [other.as_slice(), header].concat(),
    ] {
        let body = [begin.as_slice(), &garbage].concat();
        let begun = Instant::now();
        assert_eq!(submit(&streams, body).await.0, 400);
        // A search that begins again with every piece takes half a minute.
        let taken = begun.elapsed();
        assert!(taken < Duration::from_secs(10), "{taken:?}");
    }
}

#[tokio::test]
async fn options_are_no_longer_than_other_json() {
    let streams = demo(Flavour::Sas1).await;
    let bundle = part("name=\"bundle_file\"; filename=\"x.sab\"", b"x");
    let options = |length: usize| {
        let options = [b"{}".as_slice(), &vec![b' '; length]].concat();
        let options = part("name=\"job_options\"", &options);
        [bundle.as_slice(), &options, b"--x--\r\n"].concat()
    };
    assert_eq!(submit(&streams, options(1 << 20)).await.0, 200);
    assert_eq!(submit(&streams, options(64 << 20)).await.0, 400);
}

#[tokio::test]
async fn a_bundle_is_as_long_as_it_likes_and_what_nobody_asks_for_is_passed_over() {
    let streams = demo(Flavour::Sas1).await;
    let long = vec![b'\r'; 8 << 20];
    let body = [
        b"What comes before the first part.\r\n".as_slice(),
        &part("name=\"other\"", &long),
        &part(
            "name=\"bundle_file\"; filename=\"com.example.Main.sab\"",
            &long,
        ),
        &part("name=\"job_options\"", b"{}"),
        b"--x--\r\n",
        &long,
    ];
    let (status, told) = submit(&streams, body.concat()).await;
    assert_eq!(
        (status, &told["application"]),
        (200, &json!("com.example::Main")),
        "{told}"
    );
}
