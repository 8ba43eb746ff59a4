//! Servers that name others, and others that stand in: where keys, tokens and passwords go, and where they do not.

use headwaters::{
    Auth, Config, Error, Link, Retry,
    reqwest::Method,
    streams::{
        CloudPak, JobSelector, ServiceCredentials, StreamingAnalyticsConnection, StreamsConnection,
        calls::JobGet,
        types::{Health, JobConfig, JobConfigOverlays, SubmissionCredentials},
    },
};
use serde_json::json;

use crate::{
    recording_server::{RecordingServer, Reply},
    wire::{
        brisk,
        scripted_server::{Answer, ScriptedServer},
    },
};

const KEY: &str = "s3cret-key-of-the-service";

/// Version 2 of a service at this URL.
fn credentials(url: &str) -> ServiceCredentials {
    let credentials =
        json!({"apikey": KEY, "v2_rest_url": format!("{url}/v2/streaming_analytics/1")});
    ServiceCredentials::of_definition(credentials).unwrap()
}

/// Gives a token for any key.
async fn issuer() -> RecordingServer {
    let token = r#"{"access_token": "t0ken", "expires_in": 3600}"#;
    RecordingServer::start(Reply::text(token)).await
}

fn hides(error: &Error, secret: &str) {
    let report = error.report();
    assert!(!report.contains(secret), "{report}");
    assert!(!format!("{error:?}").contains(secret), "{error:?}");
}

#[tokio::test]
async fn a_key_goes_to_no_server_that_stands_in_for_another() {
    let other = issuer().await;
    let iam = RecordingServer::start(Reply::new(503, "")).await;
    let service = RecordingServer::start(Reply::text("{}")).await;
    let config = brisk()
        .with_fallback(other.url())
        .with_header("x-gateway", "s3cret-of-the-gateway");
    let credentials = credentials(service.url());
    let connection = StreamingAnalyticsConnection::with_iam(credentials, iam.url(), config);
    let error = connection.unwrap().status().await.unwrap_err();
    hides(&error, KEY);
    assert!(!iam.seen().is_empty());
    for seen in iam.seen() {
        assert_eq!(seen.header("x-gateway"), None);
    }
    assert!(other.seen().iter().all(|seen| !seen.text().contains(KEY)));
}

