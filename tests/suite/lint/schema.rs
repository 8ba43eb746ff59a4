use super::{GOOD, faults, refused, with};
use crate::codegen::generate;

/// The document with another name for the component `Part`.
fn renamed(name: &str) -> String {
    GOOD.replace("    Part:\n", &format!("    {name}:\n"))
        .replace("schemas/Part'", &format!("schemas/{name}'"))
}

#[test]
fn a_component_is_no_reserved_word() {
    for word in ["Self", "struct"] {
        assert_eq!(
            faults(&renamed(word)),
            [format!(
                "specs/x.yaml: schema {word}: `{word}` is a reserved word of Rust; choose another name"
            )]
        );
    }
}

#[test]
fn an_x_name_of_a_property_is_no_reserved_word() {
    for word in ["match", "Self", "crate", "gen", "virtual"] {
        refused(
            "        width: {type: number",
            &format!("        width: {{x-name: {word}, type: number"),
            &[&format!(
                "specs/x.yaml: schema Cuboid: property width: `{word}` is a reserved word of Rust; choose another name"
            )],
        );
    }
}

#[test]
fn reserved_words_of_the_wire_are_renamed() {
    for word in ["match", "Self", "crate", "super", "gen"] {
        let text = with(
            "        width: {type: number",
            &format!(
                "        {word}: {{type: string, description: Odd.}}\n        width: {{type: number"
            ),
        );
        let outline = crate::codegen::generate(&text, "things").unwrap().outline;
        let rust = word.to_lowercase();
        let member = format!("    {rust}_: Option<String>  `{word}`");
        assert!(outline.contains(&member), "{outline}");
    }
}

#[test]
fn a_component_is_in_pascal_case() {
    for name in ["aPart", "PART", "Part_"] {
        assert_eq!(
            faults(&renamed(name)),
            [format!(
                "specs/x.yaml: schema {name}: the name is not in Pascal case"
            )]
        );
    }
}

#[test]
fn a_component_has_a_name_that_is_free_in_rust() {
    for name in ["Result", "Option", "String"] {
        assert_eq!(
            faults(&renamed(name)),
            [format!(
                "specs/x.yaml: schema {name}: the name is taken by Rust"
            )]
        );
    }
}

#[test]
fn names_of_links_are_the_generators() {
    assert_eq!(
        faults(&renamed("LinksToThing")),
        ["specs/x.yaml: schema LinksToThing: names in LinkTo and LinksTo are the generator's"]
    );
}

#[test]
fn a_component_is_described() {
    refused(
        "      description: A part of a thing.\n",
        "",
        &["specs/x.yaml: schema Part: description is missing"],
    );
}

#[test]
fn a_property_is_described() {
    refused(
        "        name: {type: string, description: Name of the part.}",
        "        name: {type: string}",
        &["specs/x.yaml: schema Part: property name: description is missing"],
    );
}

#[test]
fn a_plain_type_is_no_component() {
    refused(
        "      type: object\n      properties:\n        name: {type: string, description: Name of the part.}",
        "      type: string",
        &[
            "specs/x.yaml: schema Part: a component is an object, an enum, an id, a union, a map or a list; write a plain type where it is used",
        ],
    );
}

#[test]
fn an_id_has_the_name_of_its_component() {
    refused(
        "      x-id: ThingId",
        "      x-id: Thing",
        &["specs/x.yaml: schema ThingId: x-id is the component's own name, on a string"],
    );
}

#[test]
fn an_object_is_no_map() {
    refused(
        "      x-keep-unknown: true",
        "      additionalProperties: {}",
        &[
            "specs/x.yaml: schema Thing: `additionalProperties` is not a word of the spec language here: an object has properties or is a map; x-keep-unknown keeps members that are not described",
        ],
    );
}

