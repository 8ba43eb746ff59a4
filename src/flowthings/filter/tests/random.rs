//! Random filters and texts.

use proptest::prelude::*;
use serde_json::json;

use crate::flowthings::{
    Age, Center, Distance, Filter, Member, Operand, age, age_of, exists, has, matches_with, mem,
};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z_$][a-z0-9_$]{0,5}(\\.[a-z0-9_$][a-z0-9_$-]{0,4}){0,2}",
        1 => "é[a-zß0-9]{0,3}",
        1 => proptest::sample::select(vec!["IN", "OF", "ZIP", "WITHIN", "CONTAINS", "Date", "Email", "AGE.x", "trueish", "NOT-x"])
            .prop_map(str::to_owned),
    ]
    .prop_filter("the words of the grammar", |name| mem(name).eq(1).check().is_ok())
}

/// Texts that are hard on quotes, among others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z '\"\\\\\\]\\[(),|&/=!\n\t]{0,12}",
        any::<String>(),
        Just("' || true || 'x".to_owned()),
        Just("\\".to_owned()),
    ]
}

fn float() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("finite", |float| float.is_finite())
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        text().prop_map(Operand::from),
        any::<bool>().prop_map(Operand::from),
        any::<i64>().prop_map(Operand::from),
        any::<u128>().prop_map(Operand::from),
        float().prop_map(Operand::from),
        "-?[1-9][0-9]{38,60}".prop_map(|digits| digits.parse().unwrap()),
        name().prop_map(|name| mem(name).into()),
        any::<i64>().prop_map(Operand::date),
        "[a-z][0-9a-f]{24}".prop_map(Operand::object_id),
        text().prop_map(Operand::email),
    ]
}

fn regex() -> impl Strategy<Value = (String, String)> {
    let pattern = prop_oneof![
        "([a-z/|)( \\]\\['\"&]|\\\\[/\\\\a.']){0,8}",
        "[^\\\\\\p{Cc}]{0,8}",
    ];
    (pattern, "[gims]{0,2}")
}

fn compared(which: u8, member: Member, operand: Operand) -> Filter {
    match which % 6 {
        0 => member.eq(operand),
        1 => member.ne(operand),
        2 => member.lt(operand),
        3 => member.le(operand),
        4 => member.gt(operand),
        _ => member.ge(operand),
    }
}

fn aged(which: u8, age: Age, ms: f64) -> Filter {
    match which % 6 {
        0 => age.eq(ms),
        1 => age.ne(ms),
        2 => age.lt(ms),
        3 => age.le(ms),
        4 => age.gt(ms),
        _ => age.ge(ms as u64 | 1),
    }
}

fn filter() -> impl Strategy<Value = Filter> {
    let operands = || proptest::collection::vec(operand(), 0..4);
    let ms = 1e-3..1e18_f64;
    let leaf = prop_oneof![
        6 => (any::<u8>(), name(), operand()).prop_map(|(which, name, operand)| compared(which, mem(name), operand)),
        1 => (name(), regex()).prop_map(|(name, (pattern, flags))| mem(name).re_with(pattern, flags)),
        1 => (name(), operands()).prop_map(|(name, values)| mem(name).is_in(values)),
        1 => (name(), operands()).prop_map(|(name, values)| mem(name).contains(values)),
        1 => (name(), float(), float(), float()).prop_map(|(name, distance, latitude, longitude)| {
            mem(name).within(Distance::km(distance), Center::coordinates(latitude, longitude))
        }),
        1 => (name(), any::<i32>(), "[0-9A-Z]{1,5}([ -][0-9A-Z]{1,4})?").prop_map(|(name, distance, zip)| {
            mem(name).within(Distance::miles(distance), Center::zip(zip))
        }),
        1 => name().prop_map(exists),
        1 => "[a-zA-Z_]{1,9}".prop_filter("the words of the grammar", |type_| has(type_).check().is_ok()).prop_map(has),
        1 => (any::<u8>(), ms.clone()).prop_map(|(which, ms)| aged(which, age(), ms)),
        1 => (any::<u8>(), name(), ms).prop_map(|(which, name, ms)| aged(which, age_of(name), ms)),
        1 => regex().prop_map(|(pattern, flags)| matches_with(pattern, flags)),
        1 => (name(), any::<i64>(), any::<bool>()).prop_map(|(name, number, is_equal)| {
            let left = mem(name).modulo(number | 1);
            if is_equal { left.eq(number) } else { left.ne(0.5) }
        }),
    ];
    leaf.prop_recursive(6, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left & right),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left | right),
            inner.prop_map(|filter| !filter),
        ]
    })
}

