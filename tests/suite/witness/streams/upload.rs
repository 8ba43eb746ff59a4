//! Bundles on their way to a server, byte by byte as Python sends them.

use std::process::Command;

use headwaters::{
    Config, Retry, Upload,
    sandbox::{Flavour, Streams},
    streams::{
        ServiceCredentials, StreamingAnalyticsConnection, StreamsConnection,
        types::{
            JobConfig, JobConfigOverlay, JobConfigOverlays, SubmissionParameter, TracingLevel,
        },
    },
};
use serde_json::{Value, json};

use super::{
    interpreter,
    relay::{Relay, header},
};

/// A file with bytes that look like a boundary and its line ends.
fn bundle() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("com.example.Main.sab");
    let bytes: Vec<u8> = b"\r\n--".iter().copied().chain(0..=255).collect();
    std::fs::write(&path, bytes.repeat(500)).unwrap();
    (folder, path)
}

/// Python submits or uploads the bundle by way of a relay.
fn python(streams: &Streams, relay: &Relay, bundle: &std::path::Path) -> String {
    let through = |text: &str| text.replace(streams.origin(), relay.origin());
    let mut access = json!({
        "streams": through(streams.url()),
        "streams_origin": relay.origin(),
        "streams_user": streams.user(),
        "streams_password": streams.password(),
    });
    if let Some(vcap) = streams.vcap() {
        access["streams_vcap"] = through(vcap).into();
    }
    let mut command = Command::new(interpreter());
    let command = command.args([
        "-B",
        "tests/witness/streams/uploads.py",
        &access.to_string(),
    ]);
    let output = command.arg(bundle).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn overlays() -> JobConfigOverlays {
    let threshold = SubmissionParameter::new("threshold", 3);
    let job = JobConfig::new()
        .job_name("näme")
        .tracing(TracingLevel::Info);
    let job = job.submission_parameters([threshold]);
    JobConfigOverlays::new().job_config_overlays([JobConfigOverlay::new().job_config(job)])
}

/// A part of a form: its head and its content.
type Part = (String, Vec<u8>);

/// The form, as its parts between boundaries, and nothing else.
fn parts(head: &str, body: &[u8]) -> Vec<Part> {
    let (_, boundary) = header(head, "content-type")
        .split_once("boundary=")
        .unwrap();
    let first = format!("--{boundary}\r\n");
    let between = format!("\r\n--{boundary}\r\n");
    let last = format!("\r\n--{boundary}--\r\n");
    let inside = body.strip_prefix(first.as_bytes()).unwrap();
    let mut inside = inside.strip_suffix(last.as_bytes()).unwrap();
    let mut parts = Vec::new();
    loop {
        let between = between.as_bytes();
        let end = inside.windows(between.len()).position(|at| at == between);
        let part = &inside[..end.unwrap_or(inside.len())];
        let head = part
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let text = String::from_utf8(part[..head].to_vec()).unwrap();
        parts.push((text, part[head + 4..].to_vec()));
        match end {
            Some(end) => inside = &inside[end + between.len()..],
            None => return parts,
        }
    }
}

/// Where forms differ though they say the same: Python writes JSON with a space after each comma and colon, and with escapes for
/// what is not ASCII.
const WHITE_SPACE: &str =
    r#"Content-Disposition: form-data; name="job_options"; filename="job_options""#;

/// Fails unless the forms are the same, byte by byte, but for the boundary and the way in which JSON is written.
fn assert_same_form(theirs: &(String, Vec<u8>), ours: &(String, Vec<u8>)) {
    let (theirs, ours) = (parts(&theirs.0, &theirs.1), parts(&ours.0, &ours.1));
    assert_eq!(theirs.len(), ours.len());
    for ((their_head, their_content), (our_head, our_content)) in theirs.iter().zip(&ours) {
        assert_eq!(their_head, our_head);
        if their_head.starts_with(WHITE_SPACE) {
            assert_ne!(their_content, our_content, "there is no such difference");
            let read = |content: &[u8]| serde_json::from_slice::<Value>(content).unwrap();
            assert_eq!(read(their_content), read(our_content));
        } else {
            assert!(their_content == our_content, "{their_head}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs streamsx: tests/witness/run streams"]
async fn a_bundle_is_submitted_in_the_form_that_python_sends() {
    for flavour in [Flavour::Sas1, Flavour::Sas2] {
        let streams = super::sandbox(flavour).await;
        let (_folder, bundle) = bundle();
        let relay = Relay::to(streams.origin());
        assert_eq!(python(&streams, &relay, &bundle), "submitted");
        let theirs = relay.request_of("multipart/form-data");

        // No two jobs have one name.
        let streams = super::sandbox(flavour).await;
        let relay = Relay::to(streams.origin());
        let vcap = streams.vcap().unwrap();
        let vcap = vcap.replace(streams.origin(), relay.origin());
        let credentials = ServiceCredentials::of_vcap(vcap, "sandbox").unwrap();
        let config = Config::new().with_retry(Retry::none());
        let service =
            StreamingAnalyticsConnection::with_iam(credentials, relay.origin(), config).unwrap();
        let submitted = service.submit(Upload::file(&bundle), overlays()).await;
        submitted.unwrap();
        assert_same_form(&theirs, &relay.request_of("multipart/form-data"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs streamsx: tests/witness/run streams"]
async fn a_bundle_is_uploaded_as_the_bytes_that_python_sends() {
    let streams = super::sandbox(Flavour::Standalone5).await;
    let (_folder, bundle) = bundle();
    let relay = Relay::to(streams.origin());
    assert_eq!(python(&streams, &relay, &bundle), "uploaded");
    let (their_head, theirs) = relay.request_of("application/x-jar");

    let relay = Relay::to(streams.origin());
    let url = streams.url().replace(streams.origin(), relay.origin());
    let sc = StreamsConnection::new(url, streams.user(), streams.password()).unwrap();
    let instance = sc.instances().list().await.unwrap().remove(0);
    let bytes = std::fs::read(&bundle).unwrap();
    sc.instance(&instance).upload_bundle(bytes).await.unwrap();
    let (our_head, ours) = relay.request_of("application/x-jar");
    assert_eq!(
        header(&their_head, "content-length"),
        ours.len().to_string()
    );
    let media_types = [&their_head, &our_head].map(|head| header(head, "content-type"));
    assert_eq!(media_types[0], media_types[1]);
    assert!(theirs == ours);
}
