//! `docs/flink-from-python.md` says what the spec says.

use std::collections::BTreeSet;

use headwaters::flink::OPERATIONS;

const TABLE: &str = include_str!("../../docs/flink-from-python.md");
const OUTLINE: &str = include_str!(concat!(env!("OUT_DIR"), "/flink.txt"));
/// Where the calls stand that no operation of the spec is.
const BY_HAND: &str = include_str!("../../src/flink/jar.rs");

/// The cells of each line of a table that has this many columns.
fn rows(columns: usize) -> Vec<Vec<String>> {
    TABLE
        .lines()
        .filter(|line| line.starts_with("| ") && line.ends_with('|'))
        .map(|line| {
            let line = line.replace("\\|", "\0");
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().trim_matches('`').replace('\0', "|"))
                .collect::<Vec<_>>()
        })
        .filter(|cells| cells.len() == columns && !matches!(cells[0].as_str(), "row" | "REST"))
        .collect()
}

fn published() -> Vec<Vec<String>> {
    rows(6)
}

/// The methods of a call and the number of their arguments: `flink.jobs().checkpoint(&job, 3)` is jobs 0, checkpoint 2.
fn chain(call: &str) -> Vec<(String, usize)> {
    let mut steps = Vec::new();
    let (mut depth, mut name, mut arguments) = (0, String::new(), String::new());
    for character in call.strip_prefix("flink").unwrap().chars() {
        match character {
            '(' | '[' => depth += 1,
            ')' if depth == 1 => {
                depth = 0;
                let count = if arguments.is_empty() {
                    0
                } else {
                    arguments.split(',').count()
                };
                steps.push((std::mem::take(&mut name), count));
                arguments.clear();
            }
            ')' | ']' => depth -= 1,
            '.' if depth == 0 => {}
            _ if depth == 0 => name.push(character),
            _ if depth == 1 => arguments.push(character),
            _ => {}
        }
    }
    assert_eq!((depth, name.as_str()), (0, ""), "{call} does not end");
    steps
}

/// The lines of the outline that tell of this operation.
fn outlined(id: &str) -> Vec<&'static str> {
    OUTLINE
        .lines()
        .skip_while(|line| line.split("  ").next() != Some(id))
        .take_while(|line| !line.is_empty())
        .collect()
}

fn outlined_chain(id: &str) -> Vec<(String, usize)> {
    let lines = outlined(id);
    let call = lines[1].trim().split(" -> ").next().unwrap();
    chain(call)
}

/// Whether a REST line is this operation's, `:jobid` being `{jobid}`.
fn is_line_of(rest: &str, operation: &headwaters::Operation) -> bool {
    let path: Vec<_> = operation
        .path
        .split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(name) => format!(":{}", name.trim_end_matches('}')),
            None => segment.to_owned(),
        })
        .collect();
    rest == format!("{} {}", operation.method, path.join("/"))
}

#[test]
fn every_row_of_the_published_table_is_there_once() {
    let numbers: Vec<usize> = published()
        .iter()
        .map(|row| row[0].parse().unwrap())
        .collect();
    assert_eq!(numbers, (1..=49).collect::<Vec<_>>());
}

#[test]
fn every_row_names_the_operation_of_its_rest_line() {
    for row in published() {
        let (rest, id) = (&row[1], &row[3]);
        let operation = OPERATIONS.iter().find(|operation| operation.id == id);
        let operation = operation.unwrap_or_else(|| panic!("row {}: no operation {id}", row[0]));
        assert!(
            is_line_of(rest, operation),
            "row {}: {rest} is not {operation:?}",
            row[0]
        );
    }
}

#[test]
fn every_row_calls_its_operation_by_its_doors_and_options() {
    for row in published() {
        let (number, id, rust) = (&row[0], &row[3], &row[4]);
        let (written, outlined_chain) = (chain(rust), outlined_chain(id));
        let (call, options) = written
            .split_at_checked(outlined_chain.len())
            .unwrap_or_else(|| panic!("row {number}: {rust} is too short"));
        assert_eq!(call, outlined_chain, "row {number}: {rust}");
        for (option, _) in options {
            let known = option == "poll"
                || outlined(id)
                    .iter()
                    .any(|line| line.trim().starts_with(&format!(".{option}(")));
            assert!(known, "row {number}: {id} has no option {option}");
        }
    }
}

#[test]
fn every_helper_is_a_call_or_the_doors_of_one() {
    let helpers = rows(4);
    assert!(helpers.len() >= 8, "{helpers:?}");
    let chains: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| outlined_chain(operation.id))
        .collect();
    for row in helpers {
        let (rest, rust) = (&row[0], &row[2]);
        let written = chain(rust);
        let (last, doors) = written.split_last().unwrap();
        let called = OPERATIONS
            .iter()
            .find(|operation| is_line_of(rest, operation));
        match called {
            Some(operation) => assert_eq!(written, outlined_chain(operation.id), "{rust}"),
            None if rest == "none" => {
                assert!(
                    chains.iter().any(|chain| chain.starts_with(&written)),
                    "{rust} opens nothing"
                );
            }
            None => {
                assert!(
                    chains.iter().any(|chain| chain.starts_with(doors)),
                    "{rust} has no such doors"
                );
                assert!(
                    BY_HAND.contains(&format!("pub async fn {}(", last.0)),
                    "{rust} is not written by hand"
                );
            }
        }
    }
}
