use super::{GOOD, faults, refused, with};

/// The raw body of the good spec.
const RAW: &str =
    "          application/octet-stream:\n            schema: {type: string, format: binary}";

#[test]
fn a_body_is_described() {
    refused(
        "        description: What to create.\n",
        "",
        &["specs/x.yaml: POST /things: request body: description is missing"],
    );
}

#[test]
fn a_body_has_one_media_type() {
    refused(
        RAW,
        &format!("{RAW}\n          text/plain:\n            schema: {{type: string}}"),
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: request body: it has exactly one media type",
        ],
    );
}

#[test]
fn a_body_object_is_a_component() {
    refused(
        "            schema: {$ref: '#/components/schemas/ThingRequest'}",
        "            schema: {type: object, properties: {name: {type: string}}}",
        &[
            "specs/x.yaml: schema ThingRequest: no operation leads to it",
            "specs/x.yaml: POST /things: parameter weight: x-twin-of: no body member weight",
            "specs/x.yaml: POST /things: request body: `properties` is not a word of the spec language here: an object is a component, not inline",
            "specs/x.yaml: POST /things: request body: a map has additionalProperties; free JSON has no type",
            "specs/x.yaml: POST /things: x-idempotent: `token` is not an optional member of the body",
        ],
    );
}

#[test]
fn a_body_of_bytes_is_binary() {
    refused(
        RAW,
        "          application/octet-stream:\n            schema: {type: string}",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: request body: application/octet-stream needs a schema with format: binary",
        ],
    );
}

#[test]
fn a_body_of_text_is_a_string() {
    refused(
        RAW,
        "          text/plain:\n            schema: {type: integer}",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: request body: text/plain needs a schema with type: string",
        ],
    );
}

#[test]
fn a_form_has_one_file_and_parts_of_json() {
    let place = "specs/x.yaml: PUT /things/{id}/parts/{index}: request body:";
    let one =
        format!("{place} a form has parts: at most one with format: binary, and others of JSON");
    let form = |parts: &str| {
        format!(
            "          multipart/form-data:\n            schema: {{type: object, properties: {{{parts}}}}}"
        )
    };
    let file = |name: &str| format!("{name}: {{type: string, format: binary}}");
    refused(
        RAW,
        &form(&format!("{}, {}", file("a"), file("b"))),
        &[&one],
    );
    refused(RAW, &form(""), &[&one]);
    let json = "part: {description: It., allOf: [{$ref: '#/components/schemas/Part'}]}";
    assert_eq!(faults(&with(RAW, &form(json))), [""; 0]);
    refused(
        RAW,
        &form(&format!("{}, name: {{type: string}}", file("a"))),
        &[&format!(
            "{place} part name: a part has format: binary, or allOf with a $ref"
        )],
    );
}

#[test]
fn the_fields_of_a_form_are_plain() {
    let json = "          application/json:\n            schema: {$ref: '#/components/schemas/ThingRequest'}";
    let fields = json.replace("json", "x-www-form-urlencoded");
    assert_eq!(faults(&with(json, &fields)), [""; 0]);
    let text = with(json, &fields).replacen(
        "        token: {type: string,",
        "        token: {type: array, items: {type: string},",
        1,
    );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: POST /things: request body: the field `token` is not plain"]
    );
    let text = with(json, &fields).replacen(OBJECT, &kept(), 1);
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: POST /things: request body: the fields of a form are an object component, all of whose members are known"
        ]
    );
}

const OBJECT: &str = "      description: What to create.\n      type: object\n";

/// The same object, which keeps what the spec does not know.
fn kept() -> String {
    format!("{OBJECT}      x-keep-unknown: true\n      x-spread: true\n")
}

#[test]
fn a_part_is_an_argument() {
    refused(
        RAW,
        "          multipart/form-data:\n            schema: {type: object, properties: {'1': {type: string, format: binary}}}",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: request body: part 1: the name cannot be an argument in Rust",
        ],
    );
}

#[test]
fn only_an_object_of_optional_members_can_be_left_out() {
    let reason = "only an object whose members are all optional, or any JSON, can be left out; say required: true";
    refused(
        "        required: true\n        description: What to create.",
        "        required: false\n        description: What to create.",
        &[&format!(
            "specs/x.yaml: POST /things: request body: {reason}"
        )],
    );
    refused(
        "        required: true\n        description: The part.",
        "        description: The part.",
        &[&format!(
            "specs/x.yaml: PUT /things/{{id}}/parts/{{index}}: request body: {reason}"
        )],
    );
    let text = with(
        "        required: true\n        description: What to create.",
        "        description: What to create.",
    )
    .replace("      required: [name]\n", "");
    assert_eq!(faults(&text), [""; 0]);
    assert_eq!(
        faults(&text.replacen(OBJECT, &kept(), 1)),
        [format!(
            "specs/x.yaml: POST /things: request body: {reason}"
        )]
    );
}

#[test]
fn no_caller_chooses_the_one_value_of_an_enum() {
    let text = GOOD.replace(
        "#/components/schemas/ThingRequest",
        "#/components/schemas/Circle",
    );
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: schema ThingRequest: no operation leads to it",
            "specs/x.yaml: POST /things: parameter weight: x-twin-of: no body member weight",
            "specs/x.yaml: POST /things: request body: `form` has only one value, which no caller can choose",
            "specs/x.yaml: POST /things: x-idempotent: `token` is not an optional member of the body",
        ]
    );
}

#[test]
fn a_json_body_has_a_schema() {
    refused(
        "        description: What to create.\n        content:\n          application/json:\n            schema: {$ref: '#/components/schemas/ThingRequest'}\n",
        "        description: What to create.\n        content:\n          application/json: {}\n",
        &[
            "specs/x.yaml: schema ThingRequest: no operation leads to it",
            "specs/x.yaml: POST /things: parameter weight: x-twin-of: no body member weight",
            "specs/x.yaml: POST /things: request body: a JSON body needs a schema",
            "specs/x.yaml: POST /things: x-idempotent: `token` is not an optional member of the body",
        ],
    );
}
