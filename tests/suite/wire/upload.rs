//! Files on their way out: whole, well-formed, in constant memory, and once.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::stream;
use headwaters::{Error, ErrorKind, Upload, bytes::Bytes, flink::Flink};

use super::{
    UPLOADED, assert_readable, brisk, client, hurried,
    scripted_server::{Answer, Request, ScriptedServer},
    single,
};

/// The only part of a form: its headers and its content.
fn only_part(request: &Request) -> (String, Vec<u8>) {
    let kind = request.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = request.body.as_slice();
    let start = format!("--{boundary}\r\n");
    let end = format!("\r\n--{boundary}--\r\n");
    let part = text
        .strip_prefix(start.as_bytes())
        .and_then(|part| part.strip_suffix(end.as_bytes()))
        .expect("a form of one part");
    let border = part
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let headers = String::from_utf8(part[..border].to_vec()).unwrap();
    let content = part[border + 4..].to_vec();
    assert!(!String::from_utf8_lossy(&content).contains(boundary));
    (headers, content)
}

fn noise(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 % 251) as u8).collect()
}

async fn uploaded(upload: impl Into<Upload>) -> Request {
    let stub = ScriptedServer::playing([Answer::json(UPLOADED)]);
    let answer = client(&stub, single()).jars().upload(upload).await.unwrap();
    assert_eq!(
        answer.jar_id().as_str(),
        "91ffae2d-d669-4f45-bbdb-88e328af9d38_ref-jobs.jar"
    );
    stub.requests().remove(0)
}

