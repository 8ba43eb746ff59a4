use super::{faults, refused, with};

#[test]
fn a_parameter_is_described() {
    refused(
        "          description: Index of the part, from 0.\n",
        "",
        &["specs/x.yaml: PUT /things/{id}/parts/{index}: parameter index: description is missing"],
    );
}

#[test]
fn a_shared_parameter_is_judged_once() {
    refused(
        "      description: Id of the thing.\n      schema",
        "      schema",
        &["specs/x.yaml: parameter Id: description is missing"],
    );
}

#[test]
fn a_parameter_of_a_path_is_judged_once() {
    refused(
        "  /things:\n",
        "  /things:\n    parameters:\n      - {name: deep, in: query, required: false, schema: {type: boolean}}\n",
        &["specs/x.yaml: /things: parameter deep: description is missing"],
    );
}

#[test]
fn a_path_parameter_is_required() {
    refused(
        "      in: path\n      required: true\n      description: Id",
        "      in: path\n      required: false\n      description: Id",
        &["specs/x.yaml: parameter Id: a path parameter is required: true"],
    );
}

#[test]
fn a_path_parameter_is_in_the_path() {
    refused(
        "  /things/{id}/parts/{index}:",
        "  /things/{id}/parts/{number}:",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{number}: parameter index: the path does not have it",
            "specs/x.yaml: PUT /things/{id}/parts/{number}: path parameter number is not declared",
            "specs/x.yaml: PUT /things/{id}/parts/{number}: the tag binds id, index, but the path's parameters are id, number",
        ],
    );
}

#[test]
fn a_cookie_is_no_parameter() {
    refused(
        "        - name: thing_path\n          in: query",
        "        - name: thing_path\n          in: cookie",
        &[
            "specs/x.yaml: GET /find: parameter thing_path: only path, query and header are supported",
            "specs/x.yaml: GET /find: x-locator thing: `thing_path` is neither a query parameter nor a body member",
        ],
    );
}

#[test]
fn the_clients_own_headers_are_no_parameters() {
    refused(
        "        - name: thing_id\n",
        "        - name: Authorization\n          in: header\n          required: false\n          description: Never.\n          schema: {type: string}\n        - name: thing_id\n",
        &["specs/x.yaml: GET /find: parameter Authorization: this header is the client's own"],
    );
}

#[test]
fn a_parameter_has_a_schema() {
    refused(
        "          description: Index of the part, from 0.\n          schema: {type: integer, format: int32}",
        "          description: Index of the part, from 0.",
        &["specs/x.yaml: PUT /things/{id}/parts/{index}: parameter index: schema is missing"],
    );
}

#[test]
fn a_parameter_is_a_plain_value() {
    for schema in [
        "{type: object, additionalProperties: {type: string}}",
        "{$ref: '#/components/schemas/Part'}",
        "{$ref: '#/components/schemas/Double'}",
        "{type: string, format: password}",
        "{}",
        "{type: array, items: {type: array, items: {type: string}}}",
    ] {
        refused(
            "          style: form\n          explode: false\n          schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}",
            &format!("          style: form\n          explode: false\n          schema: {schema}"),
            &list_faults(schema),
        );
    }
}

/// What is said of `kind` when it is no plain value; where it is no list, `x-list` is wrong too.
fn list_faults(schema: &str) -> Vec<&'static str> {
    let mut faults = vec![
        "specs/x.yaml: GET /things: parameter kind: a parameter is a plain value, an id or an enum, or in the query a list of those",
    ];
    if !schema.contains("array") {
        faults.push("specs/x.yaml: GET /things: parameter kind: x-list is `comma`, on a list");
    }
    faults
}

#[test]
fn a_list_is_for_the_query() {
    refused(
        "      schema: {$ref: '#/components/schemas/ThingId'}\n      example: t-1",
        "      schema: {type: array, items: {$ref: '#/components/schemas/ThingId'}}",
        &[
            "specs/x.yaml: parameter Id: a parameter is a plain value, an id or an enum, or in the query a list of those",
        ],
    );
}

#[test]
fn an_x_name_is_no_reserved_word() {
    for word in ["type", "self", "Self", "where", "become"] {
        refused(
            "        - name: kind\n",
            &format!("        - name: kind\n          x-name: {word}\n"),
            &[&format!(
                "specs/x.yaml: GET /things: parameter kind: `{word}` is a reserved word of Rust; choose another name"
            )],
        );
    }
}

#[test]
fn a_reserved_word_of_the_wire_is_renamed() {
    for word in ["type", "self", "Self", "crate", "super", "async", "gen"] {
        let text = with(
            "        - name: kind\n",
            &format!("        - name: {word}\n"),
        );
        let outline = crate::codegen::generate(&text, "things").unwrap().outline;
        let rust = word.to_lowercase();
        assert!(
            outline.contains(&format!(".{rust}_(Vec<Kind>)  `{word}` in the query")),
            "{outline}"
        );
    }
}

