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

/// Fails unless the hunk with this head is what a diff of two texts shows of them; `now` is none where it is not at hand.
#[track_caller]
fn assert_shown((head, [before, after]): &Hunk, accepted: &str, now: Option<&str>) {
    let place = |lines: &[String], text: &str| {
        let text: Vec<&str> = text.lines().collect();
        let at = text.windows(lines.len()).position(|window| window == lines);
        let at = at.unwrap_or_else(|| panic!("these lines stand nowhere: {lines:#?}"));
        format!("{},{}", at + 1, lines.len())
    };
    let old = place(before, accepted);
    let new = match now {
        Some(now) => place(after, now),
        None => old.clone(),
    };
    assert_eq!(*head, format!("@@ -{old} +{new} @@"));
}

/// The head of a part of a diff, and its lines before and after.
type Hunk = (&'static str, [Vec<String>; 2]);

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

/// What is shown below `--- flink as accepted` or its like.
fn hunk(begins: &str) -> Hunk {
    let lines = block("--- flink as accepted").into_iter();
    let lines = lines.skip_while(|line| *line != begins).skip(2);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("---")).collect();
    (lines[0], sides(&lines[1..]))
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
    let shown = hunk("--- flink as accepted");
    assert_shown(&shown, &flink.outline, Some(&outline));
    assert_eq!(outline.lines().count(), flink.outline.lines().count() + 1);
}

/// The changed spec is not compiled here, so what the requests were is held against the snapshot.
#[test]
fn the_requests_that_are_shown_are_those_of_the_snapshot() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let snapshot = fs::read_to_string(format!("{folder}/tests/snapshots/flink_requests.snap"));
    let snapshot = snapshot.unwrap();
    let accepted = snapshot.splitn(3, "---\n").nth(2).unwrap();
    let shown = hunk("--- flink's requests as accepted");
    assert_shown(&shown, accepted, None);
    let [before, after] = &shown.1;
    let mut changed = before.iter().zip(after).filter(|(old, new)| old != new);
    let (old, new) = changed.next().unwrap();
    assert_eq!(
        (new, changed.next()),
        (&format!("{old}?verbose=true"), None)
    );
}
