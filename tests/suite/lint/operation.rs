use super::{faults, refused, with};

#[test]
fn an_operation_id_is_taken_once() {
    refused(
        "operationId: server_find",
        "operationId: server_about",
        &[
            "specs/x.yaml: GET /find: operationId server_about is taken by GET /about",
            "specs/x.yaml: GET /find: the method `about` is taken by GET /about",
            "specs/x.yaml: GET /find: the type `ServerAbout` is taken by GET /about",
        ],
    );
}

#[test]
fn an_operation_has_an_id() {
    refused(
        "      operationId: thing_get\n",
        "",
        &["specs/x.yaml: GET /things/{id}: operationId is missing"],
    );
}

#[test]
fn an_operation_id_begins_with_the_tag() {
    refused(
        "operationId: thing_get",
        "operationId: get_thing",
        &[
            "specs/x.yaml: GET /things/{id}: operationId get_thing is not thing_<verb> in snake case",
        ],
    );
}

#[test]
fn an_operation_id_is_in_snake_case() {
    for id in ["thing_Get", "thing_get-it", "thing_getIt", "thing__get"] {
        refused(
            "operationId: thing_get",
            &format!("operationId: {id}"),
            &[&format!(
                "specs/x.yaml: GET /things/{{id}}: operationId {id} is not thing_<verb> in snake case"
            )],
        );
    }
}

#[test]
fn a_verb_can_be_a_method() {
    refused(
        "operationId: thing_get",
        "operationId: thing_2x",
        &["specs/x.yaml: GET /things/{id}: operationId thing_2x: `2x` cannot be a method in Rust"],
    );
}

#[test]
fn a_verb_is_no_reserved_word() {
    for verb in ["move", "type", "gen", "self", "crate", "yield"] {
        refused(
            "operationId: thing_get",
            &format!("operationId: thing_{verb}"),
            &[&format!(
                "specs/x.yaml: GET /things/{{id}}: operationId thing_{verb}: `{verb}` is a reserved word of Rust; choose another name"
            )],
        );
    }
}

#[test]
fn an_operation_has_one_tag() {
    refused(
        "      tags: [part]",
        "      tags: [part, thing]",
        &["specs/x.yaml: PUT /things/{id}/parts/{index}: an operation has exactly one tag"],
    );
}

#[test]
fn a_tag_is_declared() {
    refused(
        "      tags: [part]\n      operationId: part_write",
        "      tags: [piece]\n      operationId: piece_write",
        &[
            "specs/x.yaml: tag part: no operation has this tag",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: tag piece is not declared",
        ],
    );
}

#[test]
fn a_summary_is_a_sentence() {
    refused(
        "      summary: Creates a thing.\n",
        "",
        &["specs/x.yaml: POST /things: summary is missing"],
    );
    refused(
        "      summary: Creates a thing.",
        "      summary: Creates a thing",
        &["specs/x.yaml: POST /things: the summary does not end with a full stop"],
    );
}

#[test]
fn an_operation_says_where_its_facts_come_from() {
    refused(
        "      x-source: official document\n      x-timeout: normal",
        "      x-timeout: normal",
        &["specs/x.yaml: GET /things/{id}: x-source is missing"],
    );
}

#[test]
fn bound_parameters_lead_the_path() {
    refused(
        "    x-binds: [id]",
        "    x-binds: [index, id]",
        &[
            "specs/x.yaml: GET /things/{id}: the tag binds index, id, but the path's parameters are id",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: the tag binds index, id, index, but the path's parameters are id, index",
        ],
    );
}

#[test]
fn a_locator_names_two_parameters_or_members() {
    refused(
        "id: thing_id, path: thing_path}",
        "id: thing_id, path: thing_pth}",
        &[
            "specs/x.yaml: GET /find: x-locator thing: `thing_pth` is neither a query parameter nor a body member",
        ],
    );
}

#[test]
fn a_locator_begins_with_the_name_of_its_argument() {
    let text = with(
        "x-locator: {thing: {type: Stock, id: thing_id, path: thing_path}}",
        "x-locator: {type: Stock, id: thing_id, path: thing_path}",
    );
    let expected = "specs/x.yaml: GET /find: x-locator type: begin with the argument's name: `stream: {type: .., id: .., path: ..}`";
    let faults = faults(&text);
    assert_eq!(faults.first().unwrap(), expected);
    assert!(
        !faults.iter().any(|fault| fault.contains("indentation")),
        "{faults:?}"
    );
}

