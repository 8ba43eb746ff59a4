use super::{GOOD, faults, refused, with};

#[test]
fn a_response_is_described() {
    refused(
        "        '400':\n          description: The body does not parse.",
        "        '400': {}",
        &["specs/x.yaml: POST /things: response 400: description is missing"],
    );
}

#[test]
fn a_shared_response_is_judged_once() {
    let text = with(
        "      description: The server is starting.",
        "      x-source: inferred",
    )
    .replace(
        "        '400':\n          description: The body does not parse.",
        "        '503': {$ref: '#/components/responses/Unavailable'}",
    );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: response Unavailable: description is missing"]
    );
}

#[test]
fn statuses_are_real() {
    for status in ["default", "4XX", "40"] {
        refused(
            "        '400':",
            &format!("        '{status}':"),
            &[&format!(
                "specs/x.yaml: POST /things: response {status}: write real statuses, one by one"
            )],
        );
    }
}

#[test]
fn there_is_one_success() {
    refused(
        "        '201':",
        "        '200': {description: It was there.}\n        '201':",
        &["specs/x.yaml: POST /things: an operation has exactly one success response"],
    );
    refused(
        "        '201':",
        "        '301':",
        &["specs/x.yaml: POST /things: an operation has exactly one success response"],
    );
}

#[test]
fn a_success_is_inline() {
    refused(
        "        '201':\n          description: The thing has been created.",
        "        '201': {$ref: '#/components/responses/Unavailable'}",
        &[
            "specs/x.yaml: POST /things: response 201: write the success inline, not as $ref Unavailable",
        ],
    );
}

#[test]
fn a_json_answer_has_a_schema() {
    refused(
        "              schema: {$ref: '#/components/schemas/Thing'}\n              examples:\n                square:\n                  summary: A square thing.\n                  value: {id: t-2, kind: SQUARE, shape: {form: box, width: 1.5}, parts: /things/t-2/parts}",
        "              examples: {none: {summary: Nothing., value: null}}",
        &["specs/x.yaml: GET /things/{id}: response 200: a JSON answer needs a schema"],
    );
}

#[test]
fn a_json_object_is_a_component() {
    let text = GOOD.replace("          x-envelope: body\n", "").replace(
        "                  head: {type: object, additionalProperties: {type: string}}\n",
        "",
    );
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: GET /about: response 200: `properties` is not a word of the spec language here: an object is a component, not inline",
            "specs/x.yaml: GET /about: response 200: a map has additionalProperties; free JSON has no type",
            "specs/x.yaml: GET /about: response 200: example calm: `head` is not a property",
        ]
    );
}

#[test]
fn an_envelope_has_its_member() {
    refused(
        "x-envelope: body",
        "x-envelope: content",
        &["specs/x.yaml: GET /about: response 200: x-envelope: the schema has no property content"],
    );
}

#[test]
fn an_envelope_is_json() {
    refused(
        "          description: The picture.",
        "          description: The picture.\n          x-envelope: body",
        &[
            "specs/x.yaml: GET /find: response 200: x-envelope is for JSON answers",
            "specs/x.yaml: GET /find: response 200: `format` is not a word of the spec language here",
            "specs/x.yaml: GET /find: response 200: x-envelope: the schema has no property body",
        ],
    );
}

#[test]
fn an_answer_that_is_not_json_is_binary() {
    refused(
        "            image/png:\n              schema: {type: string, format: binary}",
        "            image/png:\n              schema: {type: string}",
        &["specs/x.yaml: GET /find: response 200: image/png needs a schema with format: binary"],
    );
}

#[test]
fn an_answer_has_one_media_type() {
    refused(
        "            image/png:\n",
        "            image/gif:\n              schema: {type: string, format: binary}\n            image/png:\n",
        &["specs/x.yaml: GET /find: response 200: it has more than one media type"],
    );
}

#[test]
fn head_has_no_body_to_decode() {
    refused(
        "  /about:\n    get:",
        "  /about:\n    head:",
        &["specs/x.yaml: HEAD /about: response 200: HEAD has no body to decode"],
    );
}

