//! Archives, as Joule's own exporter makes them. The node's importers are in `tests/live/joule/node.sh`.

use headwaters::{
    Result,
    joule::{
        Node,
        types::{DataType, Event, ImportLog},
    },
};
use serde_json::{Value, json};

use super::{Intervals, Place, T0, node, python, read, variable, write};
use crate::equal::assert_equal;

/// What the archives hold. Of an interval with one row alone, the exporter keeps nothing.
fn rows() -> Intervals<f32> {
    let interval = |start: i64| {
        (0..40)
            .map(|row| (start + row * 100, vec![row as f32 / 3.0, -1.0]))
            .collect()
    };
    [T0, T0 + 1_000_000, T0 + 2_000_000].map(interval).to_vec()
}

/// A file with these rows and two events.
struct Archive {
    path: String,
}

impl Archive {
    /// One with this name, by which the node chooses an importer.
    async fn export(name: &str) -> Self {
        let place = Place::new("source");
        let stream = place.stream("meter", DataType::Float32, 2).await;
        write(&place.node, &stream, &rows()).await;
        let events = place.events("switched").await;
        let calls = place.node.event_streams();
        calls.write(&events, &mut switched()).await.unwrap();
        let path = format!(concat!(env!("CARGO_TARGET_TMPDIR"), "/{}.zip"), name);
        python("archive.py", &["export", name, &place.path, &path]);
        place.end().await;
        Self { path }
    }

    async fn upload(&self, node: &Node) -> Result<ImportLog> {
        let file = tokio::fs::File::open(&self.path).await.unwrap();
        node.archive().upload(file).await
    }
}

fn switched() -> [Event; 2] {
    let event = |start, name: &str| Event::new(start, start + 10, json!({"name": name}));
    [event(T0, "kettle"), event(T0 + 20, "lamp")]
}

/// What has been imported under this label.
async fn imported(node: &Node, label: &str) -> Intervals<f32> {
    let path = format!("/imported/{label}/meter");
    let stream = node.data_streams().get(&*path).await.unwrap();
    let mut intervals = read(node, &stream).await;
    intervals.retain(|rows| !rows.is_empty());
    intervals
}

/// Takes away what an earlier run has left.
async fn forget(node: &Node, label: &str) {
    let path = format!("/imported/{label}");
    let gone = node.folders().delete(&*path).recursive(true).await;
    assert!(
        gone.as_ref()
            .map_or_else(|error| error.is_not_found(), |()| true),
        "{gone:?}"
    );
}

fn messages(log: &ImportLog) -> [Vec<&str>; 3] {
    [&log.info, &log.warnings, &log.errors]
        .map(|lines| lines.iter().map(|line| line.message.as_str()).collect())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn an_archive_of_ours_ends_where_one_of_pythons_does() {
    let node = node();
    let archive = Archive::export("whole").await;
    let calls = node.event_streams();
    let mut seen = Vec::new();
    for is_ours in [false, true] {
        forget(&node, "whole").await;
        let account = if is_ours {
            let log = archive.upload(&node).await.unwrap();
            json!({"success": log.is_success(), "log": log})
        } else {
            python("archive.py", &["upload", &archive.path])
        };
        assert_eq!(account["success"], json!(true), "{account}");
        assert_eq!(imported(&node, "whole").await, rows());
        let events = calls.read("/imported/whole/switched").read_all(10);
        let events = events.await.unwrap();
        let events: Vec<Value> = events
            .iter()
            .map(|event| json!([event.start_time, event.end_time, event.content]))
            .collect();
        seen.push((account, events));
    }
    let [(theirs, their_events), (ours, our_events)] = &seen[..] else {
        unreachable!()
    };
    assert_equal("the log", ours, theirs);
    assert_eq!(our_events, their_events);
    assert_eq!(our_events.len(), 2);

    // A repeat is a 200 too.
    let log = archive.upload(&node).await.unwrap();
    assert!(!log.is_success());
    let [info, warnings, errors] = messages(&log);
    assert_eq!(
        info,
        [
            "importing 120 rows of data into /imported/whole/meter",
            "imported 2 events into /imported/whole/switched"
        ]
    );
    assert!(warnings.is_empty());
    assert_eq!(
        errors,
        ["data at 2026-09-21 14:13:20 already exists in target"]
    );
    assert_eq!(imported(&node, "whole").await, rows());
    // The importer says that both are kept.
    let events = calls.read("/imported/whole/switched").read_all(10);
    assert_eq!(events.await.unwrap().len(), 2);
    forget(&node, "whole").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn what_no_importer_wants_is_a_warning_or_an_error() {
    let node = node();
    forget(&node, "partly").await;
    let log = Archive::export("partly").await.upload(&node).await.unwrap();
    let [info, warnings, errors] = messages(&log);
    assert_eq!(info.len(), 2);
    assert_eq!(
        warnings,
        ["No match for event stream with label [switched]"]
    );
    assert!(errors.is_empty());
    assert!(!log.is_success());
    // It bears the label of the part before.
    assert_eq!(log.warnings[0].source_label.as_deref(), Some("meter"));
    assert_eq!(imported(&node, "partly").await, rows());
    forget(&node, "partly").await;

    let log = Archive::export("nobody").await.upload(&node).await.unwrap();
    let reason = "No importer defined for archive [nobody] from node [testnode]";
    assert_eq!(messages(&log), [vec![], vec![], vec![reason]]);
    assert!(!log.is_success());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn rows_that_the_node_refuses_show_in_no_log() {
    let node = node();
    forget(&node, "spoilt").await;
    let archive = Archive::export("spoilt").await;
    python("archive.py", &["spoil", &archive.path]);
    let log = archive.upload(&node).await.unwrap();
    assert!(log.is_success(), "{log:?}");
    assert!(messages(&log)[0].contains(&"importing 120 rows of data into /imported/spoilt/meter"));
    let streams = node.data_streams();
    let stream = streams.get("/imported/spoilt/meter").await.unwrap();
    assert_eq!(stream.data_info.unwrap().rows, 0);
    forget(&node, "spoilt").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Joule node: tests/live/run"]
async fn the_importer_key_opens_archives_and_nothing_else() {
    let node = node();
    forget(&node, "keyed").await;
    let archive = Archive::export("keyed").await;
    let exporter = Node::new(variable("JOULE_URL"), variable("JOULE_IMPORTER_KEY")).unwrap();
    let log = archive.upload(&exporter).await.unwrap();
    assert!(log.is_success(), "{log:?}");
    assert_eq!(imported(&node, "keyed").await, rows());
    forget(&node, "keyed").await;

    let refused = [
        exporter.ping().await.unwrap_err(),
        exporter.version().await.unwrap_err(),
        exporter.folders().root().await.unwrap_err(),
        exporter.masters().list().await.unwrap_err(),
    ];
    for error in refused {
        assert!(error.is_forbidden(), "{error}");
    }
    let stranger = Node::new(variable("JOULE_URL"), "x".repeat(32)).unwrap();
    let error = archive.upload(&stranger).await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn what_is_no_archive_is_refused() {
    let error = node().archive().upload("PK").await.unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    assert_eq!(error.messages(), ["invalid joule archive"]);
}
