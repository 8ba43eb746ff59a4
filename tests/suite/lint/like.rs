//! Rules on groups that are like another one, and where their faults are told.

use super::{faults, with};
use crate::codegen::{generate, line};

/// A tag `part_two` that is like `part`, with this in its `x-like`.
fn like(said: &str) -> String {
    let tags = "  - name: shelf\n";
    with(
        tags,
        &format!(
            "  - name: lid\n    description: One lid.\n    x-within: thing\n    x-binds: [index]\n    x-like: {said}\n{tags}"
        ),
    )
}

#[test]
fn a_tag_can_be_like_another_one() {
    let text = like("{tag: part, words: {part: lid, parts: lids}}");
    assert_eq!(faults(&text), [""; 0]);
    let outline = generate(&text, "things").unwrap().outline;
    for line in [
        "lid_write  PUT /things/{id}/lids/{index}",
        "    things.thing(id: ThingId).lid(index: i32).write(body: Body) -> ()",
    ] {
        assert!(outline.lines().any(|own| own == line), "{outline}");
    }
}

#[test]
fn what_x_like_names_is_there() {
    let place = "specs/x.yaml: tag lid: x-like:";
    for (said, expected) in [
        (
            "{tag: prat, words: {part: lid}}",
            vec![
                format!("{place} the tag prat is not one before this one"),
                "specs/x.yaml: tag lid: no operation has this tag".to_owned(),
            ],
        ),
        (
            "{tag: part, words: {part: lid, parts: lids, prats: lids}}",
            vec![format!(
                "{place} no operation of part has the word \"prats\""
            )],
        ),
        (
            "{tag: part, words: {part: lid, parts: 2}}",
            vec![format!("{place} parts is not replaced by a text")],
        ),
        (
            "{tag: part, words: {part: lid, parts: lids}, without: [wriet]}",
            vec![format!("{place} without: there is no operation part_wriet")],
        ),
        (
            "{tag: part, words: {part: lid, parts: lids}, wihtout: [x]}",
            vec![format!(
                "{place} `wihtout` is not a word of the spec language here: is it `without`?"
            )],
        ),
    ] {
        assert_eq!(faults(&like(said)), expected, "{said}");
    }
}

#[test]
fn a_fault_of_the_original_is_told_once() {
    let text = like("{tag: part, words: {part: lid, parts: lids}}")
        .replace("      summary: Writes a part.\n", "");
    assert_eq!(
        faults(&text),
        ["specs/x.yaml: PUT /things/{id}/parts/{index}: summary is missing"]
    );
}

#[test]
fn a_fault_of_a_copy_is_told_at_the_line_of_the_original() {
    let text = like("{tag: part, words: {part: lid, parts: lids, binary: byte}}");
    let faults = generate(&text, "things").unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let place = "PUT /things/{id}/lids/{index}: request body";
    assert_eq!(
        told,
        [format!(
            "{place}: application/octet-stream needs a schema with format: binary"
        )]
    );
    // The part's own body stands right below its parameters.
    let found = line(&text, &faults[0]).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[found - 1].trim(), "requestBody:");
    assert_eq!(
        lines[found - 2].trim(),
        "schema: {type: integer, format: int32}"
    );
}
