//! Rules on operations after which the connection goes on in another protocol.

use super::{faults, refused, with};

const CREATED: &str = "        '201':\n          description: The thing has been created.\n";
const SWITCHED: &str = "        '101':\n          description: The connection speaks of things.\n";
const BY_HAND: &str = "only a call that is written by hand goes on in another protocol";

/// The creation of a thing with this success; `words` are the operation's.
fn switching(words: &str, success: &str) -> String {
    with(CREATED, success).replacen(
        "      operationId: things_create\n",
        &format!("      operationId: things_create\n{words}"),
        1,
    )
}

#[test]
fn a_call_that_is_written_by_hand_may_end_in_another_protocol() {
    let text = switching("      x-manual: true\n", SWITCHED);
    assert_eq!(faults(&text), [""; 0]);
}

#[test]
fn no_other_call_does() {
    let place = "specs/x.yaml: POST /things: response 101:";
    refused(CREATED, SWITCHED, &[&format!("{place} {BY_HAND}")]);
    let text = switching("      x-manual: false\n", SWITCHED);
    assert!(
        faults(&text).contains(&format!("{place} {BY_HAND}")),
        "{:?}",
        faults(&text)
    );
}

#[test]
fn another_protocol_is_the_only_success() {
    let text = switching("      x-manual: true\n", &format!("{SWITCHED}{CREATED}"));
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: POST /things: an operation has exactly one success response"]
    );
}

#[test]
fn no_other_information_is_a_success() {
    for status in ["100", "102", "103"] {
        let text = switching("      x-manual: true\n", &SWITCHED.replace("101", status));
        assert_eq!(
            faults(&text),
            ["specs/x.yaml: POST /things: an operation has exactly one success response"]
        );
    }
}

#[test]
fn another_protocol_is_no_content() {
    let content = "          content:\n            application/json:\n              schema: {$ref: '#/components/schemas/Thing'}\n              examples: {one: {summary: A thing., value: {id: t-1, kind: ROUND, shape: {form: circle, radius: 2}, parts: /p}}}\n";
    let text = switching("      x-manual: true\n", &format!("{SWITCHED}{content}"));
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: POST /things: response 101: what follows a 101 is of another protocol: it has no content"
        ]
    );
}
