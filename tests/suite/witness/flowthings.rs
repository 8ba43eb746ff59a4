//! What the Python client of flowthings.io writes, this client writes: filters and modifications, made at random. And what the
//! sandbox computes.
//!
//! `tests/witness/run flowthings` installs the Python client and names its interpreter in `FLOWTHINGS_PYTHON`.

mod aggregate;
mod expression;
mod manual;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::Command,
};

use headwaters::{
    Config,
    flowthings::{Api, Filter, Modify, Token},
    sandbox::Flowthings,
};
use serde_json::{Value, json};

use crate::python_table::flowthings::FUNCTIONS;

/// What a script of the witness prints, line by line.
fn printed(script: &str) -> Vec<Value> {
    printed_with(script, &[])
}

/// The same of a script with arguments.
fn printed_with(script: &str, arguments: &[&str]) -> Vec<Value> {
    let interpreter = env::var("FLOWTHINGS_PYTHON").expect("FLOWTHINGS_PYTHON has flowthings");
    let mut command = Command::new(interpreter);
    let command = command.args(["-B", script]).args(arguments);
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {stderr}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
#[ignore = "needs flowthings: tests/witness/run flowthings"]
fn filters_have_the_text_of_python_where_it_means_what_it_says() {
    let mut equal = 0;
    let mut defects: BTreeMap<&str, usize> = BTreeMap::new();
    for line in printed("tests/witness/flowthings/filters.py") {
        let python = line["text"].as_str().unwrap();
        let filter = expression::filter(&line["expression"]);
        let found = expression::defects(&line["expression"]);
        if found.is_empty() {
            assert_eq!(filter.to_string(), python, "{}", line["expression"]);
            assert_eq!(Filter::parse(python), Ok(filter), "{python}");
            equal += 1;
            continue;
        }
        // Refused, or another text, which is the same filter when it is read.
        let is_to_be_refused = found
            .iter()
            .any(|defect| expression::REFUSED.contains(defect));
        match filter.check() {
            Ok(()) => {
                assert!(!is_to_be_refused, "{found:?}: {filter}");
                assert_ne!(filter.to_string(), python, "{found:?}");
                assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
            }
            Err(error) => assert!(is_to_be_refused, "{found:?}: {error}"),
        }
        for defect in found {
            *defects.entry(defect).or_default() += 1;
        }
    }
    println!("{equal} filters are equal; with defects of Python: {defects:?}");
    assert!(equal >= 5_000, "{equal}");
    let seen: BTreeSet<_> = defects.into_keys().collect();
    assert_eq!(seen, BTreeSet::from(expression::DEFECTS));
}

#[test]
#[ignore = "needs flowthings: tests/witness/run flowthings"]
fn modifications_are_those_of_python() {
    let (mut equal, mut refused) = (0, 0);
    for line in printed("tests/witness/flowthings/modifications.py") {
        let mut modify = Modify::new(line["model"].clone());
        let mut id = line["model"]["id"].clone();
        let mut is_same_object = true;
        for step in line["steps"].as_array().unwrap() {
            let name = step[0].as_str().unwrap();
            if name == "id" {
                is_same_object &= id.is_null() || id == step[1];
                id = step[1].clone();
            }
            modify = modify.set(name, &step[1]);
        }
        if !is_same_object {
            assert!(modify.done().is_err(), "{line}");
            refused += 1;
            continue;
        }
        let (model, changes) = modify.done().unwrap();
        assert_eq!(model, line["done"]);
        let changes: Vec<Value> = changes
            .iter()
            .map(|(name, value)| json!([name, value.to_value().unwrap()]))
            .collect();
        assert_eq!(json!(changes), line["changes"]);
        equal += 1;
    }
    println!("{equal} modifications are equal; {refused} change an id and are refused");
    assert!(equal >= 2_000 && refused > 0, "{equal} {refused}");
}

#[test]
#[ignore = "needs flowthings: tests/witness/run flowthings"]
fn the_installed_client_has_the_functions_of_the_table() {
    let installed = printed("tests/witness/flowthings/functions.py");
    let installed: BTreeSet<&str> = installed
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(installed, FUNCTIONS.split_whitespace().collect());
}

/// What may differ between two requests of the same call: what it is, and why.
const DIFFERENCES: [(&str, &str); 1] = [(
    "drop.find with hints",
    "Python writes True where the platform's documents have true, 1 or false",
)];

/// The calls that the server refuses, and its status.
const REFUSED: [(&str, u16); 2] = [("async.drop.find", 404), ("read_or_else", 404)];

/// A request, with ids by the order in which they come, and the status of its answer.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    method: String,
    path: String,
    /// Decoded.
    query: BTreeMap<String, String>,
    /// JSON in one form.
    body: String,
    status: Option<u16>,
}