#[tokio::test]
async fn a_user_of_cloud_pak_tells_the_password_to_no_other_server() {
    let other = issuer().await;
    let cloud_pak = RecordingServer::start(Reply::new(503, "")).await;
    let config = brisk().with_fallback(other.url());
    let connection = CloudPak::with_config(cloud_pak.url(), "u", "s3cret-password", config);
    let error = connection.unwrap().streams("one").await.unwrap_err();
    hides(&error, "s3cret-password");
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn an_instance_at_another_origin_has_to_be_trusted() {
    let other = RecordingServer::start(Reply::text("{}")).await;
    let elsewhere = format!("{}/streams-rest/instances/one", other.url());
    let cloud_pak = RecordingServer::answering(move |request| match request.target.as_str() {
        target if target.starts_with("/zen-data/v2/serviceInstance/details") => Reply::json(&json!({
            "requestObj": {"CreateArguments": {"connection-info": {"externalRestEndpoint": elsewhere}}},
        })),
        _ => Reply::text(r#"{"token": "t0ken"}"#),
    })
    .await;
    let connect = |config| CloudPak::with_config(cloud_pak.url(), "u", "p", config).unwrap();
    let error = connect(Config::new()).streams("one").await.unwrap_err();
    assert!(
        error.is_request() && error.to_string().contains("with_trusted_origin"),
        "{error}"
    );
    assert!(other.seen().is_empty());
    let trusting = connect(Config::new().with_trusted_origin(other.url()));
    let _ = trusting.streams("one").await;
    assert_eq!(
        other.seen()[0].header("authorization"),
        Some("Bearer t0ken")
    );
}

#[tokio::test]
async fn what_a_server_repeats_of_a_secret_in_a_body_does_not_show() {
    let stub = RecordingServer::answering(|request| {
        Reply::new(
            400,
            json!({"id": "CDISW5014E", "message": request.text()}).to_string(),
        )
    })
    .await;
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let instance = Link::new("instances/one");
    let secret = "s3cret-in-the-body";
    let group = sc.instance(instance);
    let properties = [("password", secret)];
    let configuration = group.create_application_configuration("db", properties);
    let error = configuration.await.unwrap_err();
    assert!(error.to_string().contains("[redacted]"), "{error}");
    hides(&error, secret);
    let link = Link::new("instances/one/applicationconfigurations/db");
    let update = sc.application_configuration(link).update();
    let update = update.properties([("password", Some(secret)), ("user", None)]);
    assert!(!format!("{update:?}").contains(secret), "{update:?}");
    let error = update.await.unwrap_err();
    assert!(error.to_string().contains("[redacted]"), "{error}");
    hides(&error, secret);
    let sent = stub.seen().pop().unwrap().json();
    assert_eq!(
        sent,
        json!({"properties": {"password": secret, "user": null}})
    );
    let submission = group
        .create_job_submission("bundle", JobConfigOverlays::new())
        .application_credentials(SubmissionCredentials::new().password(secret));
    let error = submission.await.unwrap_err();
    assert!(error.to_string().contains("[redacted]"), "{error}");
    hides(&error, secret);
    let request = sc.request(Method::POST, "/x");
    let error = request
        .with_json(&[headwaters::Secret::from(secret)])
        .bytes()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("[redacted]"), "{error}");
    hides(&error, secret);
    let sent = stub.seen();
    assert!(sent.iter().all(|seen| seen.text().contains(secret)));
}

#[tokio::test]
async fn tokens_are_given_where_the_root_says() {
    for root in ["resources", "roots"] {
        let stub = RecordingServer::answering(|request| {
            let host = request.header("host").unwrap();
            match request.target.as_str() {
                "/streams/v1/resources" | "/streams/v1/roots" => Reply::json(&json!({
                    "resources": [{"name": "accessTokens", "resource": format!("http://{host}/security/tokens?for=streams")}],
                })),
                "/security/tokens?for=streams" => Reply::text(r#"{"accessToken": "t0ken"}"#),
                _ => Reply::text(r#"{"instances": []}"#),
            }
        })
        .await;
        let config = Config::new().with_auth(Auth::basic("u", "p").and_header("x-key", "7"));
        let url = format!("{}/streams/v1/{root}", stub.url());
        let sc = StreamsConnection::with_auth(url, config).unwrap();
        let sc = sc.with_access_tokens().await.unwrap();
        sc.instances().list().await.unwrap();
        let seen = stub.seen();
        let lines: Vec<_> = seen
            .iter()
            .map(|seen| (seen.method.as_str(), seen.target.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                ("GET", format!("/streams/v1/{root}").as_str()),
                ("POST", "/security/tokens?for=streams"),
                ("GET", "/streams/v1/instances"),
            ]
        );
        assert_eq!(seen[2].header("authorization"), Some("Bearer t0ken"));
        assert_eq!(seen[2].header("x-key"), Some("7"));
    }
}

#[tokio::test]
async fn a_server_that_stands_in_is_followed_by_its_own_links() {
    let second = RecordingServer::answering(|request| {
        let host = request.header("host").unwrap();
        match request.target.as_str() {
            "/streams/rest/instances/one/jobs" => Reply::text(r#"{"jobs": []}"#),
            _ => Reply::json(&json!({"instances": [{
                "resourceType": "instance",
                "id": "one",
                "restid": "one",
                "self": format!("http://{host}/streams/rest/instances/one"),
                "jobs": format!("http://{host}/streams/rest/instances/one/jobs"),
            }]})),
        }
    })
    .await;
    let root = format!("{}/streams/rest/resources", second.url());
    let config = brisk().with_fallback(root);
    let dead = crate::wire::ClosedPort::new();
    let sc = StreamsConnection::with_config(dead.url(), "u", "p", config).unwrap();
    let instance = sc.instances().list().await.unwrap().remove(0);
    assert_eq!(sc.follow(&instance.jobs).await.unwrap(), []);
    assert_eq!(sc.instance(&instance).jobs().await.unwrap(), []);
}

#[tokio::test]
async fn a_job_that_is_being_cancelled_is_not_awaited_for_its_health() {
    let job = json!({
        "resourceType": "job", "id": "5", "restid": "5", "self": "/jobs/5", "status": "canceling",
        "health": "healthy",
    });
    let stub = RecordingServer::start(Reply::json(&job)).await;
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    let job: Link<JobGet> = Link::new("/jobs/5");
    let error = sc.job(job).wait_for(Health::Healthy).await.unwrap_err();
    assert_eq!(error.kind(), headwaters::ErrorKind::Failed, "{error}");
}

#[tokio::test]
async fn a_name_with_a_comma_is_no_list_of_two() {
    let stub = RecordingServer::start(Reply::text(r#"{"instances": []}"#)).await;
    let sc = StreamsConnection::new(stub.url(), "u", "p").unwrap();
    assert_eq!(sc.find_instance("a,b").await.unwrap(), None);
    assert_eq!(sc.find_instance("a").await.unwrap(), None);
    let targets: Vec<_> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        ["/streams/rest/instances", "/streams/rest/instances?id=a"]
    );
}

#[tokio::test]
async fn a_cancelled_job_whose_answer_was_lost_is_cancelled() {
    let gone = r#"{"error_status": 404, "description": "There is no such job."}"#;
    let json = [("content-type", "application/json")];
    let service = ScriptedServer::playing([Answer::nothing(), Answer::status(404, &json, gone)]);
    let iam = issuer().await;
    let connect = |config: Config| {
        let credentials = credentials(&service.url());
        StreamingAnalyticsConnection::with_iam(credentials, iam.url(), config).unwrap()
    };
    let job = || JobSelector::Id("5".into());
    assert!(connect(brisk()).cancel(job()).await.unwrap());
    let service = ScriptedServer::playing([Answer::status(404, &json, gone)]);
    let credentials = credentials(&service.url());
    let config = Config::new().with_retry(Retry::none());
    let connection = StreamingAnalyticsConnection::with_iam(credentials, iam.url(), config);
    assert!(!connection.unwrap().cancel(job()).await.unwrap());
}

#[tokio::test]
async fn a_job_that_no_attempt_has_reached_is_not_cancelled() {
    let gone = r#"{"error_status": 404, "description": "There is no such job."}"#;
    let json = [("content-type", "application/json")];
    let gone = || Answer::status(404, &json, gone);
    let iam = issuer().await;
    let cancel = async |url: &str, config: Config| {
        let connection =
            StreamingAnalyticsConnection::with_iam(credentials(url), iam.url(), config);
        let connection = connection.unwrap();
        connection
            .cancel(JobSelector::Id("5".into()))
            .await
            .unwrap()
    };
    let refusing = ScriptedServer::playing([Answer::status(401, &[], ""), gone()]);
    assert!(!cancel(&refusing.url(), brisk()).await);
    assert_eq!(refusing.count(), 2);
    let dead = crate::wire::ClosedPort::new();
    let other = ScriptedServer::playing([gone()]);
    assert!(!cancel(&dead.url(), brisk().with_fallback(other.url())).await);
    assert_eq!(other.count(), 1);
}

/// An artifact of version 2 leads to where it is submitted, with a form that has no file.
#[tokio::test]
async fn what_a_build_has_made_is_submitted_at_its_own_link() {
    let service = RecordingServer::answering(|request| match request.method.as_str() {
        "GET" => {
            let host = request.header("host").unwrap();
            let link = format!("http://{host}/v2/streaming_analytics/1/b7/a1/submit");
            Reply::json(&json!({"id": "b7", "artifacts": [{"id": "a1", "submit_job": link}]}))
        }
        _ => Reply::text(r#"{"id": "4"}"#),
    })
    .await;
    let iam = issuer().await;
    let credentials = credentials(service.url());
    let connection =
        StreamingAnalyticsConnection::with_iam(credentials, iam.url(), Config::new()).unwrap();
    let analytics = connection.service();
    let instance = Link::new("/v2/streaming_analytics/1");
    let build = analytics.service(instance).build("b7").await.unwrap();
    let artifact = build.artifacts.unwrap().remove(0);
    let config = JobConfig::new().job_name("mine");
    let submit = analytics.artifact(artifact.submit_job.unwrap());
    let job = submit.submit(config).await.unwrap();
    assert_eq!(job.id.as_str(), "4");
    let sent = service.seen().pop().unwrap();
    assert_eq!(
        (sent.method.as_str(), sent.target.as_str()),
        ("POST", "/v2/streaming_analytics/1/b7/a1/submit")
    );
    assert_eq!(sent.header("authorization"), Some("Bearer t0ken"));
    let media = sent.header("content-type").unwrap();
    let boundary = media
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert_eq!(
        sent.text(),
        format!(
            "--{boundary}\r\n\
             Content-Disposition: form-data; name=\"job_options\"; filename=\"job_options\"\r\n\
             Content-Type: application/json\r\n\r\n\
             {{\"jobConfigOverlays\":[{{\"jobConfig\":{{\"jobName\":\"mine\"}}}}]}}\r\n\
             --{boundary}--\r\n"
        )
    );
}

/// What each of the three servers names lies on another origin, and none of them sends its credentials there.
#[tokio::test]
async fn links_and_redirects_to_other_places_get_no_credentials() {
    let other = RecordingServer::start(Reply::text("{}")).await;
    let address = other.url().to_owned();
    let places = [
        format!("{address}/x"),
        "http://127.0.0.1:22/x".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("http://u:p@{}/x", address.trim_start_matches("http://")),
        format!("//{}/x", address.trim_start_matches("http://")),
    ];
    for place in places {
        // Headers of a reply live as long as the program.
        let location: &'static str = place.clone().leak();
        let redirect = Reply::new(307, "").with("location", location);
        let redirecting = RecordingServer::start(redirect).await;
        let url = redirecting.url();
        let sc = StreamsConnection::new(url, "u", "s3cret-password").unwrap();
        let error = sc.instances().list().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
        hides(&error, "s3cret-password");
        let link = Link::<JobGet>::new(place.as_str());
        let error = sc.follow(&link).await.unwrap_err();
        assert!(error.is_request(), "{place}: {error}");
        hides(&error, "s3cret-password");
        let error = sc.job(link).cancel().await.unwrap_err();
        assert!(error.is_request(), "{place}: {error}");

        let root = json!({"resources": [{"name": "accessTokens", "resource": place}]});
        let root = RecordingServer::start(Reply::json(&root)).await;
        let sc = StreamsConnection::new(root.url(), "u", "s3cret-password").unwrap();
        let error = sc.with_access_tokens().await.unwrap_err();
        assert!(error.is_request(), "{place}: {error}");
        hides(&error, "s3cret-password");

        let tokens = StreamingAnalyticsConnection::with_iam(
            credentials(other.url()),
            redirecting.url(),
            Config::new(),
        );
        let error = tokens.unwrap().status().await.unwrap_err();
        hides(&error, KEY);

        let pak = CloudPak::with_config(url, "u", "s3cret-password", Config::new()).unwrap();
        let error = pak.streams("one").await.unwrap_err();
        hides(&error, "s3cret-password");
    }
    assert_eq!(other.seen().len(), 0);
}

#[tokio::test]
async fn what_an_issuer_of_tokens_does_not_find_says_nothing_of_the_server() {
    for (status, words) in [
        (404, r#"{"message": "no Route matched with those values"}"#),
        (
            404,
            r#"{"errorCode": "BXNIM0109E", "errorMessage": "Not found"}"#,
        ),
        (
            409,
            r#"{"errorCode": "BXNIM0109E", "errorMessage": "Busy"}"#,
        ),
    ] {
        let iam = RecordingServer::start(Reply::new(status, words)).await;
        let service = RecordingServer::start(Reply::text("{}")).await;
        let (credentials, config) = (credentials(service.url()), brisk());
        let own = StreamingAnalyticsConnection::with_iam(credentials, iam.url(), config).unwrap();
        let error = own.cancel(JobSelector::Id("7".into())).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert!(!error.is_not_found() && !error.is_conflict(), "{error}");
        assert!(!error.maybe_sent(), "{error}");
        let link = Link::<JobGet>::new("instances/one/jobs/1");
        let auth = Auth::refreshing(Issued(own));
        let sc = StreamsConnection::with_auth(service.url(), Config::new().with_auth(auth));
        let job = sc.unwrap().job(link);
        assert!(job.get().optional().await.is_err());
        assert_eq!(service.seen().len(), 0);
    }
}

/// Asks a service for a token, which fails.
struct Issued(StreamingAnalyticsConnection);

impl headwaters::TokenSource for Issued {
    fn fetch(
        &self,
    ) -> std::pin::Pin<
        Box<dyn Future<Output = Result<headwaters::Token, headwaters::TokenError>> + Send + '_>,
    > {
        Box::pin(async { Err(self.0.status().await.unwrap_err().into()) })
    }
}

#[tokio::test]
async fn cloud_pak_may_refuse_with_a_status_of_success() {
    for (details, told) in [
        (
            json!({"_messageCode_": "404", "message": "No such service instance: one"}),
            "No such service instance",
        ),
        (
            json!({"_messageCode_": "error", "message": "boom", "requestObj": {"ID": 1}}),
            "boom",
        ),
    ] {
        let stub = RecordingServer::answering(move |request| match request.target.as_str() {
            "/icp4d-api/v1/authorize" => Reply::text(r#"{"token": "t"}"#),
            _ => Reply::json(&details),
        })
        .await;
        let pak = CloudPak::new(stub.url(), "u", "p").unwrap();
        let error = pak.streams("one").await.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
        assert_eq!(stub.seen().len(), 2);
    }
}

#[tokio::test]
async fn an_instance_is_there_whatever_becomes_of_its_build_service() {
    for (endpoint, root, expected) in [
        ("https://127.0.0.1:1/streams-build/instances/one", 200, None),
        (
            "/streams-build/instances/one",
            404,
            Some("/streams-build/instances/one"),
        ),
        ("/streams-build/instances/one", 503, None),
        ("/streams-build/instances/one", 200, Some("/elsewhere")),
    ] {
        let stub = RecordingServer::answering(move |request| {
            let target = request.target.split('?').next().unwrap();
            match target {
                "/icp4d-api/v1/authorize" => Reply::text(r#"{"token": "t"}"#),
                "/zen-data/v2/serviceInstance/details" => {
                    let info = json!({
                        "externalRestEndpoint": "/streams-rest/instances/one",
                        "externalBuildEndpoint": endpoint,
                    });
                    let service = json!({"CreateArguments": {"connection-info": info}});
                    Reply::json(&json!({"_messageCode_": "success", "requestObj": service}))
                }
                "/streams-build-resource/instances/one" if root == 200 => Reply::text(
                    r#"{"resources": [{"name": "toolkits", "resource": "/elsewhere/toolkits"}]}"#,
                ),
                "/streams-build-resource/instances/one" => {
                    let words = r#"{"messages": [{"message": "CDISA0000E No."}]}"#;
                    Reply::new(root, words).with("content-type", "application/json")
                }
                _ => Reply::text(r#"{"id": "one", "resourceType": "instance", "restid": "one", "self": "/streams-rest/instances/one"}"#),
            }
        })
        .await;
        let pak = CloudPak::with_config(stub.url(), "u", "p", brisk()).unwrap();
        let found = pak.streams("one").await.unwrap();
        let path = found.builds.as_ref().map(|build| build.url().path());
        assert_eq!(path, expected, "{root}");
    }
}
