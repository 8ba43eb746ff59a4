use super::{faults, refused, with};

/// A property of the good spec with another type.
#[track_caller]
fn property(type_: &str, reason: &str) {
    refused(
        "        name: {type: string, description: Name of the part.}",
        &format!("        name: {{description: Name of the part., {type_}}}"),
        &[&format!(
            "specs/x.yaml: schema Part: property name: {reason}"
        )],
    );
}

#[test]
fn a_type_is_known() {
    property("type: strng", "type strng is not known");
}

#[test]
fn an_integer_has_a_width() {
    property("type: integer", "an integer has format int32 or int64");
    property(
        "type: integer, format: uint8",
        "an integer has format int32 or int64",
    );
}

#[test]
fn a_number_is_a_double() {
    property("type: number, format: float", "a number has format double");
    property("type: number", "a number has format double");
}

#[test]
fn a_format_is_known() {
    // A typo here would make a secret public.
    property(
        "type: string, format: pasword",
        "format pasword is not known",
    );
}

#[test]
fn binary_is_no_json() {
    property(
        "type: string, format: binary",
        "binary is for bodies that are not JSON",
    );
}

#[test]
fn a_list_has_items() {
    property("type: array", "an array has items");
}

#[test]
fn a_map_has_values() {
    property(
        "type: object",
        "a map has additionalProperties; free JSON has no type",
    );
}

#[test]
fn details_go_with_their_type() {
    property(
        "type: string, items: {type: string}",
        "items does not go with type string",
    );
    property(
        "type: boolean, format: int32",
        "format does not go with type boolean",
    );
    property("items: {type: string}", "items needs a type");
}

#[test]
fn all_of_is_one_reference() {
    property("allOf: []", "allOf holds one $ref");
    property("allOf: [{type: string}]", "allOf holds one $ref");
    property(
        "allOf: [{$ref: '#/components/schemas/Kind'}, {$ref: '#/components/schemas/Mood'}]",
        "allOf holds one $ref",
    );
    property(
        "type: string, allOf: [{$ref: '#/components/schemas/Kind'}]",
        "allOf stands in the place of type",
    );
}

#[test]
fn an_item_of_a_list_is_a_type_too() {
    property(
        "type: array, items: {type: strng}",
        "type strng is not known",
    );
    property(
        "type: array, items: {ref: '#/components/schemas/Kind'}",
        "`ref` is not a word of the spec language here: is it `$ref`?",
    );
    property(
        "type: array, items: {type: string, nullable: true}",
        "`nullable` is not a word of the spec language here: only a property or a value of a map can be null",
    );
    property(
        "type: object, additionalProperties: {type: array}",
        "an array has items",
    );
}

#[test]
fn a_value_of_a_map_can_be_null() {
    let name = "        name: {type: string, description: Name of the part.}";
    let keys = |nullable: &str| {
        format!(
            "        keys:\n          description: Keys of the part.\n          type: object\n          \
             additionalProperties: {{type: string, format: password, nullable: {nullable}}}\n{name}"
        )
    };
    assert_eq!(faults(&with(name, &keys("true"))), [""; 0]);
    refused(
        name,
        &keys("yes"),
        &["specs/x.yaml: schema Part: property keys: nullable is not true or false"],
    );
}

#[test]
fn a_link_leads_to_what_an_operation_gives() {
    refused(
        "          x-link: shelf_parts\n",
        "          x-link: shelf_part\n",
        &["specs/x.yaml: schema Thing: property parts: x-link: there is no operation shelf_part"],
    );
    refused(
        "items: {type: string, x-link: shelf_parts}",
        "items: {type: string, x-link: Part}",
        &["specs/x.yaml: schema Shelf: property parts: x-link: there is no operation Part"],
    );
    let manual = "      operationId: shelf_get\n";
    refused(
        manual,
        &format!("{manual}      x-manual: true\n"),
        &[
            "specs/x.yaml: tag shelf: x-on: the call of shelf_get is written by hand",
            "specs/x.yaml: schema Shelf: property self: x-link: the call of shelf_get is written by hand",
        ],
    );
}

#[test]
fn a_link_is_all_that_its_call_takes() {
    refused(
        "          x-link: shelf_parts\n",
        "          x-link: shelf_add\n",
        &["specs/x.yaml: schema Thing: property parts: x-link: shelf_add takes more than its URL"],
    );
}

#[test]
fn a_link_is_a_string() {
    property(
        "type: integer, format: int32, x-link: thing_get",
        "x-link does not go with type integer",
    );
    property(
        "type: string, format: password, x-link: thing_get",
        "x-link: a link is no secret",
    );
}

#[test]
fn an_enum_of_several_values_is_a_component() {
    property(
        "type: string, enum: [a, b]",
        "an enum of several values is a component, not inline",
    );
    property(
        "type: string, enum: []",
        "an enum of several values is a component, not inline",
    );
}

#[test]
fn the_one_value_of_an_enum_is_a_text() {
    refused(
        "enum: [circle]",
        "enum: [1]",
        &[
            "specs/x.yaml: GET /things: response 200: example one: `[0].shape` is no branch of Shape",
            "specs/x.yaml: schema Circle: property form: the value of an enum is not a text; put it in quotes",
        ],
    );
}

#[test]
fn a_one_value_enum_tells_the_branches_of_a_union_apart() {
    property(
        "type: string, enum: [a]",
        "a one-value enum is a required property of a union's branch",
    );
    refused(
        "      required: [form, radius]",
        "      required: [radius]",
        &[
            "specs/x.yaml: schema Circle: property form: a one-value enum is a required property of a union's branch",
        ],
    );
}