/// What a server was sent.
fn sent(server: &Flowthings) -> Vec<Sent> {
    let mut known = Vec::new();
    let journal = server.journal().into_iter();
    let sent = journal.map(|sent| {
        let target = numbered(&without_session(&sent.target), &mut known);
        let body = numbered(&String::from_utf8_lossy(&sent.body), &mut known);
        let url = url::Url::parse(&format!("http://a{target}")).unwrap();
        let body = match body.as_str() {
            "" => String::new(),
            body => serde_json::from_str::<Value>(body).unwrap().to_string(),
        };
        Sent {
            method: sent.method,
            path: url.path().to_owned(),
            query: url.query_pairs().into_owned().collect(),
            body,
            status: sent.status,
        }
    });
    sent.collect()
}

/// The target with `id` in the place of the id of a session, which is random.
fn without_session(target: &str) -> String {
    let mut parts: Vec<&str> = target.split('/').collect();
    if let ["", "session", id, ..] = parts.as_mut_slice() {
        *id = "id";
    }
    parts.join("/")
}

/// The text with `f-0` in the place of the first id that comes, which is that of a flow.
fn numbered(text: &str, known: &mut Vec<String>) -> String {
    let mut numbered = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..25).filter(|id| {
            let (kind, digits) = id.split_at(first.len_utf8());
            let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            kind.bytes().all(|kind| kind.is_ascii_lowercase()) && is_hex
        });
        let Some(id) = id else {
            numbered.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        if !known.iter().any(|own| own == id) {
            known.push(id.to_owned());
        }
        let number = known.iter().position(|own| own == id).unwrap();
        numbered.push_str(&format!("{first}-{number}"));
        rest = &rest[25..];
    }
    numbered
}

#[tokio::test]
#[ignore = "needs flowthings: tests/witness/run flowthings"]
async fn each_call_of_the_manual_is_the_same_request_here() {
    let theirs = Flowthings::start().await.unwrap();
    let host = theirs.url().trim_start_matches("http://").to_owned();
    let (account, token) = (theirs.account().to_owned(), theirs.token().to_owned());
    let called = tokio::task::spawn_blocking(move || {
        printed_with(
            "tests/witness/flowthings/client.py",
            &[&host, &account, &token],
        )
    });
    let called = called.await.unwrap();
    let ours = Flowthings::start().await.unwrap();
    let token = Token::new(ours.account(), ours.token());
    let api = Api::with_config(ours.url(), token, Config::new()).unwrap();
    let made = manual::walk(&api, ours.account()).await;
    assert_eq!(called, made);
    let calls: Vec<&str> = made.iter().filter_map(Value::as_str).collect();
    assert!(calls.len() > 70, "{}", calls.len());
    let (mut theirs, mut ours) = (sent(&theirs), sent(&ours));
    assert_eq!((theirs.len(), ours.len()), (calls.len(), calls.len()));
    // Those of one workflow go out together, and arrive in any order.
    let mut start = 0;
    for calls in calls.chunk_by(|one, other| one == other) {
        let workflow = start..start + calls.len();
        start = workflow.end;
        for sent in [&mut theirs, &mut ours] {
            sent[workflow.clone()].sort();
        }
    }
    let (mut different, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for ((call, theirs), ours) in calls.into_iter().zip(theirs).zip(ours) {
        let status = ours.status.unwrap();
        if status >= 400 {
            refused.insert((call, status));
        }
        if theirs != ours {
            let known = DIFFERENCES.iter().any(|(known, _)| *known == call);
            assert!(known, "{call}: {theirs:?} in Python, {ours:?} here");
            assert_eq!(theirs.status, ours.status, "{call}");
            different.insert(call);
        }
    }
    let listed: BTreeSet<_> = DIFFERENCES.iter().map(|(call, _)| *call).collect();
    assert_eq!(different, listed);
    assert_eq!(refused, BTreeSet::from(REFUSED));
}
