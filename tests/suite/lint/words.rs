use std::collections::BTreeSet;

use super::{GOOD, faults, refused, with};

#[test]
fn an_unknown_word_is_a_fault_and_not_a_no_op() {
    for (passage, other, place) in [
        ("openapi: 3.0.3", "openapi: 3.0.3\nx-foo: 1", ""),
        ("  version: v1", "  version: v1\n  x-foo: 1", "info: "),
        (
            "  parameters:\n\n    Id:",
            "  x-foo: 1\n  parameters:\n\n    Id:",
            "components: ",
        ),
        (
            "    x-root: true",
            "    x-root: true\n    x-foo: 1",
            "tag server: ",
        ),
        ("  /find:", "  /find:\n    x-foo: 1", "/find: "),
        (
            "      x-timeout: normal",
            "      x-foo: 1",
            "GET /things/{id}: ",
        ),
        (
            "{with: token}",
            "{with: token, x-foo: 1}",
            "POST /things: x-idempotent: ",
        ),
        (
            "{type: Stock,",
            "{x-foo: 1, type: Stock,",
            "GET /find: x-locator thing: ",
        ),
        (
            "          x-twin-of: weight",
            "          x-twin-of: weight\n          x-foo: 1",
            "POST /things: parameter weight: ",
        ),
        ("      example: t-1", "      x-foo: 1", "parameter Id: "),
        (
            "        description: What to create.",
            "        description: What to create.\n        x-foo: 1",
            "POST /things: request body: ",
        ),
        (
            "          application/octet-stream:",
            "          application/octet-stream:\n            x-foo: 1",
            "PUT /things/{id}/parts/{index}: request body: ",
        ),
        (
            "          x-envelope: body",
            "          x-envelope: body\n          x-foo: 1",
            "GET /about: response 200: ",
        ),
        (
            "      description: The server is starting.",
            "      description: The server is starting.\n      x-foo: 1",
            "response Unavailable: ",
        ),
        (
            "            image/png:",
            "            image/png:\n              x-foo: 1",
            "GET /find: response 200: ",
        ),
        (
            "                  summary: A round thing.",
            "                  summary: A round thing.\n                  x-foo: 1",
            "GET /things: response 200: example one: ",
        ),
        (
            "      description: A thing.",
            "      description: A thing.\n      x-foo: 1",
            "schema Thing: ",
        ),
        (
            "          description: Kind of the thing.",
            "          description: Kind of the thing.\n          x-foo: 1",
            "schema Thing: property kind: ",
        ),
        (
            "          additionalProperties: {type: string}\n",
            "          additionalProperties: {type: string, x-foo: 1}\n",
            "schema Thing: property labels: ",
        ),
        (
            "    x-client: Things",
            "    x-client: Things\n    x-foo: 1",
            "servers: ",
        ),
        (
            "                file: {type: string,",
            "                file: {x-foo: 1, type: string,",
            "POST /shelves/{shelf}/parts: request body: part file: ",
        ),
        (
            "      description: The kind of a thing.",
            "      description: The kind of a thing.\n      x-foo: 1",
            "schema Kind: ",
        ),
        (
            "      description: Id of a thing.",
            "      description: Id of a thing.\n      x-foo: 1",
            "schema ThingId: ",
        ),
        (
            "      description: A shape.",
            "      description: A shape.\n      x-foo: 1",
            "schema Shape: ",
        ),
    ] {
        refused(
            passage,
            other,
            &[&format!(
                "specs/x.yaml: {place}`x-foo` is not a word of the spec language here"
            )],
        );
    }
}

#[test]
fn a_verb_that_no_client_sends_is_unknown() {
    refused(
        "  /find:",
        "  /find:\n    options: {}",
        &["specs/x.yaml: /find: `options` is not a word of the spec language here"],
    );
}

#[test]
fn words_that_others_know_come_with_advice() {
    for (word, advice) in [
        (
            "minimum: 0",
            "it would refuse what a server may send, so say it in the description",
        ),
        (
            "pattern: '[0-9]+'",
            "it would refuse what a server may send, so say it in the description",
        ),
        ("default: 3", "say it in the description"),
        (
            "anyOf: []",
            "use oneOf, with a one-value enum in each branch",
        ),
        ("required: true", "required is a list beside properties"),
        ("deprecated: true", "say x-until"),
        ("properties: {}", "an object is a component, not inline"),
    ] {
        let name = word.split(':').next().unwrap();
        refused(
            "name: {type: string, description: Name of the part.}",
            &format!("name: {{type: string, description: Name of the part., {word}}}"),
            &[&format!(
                "specs/x.yaml: schema Part: property name: `{name}` is not a word of the spec language here: {advice}"
            )],
        );
    }
}

#[test]
fn words_of_answers_and_operations_come_with_advice_too() {
    refused(
        "            image/png:\n",
        "            image/png:\n              example: none\n",
        &[
            "specs/x.yaml: GET /find: response 200: `example` is not a word of the spec language here: write examples, each with a name",
        ],
    );
    refused(
        "      x-timeout: normal",
        "      security: []",
        &[
            "specs/x.yaml: GET /things/{id}: `security` is not a word of the spec language here: credentials belong to the client",
        ],
    );
}

#[test]
fn a_comma_in_a_text_without_quotes_makes_a_word() {
    refused(
        "description: Name of the part.}",
        "description: Name, of the part.}",
        &[
            "specs/x.yaml: schema Part: property name: `of the part.` is not a word of the spec language here: if it belongs to the text before it, put the whole text in quotes",
        ],
    );
}

