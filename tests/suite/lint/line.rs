//! The line that the build prints with a fault.

use super::{GOOD, with};
use crate::codegen::{generate, line};

/// The passage is exchanged, and the first fault is about this line.
#[track_caller]
fn told(passage: &str, other: &str, expected: &str) {
    let text = with(passage, other);
    let faults = generate(&text, "things").unwrap_err();
    let number = line(&text, &faults[0]).unwrap_or_else(|| panic!("{} has no line", faults[0]));
    let found = text.lines().nth(number - 1).unwrap();
    assert_eq!(found.trim(), expected, "{}", faults[0]);
    // The same passage may stand elsewhere; the line that was changed, or its operation, is meant.
    let changed = GOOD[..GOOD.find(passage).unwrap()].lines().count();
    assert!(number.abs_diff(changed) < 25, "line {number}");
}

#[test]
fn a_fault_of_an_operation_is_on_its_verb() {
    told("      summary: Returns a thing.\n", "", "get:");
}

#[test]
fn a_word_that_is_wrong_is_on_its_own_line() {
    told(
        "      x-timeout: normal",
        "      x-timeuot: normal",
        "x-timeuot: normal",
    );
    told(
        "      x-timeout: normal",
        "      x-timeout: slow",
        "x-timeout: slow",
    );
}

#[test]
fn a_reference_that_leads_nowhere_is_on_its_own_line() {
    told(
        "items: {$ref: '#/components/schemas/Thing'}",
        "items: {$ref: '#/components/schemas/Thng'}",
        "schema: {type: array, items: {$ref: '#/components/schemas/Thng'}}",
    );
}

#[test]
fn a_fault_of_a_property_a_response_and_a_parameter_is_on_theirs() {
    told(
        "        name: {type: string, description: Name of the part.}",
        "        name: {type: string}",
        "name: {type: string}",
    );
    told(
        "        '400':\n          description: The body does not parse.",
        "        '400': {}",
        "'400': {}",
    );
    told(
        "          description: The kinds wanted.\n",
        "",
        "- name: kind",
    );
}

#[test]
fn a_fault_of_a_tag_is_on_it() {
    told(
        "    description: The things on a server.\n",
        "",
        "- name: things",
    );
}

#[test]
fn a_fault_of_the_whole_document_has_no_line() {
    let text = with("x-client: Things\n", "");
    let faults = generate(&text, "things").unwrap_err();
    assert_eq!(line(&text, &faults[0]), None, "{}", faults[0]);
}