/// The text, in which nothing is that a log or a URL takes for more than text.
fn structure(filter: &Filter) -> String {
    let text = filter.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    text
}

proptest! {
    #[test]
    fn a_filter_comes_back_from_its_text(filter in filter()) {
        prop_assert_eq!(filter.check(), Ok(()));
        let text = filter.to_string();
        let read = Filter::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&filter));
        prop_assert_eq!(read.unwrap().to_string(), text);
    }

    #[test]
    fn no_text_changes_the_structure(said in text(), filter in filter()) {
        // Whatever the text says, it is one operand, and all around it stays what it is.
        let list = mem("a").is_in([said.as_str(), "x"]);
        let whole = list & mem("b").eq(said.as_str()) & filter.clone();
        let expected = Filter::parse(&format!("a IN [{0},'x'] && b == {0} && ({filter})", quoted(&said))).unwrap();
        prop_assert_eq!(&whole, &expected);
        prop_assert_eq!(Filter::parse(&structure(&whole)), Ok(expected));
        let drop = json!({"a": said, "b": said});
        prop_assert_eq!(mem("a").eq(said.as_str()).matches(&drop), Ok(true));
        let again = Filter::parse(&mem("a").eq(said.as_str()).to_string()).unwrap();
        prop_assert_eq!(again.matches(&drop), Ok(true));
    }

    #[test]
    fn no_name_flag_pattern_or_zip_code_changes_the_structure(said in text()) {
        for filter in [
            mem(&said).eq(1),
            mem("a").eq(mem(&said)),
            exists(&said),
            has(&said),
            age_of(&said).gt(1),
            mem("a").re_with("x", &said),
            mem("a").re(&said),
            matches_with(&said, ""),
            mem("a").within(Distance::km(1), Center::zip(&said)),
            mem("a").eq(Operand::object_id(&said)),
            mem("a").eq(Operand::email(&said)),
        ] {
            let filter = filter & mem("z").eq(1);
            if filter.check().is_ok() {
                let text = structure(&filter);
                prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
            }
        }
    }

    #[test]
    fn a_filter_and_its_text_take_the_same(filter in filter(), number: i32) {
        let drop = json!({"elems": {"a": number, "b": "x", "c": {"type": "list", "value": [number]}}, "creationDate": number});
        let again = Filter::parse(&filter.to_string()).unwrap();
        let now = std::time::UNIX_EPOCH;
        prop_assert_eq!(again.matches_at(&drop, now), filter.matches_at(&drop, now));
        if let (Ok(takes), Ok(why)) = (filter.matches_at(&drop, now), filter.explain_at(&drop, now)) {
            prop_assert_eq!(why.matches(), takes);
            prop_assert_eq!((!filter).matches_at(&drop, now), Ok(!takes));
        }
    }

    #[test]
    fn no_text_panics_and_what_is_read_is_a_fixed_point(
        text in r#"((a|b\.c|NOT|AGE|EXISTS|HAS|IN|WITHIN|OF|MILES|ZIP|true|12|-1\.5e3|'x'|"\\n"|/r/i|Date\(1\))?[ ()\[\],&|=!<>~%'"/\\]{0,3}){0,12}"#
    ) {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(error) => prop_assert!(error.position().is_some_and(|at| text.is_char_boundary(at))),
        }
    }

    #[test]
    fn no_text_of_any_characters_panics(text in any::<String>()) {
        let _ = Filter::parse(&text);
    }
}

/// A text as the platform's browser client writes it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
