//! What the Python client of IBM Streams sends, this client sends: call by call, on two sandboxes that are alike.
//!
//! `tests/witness/run streams` installs two versions of the Python client and names their interpreters in `STREAMS_PYTHON` and
//! `STREAMS_OLD_PYTHON`.

mod difference;
mod door;
mod known;
mod overlay;
mod python;
mod relay;
mod request;
mod sent;
mod twin;
mod upload;

use std::{collections::BTreeSet, env, process::Command};

use headwaters::sandbox::{Flavour, Streams};
use serde_json::Value;

use crate::python_table::streams::METHODS;
use difference::Differences;
use python::Python;
use twin::Twin;

const FLAVOURS: [Flavour; 5] = [
    Flavour::OnPrem4,
    Flavour::Standalone5,
    Flavour::Cp4d,
    Flavour::Sas1,
    Flavour::Sas2,
];

/// The interpreter that has the version 1.14.15.
fn interpreter() -> String {
    env::var("STREAMS_PYTHON").expect("STREAMS_PYTHON has streamsx 1.14.15")
}

/// What a script of the witness prints, line by line.
fn printed(script: &str) -> Vec<String> {
    let mut command = Command::new(interpreter());
    let output = command.args(["-B", script]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {stderr}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// A sandbox like every other one of this flavour.
async fn sandbox(flavour: Flavour) -> Streams {
    let streams = Streams::builder().demo(true).flavour(flavour).seed(7);
    streams.start().await.unwrap()
}

/// Lets Python make its calls against one sandbox and makes the same ones against another, which has the same state.
async fn compare(interpreter: &str, flavour: Flavour, differences: &mut Differences) {
    let theirs = sandbox(flavour).await;
    let mut twin = Twin::new(sandbox(flavour).await, flavour).await;
    let mut python = Python::start(interpreter, &theirs, flavour);
    let mut asked = 0;
    while let Some(call) = python.next() {
        twin.prepare(&call).await;
        theirs.clear_journal();
        let line = python.make();
        assert_eq!(line["call"], call);
        let sent = request::all(&theirs);
        if call == "its parameters" {
            twin.same_jobs_as(&theirs).await;
        }
        if call.starts_with("toolkit.dependencies") {
            twin.same_dependencies_as(&line["value"]).await;
        }
        python.go_on();
        twin.clear_journal();
        let outcome = twin.ask(&call).await;
        let called = format!("{flavour}: {call}");
        asked += usize::from(outcome.is_some());
        if let Some(Err(error)) = outcome {
            let is_refused = twin::REFUSED.iter().any(|(refused, _)| *refused == call);
            if !is_refused {
                differences.fail(format!("{called}: {error}"));
            }
        }
        differences.add(&called, &call, sent, request::all(twin.sandbox()));
    }
    assert!(python.is_content(), "{flavour}: client.py is astonished");
    assert!(asked > 60, "{flavour}: {asked} calls");
}

#[tokio::test]
#[ignore = "needs streamsx: tests/witness/run streams"]
async fn each_call_of_the_python_client_is_the_same_requests_here() {
    let old = env::var("STREAMS_OLD_PYTHON").expect("STREAMS_OLD_PYTHON has streamsx 1.12.10");
    let mut differences = Differences::default();
    for flavour in FLAVOURS {
        compare(&interpreter(), flavour, &mut differences).await;
        // Before version 1.13 the client finds no instance by its service in Cloud Pak for Data.
        if flavour != Flavour::Cp4d {
            compare(&old, flavour, &mut differences).await;
        }
    }
    differences.end();
}

#[test]
#[ignore = "needs streamsx: tests/witness/run streams"]
fn the_installed_client_has_the_methods_of_the_table() {
    let installed = printed("tests/witness/streams/methods.py");
    let installed: BTreeSet<_> = installed.iter().map(String::as_str).collect();
    let written: BTreeSet<_> = METHODS.split_whitespace().collect();
    assert_eq!(installed, written);
}

#[test]
#[ignore = "needs streamsx: tests/witness/run streams"]
fn job_configurations_are_those_of_python() {
    let lines = printed("tests/witness/streams/overlays.py");
    assert_eq!(lines.len(), 2000);
    for line in lines {
        let line: Value = serde_json::from_str(&line).unwrap();
        let ours = serde_json::to_value(overlay::of(&line["settings"])).unwrap();
        assert_eq!(ours, line["overlays"], "{}", line["settings"]);
    }
}
