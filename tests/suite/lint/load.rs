use super::{faults, refused};

#[test]
fn a_key_that_comes_twice_is_named() {
    refused(
        "x-client: Things",
        "x-client: Things\nx-client: Things",
        &["specs/x.yaml: duplicate entry with key \"x-client\""],
    );
}

#[test]
fn a_path_that_comes_twice_is_named() {
    refused(
        "  /find:",
        "  /about:",
        &["specs/x.yaml: paths: duplicate entry with key \"/about\" at line 29 column 3"],
    );
}

#[test]
fn broken_yaml_is_told_with_its_line() {
    refused(
        "  title: Things",
        "  title: [Things",
        &[
            "specs/x.yaml: did not find expected ',' or ']' at line 5 column 10, while parsing a flow sequence at line 4 column 10",
        ],
    );
}

#[test]
fn a_spec_is_a_mapping() {
    for text in ["", "[]", "just text", "---"] {
        assert_eq!(
            faults(text),
            ["specs/x.yaml: the document is not a mapping"],
            "{text:?}"
        );
    }
}
