//! Numbers of objects that are kept as text, with all their digits.

use serde_json::json;

use crate::{Json, flowthings::Filter};

fn object(text: &str) -> Json {
    text.parse().unwrap()
}

#[test]
fn whole_numbers_of_more_than_64_bits_are_compared_by_all_their_digits() {
    let drop = object(
        r#"{"id": "d1", "elems": {
            "serial": 18446744073709551617,
            "long": {"type": "long", "value": -18446744073709551617},
            "vast": 123456789012345678901234567890123456789012345,
            "same": 18446744073709551617,
            "tags": [1, 18446744073709551619],
            "float": 0.5, "text": "a\\\"]}", "none": null, "flag": true, "far": 1e300
        }}"#,
    );
    for (text, takes) in [
        ("serial == 18446744073709551617", true),
        ("serial == 18446744073709551616", false),
        ("serial > 18446744073709551616", true),
        ("serial < 18446744073709551618", true),
        ("long == -18446744073709551617", true),
        ("long >= -18446744073709551616", false),
        (
            "vast == 123456789012345678901234567890123456789012345",
            true,
        ),
        (
            "vast == 123456789012345678901234567890123456789012346",
            false,
        ),
        ("vast % 1000 == 345", true),
        ("vast % 7 == 5", true),
        ("serial == same && serial != vast", true),
        (
            "serial IN [18446744073709551618,18446744073709551616]",
            false,
        ),
        ("tags CONTAINS [18446744073709551619]", true),
        ("tags CONTAINS [18446744073709551618]", false),
        ("float == 0.5 && flag == true && NOT EXISTS none", true),
        (r#"text == "a\\\"]}""#, true),
        ("far > vast", true),
    ] {
        let filter = Filter::parse(text).unwrap();
        assert_eq!(filter.matches_json(&drop), Ok(takes), "{text}");
    }
}

#[test]
fn what_no_double_holds_leaves_no_remainder_beside_a_fraction() {
    let drop = object(&format!(
        r#"{{"elems": {{"a": 1{zeros}}}}}"#,
        zeros = "0".repeat(400)
    ));
    for text in ["a % 2.5 == 7", "a % 2.5 == 0", "a % 2.5 != 7"] {
        let filter = Filter::parse(text).unwrap();
        assert_eq!(filter.matches_json(&drop), Ok(false), "{text}");
    }
    let filter = Filter::parse("a % 7 == 4").unwrap();
    assert_eq!(filter.matches_json(&drop), Ok(true));
}

#[test]
fn an_object_is_the_same_as_text_and_as_a_tree() {
    let tree = json!({"creationDate": 1, "location": {"lat": 1, "lon": 2.5}, "elems": {"a": [], "b": {}, "c": [{"x": [1, "é\n"]}]}});
    let text = Json::from(tree.clone());
    for filter in [
        "location WITHIN 1 KM OF [1,2.5]",
        "c.0.x.1 == 'é\\n'",
        "HAS list && HAS map",
        "a == b",
        "AGE > 5",
        "MATCHES /x/",
    ] {
        let filter = Filter::parse(filter).unwrap();
        assert_eq!(
            filter.matches_json(&text),
            filter.matches(&tree),
            "{filter}"
        );
    }
}

#[test]
fn an_object_that_nests_too_deep_is_an_error() {
    let deep = object(&format!(
        "{{\"a\": {}{}}}",
        "[".repeat(600),
        "]".repeat(600)
    ));
    let error = Filter::parse("a == 1").unwrap().matches_json(&deep);
    assert_eq!(
        error.unwrap_err().to_string(),
        "the object nests deeper than 500 levels"
    );
}
