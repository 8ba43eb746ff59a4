//! What `specs/README.md` shows is what the maintainer of a spec sees.

use std::fs;

use crate::{
    codegen::{generate, line},
    platform::Platform,
};

const README: &str = include_str!("../../specs/README.md");

/// The lines of the block of code that begins so, without the indentation of the list that it stands in.
fn block(begins: &str) -> Vec<&'static str> {
    let at = README.find(begins).unwrap();
    let (before, rest) = README.split_at(at);
    let indentation = before.rsplit('\n').next().unwrap();
    let lines = rest.lines();
    let lines = lines.map(|line| line.strip_prefix(indentation).unwrap_or(line));
    lines.take_while(|line| *line != "```").collect()
}

/// Three mistakes in the spec of the lint's tests.
#[test]
fn the_faults_are_those_that_the_build_prints() {
    let good = include_str!("lint/good.yaml");
    let bad = good
        .replace("responses/Unavailable'", "responses/Unavialable'")
        .replace("x-timeout: normal", "x-timeout: slow");
    let faults = generate(&bad, "things").unwrap_err();
    let printed: Vec<String> = faults
        .iter()
        .map(|fault| {
            let line = line(&bad, fault).unwrap();
            let version = env!("CARGO_PKG_VERSION");
            format!("error: headwaters@{version}: specs/things.yaml:{line}: {fault}")
        })
        .collect();
    assert_eq!(block("error: headwaters@"), printed);
}

/// Whether these lines stand in the text, one after another.
fn stand_in(lines: &[String], text: &str) -> bool {
    let text: Vec<&str> = text.lines().collect();
    text.windows(lines.len()).any(|window| window == lines)
}

/// What a hunk of a diff says was there, and what it says is there.
fn sides(hunk: &[&str]) -> [Vec<String>; 2] {
    let side = |own: char| {
        let lines = hunk.iter();
        let lines = lines.filter_map(|line| match line.chars().next() {
            None => Some(""),
            Some(mark) if mark == own || mark == ' ' => Some(&line[1..]),
            Some(_) => None,
        });
        lines.map(str::to_owned).collect()
    };
    [side('-'), side('+')]
}

/// The lines below `--- flink as accepted` or its like.
fn hunk(begins: &str) -> Vec<&'static str> {
    let lines = block("--- flink as accepted").into_iter();
    let lines = lines.skip_while(|line| *line != begins).skip(3);
    lines.take_while(|line| !line.starts_with("---")).collect()
}

#[test]
fn the_change_does_to_the_outline_what_is_shown() {
    let flink = Platform::named("flink");
    let [before, after] = sides(&block(
        "         - $ref: '#/components/parameters/JobId'\n+",
    ));
    let (head, operation) = flink.spec.split_once("operationId: jobs_status\n").unwrap();
    let changed = operation.replacen(&before.join("\n"), &after.join("\n"), 1);
    let spec = format!("{head}operationId: jobs_status\n{changed}");
    let outline = generate(&spec, "flink").unwrap().outline;
    let [accepted, now] = sides(&hunk("--- flink as accepted"));
    assert!(accepted.len() < now.len());
    assert!(stand_in(&accepted, &flink.outline), "{accepted:#?}");
    assert!(stand_in(&now, &outline), "{now:#?}");
    assert_eq!(outline.lines().count(), flink.outline.lines().count() + 1);
}

/// The changed spec is not compiled here, so only what the requests were is held against the snapshot.
#[test]
fn the_requests_that_are_shown_are_those_of_the_snapshot() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let snapshot = fs::read_to_string(format!("{folder}/tests/snapshots/flink_requests.snap"));
    let [accepted, now] = sides(&hunk("--- flink's requests as accepted"));
    assert!(stand_in(&accepted, &snapshot.unwrap()), "{accepted:#?}");
    let mut changed = accepted.iter().zip(&now).filter(|(old, new)| old != new);
    let (old, new) = changed.next().unwrap();
    assert_eq!(
        (new, changed.next()),
        (&format!("{old}?verbose=true"), None)
    );
}
