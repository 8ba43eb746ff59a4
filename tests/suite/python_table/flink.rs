//! Flink's table: that of the Python client, row by row.

use std::collections::BTreeSet;

use headwaters::flink::OPERATIONS;

use super::{Table, chain, is_line_of};
use crate::platform::Platform;

fn table() -> Table {
    Table {
        text: include_str!("../../../docs/flink-from-python.md"),
        platform: Platform::named("flink"),
        client: "flink",
    }
}

/// Where the calls stand that no operation of the spec is.
const BY_HAND: &str = include_str!("../../../src/flink/jar.rs");

fn published() -> Vec<Vec<String>> {
    table().rows(6)
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
        let (written, outlined_chain) = (chain(table().client, rust), table().outlined_chain(id));
        let (call, options) = written
            .split_at_checked(outlined_chain.len())
            .unwrap_or_else(|| panic!("row {number}: {rust} is too short"));
        assert_eq!(call, outlined_chain, "row {number}: {rust}");
        for (option, _) in options {
            let known = option == "poll"
                || table()
                    .outlined(id)
                    .iter()
                    .any(|line| line.trim().starts_with(&format!(".{option}(")));
            assert!(known, "row {number}: {id} has no option {option}");
        }
    }
}

#[test]
fn every_helper_is_a_call_or_the_doors_of_one() {
    let helpers = table().rows(4);
    assert!(helpers.len() >= 8, "{helpers:?}");
    let chains: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| table().outlined_chain(operation.id))
        .collect();
    for row in helpers {
        let (rest, rust) = (&row[0], &row[2]);
        let written = chain(table().client, rust);
        let (last, doors) = written.split_last().unwrap();
        let called = OPERATIONS
            .iter()
            .find(|operation| is_line_of(rest, operation));
        match called {
            Some(operation) => assert_eq!(written, table().outlined_chain(operation.id), "{rust}"),
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