#[test]
fn what_is_spread_keeps_unknown_members_and_says_them_by_extra() {
    refused(
        "      x-must-use: it may be in a bad mood",
        "      x-spread: true",
        &[
            "specs/x.yaml: schema About: x-spread has no effect: an object without x-keep-unknown is spread anyway",
        ],
    );
    let body = "      description: What to create.\n      type: object\n";
    let kept = format!("{body}      x-keep-unknown: true\n      x-spread: true\n");
    let weight = "        weight: {type: integer, format: int32, description: Weight in grams.}\n";
    let spread = GOOD.replace(body, &kept);
    let code = generate(&spread, "things").unwrap().code;
    let setter = "extra(mut self, name: impl Into<::std::string::String>";
    let compact: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(compact.replace("( mut", "(mut").contains(setter), "{code}");
    assert!(!generate(GOOD, "things").unwrap().code.contains("fn extra("));
    // A name that is taken by what it does not know.
    let taken = weight.replace("weight:", "wait: {type: integer, format: int32, description: Weight in grams., x-name: extra}\n        weight:");
    let faults = generate(&spread.replace(weight, &taken), "things").unwrap_err();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("`extra` holds the unknown members here")),
        "{faults:?}"
    );
    let parameter = "        - name: weight\n          in: query\n          required: false\n          x-twin-of: weight\n";
    let other = "        - name: extra\n          in: query\n          required: false\n";
    assert!(spread.contains(parameter));
    let faults = generate(&spread.replacen(parameter, other, 1), "things").unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    let fault = faults[0].to_string();
    assert!(
        fault.contains("`extra`") && fault.contains("the unknown members of ThingRequest"),
        "{fault}"
    );
}

#[test]
fn what_must_be_used_says_why() {
    refused(
        "      x-must-use: it may be in a bad mood",
        "      x-must-use: ''",
        &["specs/x.yaml: schema About: x-must-use is missing"],
    );
    refused(
        "      type: string\n      x-id: ThingId",
        "      type: string\n      x-id: ThingId\n      x-must-use: it is short",
        &["specs/x.yaml: schema ThingId: `x-must-use` is not a word of the spec language here"],
    );
    let code = generate(GOOD, "things").unwrap().code;
    let attribute = "#[must_use = \"it may be in a bad mood\"]";
    let after = code.split_once(attribute).expect("an attribute").1;
    let item = after.split_once("pub struct").unwrap().1;
    assert!(item.trim_start().starts_with("About"), "{item:.40}");
}

#[test]
fn two_properties_have_two_rust_names() {
    refused(
        "        width: {type: number",
        "        start-time: {type: string, description: One.}\n        start_time: {type: string, description: Two.}\n        width: {type: number",
        &[
            "specs/x.yaml: schema Cuboid: property start_time: `start_time` is also the Rust name of start-time; give it an x-name",
        ],
    );
}

#[test]
fn a_property_can_be_a_field() {
    for name in ["'+'", "'9lives'"] {
        let bare = name.trim_matches('\'');
        let rust = if bare == "+" { "_" } else { bare };
        let rust = if rust == "9lives" { "9lives" } else { rust };
        refused(
            "        width: {type: number",
            &format!(
                "        {name}: {{type: string, description: Odd.}}\n        width: {{type: number"
            ),
            &[&format!(
                "specs/x.yaml: schema Cuboid: property {bare}: `{rust}` cannot be a field in Rust; give it another x-name"
            )],
        );
    }
}

#[test]
fn extra_is_where_unknown_members_are_kept() {
    refused(
        "        labels:\n",
        "        extra:\n",
        &[
            "specs/x.yaml: schema Thing: property extra: `extra` holds the unknown members here; give it an x-name",
        ],
    );
}

#[test]
fn the_type_of_a_tag_has_a_free_name() {
    let text = GOOD
        .replace("    Part:\n", "    CircleForm:\n")
        .replace("schemas/Part'", "schemas/CircleForm'");
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: schema Circle: property form: its type takes the name of schema CircleForm"
        ]
    );
}

#[test]
fn a_required_member_is_a_property() {
    refused(
        "      required: [load]",
        "      required: [load, mod]",
        &[
            "specs/x.yaml: GET /about: response 200: example calm: `body.mod` is missing",
            "specs/x.yaml: schema About: required names mod, which is not a property",
        ],
    );
}

#[test]
fn nothing_contains_itself_without_an_end() {
    refused(
        "        name: {type: string, description: Name of the part.}",
        "        whole: {description: The thing., allOf: [{$ref: '#/components/schemas/Part'}]}",
        &["specs/x.yaml: schema Part: it contains itself without a list or a map in between"],
    );
    refused(
        "        name: {type: string, description: Name of the part.}",
        "        stock: {description: Where., allOf: [{$ref: '#/components/schemas/Stock'}]}\n",
        &[],
    );
    let text = GOOD
        .replace(
            "        name: {type: string, description: Name of the part.}",
            "        stock: {description: Where., allOf: [{$ref: '#/components/schemas/Stock'}]}",
        )
        .replace(
            "description: Number of the thing.}",
            "description: Number of the thing.}\n        part: {description: What., allOf: [{$ref: '#/components/schemas/Part'}]}",
        );
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: schema Part: it contains itself without a list or a map in between",
            "specs/x.yaml: schema Stock: it contains itself without a list or a map in between",
        ]
    );
}

