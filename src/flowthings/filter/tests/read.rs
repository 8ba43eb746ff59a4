//! Texts of others, and what is read of them.

use serde_json::json;

use crate::flowthings::Filter;

#[test]
fn the_grammar_of_the_platform_is_read_into_the_form_of_python() {
    for (text, python) in [
        ("elems.a<=1", "elems.a <= 1"),
        (r#"path=="x""#, "path == 'x'"),
        ("is_the_sky_blue==true", "is_the_sky_blue == true"),
        ("elems.length<=elems.width", "elems.length <= elems.width"),
        (r#"(a == "x")&&(b < 3)"#, "(a == 'x') && (b < 3)"),
        ("a==1&&b==2", "(a == 1) && (b == 2)"),
        (
            "a == 1 || b == 2 && c == 3",
            "(a == 1) || ((b == 2) && (c == 3))",
        ),
        (
            "a == 1 && b == 2 || c == 3",
            "((a == 1) && (b == 2)) || (c == 3)",
        ),
        ("a==1 && b==2 && c==3", "((a == 1) && (b == 2)) && (c == 3)"),
        (
            "a==1 && (b==2 && c==3)",
            "(a == 1) && ((b == 2) && (c == 3))",
        ),
        ("NOT a==1&&b==2", "(NOT a == 1) && (b == 2)"),
        ("NOT (a == 1) && (b == 2)", "(NOT a == 1) && (b == 2)"),
        ("NOT(a == 1 && b == 2)", "NOT ((a == 1) && (b == 2))"),
        ("NOT NOT a == 1", "NOT NOT a == 1"),
        ("NOT (NOT (a == 1))", "NOT NOT a == 1"),
        ("  (( a == 1 ))\n", "a == 1"),
        ("m % 3==1", "m % 3 == 1"),
        ("m%3 != -1", "m % 3 != -1"),
        ("elems.$x.y-z == 1", "elems.$x.y-z == 1"),
        ("$zip == '1'", "$zip == '1'"),
        ("größe == 1", "größe == 1"),
        (r#"m IN ["a", "b"]"#, "m IN ['a','b']"),
        ("m IN[]", "m IN []"),
        ("m CONTAINS [ 'a' , 1 ]", "m CONTAINS ['a',1]"),
        (
            "location WITHIN 5 MILES OF [40.703987, -73.986759]",
            "location WITHIN 5 MILES OF [40.703987,-73.986759]",
        ),
        (
            r#"location WITHIN 26.2 MILES OF [ZIP="11204"]"#,
            "location WITHIN 26.2 MILES OF [ZIP=11204]",
        ),
        (
            "l WITHIN 1 KM OF [ZIP = 01234 ]",
            "l WITHIN 1 KM OF [ZIP=01234]",
        ),
        (
            "l WITHIN 1 KM OF [ZIP='SW1A 1AA']",
            "l WITHIN 1 KM OF [ZIP=SW1A 1AA]",
        ),
        ("EXISTS m", "EXISTS m"),
        ("HAS date", "HAS date"),
        ("AGE<5", "AGE < 5"),
        ("AGE ('f') >= 10", "AGE('f') >= 10"),
        (r#"AGE("f")>=1.5"#, "AGE('f') >= 1.5"),
        // As Python writes AGE(mem.x).
        ("AGE(x) > 1000", "AGE('x') > 1000"),
        (r"MATCHES /a\/b/i", r"MATCHES /a\/b/i"),
        ("path=~/^[a-z]+$/gm", "path =~ /^[a-z]+$/gm"),
        (r"a =~ /x\\/ && b == 1", r"(a =~ /x\\/) && (b == 1)"),
        ("a == Date(1446550000000)", "a == Date(1446550000000)"),
        ("a == ObjectId( \"f1\" )", "a == ObjectId('f1')"),
        ("a == Email('x@y')", "a == Email('x@y')"),
        ("a == Date", "a == Date"),
        ("IN IN [1]", "IN IN [1]"),
        ("NOT.x == 1", "NOT.x == 1"),
        (r#"a == "it's""#, r"a == 'it\'s'"),
        (r#"a == 'say "x"'"#, r#"a == 'say "x"'"#),
        (
            r#"a == "\"\\\/\b\f\n\r\t""#,
            r#"a == "\"\\/\u0008\u000c\n\r\t""#,
        ),
        (r#"a == "\u00e9\ud83d\ude80""#, "a == 'é🚀'"),
        (r"a == '\d'", "a == 'd'"),
        ("a == 007", "a == 7"),
        ("a == -0", "a == 0"),
        ("a == 1e5", "a == 100000.0"),
        ("a == 1E+16", "a == 1e+16"),
        ("a == 0.00001", "a == 1e-05"),
        (
            "a == 123456789012345678901234567890123456789012345",
            "a == 123456789012345678901234567890123456789012345",
        ),
        (
            "a == -000123456789012345678901234567890123456789",
            "a == -123456789012345678901234567890123456789",
        ),
    ] {
        let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.to_string(), python, "{text}");
        assert_eq!(Filter::parse(python), Ok(filter), "{python}");
    }
}

#[test]
fn a_text_that_is_not_a_filter_is_refused_with_the_place() {
    for (text, error) in [
        ("", "expected a rule, found the end at byte 0"),
        ("   ", "expected a rule, found the end at byte 3"),
        ("a", "expected an operator, found the end at byte 1"),
        ("a = 1", "expected an operator, found '=' at byte 2"),
        (
            "a ==",
            "expected a value or a member, found the end at byte 4",
        ),
        (
            "a == &",
            "expected a value or a member, found '&' at byte 5",
        ),
        ("a == 1 &&", "expected a rule, found the end at byte 9"),
        (
            "a == 1 & b == 2",
            "expected '&&', '||' or the end, found '&' at byte 7",
        ),
        (
            "a == 1 b",
            "expected '&&', '||' or the end, found \"b\" at byte 7",
        ),
        (
            "(a == 1",
            "expected '&&', '||' or ')', found the end at byte 7",
        ),
        (
            "a == 1)",
            "expected '&&', '||' or the end, found ')' at byte 6",
        ),
        ("()", "expected a rule, found ')' at byte 1"),
        ("NOT", "expected a rule, found the end at byte 3"),
        ("1 < a", "expected a rule, found '1' at byte 0"),
        ("true == a", "expected a rule, found \"true\" at byte 0"),
        ("a == 5x", "expected a value, found '5' at byte 5"),
        ("a == 1.", "expected a value, found '1' at byte 5"),
        (
            "a == 1e999",
            "the number is too large for a double at byte 5",
        ),
        ("a == 'x", "expected '\\'', found the end at byte 7"),
        (r"a == 'x\", "expected '\\'', found the end at byte 8"),
        (
            r"a == '\u12'",
            "expected four hexadecimal digits of a character after '\\u' at byte 6",
        ),
        (
            r"a == '\ud800'",
            "expected four hexadecimal digits of a character after '\\u' at byte 6",
        ),
        (
            "a =~ x",
            "expected a regular expression between slashes, found \"x\" at byte 5",
        ),
        ("a =~ /x", "expected '/', found the end at byte 7"),
        (r"a =~ /x\/", "expected '/', found the end at byte 9"),
        ("a IN 1", "expected '[', found '1' at byte 5"),
        ("a IN [1", "expected ',' or ']', found the end at byte 7"),
        (
            "a IN [1,]",
            "expected a value or a member, found ']' at byte 8",
        ),
        ("a WITHIN x", "expected a distance, found \"x\" at byte 9"),
        (
            "a WITHIN 5 YARDS OF [1,2]",
            "expected 'MILES' or 'KM', found \"YARDS\" at byte 11",
        ),
        ("a WITHIN 5 KM [1,2]", "expected 'OF', found '[' at byte 14"),
        ("a WITHIN 5 KM OF [1]", "expected ',', found ']' at byte 19"),
        (
            "a WITHIN 5 KM OF [1,2,3]",
            "expected ']', found ',' at byte 21",
        ),
        (
            "a WITHIN 5 KM OF [ZIP=1",
            "expected a ZIP code and ']', found '1' at byte 22",
        ),
        (
            "a WITHIN 5 KM OF [ZIP=]",
            "a ZIP code has letters and digits, and single blanks or hyphens between them at byte 22",
        ),
        ("EXISTS", "expected a member, found the end at byte 6"),
        (
            "HAS 'date'",
            "expected the name of a type, found '\\'' at byte 4",
        ),
        ("AGE 5", "expected a comparison, found '5' at byte 4"),
        (
            "AGE > x",
            "expected a number of milliseconds, found \"x\" at byte 6",
        ),
        ("AGE > 0", "an age of 0 ms is not more than 0 at byte 6"),
        (
            "AGE('x y') > 1",
            "\"x y\" is not the name of a member: ' ' is not a letter, a digit, '_', '$', '-' or '.' at byte 4",
        ),
        (
            "a % 0 == 1",
            "a division by zero has no remainder at byte 4",
        ),
        ("a % 2 < 1", "expected '==' or '!=', found '<' at byte 6"),
        (
            "a == Date(x)",
            "expected milliseconds since 1970, found \"x\" at byte 10",
        ),
        (
            "a == ObjectId('')",
            "an id has letters and digits only at byte 5",
        ),
        ("x = 1, 2", "expected an operator, found '=' at byte 2"),
        (
            "a.b. == 1",
            "\"a.b.\" is not the name of a member: nothing stands before, after or between its dots at byte 0",
        ),
        ("\u{a0}a == 1", "expected a rule, found '\\u{a0}' at byte 0"),
    ] {
        let refused = Filter::parse(text).unwrap_err();
        assert_eq!(refused.to_string(), error, "{text}");
        assert!(
            refused
                .position()
                .is_some_and(|at| text.is_char_boundary(at)),
            "{text}"
        );
    }
}

#[test]
fn no_depth_of_a_text_is_too_much_for_the_stack() {
    let nested = |count: usize, open: &str, close: &str| {
        format!("{}a == 1{}", open.repeat(count), close.repeat(count))
    };
    for many in [1_000, 20_000] {
        assert_eq!(
            Filter::parse(&nested(many, "(", ")")),
            Filter::parse("a == 1")
        );
        let error = Filter::parse(&nested(many, "NOT ", "")).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "more than 128 rules are inside each other at byte {}",
                4 * many
            )
        );
        assert!(Filter::parse(&nested(many, "b == 2 && (c == 3 || (", "))")).is_err());
        assert!(Filter::parse(&"(".repeat(many)).is_err());
    }
}

#[test]
fn json_carries_the_text() {
    let filter = Filter::parse("a==\"x\"").unwrap();
    assert_eq!(serde_json::to_value(&filter).unwrap(), json!("a == 'x'"));
    assert_eq!(
        serde_json::from_value::<Filter>(json!("a == \"x\"")).unwrap(),
        filter
    );
    // What the platform has written is written again as it was, also in a grammar of its own.
    for text in ["a==\"x\"", "a = 1", ""] {
        let read: Filter = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), json!(text));
        assert_eq!(String::try_from(read).unwrap(), text);
    }
    assert!(serde_json::from_value::<Filter>(json!(1)).is_err());
    assert_eq!(Filter::from("a == 'x'"), filter);
    assert!(Filter::from("a = 1").check().is_err());
    assert_eq!(format!("{filter:?}"), "Filter(a == 'x')");
    assert_eq!(String::try_from(filter).unwrap(), "a == 'x'");
}
