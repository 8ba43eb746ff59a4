//! Another server of a platform: its own client, credentials and tags; forms.

use headwaters::{
    Auth, Config, Secret, Upload,
    probe::{ISSUER, Issuer, Probe, types::NewPart},
};

use crate::recording_server::{RecordingServer, Reply};

#[tokio::test]
async fn each_server_has_a_client_with_its_own_credentials() {
    assert_eq!(ISSUER, "https://issuer.example.com/v1");
    let stub = RecordingServer::start(Reply::text(r#"{"token": "t0ken"}"#)).await;
    let config = Config::new().with_auth(Auth::basic("u", "p"));
    let issuer = Issuer::with_config(stub.url(), config).unwrap();
    let token = issuer
        .create(Secret::from("k/ey+1 &="))
        .audience("é")
        .await
        .unwrap();
    assert_eq!(token.token.expose(), "t0ken");
    let seen = &stub.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("POST", "/token")
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(seen.header("authorization"), Some("Basic dTpw"));
    assert_eq!(
        seen.text(),
        "audience=%C3%A9&grant_type=key&key=k%2Fey%2B1+%26%3D"
    );
}

#[tokio::test]
async fn a_secret_of_the_body_that_the_server_repeats_does_not_show() {
    let stub = RecordingServer::start(Reply::new(400, "no such key: s3cret-of-the-body")).await;
    let issuer = Issuer::with_config(stub.url(), Config::new()).unwrap();
    let error = issuer
        .create(Secret::from("s3cret-of-the-body"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("no such key: [redacted]"),
        "{error}"
    );
    assert!(!error.report().contains("s3cret"), "{}", error.report());
}

#[tokio::test]
async fn a_form_has_a_file_and_json() {
    let stub = RecordingServer::start(Reply::new(200, "")).await;
    let probe = Probe::with_config(stub.url(), Config::new()).unwrap();
    let file = Upload::bytes("app.sab", "bytes of it");
    let part = NewPart::new("a").size(3);
    probe.pipes().submit(file, part).await.unwrap();
    let seen = &stub.seen()[0];
    let kind = seen.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let json = r#"{"name":"a","note":null,"size":3,"state":"NEW","tags":[],"weight":0.5}"#;
    let body = seen.text().replace(boundary, "B");
    let (head, rest) = body.split_once(r#"{"name""#).unwrap();
    assert_eq!(
        head,
        "--B\r\nContent-Disposition: form-data; name=\"bundle\"; filename=\"app.sab\"\r\nContent-Type: application/octet-stream\r\n\r\nbytes of it\r\n--B\r\nContent-Disposition: form-data; name=\"options\"; filename=\"options\"\r\nContent-Type: application/json\r\n\r\n"
    );
    let (sent, end) = rest.split_once("\r\n").unwrap();
    let sent: serde_json::Value = serde_json::from_str(&format!(r#"{{"name"{sent}"#)).unwrap();
    assert_eq!(
        sent,
        serde_json::from_str::<serde_json::Value>(json).unwrap()
    );
    assert_eq!(end, "--B--\r\n");
}

#[cfg(feature = "dynamic")]
#[tokio::test]
async fn a_part_by_name_is_the_whole_of_what_was_said() {
    use headwaters::dynamic::Arguments;

    let stub = RecordingServer::start(Reply::new(200, "")).await;
    let probe = Probe::with_config(stub.url(), Config::new()).unwrap();
    let with = |options: &str| {
        let file = Upload::bytes("app.sab", "bytes");
        let arguments = Arguments::new().with_file(file).with("options", options);
        probe.call("pipes_submit", arguments)
    };
    let whole = r#"{"name": "a", "size": 1, "note": null, "tags": [], "weight": 1.5}"#;
    with(whole).await.map(drop).unwrap();
    for wrong in [
        format!("{whole} and more"),
        whole.replace("}", r#", "typo": 1}"#),
        whole.replace("1.5", r#""x""#),
        String::new(),
    ] {
        let error = with(&wrong).await.map(drop).unwrap_err();
        assert!(
            error.is_request() && error.to_string().contains("options"),
            "{error}"
        );
    }
    assert_eq!(stub.seen().len(), 1);
}
