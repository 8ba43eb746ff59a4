use super::{GOOD, faults, refused, with};

#[test]
fn a_call_and_a_group_are_two_methods() {
    refused(
        "operationId: server_find",
        "operationId: server_things",
        &["specs/x.yaml: GET /find: the method `things` is taken by tag things"],
    );
    refused(
        "operationId: thing_get",
        "operationId: thing_part",
        &["specs/x.yaml: GET /things/{id}: the method `part` is taken by tag part"],
    );
}

#[test]
fn the_clients_own_methods_are_taken() {
    for name in ["new", "with_config", "url", "call"] {
        refused(
            "operationId: server_find",
            &format!("operationId: server_{name}"),
            &[&format!(
                "specs/x.yaml: GET /find: the method `{name}` is taken by the client itself"
            )],
        );
    }
}

#[test]
fn a_group_is_no_method_of_the_client() {
    let text = GOOD
        .replace("  - name: things", "  - name: url")
        .replace("tags: [things]", "tags: [url]")
        .replace("operationId: things_", "operationId: url_");
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: tag url: the method `url` is taken by the client itself"]
    );
}

#[test]
fn a_group_holds_the_client_beside_what_it_binds() {
    let text = GOOD
        .replace("x-binds: [id]", "x-binds: [client]")
        .replace("/things/{id}", "/things/{client}")
        .replace("name: id\n      in: path", "name: client\n      in: path");
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: tag thing: x-binds client: `client` is taken by the group itself; give the parameter an x-name"
        ]
    );
}

#[test]
fn two_calls_are_two_types() {
    refused(
        "  /find:\n",
        "  /find2:\n    get:\n      tags: [server]\n      operationId: server_find_2\n      summary: Finds.\n      x-source: inferred\n      responses: {'200': {description: Found.}}\n    put:\n      tags: [server]\n      operationId: server_find2\n      summary: Finds.\n      x-source: inferred\n      responses: {'200': {description: Found.}}\n\n  /find:\n",
        &["specs/x.yaml: PUT /find2: the type `ServerFind2` is taken by GET /find2"],
    );
}

#[test]
fn a_group_and_a_call_are_two_types() {
    let text = GOOD
        .replace(
            "  - name: part\n    x-within: thing\n",
            "  - name: things_list\n    x-within: thing\n",
        )
        .replace(
            "tags: [part]\n      operationId: part_",
            "tags: [things_list]\n      operationId: things_list_",
        );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: GET /things: the type `ThingsList` is taken by tag things_list"]
    );
}

#[test]
fn a_group_has_a_name_that_is_free_in_rust() {
    let text = GOOD
        .replace("  - name: things", "  - name: option")
        .replace("tags: [things]", "tags: [option]")
        .replace("operationId: things_", "operationId: option_");
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: tag option: the type `Option` is taken by Rust"]
    );
}

/// One more query parameter beside the raw body of the good spec.
fn beside_the_body(parameter: &str) -> String {
    with(
        "        - name: index\n",
        &format!(
            "        - {{{parameter}, in: query, required: false, description: Another., schema: {{type: string}}}}\n        - name: index\n"
        ),
    )
}

#[test]
fn names_on_the_wire_matter_to_nobody_where_an_x_name_stands() {
    for name in ["body", "header_map", "ID", "3d", "type"] {
        assert_eq!(
            faults(&beside_the_body(&format!("name: {name}, x-name: other"))),
            [""; 0],
            "{name}"
        );
    }
}

#[test]
fn a_parameter_is_no_field_of_every_call() {
    for name in [
        "draft",
        "from_draft",
        "into_request",
        "into_future",
        "respond",
    ] {
        assert_eq!(
            faults(&beside_the_body(&format!("name: {name}"))),
            [format!(
                "specs/x.yaml: PUT /things/{{id}}/parts/{{index}}: parameter {name}: `{name}` is taken by the call itself; give it an x-name, or say x-twin-of"
            )]
        );
        assert_eq!(
            faults(&beside_the_body(&format!("name: {name}, x-name: other"))),
            [""; 0]
        );
    }
    assert_eq!(
        faults(&beside_the_body("name: text, x-name: body")),
        [
            "specs/x.yaml: PUT /things/{id}/parts/{index}: parameter text: `body` is taken by the request body; give it an x-name, or say x-twin-of"
        ]
    );
}

#[test]
fn a_parameter_does_not_look_like_an_option() {
    assert_eq!(
        faults(&beside_the_body("name: with_timeout")),
        [
            "specs/x.yaml: PUT /things/{id}/parts/{index}: parameter with_timeout: `with_timeout` looks like an option of the call; give it an x-name, or say x-twin-of"
        ]
    );
}

#[test]
fn a_parameter_and_a_member_are_two_setters() {
    refused(
        "          x-twin-of: weight\n",
        "",
        &[
            "specs/x.yaml: POST /things: property weight of ThingRequest: `weight` is taken by parameter weight; give it an x-name, or say x-twin-of",
        ],
    );
}

#[test]
fn a_member_may_be_called_like_a_field_of_the_call() {
    refused(
        "        token: {type: string, description: A second",
        "        body: {type: string, description: A text.}\n        token: {type: string, description: A second",
        &[],
    );
}

#[test]
fn a_locator_and_a_parameter_are_two_arguments() {
    refused(
        "        - name: thing_id\n",
        "        - {name: thing, in: query, required: false, description: Another., schema: {type: string}}\n        - name: thing_id\n",
        &[
            "specs/x.yaml: GET /find: x-locator thing: `thing` is taken by parameter thing; give it an x-name, or say x-twin-of",
        ],
    );
}

#[test]
fn a_form_reports_its_progress() {
    let form = "          multipart/form-data:\n            schema: {type: object, properties: {file: {type: string, format: binary}}}";
    let text = beside_the_body("name: on_progress").replace(
        "          application/octet-stream:\n            schema: {type: string, format: binary}",
        form,
    );
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: PUT /things/{id}/parts/{index}: parameter on_progress: `on_progress` is taken by the call itself; give it an x-name, or say x-twin-of"
        ]
    );
}
