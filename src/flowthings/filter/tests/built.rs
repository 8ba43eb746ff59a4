//! What is built, and its text: that of `flowthings` 1.0.5 where nothing else is said.

use std::time::Duration;

use crate::flowthings::{
    Center, Distance, Filter, Member, Operand, age, age_of, exists, has, matches, matches_with, mem,
};

fn foo() -> Member {
    mem("foo")
}

#[test]
fn a_filter_has_the_text_of_python() {
    for (filter, python) in [
        (
            mem("elems.foo").gt(12) & mem("displayName").eq("foo"),
            "(elems.foo > 12) && (displayName == 'foo')",
        ),
        (
            mem("displayName").eq("foo") & mem("path").re_with("^/foo", "i"),
            r"(displayName == 'foo') && (path =~ /^\/foo/i)",
        ),
        (foo().eq("it's"), r"foo == 'it\'s'"),
        (foo().eq(r#"say "x""#), r#"foo == 'say "x"'"#),
        (foo().eq(""), "foo == ''"),
        (foo().eq("é\u{2028}🚰"), "foo == 'é\u{2028}🚰'"),
        (foo().ne(true), "foo != true"),
        (foo().lt(false), "foo < false"),
        (foo().le(-5), "foo <= -5"),
        (
            foo().ge(u128::MAX),
            "foo >= 340282366920938463463374607431768211455",
        ),
        (foo().eq(1.0), "foo == 1.0"),
        (foo().eq(-0.0), "foo == -0.0"),
        (foo().eq(0.1 + 0.2), "foo == 0.30000000000000004"),
        (foo().eq(1e15), "foo == 1000000000000000.0"),
        (foo().eq(1e16), "foo == 1e+16"),
        (foo().eq(1.5e300), "foo == 1.5e+300"),
        (foo().eq(1e-5), "foo == 1e-05"),
        (foo().eq(1e-4), "foo == 0.0001"),
        (foo().eq(-1.25e-7), "foo == -1.25e-07"),
        (foo().eq(5e-324), "foo == 5e-324"),
        (mem("a").eq(mem("b")), "a == b"),
        (foo().re_with("a/b/c", "gim"), r"foo =~ /a\/b\/c/gim"),
        (foo().re(""), "foo =~ //"),
        (
            foo().is_in([
                Operand::from(1),
                "a".into(),
                true.into(),
                2.5.into(),
                mem("bar").into(),
            ]),
            "foo IN [1,'a',true,2.5,bar]",
        ),
        (mem("t").is_in(["a", "b,c"]), "t IN ['a','b,c']"),
        (foo().is_in::<&str>([]), "foo IN []"),
        (foo().contains([1, 2]), "foo CONTAINS [1,2]"),
        (
            mem("a").within(Distance::km(5), Center::coordinates(1.5, -2)),
            "a WITHIN 5 KM OF [1.5,-2]",
        ),
        (
            mem("a").within(Distance::miles(26.2), Center::coordinates(0, 0)),
            "a WITHIN 26.2 MILES OF [0,0]",
        ),
        (
            mem("location").within(Distance::km(5), Center::zip("01234")),
            "location WITHIN 5 KM OF [ZIP=01234]",
        ),
        (
            mem("location").within(Distance::km(5), Center::zip("SW1A 1AA")),
            "location WITHIN 5 KM OF [ZIP=SW1A 1AA]",
        ),
        (exists("a.b"), "EXISTS a.b"),
        (exists(mem("elems.0")), "EXISTS elems.0"),
        (has("date"), "HAS date"),
        (matches_with("a/b", "i"), r"MATCHES /a\/b/i"),
        (matches("x"), "MATCHES /x/"),
        (age().gt(1000), "AGE > 1000"),
        (age().lt(Duration::from_secs(60)), "AGE < 60000"),
        (age().le(Duration::from_micros(1500)), "AGE <= 1.5"),
        (age().ne(1e16), "AGE != 1e+16"),
        (
            age_of("lastEditDate").gt(1000),
            "AGE('lastEditDate') > 1000",
        ),
        (age_of("a.b").eq(1), "AGE('a.b') == 1"),
        (!mem("a").eq(1), "NOT a == 1"),
        (!!mem("a").eq(1), "NOT NOT a == 1"),
        (!mem("a").eq(1) & mem("b").eq(2), "(NOT a == 1) && (b == 2)"),
        (
            mem("a").eq(1) & mem("b").eq(2) | mem("c").eq(3),
            "((a == 1) && (b == 2)) || (c == 3)",
        ),
        (
            mem("a").eq(1) & mem("b").eq(2) & mem("c").eq(3),
            "((a == 1) && (b == 2)) && (c == 3)",
        ),
        (
            mem("a").eq(1) & (mem("b").eq(2) & mem("c").eq(3)),
            "(a == 1) && ((b == 2) && (c == 3))",
        ),
    ] {
        assert_eq!(filter.check(), Ok(()), "{python}");
        assert_eq!(filter.to_string(), python);
    }
}

/// Where Python's text means something else, or Python has none.
#[test]
fn a_filter_means_what_it_says_where_that_of_python_does_not() {
    for (filter, text) in [
        (foo().eq(r"trailing\"), r"foo == 'trailing\\'"),
        (foo().eq(r"\'"), r"foo == '\\\''"),
        (
            foo().is_in([r"\", "] || x == 1 || y IN [", "z"]),
            r"foo IN ['\\','] || x == 1 || y IN [','z']",
        ),
        (
            !(mem("a").eq(1) & mem("b").eq(2)),
            "NOT ((a == 1) && (b == 2))",
        ),
        (
            !(mem("a").eq(1) | mem("b").eq(2)),
            "NOT ((a == 1) || (b == 2))",
        ),
        (foo().re(r"a\/b"), r"foo =~ /a\/b/"),
        (foo().re(r"a\\/b"), r"foo =~ /a\\\/b/"),
        (
            foo().eq("line1\nline2 'x' \"y\"\u{7f}"),
            r#"foo == "line1\nline2 'x' \"y\"\u007f""#,
        ),
        (foo().eq(Operand::date(-5)), "foo == Date(-5)"),
        (
            foo().eq(Operand::object_id("f5a")),
            "foo == ObjectId('f5a')",
        ),
        (foo().eq(Operand::email("a'b@c")), r"foo == Email('a\'b@c')"),
        (foo().modulo(3).eq(1), "foo % 3 == 1"),
        (foo().modulo(2.5).ne(-1), "foo % 2.5 != -1"),
        (
            Filter::raw("x ~~ 1") & foo().eq(1),
            "(x ~~ 1) && (foo == 1)",
        ),
        (!Filter::raw("x || y"), "NOT (x || y)"),
    ] {
        assert_eq!(filter.check(), Ok(()), "{text}");
        assert_eq!(filter.to_string(), text);
    }
}

#[test]
fn what_cannot_be_in_a_filter_is_refused_with_the_reason() {
    let not_a_part = "is not a letter, a digit, '_', '$', '-' or '.'";
    for (filter, reason) in [
        (mem("").eq(1), r#""" is not the name of a member: it is empty"#.to_owned()),
        (
            mem("elems.x == 1 || y").eq(2),
            format!(r#""elems.x == 1 || y" is not the name of a member: ' ' {not_a_part}"#),
        ),
        (
            exists("a\n"),
            format!(r#""a\n" is not the name of a member: '\n' {not_a_part}"#),
        ),
        (
            mem("a").eq(mem("b]")),
            format!(r#""b]" is not the name of a member: ']' {not_a_part}"#),
        ),
        (
            age_of("x') > 1 || AGE('y").gt(1),
            format!(r#""x') > 1 || AGE('y" is not the name of a member: '\'' {not_a_part}"#),
        ),
        (
            mem("a..b").eq(1),
            r#""a..b" is not the name of a member: nothing stands before, after or between its dots"#.to_owned(),
        ),
        (
            mem("a.").eq(1),
            r#""a." is not the name of a member: nothing stands before, after or between its dots"#.to_owned(),
        ),
        (
            mem("5a").eq(1),
            r#""5a" is not the name of a member: it begins with a digit"#.to_owned(),
        ),
        (
            mem("a.-b").eq(1),
            r#""a.-b" is not the name of a member: a part of it begins with '-'"#.to_owned(),
        ),
        (
            mem("NOT").eq(1),
            r#""NOT" is not the name of a member: the word means something else in a filter"#.to_owned(),
        ),
        (
            has("date || true"),
            format!(r#""date || true" is not the name of a type: ' ' {not_a_part}"#),
        ),
        (has("a.b"), r#""a.b" is not the name of a type: it has a dot"#.to_owned()),
        (foo().eq(f64::NAN), "NaN is not a number that a filter can have".to_owned()),
        (foo().is_in([1.0, f64::INFINITY]), "inf is not a number that a filter can have".to_owned()),
        (age().gt(f64::NAN), "NaN is not a number that a filter can have".to_owned()),
        (age().gt(0), "an age of 0 ms is not more than 0".to_owned()),
        (age().gt(-1.5), "an age of -1.5 ms is not more than 0".to_owned()),
        (age().gt(Duration::ZERO), "an age of 0 ms is not more than 0".to_owned()),
        (
            mem("a").within(Distance::km(f64::NAN), Center::coordinates(1, 2)),
            "NaN is not a number that a filter can have".to_owned(),
        ),
        (
            mem("a").within(Distance::km(1), Center::coordinates(1, f64::NEG_INFINITY)),
            "-inf is not a number that a filter can have".to_owned(),
        ),
        (
            mem("a").within(Distance::km(1), Center::zip("1] || true || [x")),
            r#"a ZIP code has letters and digits, and single blanks or hyphens between them"#.to_owned(),
        ),
        (
            mem("a").within(Distance::km(1), Center::zip("")),
            r#"a ZIP code has letters and digits, and single blanks or hyphens between them"#.to_owned(),
        ),
        (foo().modulo(0).eq(1), "a division by zero has no remainder".to_owned()),
        (
            foo().re_with("x", "i || true"),
            "' ' is not a flag of a regular expression: a flag is a letter".to_owned(),
        ),
        (
            foo().re(r"a\"),
            "a regular expression cannot end with a single backslash".to_owned(),
        ),
        (
            matches("a\nb"),
            r"a regular expression cannot have '\n' as it is: write its escape with a backslash".to_owned(),
        ),
        (
            foo().eq(Operand::object_id("x') || ('")),
            "an id has letters and digits only".to_owned(),
        ),
    ] {
        assert_eq!(filter.check().unwrap_err().to_string(), reason);
        assert_eq!(filter.to_string(), format!("<{reason}>"));
        assert!(Filter::parse(&filter.to_string()).is_err(), "{reason}");
        assert!(serde_json::to_string(&filter).is_err(), "{reason}");
        assert!(filter.matches(&serde_json::json!({})).is_err(), "{reason}");
        // And however it goes on.
        for around in [
            filter.clone() & foo().eq(1),
            foo().eq(1) | filter.clone(),
            !filter.clone(),
        ] {
            assert_eq!(around.check().unwrap_err().to_string(), reason);
        }
        assert!(String::try_from(filter).is_err());
    }
}

#[test]
fn the_first_fault_is_told() {
    let filter = mem("a b").eq(1) & mem("c").eq(f64::NAN);
    assert!(
        filter
            .check()
            .unwrap_err()
            .to_string()
            .starts_with("\"a b\"")
    );
}

#[test]
fn filters_are_inside_each_other_to_a_bound_and_chains_have_none() {
    let leaf = || foo().eq(1);
    let mut chain = leaf();
    let mut right = leaf();
    let mut negated = leaf();
    for _ in 1..Filter::MAX_DEPTH {
        right = leaf() & (leaf() | right);
        negated = !negated;
    }
    for _ in 0..20_000 {
        chain = chain & leaf();
        negated = !negated;
    }
    assert_eq!(chain.check(), Ok(()));
    assert_eq!(Filter::parse(&chain.to_string()), Ok(chain));
    let reason = "more than 128 rules are inside each other";
    assert_eq!(right.check().unwrap_err().to_string(), reason);
    assert_eq!(negated.check().unwrap_err().to_string(), reason);
}
