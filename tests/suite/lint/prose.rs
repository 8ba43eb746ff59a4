use super::{faults, refused, with};

/// The description of an operation, which becomes rustdoc.
#[track_caller]
fn description(text: &str, reason: &str) {
    refused(
        "      summary: Tells about the server.",
        &format!("      summary: Tells about the server.\n      description: {text}"),
        &[&format!(
            "specs/x.yaml: GET /about: the description {reason}"
        )],
    );
}

#[test]
fn a_fenced_code_block_would_be_run() {
    description(
        "|\n        So:\n        ```\n        let x = 1;\n        ```",
        "has a code block, which rustdoc would run",
    );
}

#[test]
fn an_indented_code_block_would_be_run() {
    description(
        "|\n        So:\n\n            let x = 1;",
        "has a code block, which rustdoc would run",
    );
}

#[test]
fn a_backtick_has_a_partner() {
    description("'An `id of it.'", "has a backtick without a partner");
}

#[test]
fn a_url_stands_in_backticks() {
    description(
        "'See http://localhost.'",
        "has a bare URL; put it in backticks",
    );
}

#[test]
fn brackets_stand_in_backticks() {
    description("'A list[int].'", "has `[` or `<` outside backticks");
    description("'A Vec<int>.'", "has `[` or `<` outside backticks");
}

#[test]
fn in_backticks_everything_may_stand() {
    let text = with(
        "      summary: Tells about the server.",
        "      summary: Tells about the server.\n      description: 'At `http://[::1]/<id>`.'",
    );
    assert_eq!(faults(&text), [""; 0]);
}

#[test]
fn every_text_that_becomes_rustdoc_is_looked_at() {
    for (passage, place) in [
        ("title: Things", "info: the title"),
        (
            "description: The server as a whole.",
            "tag server: the description",
        ),
        (
            "summary: Tells about the server.",
            "GET /about: the summary",
        ),
        (
            "description: The kinds wanted.",
            "GET /things: parameter kind: the description",
        ),
        (
            "description: Id of the thing.\n      schema",
            "parameter Id: the description",
        ),
        (
            "description: The body does not parse.",
            "POST /things: response 400: the description",
        ),
        (
            "description: The server is starting.",
            "response Unavailable: the description",
        ),
        (
            "description: How a server feels.",
            "schema Mood: the description",
        ),
        (
            "CALM: It has little to do.",
            "schema Mood: x-enum-descriptions: the CALM",
        ),
        (
            "description: Work in the queue.",
            "schema About: property load: the description",
        ),
    ] {
        let (word, rest) = passage.split_once(": ").unwrap();
        let other = match rest.split_once('\n') {
            Some((_, next)) => format!("{word}: 'A <b>.'\n{next}"),
            None => format!("{word}: 'A <b>.'"),
        };
        refused(
            passage,
            &other,
            &[&format!(
                "specs/x.yaml: {place} has `[` or `<` outside backticks"
            )],
        );
    }
}