#[test]
fn a_union_does_not_contain_itself_either() {
    refused(
        "        radius: {type: integer",
        "        inner: {description: A hole., allOf: [{$ref: '#/components/schemas/Shape'}]}\n        radius: {type: integer",
        &["specs/x.yaml: schema Circle: it contains itself without a list or a map in between"],
    );
}

#[test]
fn a_tree_is_a_list_of_trees() {
    refused(
        "        name: {type: string, description: Name of the part.}",
        "        parts: {description: Its parts., type: array, items: {$ref: '#/components/schemas/Part'}}",
        &[],
    );
}

#[test]
fn an_enum_is_of_texts() {
    let reason =
        "specs/x.yaml: schema Mood: an enum is a string, and its values are texts in quotes";
    let example =
        "specs/x.yaml: GET /about: response 200: example calm: `body.mood` is not a value of Mood";
    refused(
        "      enum: [CALM, BUSY]",
        "      enum: [1, 2]",
        &[example, reason],
    );
    refused(
        "      enum: [CALM, BUSY]",
        "      enum: [CALM, true]",
        &[reason],
    );
    refused(
        "      type: string\n      enum: [CALM, BUSY]",
        "      type: integer\n      enum: [CALM, BUSY]",
        &[reason],
    );
}

#[test]
fn an_enum_has_values() {
    refused(
        "      enum: [CALM, BUSY]\n      x-enum-descriptions:\n        CALM: It has little to do.\n        BUSY: It has much to do.",
        "      enum: []",
        &[
            "specs/x.yaml: GET /about: response 200: example calm: `body.mood` is not a value of Mood",
            "specs/x.yaml: schema Mood: the enum has no values",
        ],
    );
}

#[test]
fn two_values_have_two_rust_names() {
    let text = GOOD.replace("[CALM, BUSY]", "[CALM, BUSY, busy]").replace(
        "        BUSY: It has much to do.",
        "        BUSY: Much.\n        busy: Much.",
    );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: schema Mood: values BUSY and busy are both `Busy` in Rust"]
    );
}

#[test]
fn values_and_descriptions_are_the_same() {
    refused(
        "        BUSY: It has much to do.",
        "        BUZY: It has much to do.",
        &[
            "specs/x.yaml: schema Mood: x-enum-descriptions lacks BUSY",
            "specs/x.yaml: schema Mood: x-enum-descriptions: BUZY is not a value",
        ],
    );
    refused(
        "        BUSY: It has much to do.",
        "        BUSY: ''",
        &["specs/x.yaml: schema Mood: x-enum-descriptions: BUSY is missing"],
    );
}

#[test]
fn a_branch_is_a_component() {
    refused(
        "        - $ref: '#/components/schemas/Circle'",
        "        - {description: Any.}",
        &[
            "specs/x.yaml: schema Circle: no operation leads to it",
            "specs/x.yaml: GET /things: response 200: example one: `[0].shape` is no branch of Shape",
            "specs/x.yaml: schema Shape: a branch of oneOf is a $ref to a component",
            "specs/x.yaml: schema Circle: property form: a one-value enum is a required property of a union's branch",
        ],
    );
}

#[test]
fn a_branch_has_a_tag() {
    refused(
        "        form: {type: string, enum: [circle], description",
        "        form: {type: string, description",
        &[
            "specs/x.yaml: GET /things: response 200: example one: `[0].shape` is no branch of Shape",
            "specs/x.yaml: schema Shape: branch Circle has no required one-value enum that tells it apart",
        ],
    );
}

#[test]
fn two_branches_have_two_tags() {
    refused(
        "enum: [box]",
        "enum: [circle]",
        &[
            "specs/x.yaml: GET /things/{id}: response 200: example square: `shape` is no branch of Shape",
            "specs/x.yaml: schema Shape: branches Circle and Cuboid both say form: circle",
        ],
    );
}

#[test]
fn unknown_is_the_open_arm() {
    let text = GOOD.replace("    Circle:\n", "    Unknown:\n").replace(
        "#/components/schemas/Circle",
        "#/components/schemas/Unknown",
    );
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: schema Shape: branch Unknown takes the name of the open arm"]
    );
}