#[test]
fn a_locator_is_an_optional_number_and_an_optional_text() {
    refused(
        "id: thing_id, path: thing_path}",
        "id: thing_path, path: thing_id}",
        &[
            "specs/x.yaml: GET /find: x-locator thing: `thing_path` is not an optional int32",
            "specs/x.yaml: GET /find: x-locator thing: `thing_id` is not an optional string",
        ],
    );
    refused(
        "        - name: thing_id\n          in: query\n          required: false",
        "        - name: thing_id\n          in: query\n          required: true",
        &["specs/x.yaml: GET /find: x-locator thing: `thing_id` is not an optional int32"],
    );
}

#[test]
fn a_locator_goes_by_path_or_by_name() {
    let text = with(
        "id: thing_id, path: thing_path}",
        "id: thing_id, name: thing_path}",
    );
    assert!(faults(&text).is_empty());
    for both in [
        "id: thing_id}",
        "id: thing_id, path: thing_path, name: thing_path}",
    ] {
        let text = with("id: thing_id, path: thing_path}", both);
        let expected = "specs/x.yaml: GET /find: x-locator thing: give either path or name";
        assert!(faults(&text).contains(&expected.to_owned()), "{both}");
    }
}

#[test]
fn a_locator_stands_for_an_object_with_a_number() {
    refused(
        "{type: Stock, id",
        "{type: Part, id",
        &[
            "specs/x.yaml: schema Stock: no operation leads to it",
            "specs/x.yaml: GET /find: x-locator thing: type Part is not an object with a required int32 `id`",
        ],
    );
}

#[test]
fn a_locator_is_no_reserved_word() {
    for word in ["in", "super"] {
        refused(
            "{thing: {type: Stock",
            &format!("{{{word}: {{type: Stock"),
            &[&format!(
                "specs/x.yaml: GET /find: x-locator {word}: `{word}` is a reserved word of Rust; choose another name"
            )],
        );
    }
}

#[test]
fn a_locator_is_an_argument() {
    refused(
        "{thing: {type: Stock",
        "{the-thing: {type: Stock",
        &["specs/x.yaml: GET /find: x-locator the-thing: the name cannot be an argument in Rust"],
    );
}

#[test]
fn a_timeout_is_one_of_four() {
    refused(
        "x-timeout: normal",
        "x-timeout: eternal",
        &["specs/x.yaml: GET /things/{id}: x-timeout is not normal, long, stream or endless"],
    );
}

#[test]
fn an_operation_is_repeatable_or_not_or_with_a_member() {
    refused(
        "x-idempotent: {with: token}",
        "x-idempotent: sometimes",
        &["specs/x.yaml: POST /things: x-idempotent is not true, false or {with: member}"],
    );
}

#[test]
fn the_member_that_makes_a_repeat_safe_is_optional_and_in_the_body() {
    refused(
        "{with: token}",
        "{with: tokn}",
        &["specs/x.yaml: POST /things: x-idempotent: `tokn` is not an optional member of the body"],
    );
    refused(
        "{with: token}",
        "{with: name}",
        &["specs/x.yaml: POST /things: x-idempotent: `name` is not an optional member of the body"],
    );
}

#[test]
fn a_literal_verb_stands_beside_all_others() {
    let operation = |verb: &str, name: &str| {
        format!(
            "    {verb}:\n      tags: [server]\n      operationId: server_{name}\n      summary: Does it.\n      x-source: inferred\n      responses:\n        '200': {{description: Done.}}\n"
        )
    };
    let mut item = "  /busy:\n".to_owned();
    for verb in ["get", "put", "patch", "post", "delete", "x-mget", "x-mput"] {
        item += &operation(verb, &format!("do_{}", verb.replace('-', "_")));
    }
    assert_eq!(
        faults(&with("  /find:", &format!("{item}\n  /find:"))),
        [""; 0]
    );
}
