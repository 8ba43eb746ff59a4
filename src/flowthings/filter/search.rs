//! How many steps it may take to search for the regular expressions of a filter. A step is a byte of a text for what an expression may
//! be at there.

use super::{
    rule::Rule,
    subject::{Subject, plain},
    tree::Tree,
    weight::{count, total},
};

/// For each byte of a text for all expressions of a rule.
pub(super) fn weights(rule: &Rule) -> u64 {
    match rule {
        Rule::Finds(_, regex) | Rule::Matches(regex) => regex.weight(),
        Rule::Not(rule) => weights(rule),
        Rule::All(rules) | Rule::Any(rules) => total(rules.iter().map(weights)),
        _ => 0,
    }
}

/// For an object.
pub(super) fn steps<T: Tree>(rule: &Rule, subject: &Subject<'_, T>) -> u64 {
    let length = |value: &T| count(value.as_str().map_or(0, str::len));
    match rule {
        Rule::Finds(member, regex) => {
            let length = subject.value(member).map_or(0, length);
            length.saturating_mul(regex.weight())
        }
        Rule::Matches(regex) => {
            let elements = subject.elements().map(|(_, element)| plain(element));
            total(elements.map(length)).saturating_mul(regex.weight())
        }
        Rule::Not(rule) => steps(rule, subject),
        Rule::All(rules) | Rule::Any(rules) => total(rules.iter().map(|rule| steps(rule, subject))),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::flowthings::{Filter, matches, mem};

    #[test]
    fn what_is_repeated_weighs_as_often() {
        for (pattern, expected) in [
            ("abc", 3),
            ("a{5}", 5),
            ("a{2,5}b", 6),
            ("a{5,}", 5),
            ("(ab){10}", 20),
            ("((a{3}){4}b){5}", 65),
            ("[0-9]{4}", 4),
            ("[a-cx-z]{4}", 8),
            (r"\{9}\x{41}{2}\[{3}", 8),
            ("(x?){900}x{900}y", 1_801),
            ("a|bc|", 4),
        ] {
            assert_eq!(matches(pattern).weight(), expected, "{pattern}");
        }
        assert!(matches(r"\p{L}{3}").weight() > 300);
        let endless = format!("{}a{}", "(".repeat(40), "{1000})".repeat(40));
        assert_eq!(matches(endless).weight(), u64::MAX);
    }

    #[test]
    fn an_expression_is_searched_for_in_the_texts_that_a_rule_looks_at() {
        let drop = json!({"path": "/a", "elems": {
            "s": "12345",
            "t": {"type": "string", "value": "123"},
            "n": 5,
        }});
        for (filter, expected) in [
            ("n == 5", 0),
            (r#"s == "a =~ /x/" && path == '/a\'/b/'"#, 0),
            ("s =~ /abc/", 15),
            ("NOT (elems.t=~/ab/)", 6),
            (r"n =~ /a/ || none =~ /a/ && path =~ /\/{2}/", 4),
            ("MATCHES /ab/ && s != '/'", 16),
        ] {
            let filter = Filter::parse(filter).unwrap();
            assert_eq!(filter.steps(&drop), expected, "{filter}");
        }
        assert_eq!((mem("s").re("ab") & matches("c")).weight(), 3);
    }
}