#[test]
fn a_version_is_a_text() {
    // YAML reads 1.20 as the number 1.2.
    refused(
        "      x-timeout: normal",
        "      x-since: 1.20",
        &["specs/x.yaml: GET /things/{id}: x-since is not a text; put it in quotes"],
    );
}

#[test]
fn yes_is_neither_true_nor_false() {
    refused(
        "          nullable: true",
        "          nullable: yes",
        &["specs/x.yaml: schema About: property mood: nullable is not true or false"],
    );
}

#[test]
fn a_number_in_quotes_is_no_number() {
    refused(
        "          x-split: 4000",
        "          x-split: '4000'",
        &["specs/x.yaml: GET /things: parameter kind: x-split is not a whole number"],
    );
}

#[test]
fn one_required_member_is_a_list_too() {
    refused(
        "      required: [name]",
        "      required: name",
        &["specs/x.yaml: schema ThingRequest: required is not a list"],
    );
}

#[test]
fn a_word_without_a_value_is_empty() {
    refused(
        "    description: One thing.",
        "    description:",
        &["specs/x.yaml: tag thing: description is empty"],
    );
}

#[test]
fn a_map_of_anything_needs_a_schema() {
    refused(
        "          additionalProperties: {type: string}\n",
        "          additionalProperties: true\n",
        &["specs/x.yaml: schema Thing: property labels: additionalProperties is not a schema"],
    );
}

#[test]
fn a_line_that_is_not_deep_enough_is_no_mapping() {
    refused(
        "        name: {type: string, description: Name of the part.}",
        "        name:\n        description: Name of the part.",
        &[
            "specs/x.yaml: schema Part: property name: description is missing",
            "specs/x.yaml: schema Part: property description: this is not a mapping; look at its indentation",
            "specs/x.yaml: schema Part: property description: description is missing",
        ],
    );
}

#[test]
fn a_list_where_a_mapping_belongs_is_told() {
    refused(
        "  /find:\n    get:",
        "  /find:\n    head: []\n    get:",
        &[
            "specs/x.yaml: /find: head is not a mapping; look at its indentation",
            "specs/x.yaml: HEAD /find: this is not a mapping; look at its indentation",
            "specs/x.yaml: HEAD /find: an operation has exactly one tag",
            "specs/x.yaml: HEAD /find: summary is missing",
            "specs/x.yaml: HEAD /find: x-source is missing",
            "specs/x.yaml: HEAD /find: an operation has exactly one success response",
        ],
    );
}

#[test]
fn a_key_is_a_text() {
    let text = with("        '503': {$ref", "        503: {$ref");
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: GET /about: the key 503 is not a text; put it in quotes"]
    );
    let text = GOOD.replacen("        CALM: It has", "        ~: It has", 1);
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: schema Mood: the key null is not a text; put it in quotes",
            "specs/x.yaml: schema Mood: x-enum-descriptions lacks CALM",
            "specs/x.yaml: schema Mood: x-enum-descriptions: null is missing",
            "specs/x.yaml: schema Mood: x-enum-descriptions: null is not a value",
        ]
    );
}

#[test]
fn the_readme_of_the_specs_has_every_word_of_our_own() {
    let ours = |text: &str| -> BTreeSet<String> {
        // Media types are words of others.
        text.replace("application/x-", "")
            .split(|c: char| !c.is_ascii_lowercase() && c != '-')
            .filter(|word| word.strip_prefix("x-").is_some_and(|rest| !rest.is_empty()))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        ours(include_str!("../../../specs/README.md")),
        ours(include_str!("../../../codegen/lint/words.rs"))
    );
}

#[test]
fn a_source_is_one_of_those_that_there_are() {
    let source = |said: &str| {
        faults(&with(
            "      operationId: thing_get\n      summary: Returns a thing.\n      x-source: official document",
            &format!(
                "      operationId: thing_get\n      summary: Returns a thing.\n      x-source: {said}"
            ),
        ))
    };
    for said in [
        "captured on 1.20.5",
        "captured on 1.20.5, captured on 2.3.0",
        "official client on 1.20.5, inferred",
        "official server",
    ] {
        assert_eq!(source(said), [""; 0], "{said}");
    }
    for said in [
        "I tried it",
        "captured",
        "captured on my server",
        "captured on 1.20.5, 2.3.0",
        "official",
        "inferred on 1.20.5",
    ] {
        assert_eq!(
            source(said),
            [
                "specs/x.yaml: GET /things/{id}: x-source is not `captured on <version>`, `official document`, `official client`, `official server` or `inferred`, or several with a comma and a space between"
            ],
            "{said}"
        );
    }
}

#[test]
fn a_version_begins_with_a_number() {
    for word in ["x-since", "x-until"] {
        refused(
            "      x-timeout: normal",
            &format!("      {word}: soon"),
            &[&format!(
                "specs/x.yaml: GET /things/{{id}}: {word} does not begin with a number"
            )],
        );
    }
}

#[test]
fn a_near_miss_comes_with_the_word_that_was_meant() {
    for (word, meant) in [
        ("x-soruce", "x-source"),
        ("x-mustuse", "x-must-use"),
        ("x-unitl", "x-until"),
    ] {
        refused(
            "      x-must-use: it may be in a bad mood\n",
            &format!("      x-must-use: it may be in a bad mood\n      {word}: x\n"),
            &[&format!(
                "specs/x.yaml: schema About: `{word}` is not a word of the spec language here: is it `{meant}`?"
            )],
        );
    }
}
