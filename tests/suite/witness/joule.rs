//! What a real Joule node answers, the sandbox answers: step by step, to the PyPI client `joule` and to raw requests.
//!
//! `tests/witness/run joule` starts the node, and names it and a Python with the client in `JOULE_URL`, `JOULE_KEY` and
//! `JOULE_PYTHON`.

use std::{collections::BTreeSet, env, process::Command, thread};

use headwaters::sandbox::Joule;
use serde_json::Value;

/// Steps that the sandbox answers otherwise, and why.
const OTHERWISE: [(&str, &str); 1] = [(
    "GET /event/data.json as a filtered histogram",
    "TimescaleDB tells empty buckets too; what stands in for it in front of the real node does not",
)];

/// The lines that the steps print against a node.
fn lines(url: &str, key: &str) -> Vec<Value> {
    let python = env::var("JOULE_PYTHON").expect("JOULE_PYTHON has the package joule");
    let output = Command::new(python)
        .args(["-B", "tests/witness/joule/steps.py", url, key])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{url}: {stderr}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
#[ignore = "needs a Joule node and Python: tests/witness/run joule"]
async fn the_sandbox_answers_as_a_real_node_does() {
    let url = env::var("JOULE_URL").expect("JOULE_URL names a fresh node");
    let key = env::var("JOULE_KEY").expect("JOULE_KEY opens the node");
    let sandbox = Joule::builder().demo(true).name("testnode").key(&key);
    let sandbox = sandbox.start().await.unwrap();

    let theirs = thread::spawn(move || lines(&url, &key));
    let ours = lines(sandbox.url(), sandbox.key());
    let theirs = theirs.join().unwrap();

    let mut steps = BTreeSet::new();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let step = theirs["step"].as_str().unwrap();
        assert!(steps.insert(step), "two steps are named {step}");
        let otherwise = OTHERWISE.iter().any(|(listed, _)| *listed == step);
        assert_eq!(
            ours == theirs,
            !otherwise,
            "\nsandbox {ours}\nnode    {theirs}"
        );
    }
    assert_eq!(ours.len(), theirs.len());
}
