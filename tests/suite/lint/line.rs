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

const PART: &str = "        name: {type: string, description: Name of the part.}";

#[test]
fn a_property_that_is_called_like_a_word_is_on_its_own_line() {
    let called = |name: &str| format!("{PART}\n        {name}: {{type: string}}");
    told(PART, &called("type"), "type: {type: string}");
    told(PART, &called("description"), "description: {type: string}");
    let nested = "        a:\n          description: A part.\n          type: string";
    told(
        PART,
        &format!("{nested}\n{}", called("description")),
        "description: {type: string}",
    );
}

#[test]
fn a_parameter_that_is_called_like_a_verb_is_not_taken_for_it() {
    told(
        "  /find:\n    get:\n",
        "  /find:\n    parameters:\n      - name: get\n        in: query\n        description: What to get.\n        schema: {type: string}\n    get:\n      x-wrong: 1\n",
        "x-wrong: 1",
    );
}

#[test]
fn a_reference_that_another_one_begins_with_is_on_its_own_line() {
    let longer = "          allOf: [{$ref: '#/components/schemas/ThingId'}]\n        kind:\n          description: Kind of the thing.\n          allOf: [{$ref: '#/components/schemas/Kind'}]";
    told(
        longer,
        &longer.replace("schemas/Kind'", "schemas/Thin'"),
        "allOf: [{$ref: '#/components/schemas/Thin'}]",
    );
}

#[test]
fn a_reference_without_quotes_is_on_its_own_line() {
    told(
        "        - $ref: '#/components/parameters/Id'\n      responses:\n        '200':\n          description: The thing.",
        "        - $ref: #/components/parameters/Id\n      responses:\n        '200':\n          description: This is the thing.",
        "- $ref: #/components/parameters/Id",
    );
}

#[test]
fn an_item_is_found_by_a_name_that_does_not_come_first_and_in_a_list_that_is_not_indented() {
    told(
        "        - name: kind\n          in: query\n",
        "        - in: query\n          name: kind\n          x-wrong: 1\n",
        "x-wrong: 1",
    );
    told(
        "  - name: server\n    x-root: true\n    description: The server as a whole.\n  - name: things\n    description: The things on a server.\n  - name: thing\n    x-binds: [id]\n    description: One thing.\n  - name: part\n    x-within: thing\n    x-binds: [index]\n    description: One part of a thing.\n  - name: shelf\n    x-on: shelf_get\n    description: One shelf, by its own link.\n",
        "- name: server\n  x-root: true\n  description: The server as a whole.\n- name: things\n  x-wrong: 1\n  description: The things on a server.\n- name: thing\n  x-binds: [id]\n  description: One thing.\n- name: part\n  x-within: thing\n  x-binds: [index]\n  description: One part of a thing.\n- name: shelf\n  x-on: shelf_get\n  description: One shelf, by its own link.\n",
        "x-wrong: 1",
    );
}

#[test]
fn a_word_of_the_whole_document_is_on_its_own_line() {
    told("openapi: 3.0.3", "openapi: 3.0.3\nx-wrong: 1", "x-wrong: 1");
}

#[test]
fn a_path_without_a_slash_is_on_its_line() {
    told("  /find:\n", "  find:\n", "find:");
}

#[test]
fn what_yaml_tells_is_on_the_line_that_it_tells() {
    told("  title: Things", "  title: a: b", "title: a: b");
}

#[test]
fn a_key_that_comes_twice_is_on_the_second_line() {
    for (passage, other, expected) in [
        (
            "openapi: 3.0.3",
            "openapi: 3.0.3\nopenapi: twice",
            "openapi: twice",
        ),
        (
            "      x-timeout: normal",
            "      x-timeout: normal\n      x-source: twice",
            "x-source: twice",
        ),
        (
            "    x-root: true",
            "    x-root: true\n    name: twice",
            "name: twice",
        ),
    ] {
        told(passage, other, expected);
    }
}

#[test]
fn a_fault_of_the_whole_document_has_no_line() {
    let text = with("openapi: 3.0.3\n", "");
    let faults = generate(&text, "things").unwrap_err();
    assert_eq!(line(&text, &faults[0]), None, "{}", faults[0]);
}
