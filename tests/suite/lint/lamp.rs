//! Rules on changes, on what stands around a value, on paths that end early, and on texts said by types written by hand.

use super::{GOOD, faults};

/// Lamps that are changed, with a reference beside them.
const LAMPS: &str = r"
  /lamps/{lamp}/{room}:
    get:
      tags: [things]
      operationId: things_lamps
      summary: Returns the lamps.
      x-source: inferred
      parameters:
        - {name: lamp, in: path, required: true, description: Id of the lamp., schema: {type: string}}
        - {name: room, in: path, required: false, x-tail: true, description: The room., schema: {type: string}}
        - {name: refs, in: query, x-flag: '1', description: Whether to refer., schema: {type: boolean}}
        - {name: filter, in: query, description: Which., schema: {type: string, x-type: Filter}}
      responses:
        '200':
          description: The lamps.
          x-envelope: {value: body, ok: head.ok, beside: head.references, asked: refs}
          content:
            application/json:
              schema:
                type: object
                properties:
                  head: {$ref: '#/components/schemas/Head'}
                  body: {type: array, items: {$ref: '#/components/schemas/Lamp'}}
  /lamps/{lamp}:
    put:
      tags: [things]
      operationId: things_change
      summary: Changes a lamp.
      x-source: inferred
      parameters:
        - {name: lamp, in: path, required: true, description: Id of the lamp., schema: {type: string}}
      requestBody:
        required: true
        description: What changes.
        x-change: id
        content: {application/json: {schema: {$ref: '#/components/schemas/Lamp'}}}
      responses:
        '200': {description: Done.}
  /lamps:
    delete:
      tags: [things]
      operationId: things_smash
      summary: Breaks all lamps.
      x-source: inferred
      requestBody:
        required: false
        description: Why.
        content: {application/json: {schema: {}}}
      responses:
        '200': {description: Done.}

components:
";

const SCHEMAS: &str = r"
  schemas:
    Head:
      description: What stands around a value.
      type: object
      example: {ok: true, references: {}}
      properties:
        ok: {type: boolean, description: Whether it went well.}
        references: {type: object, additionalProperties: {}, description: What the value refers to.}
    Lamp:
      description: A lamp.
      type: object
      x-keep-unknown: true
      example: {id: a, watts: 40}
      properties:
        id: {type: string, description: Its id.}
        watts: {type: integer, format: int32, description: What it takes.}
        bright: {type: boolean, description: Whether it shines.}
";

pub(super) fn lamps() -> String {
    let with_paths = GOOD.replacen("\ncomponents:\n", LAMPS, 1);
    with_paths.replacen("\n  schemas:\n", SCHEMAS, 1)
}

#[test]
fn lamps_have_no_faults() {
    assert_eq!(faults(&lamps()), [""; 0]);
}

/// The passage is exchanged, and these are all the faults, without the file.
#[track_caller]
fn refused(passage: &str, other: &str, expected: &[&str]) {
    let good = lamps();
    assert_eq!(good.matches(passage).count(), 1, "{passage:?} is one place");
    let faults = faults(&good.replacen(passage, other, 1));
    let faults: Vec<&str> = faults
        .iter()
        .filter_map(|fault| fault.strip_prefix("specs/x.yaml: "))
        .collect();
    assert_eq!(faults, expected, "{other:?}");
}

#[test]
fn a_change_is_of_an_object_that_comes_back_whole() {
    let place = "PUT /lamps/{lamp}: request body: x-change:";
    refused(
        "      x-keep-unknown: true\n      example: {id: a, watts: 40}\n",
        "      example: {id: a, watts: 40}\n",
        &[&format!(
            "{place} the body is JSON: an object with x-keep-unknown, or a map of those"
        )],
    );
    refused(
        "        required: true\n        description: What changes.",
        "        required: false\n        description: What changes.",
        &[
            &format!("{place} a change is required: true"),
            "PUT /lamps/{lamp}: request body: only an object whose members are all optional, or any JSON, can be left out; say required: true",
        ],
    );
}

#[test]
fn a_part_of_an_object_that_changes_lacks_nothing() {
    refused(
        "      example: {id: a, watts: 40}\n",
        "      required: [id, watts]\n      example: {id: a, watts: 40}\n",
        &[
            "PUT /lamps/{lamp}: request body: x-change: the object requires watts too, so that no part of it is one",
        ],
    );
}

#[test]
fn the_id_of_a_change_is_a_member_and_fills_the_path() {
    let place = "PUT /lamps/{lamp}: request body: x-change:";
    for wire in ["ids", "bright"] {
        refused(
            "        x-change: id\n",
            &format!("        x-change: {wire}\n"),
            &[&format!(
                "{place} the object has no member {wire} that is an id, a string or an integer"
            )],
        );
    }
    refused(
        "        x-change: id\n",
        "        x-change: watts\n",
        &[&format!(
            "{place} the last parameter of the path is not one of the type of watts that the call takes"
        )],
    );
    refused(
        "schema: {type: string}}\n      requestBody:",
        "schema: {type: integer, format: int32}}\n      requestBody:",
        &[&format!(
            "{place} the last parameter of the path is not one of the type of id that the call takes"
        )],
    );
}