#[tokio::test]
async fn a_jar_goes_as_a_form_of_one_part_with_its_length() {
    let content = noise(300_000);
    let path = std::env::temp_dir().join(format!("headwaters-{}.jar", std::process::id()));
    std::fs::write(&path, &content).unwrap();
    let request = uploaded(path.clone()).await;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(request.line(), "POST /v1/jars/upload");
    let length: usize = request.header("content-length").unwrap().parse().unwrap();
    assert_eq!(length, request.body.len());
    // Flink reads the whole form before it answers 100: a client that waits for it stalls.
    assert_eq!(request.header("expect"), None);
    assert_eq!(request.header("transfer-encoding"), None);
    let (headers, sent) = only_part(&request);
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(
        headers.contains(&format!(r#"name="jarfile"; filename="{name}""#)),
        "{headers}"
    );
    assert!(headers.contains("Content-Type: application/octet-stream"));
    assert!(sent == content, "the content arrived otherwise");
}

#[tokio::test]
async fn a_stream_of_unknown_length_goes_in_chunks() {
    let pieces = ["PK", "", "\u{3}\u{4}", "rest"].map(|piece| Ok(Bytes::from(piece)));
    let upload = Upload::stream("job.jar", None, stream::iter(pieces));
    let request = uploaded(upload).await;
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    assert_eq!(request.header("content-length"), None);
    assert_eq!(only_part(&request).1, b"PK\x03\x04rest");
}

#[tokio::test]
async fn a_file_name_may_have_any_character_but_those_of_paths() {
    for (name, written) in [
        ("jöb ☃ 100%.jar", "jöb ☃ 100%.jar"),
        ("a;b=c.jar", "a;b=c.jar"),
        (r#"a"b.jar"#, r#"a\"b.jar"#),
    ] {
        let (headers, _) = only_part(&uploaded(Upload::bytes(name, "PK")).await);
        assert!(
            headers.contains(&format!(r#"filename="{written}""#)),
            "{headers}"
        );
    }
    let flink = Flink::new("http://localhost:1").unwrap();
    for name in [
        "",
        ".",
        "..",
        "a/b.jar",
        "..\\b.jar",
        "a\r\nb: c.jar",
        "a\0.jar",
    ] {
        let error = flink.jars().upload(Upload::bytes(name, "PK")).await;
        let error = error.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Request, "{name:?}");
        assert_eq!(error.attempts(), 0);
        assert_readable(&error);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_before_anything_is_sent() {
    let stub = ScriptedServer::playing([Answer::json(UPLOADED)]);
    let flink = client(&stub, single());
    let directory = std::env::temp_dir();
    for path in [directory.join("headwaters-has-no-such.jar"), directory] {
        let error = flink.jars().upload(path).await.unwrap_err();
        assert!(error.is_request() && !error.maybe_sent(), "{error:?}");
        assert_readable(&error);
    }
    assert_eq!(stub.opened(), 0);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_told_for_what_it_is_and_never_opened() {
    let place = std::env::temp_dir().join(format!("headwaters-odd-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    let pipe = place.join("pipe.jar");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let socket = place.join("socket.jar");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let link = place.join("link.jar");
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    let stub = ScriptedServer::playing([Answer::json(UPLOADED)]);
    let (done, outcome) = std::sync::mpsc::channel();
    let flink = client(&stub, single());
    let paths = [
        (place.clone(), "is a directory"),
        (pipe, "is a named pipe"),
        (link, "is a named pipe"),
        (socket, "is a socket"),
        ("/dev/zero".into(), "is a device"),
    ];
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        for (path, kind) in paths {
            let call = flink.jars().upload(path);
            let error = runtime.block_on(async { call.await }).unwrap_err();
            assert!(error.is_request() && error.attempts() == 0, "{error:?}");
            assert!(error.to_string().contains(kind), "{error}");
            assert_readable(&error);
        }
        // It waits for what still blocks.
        drop(runtime);
        done.send(()).unwrap();
    });
    let outcome = outcome.recv_timeout(Duration::from_secs(10));
    std::fs::remove_dir_all(&place).unwrap();
    outcome.expect("something waits for a writer of the pipe, or failed above");
    assert_eq!(stub.opened(), 0);
}

type Reports = Arc<Mutex<Vec<(u64, Option<u64>)>>>;

fn reports() -> (Reports, impl Fn(u64, Option<u64>) + Send + Sync + 'static) {
    let reports = Reports::default();
    let log = Arc::clone(&reports);
    (reports, move |sent, total| {
        log.lock().unwrap().push((sent, total))
    })
}

#[tokio::test]
async fn progress_grows_and_ends_at_the_total() {
    const TOTAL: usize = 500_000;
    let path = std::env::temp_dir().join(format!("headwaters-progress-{}.jar", std::process::id()));
    std::fs::write(&path, noise(TOTAL)).unwrap();
    for upload in [Upload::from(&*path), Upload::bytes("job.jar", noise(TOTAL))] {
        let (reports, report) = reports();
        uploaded(upload.on_progress(report)).await;
        let reports = reports.lock().unwrap();
        assert!(reports.len() > 2, "{reports:?}");
        assert!(
            reports.windows(2).all(|two| two[0].0 < two[1].0),
            "{reports:?}"
        );
        assert!(
            reports
                .iter()
                .all(|(_, total)| *total == Some(TOTAL as u64))
        );
        assert_eq!(reports.last().unwrap().0, TOTAL as u64);
    }
    std::fs::remove_file(&path).unwrap();
}

/// A terabyte, and whether its sender has let go of it.
fn terabyte() -> (Upload, Arc<AtomicU64>, Arc<AtomicBool>) {
    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let (sent, dropped) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let piece = Bytes::from(vec![0; 1 << 20]);
    let (count, flag) = (Arc::clone(&sent), Flag(Arc::clone(&dropped)));
    let pieces = stream::repeat_with(move || {
        let _held = &flag;
        count.fetch_add(1 << 20, Ordering::SeqCst);
        Ok(piece.clone())
    });
    (
        Upload::stream("job.jar", Some(1 << 40), pieces),
        sent,
        dropped,
    )
}

#[tokio::test]
async fn a_server_that_does_not_read_stops_the_reading_of_the_file() {
    let stub = ScriptedServer::hasty(|_| Answer::default().until(|| false));
    let (upload, sent, dropped) = terabyte();
    let error = client(&stub, hurried(500)).jars().upload(upload).await;
    assert!(error.unwrap_err().is_timeout());
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 32 << 20, "{sent} bytes were read");
    stub.until("the file is let go", |_| dropped.load(Ordering::SeqCst))
        .await;
}

#[tokio::test]
async fn a_refusal_that_comes_before_the_end_of_the_file_is_the_answer() {
    let refusal = Answer::status(400, &[], r#"{"errors":["Only Jar files are allowed."]}"#);
    for (what, answer) in [
        ("the rest is not read", refusal.clone().until(|| false)),
        ("the rest is read", refusal.hang()),
    ] {
        let stub = ScriptedServer::hasty(move |_| answer.clone());
        let (upload, _, dropped) = terabyte();
        let error = client(&stub, single()).jars().upload(upload).await;
        let error = error.unwrap_err();
        assert!(error.is_bad_request(), "{what}: {error:?}");
        assert_eq!(error.messages(), ["Only Jar files are allowed."], "{what}");
        stub.until("the file is let go", |_| dropped.load(Ordering::SeqCst))
            .await;
    }
}

#[tokio::test]
async fn a_refusal_that_slams_the_door_is_the_answer_or_a_broken_connection() {
    let stub =
        ScriptedServer::hasty(|_| Answer::status(413, &[("connection", "close")], "").close());
    let (upload, ..) = terabyte();
    let error = client(&stub, single()).jars().upload(upload).await;
    let error = error.unwrap_err();
    // The bytes that nobody reads make the kernel reset the connection, perhaps before the answer is read.
    let status = error.status().map(|status| status.as_u16());
    assert!(
        status == Some(413) || error.kind() == ErrorKind::Broken,
        "{error:?}"
    );
    assert_eq!(error.maybe_sent(), status.is_none());
    assert_readable(&error);
}

async fn outcome_of(stub: &ScriptedServer, upload: Upload) -> Error {
    let flink = client(stub, brisk());
    let call = flink
        .jars()
        .upload(upload)
        .with_timeout(Duration::from_secs(10));
    call.await.unwrap_err()
}

#[tokio::test]
async fn a_stream_that_fails_gives_its_own_reason() {
    let stub = ScriptedServer::playing([Answer::json(UPLOADED)]);
    let pieces = [
        Ok(Bytes::from(noise(100_000))),
        Err(io::Error::other("the disk is gone")),
    ];
    let upload = Upload::stream("job.jar", Some(200_000), stream::iter(pieces));
    let error = outcome_of(&stub, upload).await;
    assert!(
        error.report().contains("the disk is gone"),
        "{}",
        error.report()
    );
    assert!(error.to_string().contains("the file"), "{error}");
    assert!(!error.is_retryable(), "{error:?}");
    assert_eq!((error.attempts(), stub.count()), (1, 0));
    assert_readable(&error);
}

#[tokio::test]
async fn a_file_with_another_length_than_it_said_is_never_taken_for_whole() {
    for (length, pieces) in [
        (10, vec!["12345"]),
        (10, vec![]),
        (10, vec!["12345", "123456"]),
        (0, vec!["1"]),
        (3, vec!["1", "2", "3", "4"]),
    ] {
        let stub = ScriptedServer::playing([Answer::json(UPLOADED)]);
        let stream = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))));
        let error = outcome_of(&stub, Upload::stream("job.jar", Some(length), stream)).await;
        assert!(error.to_string().contains("the file"), "{error}");
        assert!(
            error.report().contains(&length.to_string()),
            "{}",
            error.report()
        );
        assert_eq!(stub.count(), 0, "a whole request arrived");
        assert_readable(&error);
    }
}