#[test]
fn a_name_without_letters_wants_another() {
    for (name, rust) in [("'$'", "_"), ("2nd", "2nd")] {
        refused(
            "        - name: kind\n",
            &format!("        - name: {name}\n"),
            &[&format!(
                "specs/x.yaml: GET /things: parameter {}: `{rust}` cannot be an argument in Rust; give it an x-name",
                name.trim_matches('\'')
            )],
        );
    }
}

#[test]
fn an_x_name_is_a_name() {
    for name in ["theKinds", "the kinds", "9kinds", "_"] {
        refused(
            "        - name: kind\n",
            &format!("        - name: kind\n          x-name: {name}\n"),
            &[&format!(
                "specs/x.yaml: GET /things: parameter kind: x-name {name} is not a name in snake case"
            )],
        );
    }
}

#[test]
fn a_twin_has_its_member() {
    refused(
        "x-twin-of: weight",
        "x-twin-of: wait",
        &["specs/x.yaml: POST /things: parameter weight: x-twin-of: no body member wait"],
    );
}

#[test]
fn a_twin_is_an_optional_query_parameter() {
    refused(
        "          required: false\n          x-twin-of: weight",
        "          required: true\n          x-twin-of: weight",
        &[
            "specs/x.yaml: POST /things: parameter weight: a twin of a body member is an optional query parameter",
        ],
    );
}

#[test]
fn python_is_the_only_way_to_write_other_numbers() {
    refused(
        "openapi: 3.0.3",
        "openapi: 3.0.3\nx-numbers: bare",
        &["specs/x.yaml: x-numbers is `python`, or left out"],
    );
}

#[test]
fn twice_is_the_only_encoding_and_said_once() {
    refused(
        "openapi: 3.0.3",
        "openapi: 3.0.3\nx-path-encoding: once",
        &["specs/x.yaml: x-path-encoding is `twice`, or left out"],
    );
    refused(
        "      example: t-1",
        "      example: t-1\n      x-path-encoding: twice",
        &["specs/x.yaml: parameter Id: `x-path-encoding` is not a word of the spec language here"],
    );
}

#[test]
fn a_list_in_one_key_says_comma() {
    refused(
        "          x-list: comma\n          x-split: 4000\n",
        "",
        &[
            "specs/x.yaml: GET /things: parameter kind: x-list: comma and explode: false go together",
        ],
    );
    refused(
        "          explode: false\n",
        "",
        &[
            "specs/x.yaml: GET /things: parameter kind: x-list: comma and explode: false go together",
        ],
    );
}

#[test]
fn a_list_is_separated_by_commas_only() {
    refused(
        "          x-list: comma\n          x-split: 4000\n",
        "          x-list: pipe\n",
        &[
            "specs/x.yaml: GET /things: parameter kind: x-list is `comma`, on a list",
            "specs/x.yaml: GET /things: parameter kind: x-list: comma and explode: false go together",
        ],
    );
    refused(
        "          style: form",
        "          style: pipeDelimited",
        &["specs/x.yaml: GET /things: parameter kind: style is not form or simple"],
    );
}

#[test]
fn a_split_is_of_a_comma_list() {
    refused(
        "          x-list: comma\n          x-split: 4000\n          style: form\n          explode: false\n",
        "          x-split: 4000\n",
        &["specs/x.yaml: GET /things: parameter kind: x-split needs x-list: comma"],
    );
}

#[test]
fn a_split_gives_lists_to_join() {
    let text = with(
        "              schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}\n              examples:\n                one:\n                  summary: A round thing.\n                  value: [{id: t-1, kind: ROUND, shape: {form: circle, radius: 2}, parts: /things/t-1/parts}]",
        "              schema: {$ref: '#/components/schemas/Thing'}\n              examples:\n                one:\n                  summary: A round thing.\n                  value: {id: t-1, kind: ROUND, shape: {form: circle, radius: 2}, parts: /things/t-1/parts}",
    );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: GET /things: parameter kind: x-split needs a list as the answer"]
    );
}

#[test]
fn a_flag_is_a_boolean_that_may_be_left_out() {
    let flag = |rest: &str| {
        with(
            "        - name: kind\n",
            &format!(
                "        - {{name: more, in: query, description: More., x-flag: '1', {rest}}}\n        - name: kind\n"
            ),
        )
    };
    assert!(faults(&flag("required: false, schema: {type: boolean}")).is_empty());
    let expected = [
        "specs/x.yaml: GET /things: parameter more: x-flag is what says yes, on a boolean that may be left out",
    ];
    assert_eq!(
        faults(&flag("required: true, schema: {type: boolean}")),
        expected
    );
    assert_eq!(
        faults(&flag("required: false, schema: {type: string}")),
        expected
    );
}