#[test]
fn the_only_union_of_plain_types_is_the_double() {
    let reason = "specs/x.yaml: schema Double: a union is of components, or of a double and the strings NaN, Infinity and -Infinity";
    for (passage, other) in [
        ("enum: [NaN, Infinity, -Infinity]", "enum: [NaN]"),
        (
            "enum: [NaN, Infinity, -Infinity]",
            "enum: [.nan, .inf, -.inf]",
        ),
        (
            "        - {type: number, format: double}",
            "        - {type: integer, format: int32}",
        ),
        (
            "        - {type: number, format: double}",
            "        - {type: boolean}\n        - {type: number, format: double}",
        ),
    ] {
        refused(passage, other, &[reason]);
    }
}

#[test]
fn an_object_says_that_it_is_one() {
    for type_ in ["", "      type: things\n"] {
        refused(
            "      description: A part of a thing.\n      type: object\n",
            &format!("      description: A part of a thing.\n{type_}"),
            &["specs/x.yaml: schema Part: an object has type: object"],
        );
    }
}

#[test]
fn a_description_of_a_value_says_something() {
    refused(
        "        ROUND: It rolls.",
        "        ROUND:",
        &["specs/x.yaml: schema Kind: x-enum-descriptions: ROUND is empty"],
    );
}

#[test]
fn a_default_fits_its_property_and_stands_where_callers_make_the_object() {
    let property = "        weight: {type: integer, format: int32, description: Weight in grams.}";
    let with_default = |value: &str| {
        let line = property.replace("description", &format!("x-default: {value}, description"));
        faults(&with(property, &line))
    };
    assert_eq!(with_default("5"), [""; 0]);
    assert_eq!(
        with_default("heavy"),
        [
            "specs/x.yaml: schema ThingRequest: property weight: x-default: the value is not an int32"
        ]
    );
    refused(
        "          description: How the server feels.\n",
        "          description: How the server feels.\n          x-default: CALM\n",
        &[
            "specs/x.yaml: schema About: property mood: x-default has no effect: no request carries the object",
        ],
    );
    refused(
        "        token: {type: string, description: A second request with the same token creates nothing.}",
        "        token: {type: string, description: A second request with the same token creates nothing.}\n        tags: {type: array, items: {type: string}, x-default: [a], description: Its tags.}",
        &[
            "specs/x.yaml: schema ThingRequest: property tags: x-default of a map or a list is an empty one",
        ],
    );
}

#[test]
fn a_property_does_not_take_the_name_of_what_makes_the_object() {
    let token = "        token: {type: string, description: A second request with the same token creates nothing.}";
    refused(
        token,
        &format!("{token}\n        new: {{type: string, description: What is new.}}"),
        &[
            "specs/x.yaml: schema ThingRequest: property new: `new` makes the object here; give it an x-name",
        ],
    );
}

#[test]
fn what_came_with_a_version_is_not_required_of_older_ones() {
    let load = "          description: Work in the queue.\n";
    let since = |version: &str| format!("{load}          x-since: \"{version}\"\n");
    refused(
        load,
        &since("1.2"),
        &[
            "specs/x.yaml: schema About: property load: it is required, and servers before 1.2 leave it out: their answers would not be read",
        ],
    );
    let whole = |version: &str| {
        with(load, &since("1.2")).replace(
            "      x-must-use: it may be in a bad mood\n",
            &format!("      x-must-use: it may be in a bad mood\n      x-since: \"{version}\"\n"),
        )
    };
    assert_eq!(faults(&whole("1.2")), [""; 0]);
    assert_eq!(faults(&whole("1.10")), [""; 0]);
    assert_eq!(faults(&whole("1.1")).len(), 1);
}

#[test]
fn nothing_ends_before_it_begins() {
    let mood = "          description: How the server feels.\n";
    let versions = |since: &str, until: &str| {
        faults(&with(
            mood,
            &format!("{mood}          x-since: \"{since}\"\n          x-until: \"{until}\"\n"),
        ))
    };
    assert_eq!(versions("1.9", "1.20"), [""; 0]);
    assert_eq!(versions("1.9", "1.9"), [""; 0]);
    assert_eq!(
        versions("1.20", "1.9"),
        ["specs/x.yaml: schema About: property mood: x-since 1.20 is after x-until 1.9"]
    );
}
