use super::refused;

const PLACE: &str = "specs/x.yaml: GET /things: response 200: example one: ";

/// The example of `GET /things` with one passage exchanged.
#[track_caller]
fn spoilt(passage: &str, other: &str, reason: &str) {
    let good =
        "[{id: t-1, kind: ROUND, shape: {form: circle, radius: 2}, parts: /things/t-1/parts}]";
    assert!(good.contains(passage));
    refused(
        good,
        &good.replacen(passage, other, 1),
        &[&format!("{PLACE}{reason}")],
    );
}

#[test]
fn an_example_is_of_the_type_of_its_schema() {
    refused(
        "value: [{id: t-1, kind: ROUND, shape: {form: circle, radius: 2}, parts: /things/t-1/parts}]",
        "value: {}",
        &[&format!("{PLACE}the value is not a list")],
    );
    spoilt(
        "{form: circle, radius: 2}, parts",
        "round, parts",
        "`[0].shape` is no branch of Shape",
    );
    spoilt("id: t-1", "id: 1", "`[0].id` is not a string");
    spoilt(
        "parts: /things",
        "labels: [], parts: /things",
        "`[0].labels` is not an object",
    );
    spoilt(
        "parts: /things",
        "labels: {a: 1}, parts: /things",
        "`[0].labels.a` is not a string",
    );
    spoilt(
        "radius: 2",
        "radius: 2.5",
        "`[0].shape.radius` is not an int64",
    );
    spoilt(
        "radius: 2",
        "radius: '2'",
        "`[0].shape.radius` is not an int64",
    );
}

#[test]
fn an_example_has_what_is_required() {
    spoilt("radius: 2", "", "`[0].shape.radius` is missing");
    spoilt("kind: ROUND, ", "", "`[0].kind` is missing");
}

#[test]
fn an_example_has_only_what_is_described() {
    spoilt(
        "radius: 2",
        "radius: 2, colour: red",
        "`[0].shape.colour` is not a property",
    );
}

#[test]
fn an_example_of_an_object_that_keeps_unknown_members_may_have_some() {
    refused("[{id: t-1, kind", "[{colour: red, id: t-1, kind", &[]);
}

#[test]
fn an_example_shows_values_that_the_enum_lists() {
    spoilt(
        "kind: ROUND",
        "kind: OVAL",
        "`[0].kind` is not a value of Kind",
    );
}

#[test]
fn an_example_is_null_only_where_the_schema_says_so() {
    refused("load: 0.5, mood: CALM", "load: 0.5, mood: null", &[]);
    refused(
        "load: 0.5, mood: CALM",
        "load: null, mood: CALM",
        &[
            "specs/x.yaml: GET /about: response 200: example calm: `body.load` is not a number, NaN, Infinity or -Infinity",
        ],
    );
    spoilt(
        "kind: ROUND",
        "kind: null",
        "`[0].kind` is not a value of Kind",
    );
}

#[test]
fn an_odd_double_is_a_string() {
    refused("load: 0.5", "load: NaN", &[]);
    refused("load: 0.5", "load: 1", &[]);
    refused(
        "load: 0.5",
        "load: much",
        &[
            "specs/x.yaml: GET /about: response 200: example calm: `body.load` is not a number, NaN, Infinity or -Infinity",
        ],
    );
}

#[test]
fn the_example_of_a_parameter_fits_too() {
    refused(
        "      example: t-1",
        "      example: 1",
        &["specs/x.yaml: parameter Id: example: the value is not a string"],
    );
    refused(
        "          schema: {type: integer, format: int32}\n      requestBody:\n        required: true\n        description: The part.",
        "          schema: {type: integer, format: int32}\n          example: 3000000000\n      requestBody:\n        required: true\n        description: The part.",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: parameter index: example: the value is not an int32",
        ],
    );
}

#[test]
fn the_example_of_a_property_fits_too() {
    for (type_, reason) in [
        ("type: string, example: true", "the value is not a string"),
        ("type: boolean, example: 1", "the value is not a boolean"),
        (
            "type: number, format: double, example: much",
            "the value is not a number",
        ),
        (
            "allOf: [{$ref: '#/components/schemas/Stock'}], example: 1",
            "the value is not a Stock",
        ),
        (
            "allOf: [{$ref: '#/components/schemas/Circle'}], example: {form: round, radius: 1}",
            "`form` is not the one value of its enum",
        ),
    ] {
        refused(
            "name: {type: string, description: Name of the part.}",
            &format!("name: {{description: Name of the part., {type_}}}"),
            &[&format!(
                "specs/x.yaml: schema Part: property name: example: {reason}"
            )],
        );
    }
}
