use headwaters::{joule::OPERATIONS, sandbox::Joule};
use serde_json::json;

use super::{Ended, command, ended, headwaters};
#[cfg(target_os = "linux")]
use crate::wire::scripted_server::{self, Gate, ScriptedServer};

/// The operation, called on the node with its key.
fn call(node: &Joule, operation: &[&str]) -> Ended {
    let node = ["--url", node.url(), "--key", node.key()];
    headwaters([&["call", "joule"], operation, &node].concat())
}

async fn demo() -> Joule {
    Joule::builder().demo(true).start().await.unwrap()
}

#[test]
fn the_table_has_every_operation_of_joule() {
    let told = headwaters(["ops", "joule", "--json"]);
    let rows = told.json();
    let ids: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["id"])
        .collect();
    let known: Vec<_> = OPERATIONS
        .iter()
        .map(|operation| json!(operation.id))
        .collect();
    assert_eq!(ids, known.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_node_is_called_with_its_key() {
    let node = demo().await;
    let get = ["data_streams_get", "path=/plugs/meter"];
    let told = call(&node, &get);
    assert_eq!(told.json()["layout"], "float32_2");
    // The environment is not shown to others on the machine.
    let line = [&["call", "joule"], &get[..], &["--url", node.url()]].concat();
    let told = ended(
        command(&line)
            .env("HEADWATERS_KEY", node.key())
            .output()
            .unwrap(),
    );
    assert_eq!(told.json()["layout"], "float32_2");
    let told = headwaters(line);
    assert!(
        told.failure().contains(": 403 Forbidden (http://"),
        "{}",
        told.stderr
    );
}

#[tokio::test]
async fn a_stream_is_moved_by_its_path_in_the_body() {
    let node = demo().await;
    let line = ["--url", node.url(), "--key", node.key()];
    let body = r#"{"src_path": "/plugs/meter", "dest_path": "/attic"}"#;
    let told = headwaters(
        [
            &["call", "joule", "data_streams_move_to", "--body", body],
            &line[..],
        ]
        .concat(),
    );
    assert_eq!(told.json()["name"], "meter");
    let told = headwaters(
        [
            &["call", "joule", "data_streams_get", "path=/attic/meter"],
            &line[..],
        ]
        .concat(),
    );
    assert_eq!(told.json()["name"], "meter");
}

#[tokio::test]
async fn what_the_types_refuse_is_a_wrong_command_line() {
    let node = demo().await;
    for (arguments, why) in [
        (&["data_intervals"][..], "give one of id and path"),
        (
            &["data_intervals", "id=1", "path=/a"],
            "give one of id and path",
        ),
        (&["data_intervals", "path=a"], "does not begin with a slash"),
        (
            &["folders_move_to"],
            "give one of src_id, a whole number, and src_path, a text, in the body",
        ),
        (
            &[
                "annotations_create",
                "--body",
                r#"{"stream_id": 1, "title": 7, "start": 1}"#,
            ],
            "the body does not fit the spec at title",
        ),
    ] {
        let line = ["--url", node.url(), "--key", node.key()];
        let told = headwaters([&["call", "joule"], arguments, &line[..]].concat());
        assert!(told.usage().contains(why), "{}", told.stderr);
    }
    assert!(node.journal().is_empty());
}

#[tokio::test]
async fn rows_come_as_their_bytes() {
    let node = demo().await;
    let told = call(&node, &["data_read", "path=/plugs/meter"]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    // float32_2
    assert!(!told.stdout.is_empty());
    assert_eq!(told.stdout.len() % 16, 0);
}

#[test]
fn a_key_shows_nowhere() {
    let key = "a key that must not show";
    for arguments in [
        vec![
            "call",
            "joule",
            "node_version",
            "--url",
            "http://127.0.0.1:9",
            "--key",
            key,
        ],
        vec!["call", "joule", "no_such_thing", "--key", key],
        vec!["tour", "--joule", "http://127.0.0.1:9", "--joule-key", key],
        vec!["call", "--help"],
    ] {
        let told = ended(
            command(&arguments)
                .env("HEADWATERS_KEY", key)
                .output()
                .unwrap(),
        );
        let all = format!("{}{}", told.text(), told.stderr);
        assert!(!all.is_empty());
        assert!(!all.contains("must not show"), "{arguments:?}: {all}");
    }
}

#[tokio::test]
async fn the_tour_leaves_nothing_behind() {
    let node = demo().await;
    let before = call(&node, &["folders_root"]);
    let names = |told: &Ended| -> Vec<String> {
        let root = told.json();
        let children = root["children"].as_array().unwrap().iter();
        children.map(|child| child["name"].to_string()).collect()
    };
    let mut tour = command(["tour", "--joule", node.url()]);
    let told = ended(tour.env("HEADWATERS_KEY", node.key()).output().unwrap());
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert!(
        told.text().contains("9990 rows are stored"),
        "{}",
        told.text()
    );
    assert!(
        told.text().contains("20 are of a kettle"),
        "{}",
        told.text()
    );
    let after = call(&node, &["folders_root"]);
    assert_eq!(names(&after), names(&before));
}

#[test]
fn the_tour_wants_a_key_with_a_node() {
    let mut tour = command(["tour", "--joule", "http://127.0.0.1:9"]);
    let told = ended(tour.env_remove("HEADWATERS_KEY").output().unwrap());
    assert!(told.usage().contains("--joule-key"), "{}", told.stderr);
}

/// The most memory that a process has had at once, in bytes.
#[cfg(target_os = "linux")]
pub(super) fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() << 10
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_archive_of_any_size_is_sent_in_constant_memory() {
    const LENGTH: u64 = 300 << 20;
    let archive = super::file("large.zip", b"");
    let open = || {
        std::fs::File::options()
            .read(true)
            .write(true)
            .open(&archive)
    };
    open().unwrap().set_len(LENGTH).unwrap();
    let path = format!("@{}", archive.display());
    for body in [&path, "@-"] {
        let (gate, came) = (Gate::default(), Gate::default());
        let (opened, all) = (gate.opened(), came.clone());
        let log = scripted_server::Answer::json(r#"{"warnings": [], "errors": [], "info": []}"#);
        let answer = scripted_server::Answer::default()
            .read(LENGTH as usize)
            .until(move || {
                all.open();
                opened()
            })
            .then(log)
            .hang();
        let stub = ScriptedServer::hasty(move |_| answer.clone());
        let line = ["call", "joule", "archive_upload", "--body", body, "--url"];
        let url = stub.url();
        let mut child = command(line.into_iter().chain([&url[..]]))
            .stdin(open().unwrap())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let came = came.opened();
        stub.until("the archive has come", |_| came()).await;
        // It waits for the answer.
        let most = peak(child.id());
        gate.open();
        let status = child.wait().unwrap();
        assert!(status.success(), "{body}: {status}");
        assert!(most < 64 << 20, "{body}: {most} bytes");
    }
}
