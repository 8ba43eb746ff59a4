//! Calls by name: what they send and what they show.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use headwaters::{Upload, dynamic::Arguments};
use tokio::time::timeout;

use super::*;
use crate::wire::scripted_server::Gate;

/// So many bytes of nothing, of which a file system keeps none.
fn sparse(name: &str, length: u64) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(length).unwrap();
    path
}

#[tokio::test]
async fn a_file_that_a_call_by_name_sends_is_read_as_it_is_sent() {
    const LENGTH: u64 = 64 << 20;
    let path = sparse("by-name.zip", LENGTH);
    let gate = Gate::default();
    let log = Answer::json(r#"{"warnings": [], "errors": [], "info": []}"#);
    let answer = Answer::default().until(gate.opened()).body().then(log);
    let stub = ScriptedServer::narrow(move |_| answer.clone());
    let node = node(stub.url());
    let read = Arc::new(AtomicU64::new(0));
    let progress = Arc::clone(&read);
    let file = || {
        let progress = Arc::clone(&progress);
        Upload::file(&path).on_progress(move |sent, total| {
            assert_eq!(total, Some(LENGTH));
            progress.store(sent, SeqCst);
        })
    };
    // The node takes nothing: what is not sent is not read, and no more of it once the call is given up.
    let call = node.call("archive_upload", Arguments::new().with_file(file()));
    let given_up = timeout(Duration::from_millis(500), call).await;
    assert!(given_up.is_err());
    let so_far = read.load(SeqCst);
    assert!((1..LENGTH / 2).contains(&so_far), "{so_far} bytes");
    gate.open();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(read.load(SeqCst), so_far);
    let call = node.call("archive_upload", Arguments::new().with_file(file()));
    call.await.unwrap();
    assert_eq!(read.load(SeqCst), LENGTH);
    let bodies = stub.requests();
    let body = &bodies.last().unwrap().body;
    assert!(body.len() as u64 == LENGTH && body.iter().all(|byte| *byte == 0));
    // What cannot be sent as a stream is refused as such.
    let json = node.call(
        "folders_update",
        Arguments::from([("id", "1")]).with_file(file()),
    );
    let error = json.await.unwrap_err();
    assert!(error.is_request() && error.attempts() == 0, "{error}");
}

#[tokio::test]
async fn a_file_is_read_no_further_once_the_node_has_refused_it() {
    const LENGTH: u64 = 8 << 30;
    let path = sparse("refused.zip", LENGTH);
    let refusal = Answer::status(400, &[], "400: invalid joule archive");
    // It goes on taking what comes.
    let stub = ScriptedServer::hasty(move |_| refusal.clone().hang());
    let read = Arc::new(AtomicU64::new(0));
    let progress = Arc::clone(&read);
    let file = Upload::file(&path).on_progress(move |sent, _| progress.store(sent, SeqCst));
    let node = node(stub.url());
    let call = node.call("archive_upload", Arguments::new().with_file(file));
    let error = call.await.unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    let so_far = read.load(SeqCst);
    assert!(so_far < LENGTH);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(read.load(SeqCst), so_far);
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn an_answer_to_a_call_by_name_is_not_shown() {
    let stub = ScriptedServer::playing([
        Answer::json(r#"{"version": "hush", "name": "hush", "uuid": null}"#),
        head("float32_3").chunk(SENT).chunk(""),
    ]);
    let node = node(stub.url());
    let version = node.call("node_version", Arguments::new()).await.unwrap();
    let rows = node.call("data_read", [("id", "7")]).await.unwrap();
    for answer in [version, rows] {
        let shown = format!("{answer:?} {answer:#?}");
        assert!(
            !shown.contains("hush") && !shown.contains("128, 63"),
            "{shown}"
        );
    }
}
