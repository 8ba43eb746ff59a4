//! Java's regular expressions: what they find, what Java refuses, and what is lacking here.

use serde_json::json;

use super::super::java::CATEGORIES;
use crate::flowthings::mem;

/// What `java.util.regex` of Java 17 says of the same.
#[test]
fn a_regular_expression_means_what_it_does_in_java() {
    for (pattern, text, is_found) in [
        (r"^\w+$", "größe", false),
        (r"^\w+$", "size_1", true),
        (r"^[\w-]+$", "a-1", true),
        (r"^\W$", "ö", true),
        (r"^[\D]$", "5", false),
        (r"\s", "\u{a0}", false),
        (r"[\s,]", "\t", true),
        (r"^\S$", "\u{a0}", true),
        ("a$", "a\n", true),
        ("a$", "a\r\n", true),
        ("a$", "a\nb", false),
        ("a$", "a\n\n", false),
        ("^.$", "\u{2028}", false),
        ("^.$", "é", true),
        ("^.$", "\r", false),
        (r"^\<a\>$", "<a>", true),
        (r"a\-b\.c", "a-b.c", true),
        (r"a\-b\.c", "a-bxc", false),
        (r"^\x41\u0042\t\e$", "AB\t\u{1b}", true),
        (r"^\x{41}\x{1F600}$", "A😀", true),
        (r"^\_\é$", "_é", true),
        (r"^\p{Lu}\pL$", "Éa", true),
        (r"^\p{LC}$", "A", true),
        (r"^(?:a|b)+?(?<name>c)$", "abc", true),
        ("(?i)ABC", "xabc", true),
        ("(?i:A)B", "aB", true),
        ("(?i:A)B", "ab", false),
        (r"\bon\b", "it is on.", true),
        ("a??b*?c+?", "c", true),
        ("x{2,3}", "axxb", true),
        ("x{1,2}?", "x", true),
        ("a{0}b", "b", true),
        ("a}+", "a}}", true),
        ("^a]$", "a]", true),
        ("^*a", "a", true),
        // No range begins with a class that has a name.
        (r"^[\s-x]$", "-", true),
        (r"^[\s-x]$", "x", true),
        (r"^[\s-x]$", "A", false),
        (r"^[\w-z]$", "-", true),
        (r"^[\w-.]+@", "a-b.c@", true),
        (r"^[\w-\.]+@", "a-b.c@", true),
        (r"^[\d-a]$", "5", true),
        (r"^[\d-a]$", "-", true),
        (r"^[\d-a]$", "A", false),
        (r"^[\D-x]$", "5", false),
        (r"^[\p{Lu}-x]$", "-", true),
        (r"^[\p{Lu}-x]$", "b", false),
        (r"^[\w--]$", "-", true),
        // Nor with one in brackets, or ends before one.
        ("^[[a]-z]$", "-", true),
        ("^[[a]-z]$", "c", false),
        ("^[A-[b]]$", "-", true),
        ("^[A-[b]]$", "b", true),
        ("^[A-[b]]$", "Z", false),
        ("^[+--]$", ",", true),
        ("^[a-b-d]$", "-", true),
        ("^[a-b-d]$", "c", false),
        ("^[a-]$", "-", true),
        ("^[^-a]$", "-", false),
        (r"^[\x41-\x43]$", "B", true),
        (r"^[!-\]]$", "A", true),
        (r"^[\t-\r]$", "\n", true),
        (r"^[\x{1F600}-\x{1F64F}]$", "😀", true),
        // Classes in classes.
        ("^[a-z&&[^b]]$", "b", false),
        ("^[a-z&&[^b]]$", "c", true),
        (r"^[\s&&[^ ]]$", "\t", true),
        ("^[^a&&b]$", "b", true),
        ("^[ab&&^b]$", "b", true),
        (r"^[\w-&&-]$", "-", true),
        ("^[a-c&&[b]d]$", "b", true),
        ("^[a-c&&[b]d]$", "d", false),
        ("^[ab&&b&&b]$", "b", true),
        ("^[a&b]$", "&", true),
        ("^[^]a]$", "]", false),
        ("^[]a]$", "]", true),
        ("^[^^]$", "^", false),
        ("^[[ab]c]$", "b", true),
        ("^[[:x]]$", ":", true),
        ("^[~~]$", "~", true),
    ] {
        let filter = mem("t").re(pattern);
        let drop = json!({"t": text});
        assert_eq!(filter.matches(&drop), Ok(is_found), "{pattern} {text:?}");
    }
}