#[test]
fn what_stands_around_a_value_is_in_the_schema() {
    let place = "GET /lamps/{lamp}/{room}: response 200: x-envelope:";
    let good = "{value: body, ok: head.ok, beside: head.references, asked: refs}";
    for (other, reason) in [
        (
            "{ok: head.ok, value: body, beside: head.references, askd: refs}",
            "`askd` is not a word of the spec language here: is it `asked`?",
        ),
        (
            "{value: body, ok: head.references}",
            "ok: the schema has no boolean head.references",
        ),
        (
            "{value: body, ok: head.fine}",
            "ok: the schema has no boolean head.fine",
        ),
        (
            "{value: body, beside: head.reference}",
            "beside: the schema has no property head.reference",
        ),
        ("{value: body, asked: refs}", "asked goes with beside"),
        (
            "{value: body, beside: head.references, asked: filter}",
            "asked: there is no parameter filter with x-flag",
        ),
    ] {
        refused(good, other, &[&format!("{place} {reason}")]);
    }
    let place = "GET /lamps/{lamp}/{room}: response 200:";
    refused(
        good,
        "{ok: head.ok}",
        &[
            &format!("{place} x-envelope: value is missing"),
            &format!("{place} x-envelope: the schema has no property "),
            &format!("{place} an example is missing"),
        ],
    );
    refused(
        good,
        "[body]",
        &[
            &format!(
                "{place} x-envelope is the name of a member, or {{value: member, ok: .., beside: .., asked: ..}}"
            ),
            &format!("{place} an example is missing"),
        ],
    );
    let query = lamps()
        .replace("head.references", "head.query")
        .replace("references:", "query:");
    assert_eq!(
        faults(&query),
        [format!(
            "specs/x.yaml: {place} x-envelope: beside: a call has a method with_query already"
        )]
    );
}

#[test]
fn pages_have_nothing_beside_the_list() {
    refused(
        "          x-envelope: {value: body, ok: head.ok, beside: head.references, asked: refs}\n",
        "          x-envelope: {value: body, ok: head.ok, beside: head.references, asked: refs}\n          x-next: next\n",
        &[
            "GET /lamps/{lamp}/{room}: response 200: x-next does not go with a thing beside the list",
            "GET /lamps/{lamp}/{room}: response 200: x-next: the schema has no property next that is a string",
        ],
    );
}

#[test]
fn what_may_be_left_out_of_a_path_ends_it() {
    let place = "GET /lamps/{lamp}/{room}: parameter room:";
    refused(
        "required: false, x-tail: true,",
        "required: true, x-tail: true,",
        &[&format!(
            "{place} what has x-tail may be left out: it is not required"
        )],
    );
    refused(
        "required: false, x-tail: true,",
        "required: false,",
        &[&format!("{place} a path parameter is required: true")],
    );
    refused(
        "x-flag: '1',",
        "x-tail: true, x-flag: '1',",
        &["GET /lamps/{lamp}/{room}: parameter refs: x-tail is for the end of a path"],
    );
    refused(
        "  /lamps/{lamp}/{room}:",
        "  /lamps/{lamp}/{room}/hours:",
        &["GET /lamps/{lamp}/{room}/hours: x-tail: what may be left out of a path is at its end"],
    );
    refused(
        "openapi: 3.0.3\n",
        "openapi: 3.0.3\nx-path-encoding: twice\n",
        &[&format!("{place} x-tail does not go with x-path-encoding")],
    );
}

#[test]
fn a_type_written_by_hand_stands_for_a_plain_text() {
    let place = "GET /lamps/{lamp}/{room}: parameter filter:";
    refused(
        "{type: string, x-type: Filter}",
        "{type: string, x-type: filter}",
        &[&format!(
            "{place} x-type \"filter\" is not a Rust type in Pascal case"
        )],
    );
    refused(
        "{type: string, x-type: Filter}",
        "{type: array, items: {type: string, x-type: Filter}}",
        &[&format!(
            "{place} x-type does not go with the items of a parameter"
        )],
    );
    refused(
        "{name: filter, in: query,",
        "{name: filter, in: header,",
        &[&format!("{place} a string with x-type is for the query")],
    );
    refused(
        "bright: {type: boolean,",
        "bright: {type: string, format: password, x-type: Key,",
        &["schema Lamp: property bright: x-type stands for a plain string"],
    );
    refused(
        "bright: {type: boolean,",
        "bright: {type: boolean, x-type: Key,",
        &["schema Lamp: property bright: x-type does not go with type boolean"],
    );
}

#[test]
fn the_example_of_an_object_fits_it() {
    refused(
        "example: {id: a, watts: 40}",
        "example: {id: a, watts: much}",
        &[
            "GET /lamps/{lamp}/{room}: response 200: example shown: `body[0].watts` is not an int32",
            "schema Lamp: example: `watts` is not an int32",
        ],
    );
}