#[test]
fn bounds_are_those_of_an_integer() {
    let bounded = |schema: &str| {
        let parameter = format!("{{name: more, in: query, description: More., schema: {schema}}}");
        let name = "        - name: kind\n";
        faults(&with(name, &format!("        - {parameter}\n{name}")))
    };
    let integer = |bounds: &str| bounded(&format!("{{type: integer, format: int32, {bounds}}}"));
    let place = "specs/x.yaml: GET /things: parameter more";
    assert!(integer("minimum: -3, maximum: 3").is_empty());
    assert!(integer("minimum: 3, maximum: 3").is_empty());
    assert_eq!(
        integer("minimum: 4, maximum: 3"),
        [format!("{place}: the minimum is above the maximum")]
    );
    assert_eq!(
        integer("minimum: 1.5"),
        [format!("{place}: minimum is not an integer")]
    );
    assert_eq!(
        bounded("{type: string, minimum: 1}"),
        [format!(
            "{place}: minimum and maximum are bounds of an integer"
        )]
    );
}

#[test]
fn bounds_stand_where_they_bound_something() {
    refused(
        "          description: The weight in grams.\n          schema: {type: integer, format: int32}",
        "          description: The weight in grams.\n          schema: {type: integer, format: int32, minimum: 1}",
        &[
            "specs/x.yaml: POST /things: parameter weight: a twin of a body member is never said: its bounds would bound nothing",
        ],
    );
    refused(
        "          description: Number of the thing.\n          schema: {type: integer, format: int32}",
        "          description: Number of the thing.\n          schema: {type: integer, format: int32, maximum: 9}",
        &[
            "specs/x.yaml: GET /find: x-locator thing: `thing_id` has bounds, which a locator does not keep",
        ],
    );
}

#[test]
fn only_an_int64_and_a_plain_string_are_said_with_another_type() {
    for (type_, reason) in [
        ("integer, format: int32", "x-type stands for an int64"),
        ("boolean", "x-type does not go with type boolean"),
    ] {
        refused(
            "        - name: kind\n",
            &format!(
                "        - {{name: more, in: query, description: More., schema: {{type: {type_}, x-type: Moment}}}}\n        - name: kind\n"
            ),
            &[&format!(
                "specs/x.yaml: GET /things: parameter more: {reason}"
            )],
        );
    }
}

#[test]
fn a_type_written_by_hand_is_named_as_a_type() {
    for (name, reason) in [
        (
            "moment",
            "x-type \"moment\" is not a Rust type in Pascal case",
        ),
        (
            "Self",
            "`Self` is a reserved word of Rust; choose another name",
        ),
    ] {
        refused(
            "        - name: kind\n",
            &format!(
                "        - {{name: more, in: query, description: More., schema: {{type: integer, format: int64, x-type: {name}}}}}\n        - name: kind\n"
            ),
            &[&format!(
                "specs/x.yaml: GET /things: parameter more: {reason}"
            )],
        );
    }
}

#[test]
fn an_example_keeps_to_the_bounds() {
    for (example, reason) in [(0, "is below the minimum"), (8, "is above the maximum")] {
        refused(
            "        - name: kind\n",
            &format!(
                "        - {{name: more, in: query, description: More., example: {example}, schema: {{type: integer, format: int32, minimum: 1, maximum: 7}}}}\n        - name: kind\n"
            ),
            &[&format!(
                "specs/x.yaml: GET /things: parameter more: example: the value {reason}"
            )],
        );
    }
}

#[test]
fn only_one_parameter_is_split() {
    refused(
        "        - name: kind\n",
        "        - {name: more, in: query, required: false, description: More., x-list: comma, x-split: 100, explode: false, schema: {type: array, items: {type: string}}}\n        - name: kind\n",
        &["specs/x.yaml: GET /things: only one parameter can have x-split"],
    );
}

#[test]
fn a_twin_has_a_name_of_its_own_too() {
    refused(
        "        - name: weight\n",
        "        - name: ''\n",
        &["specs/x.yaml: POST /things: parameter : name is missing"],
    );
}

#[test]
fn a_list_is_split_over_requests_without_a_body() {
    let kinds = "          schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}\n";
    let body = "      requestBody:\n        required: true\n        description: What to look for.\n        content:\n          text/plain:\n            schema: {type: string}\n";
    let found = faults(&with(kinds, &format!("{kinds}{body}")));
    let expected = "specs/x.yaml: GET /things: parameter kind: x-split needs a request without a body: it is sent several times";
    assert!(found.iter().any(|fault| fault == expected), "{found:?}");
}

#[test]
fn a_flag_stands_in_the_query_and_a_header_has_a_name_that_headers_can_have() {
    let parameter = |line: &str| {
        faults(&with(
            "        - name: thing_id\n",
            &format!("        - {line}\n        - name: thing_id\n"),
        ))
    };
    assert_eq!(
        parameter(
            "{name: loud, in: header, required: false, description: Whether to shout., x-flag: 'yes', schema: {type: boolean}}"
        ),
        ["specs/x.yaml: GET /find: parameter loud: x-flag is for the query"]
    );
    assert_eq!(
        parameter(
            "{name: X Why, x-name: why, in: header, required: false, description: Why., schema: {type: string}}"
        ),
        ["specs/x.yaml: GET /find: parameter X Why: the name is not one that a header can have"]
    );
}
