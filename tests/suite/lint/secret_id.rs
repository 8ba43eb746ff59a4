//! Rules on ids that open something to whoever knows them.

use super::{GOOD, faults, lamp::lamps};

const ID: &str = "      x-id: ThingId\n";
const OUT_OF_PLACE: &str =
    "an id that is a secret is a whole segment of the path, never left out nor encoded twice";

/// A spec with the id of things kept secret.
#[track_caller]
fn secret(text: &str) -> String {
    exchanged(text, ID, &format!("      format: password\n{ID}"))
}

#[track_caller]
fn exchanged(text: &str, passage: &str, other: &str) -> String {
    assert_eq!(text.matches(passage).count(), 1, "{passage:?} is one place");
    text.replacen(passage, other, 1)
}

#[test]
fn an_id_may_be_a_secret() {
    assert_eq!(faults(&secret(GOOD)), [""; 0]);
    let outline = |text: &str| crate::codegen::generate(text, "things").unwrap().outline;
    assert!(outline(&secret(GOOD)).contains("\nsecret id ThingId\n"));
    assert!(outline(GOOD).contains("\nid ThingId\n"));
}

#[test]
fn an_id_has_no_other_format() {
    for format in ["uuid", "binary", "int64"] {
        let text = exchanged(GOOD, ID, &format!("      format: {format}\n{ID}"));
        assert_eq!(
            faults(&text),
            ["specs/x.yaml: schema ThingId: an id has no format but password"]
        );
    }
}

#[test]
fn a_secret_id_is_a_text() {
    let text = exchanged(
        GOOD,
        "      type: string\n      x-id: ThingId\n",
        "      type: integer\n      format: password\n      x-id: ThingId\n",
    );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: schema ThingId: x-id is the component's own name, on a string"]
    );
}

#[test]
fn a_secret_id_goes_neither_into_a_query_nor_into_a_header() {
    let about = "      x-source: official document\n      responses:\n        '200':\n          description: The server.\n";
    for (place, schema) in [
        ("query", "{$ref: '#/components/schemas/ThingId'}"),
        ("header", "{$ref: '#/components/schemas/ThingId'}"),
        (
            "query",
            "{type: array, items: {$ref: '#/components/schemas/ThingId'}}",
        ),
    ] {
        let parameter = format!(
            "      parameters:\n        - {{name: key, in: {place}, description: A key., schema: {schema}}}\n"
        );
        let with_parameter = |text: &str| exchanged(text, about, &format!("{parameter}{about}"));
        assert_eq!(faults(&with_parameter(GOOD)), [""; 0]);
        assert_eq!(
            faults(&with_parameter(&secret(GOOD))),
            [format!(
                "specs/x.yaml: GET /about: parameter key: {OUT_OF_PLACE}"
            )]
        );
    }
}

#[test]
fn a_secret_id_is_not_left_out_of_a_path() {
    let room = "description: The room., schema: {type: string}";
    let id = "description: The room., schema: {$ref: '#/components/schemas/ThingId'}";
    let text = exchanged(&lamps(), room, id);
    assert_eq!(faults(&text), [""; 0]);
    assert_eq!(
        faults(&secret(&text)),
        [format!(
            "specs/x.yaml: GET /lamps/{{lamp}}/{{room}}: parameter room: {OUT_OF_PLACE}"
        )]
    );
}

#[test]
fn a_secret_id_is_not_encoded_twice() {
    let twice = exchanged(
        GOOD,
        "openapi: 3.0.3\n",
        "openapi: 3.0.3\nx-path-encoding: twice\n",
    );
    assert_eq!(faults(&twice), [""; 0]);
    assert_eq!(
        faults(&secret(&twice)),
        [format!("specs/x.yaml: parameter Id: {OUT_OF_PLACE}")]
    );
}

#[test]
fn a_secret_id_does_not_say_what_a_change_is_of() {
    let member = exchanged(
        &lamps(),
        "        id: {type: string, description: Its id.}\n",
        "        id: {description: Its id., allOf: [{$ref: '#/components/schemas/ThingId'}]}\n",
    );
    let text = exchanged(
        &member,
        "schema: {type: string}}\n      requestBody:",
        "schema: {$ref: '#/components/schemas/ThingId'}}\n      requestBody:",
    );
    assert_eq!(faults(&text), [""; 0]);
    assert_eq!(
        faults(&secret(&text)),
        [
            "specs/x.yaml: PUT /lamps/{lamp}: request body: x-change: the object has no member id that is an id, a string or an integer"
        ]
    );
}