/// Java 17 refuses the first ones, and compiles the others.
#[test]
fn what_java_refuses_too_is_told_from_what_is_lacking_here() {
    for pattern in [
        r"[ -\w]",
        r"[a-\d]",
        r"[ -\pL]",
        r"[a-\]]",
        "[z-a]",
        "[a--b]",
        "[]",
        "[^]",
        "[a",
        r"[\b]",
        "(",
        ")",
        "(?",
        "(?i",
        "(?:",
        "(?q)",
        "(?P<x>a)",
        "(?<1a>x)",
        "(?<n_x>x)",
        "(?<a.b>x)",
        "(?<x>a)(?<x>b)",
        "a**",
        "a+?*",
        "a{2}??",
        "*a",
        "a|*b",
        "(?i)*",
        "a{,3}",
        "a{ 2}",
        "a{",
        "x{2,1}",
        "x{99999999999}",
        "a{2147483648}",
        r"\u{41}",
        r"\x4",
        r"\u004",
        r"\x{110000}",
        r"\g",
    ] {
        let error = mem("t").re(pattern).matches(&json!({})).unwrap_err();
        assert!(!error.needs_platform(), "{pattern}: {error}");
    }
    let deep = format!("{}a{}", "(".repeat(60), ")".repeat(60));
    for pattern in [
        "a(?=b)",
        "a(?!b)",
        "(?<=a)b",
        "(?<!a)b",
        "(?>a)b",
        "a*+",
        "a++",
        "a?+",
        "a{2}+",
        "a{2}{3}",
        "{2}a",
        "a|{2}",
        r"(a)\1",
        r"(?<a>a)\k<a>",
        r"\Ga",
        r"\Qa\E",
        r"\h",
        r"\R",
        r"a\Z",
        r"\cA",
        r"\012",
        r"\p{Alpha}",
        r"\p{LD}",
        r"\p{IsLatin}",
        r"\ud83d\ude00",
        "(?s)a",
        "(?x-i:a)",
        "a$b",
        "[a&&&b]",
        "[a&&]",
        "[&&a]",
        "[a&&[b]&]",
        "[a&&[b]c&&d]",
        &deep,
        r"\pL{9}{9}{9}",
        r"[\w\pL]{1000}",
    ] {
        let error = mem("t").re(pattern).matches(&json!({})).unwrap_err();
        assert!(error.needs_platform(), "{pattern}: {error}");
    }
    for (flags, needs_platform) in [("x", true), ("u", true), ("q", false)] {
        let filter = mem("t").re_with("a", flags);
        let error = filter.matches(&json!({})).unwrap_err();
        assert_eq!(error.needs_platform(), needs_platform, "{error}");
    }
}

#[test]
fn every_category_is_known() {
    for name in CATEGORIES {
        let found = mem("t").re(format!(r"\p{{{name}}}|[^\P{{{name}}}]"));
        assert!(found.matches(&json!({})).is_ok(), "{name}");
    }
}

#[test]
fn the_regular_expressions_of_a_filter_share_what_they_may_take() {
    let drop = json!({"a": "x7"});
    let of = |pattern: &str, count: usize| {
        let rules = (0..count).map(|_| mem("a").re(pattern));
        rules.reduce(|one, other| one | other).unwrap()
    };
    // Alone it may take what a hundred of it together may not.
    let large = r"\pL{20}";
    assert_eq!(of(large, 1).matches(&drop), Ok(false));
    let error = of(large, 100).matches(&drop).unwrap_err();
    assert!(
        error.to_string().contains("it takes more than 83886 bytes"),
        "{error}"
    );
    assert!(error.needs_platform());
    // Whether one of them has been asked before makes no difference.
    let asked = of(large, 1);
    assert_eq!(asked.matches(&drop), Ok(false));
    let joined = (0..100).map(|_| asked.clone());
    let joined = joined.reduce(|one, other| one | other).unwrap();
    assert_eq!(joined.matches(&drop).unwrap_err(), error);
    assert_eq!(asked.matches(&drop), Ok(false));
    for (small, count) in [(r"^[\w-.]+@\w+\.com$", 256), ("7", 256)] {
        assert!(of(small, count).matches(&drop).is_ok(), "{small}");
    }
    let error = of("7", 257).matches(&drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a filter of 257 regular expressions cannot be evaluated here: 256 are the most"
    );
    assert!(error.needs_platform());
}
