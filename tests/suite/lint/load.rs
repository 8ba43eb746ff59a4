use super::{faults, refused, with};

#[test]
fn a_key_that_comes_twice_is_named() {
    refused(
        "openapi: 3.0.3",
        "openapi: 3.0.3\nopenapi: 3.0.3",
        &["specs/x.yaml: duplicate entry with key \"openapi\""],
    );
}

#[test]
fn a_path_that_comes_twice_is_named() {
    refused(
        "  /find:",
        "  /about:",
        &["specs/x.yaml: paths: duplicate entry with key \"/about\" at line 31 column 3"],
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

#[test]
fn a_tab_is_called_a_tab() {
    let text = with("  /about:\n    get:", "  /about:\n\tget:");
    let line = text
        .lines()
        .position(|line| line.starts_with('\t'))
        .unwrap()
        + 1;
    assert_eq!(
        faults(&text),
        [format!(
            "specs/x.yaml: a tab indents at line {line} column 1; YAML takes spaces"
        )]
    );
}