#[test]
fn a_json_answer_has_an_example() {
    refused(
        "              examples:\n                square:\n                  summary: A square thing.\n                  value: {id: t-2, kind: SQUARE, shape: {form: box, width: 1.5}, parts: /things/t-2/parts}",
        "",
        &["specs/x.yaml: GET /things/{id}: response 200: an example is missing"],
    );
}

#[test]
fn an_example_has_summary_and_value() {
    refused(
        "                  summary: A square thing.\n                  value: {id: t-2, kind: SQUARE, shape: {form: box, width: 1.5}, parts: /things/t-2/parts}",
        "                  summary: A square thing.",
        &["specs/x.yaml: GET /things/{id}: response 200: example square: value is missing"],
    );
    refused(
        "                  summary: A square thing.\n",
        "",
        &["specs/x.yaml: GET /things/{id}: response 200: example square: summary is missing"],
    );
}

#[test]
fn bytes_have_no_examples() {
    refused(
        "            image/png:\n",
        "            image/png:\n              examples: {one: {summary: A picture., value: x}}\n",
        &["specs/x.yaml: GET /find: response 200: example one: only JSON answers have examples"],
    );
}

#[test]
fn a_type_written_by_hand_takes_the_bytes_of_a_success() {
    let picture = "          description: The picture.\n";
    let opening = |name: &str| format!("{picture}          x-opens: {name}\n");
    assert!(faults(&with(picture, &opening("Picture"))).is_empty());
    refused(
        picture,
        &opening("a_picture"),
        &["specs/x.yaml: GET /find: response 200: x-opens is a Rust type that takes bytes"],
    );
    refused(
        picture,
        &opening("Self"),
        &[
            "specs/x.yaml: GET /find: response 200: `Self` is a reserved word of Rust; choose another name",
        ],
    );
    let written = "          description: The part is written.\n";
    refused(
        written,
        &format!("{written}          x-opens: Picture\n"),
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: response 200: x-opens is a Rust type that takes bytes",
        ],
    );
}

#[test]
fn a_header_is_described_and_has_a_type() {
    let header = |said: &str| {
        let passage = "          description: The body does not parse.";
        faults(&with(
            passage,
            &format!("{passage}\n          headers: {{x-why: {{{said}}}}}"),
        ))
    };
    assert_eq!(
        header("description: The reason., schema: {type: string}"),
        [""; 0]
    );
    assert_eq!(
        header("description: The reason, or none., schema: {typ: string}"),
        [
            "specs/x.yaml: POST /things: response 400: header x-why: `or none.` is not a word of the spec language here: if it belongs to the text before it, put the whole text in quotes",
            "specs/x.yaml: POST /things: response 400: header x-why: `typ` is not a word of the spec language here: is it `type`?",
        ]
    );
    assert_eq!(
        header("schema: {type: string}"),
        ["specs/x.yaml: POST /things: response 400: header x-why: description is missing"]
    );
}

#[test]
fn the_next_page_of_a_list_is_a_link_beside_it() {
    let place = "specs/x.yaml: GET /shelves/{shelf}/parts: response 200:";
    refused(
        "x-next: next",
        "x-next: after",
        &[&format!(
            "{place} x-next: the schema has no property after that is a string"
        )],
    );
    refused(
        "          x-envelope: parts\n",
        "          x-envelope: next\n",
        &[&format!("{place} x-next needs a list as the x-envelope")],
    );
}

#[test]
fn only_a_list_or_a_map_in_an_envelope_can_be_null() {
    let parts = "parts: {type: array, items: {$ref: '#/components/schemas/Part'}}";
    let nullable =
        "parts: {nullable: true, type: array, items: {$ref: '#/components/schemas/Part'}}";
    assert_eq!(faults(&with(parts, nullable)), [""; 0]);
    refused(
        "next: {type: string}",
        "next: {nullable: true, type: string}",
        &[
            "specs/x.yaml: GET /shelves/{shelf}/parts: response 200: next: only a value that is a list or a map can be null",
        ],
    );
}
