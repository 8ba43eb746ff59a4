//! Filters as a program makes them here from the expressions that a program in Python makes, and the defects that Python's text has.

use std::collections::BTreeSet;

use headwaters::flowthings::{
    Age, Center, Distance, Filter, Member, Milliseconds, Number, Operand, age, age_of, exists, has,
    matches_with, mem,
};
use serde_json::Value;

/// What is wrong with a text of Python's.
pub const DEFECTS: [&str; 10] = [
    BACKSLASH, CONTROL, NEGATED, SLASH, CUT, LINES, FLAGS, NAME, ZIP, NUMBER,
];

/// Of which no filter can be made.
pub const REFUSED: [&str; 6] = [CUT, LINES, FLAGS, NAME, ZIP, NUMBER];

const BACKSLASH: &str = "a backslash in a text is not escaped";
const CONTROL: &str = "a control character is in a text as it is";
const NEGATED: &str = "NOT is that of the first part alone";
const SLASH: &str = "an escaped slash in a regular expression ends it";
const CUT: &str = "a backslash at the end of a regular expression escapes what ends it";
const LINES: &str = "a control character is in a regular expression as it is";
const FLAGS: &str = "flags go on behind the regular expression";
const NAME: &str = "a name is not one";
const ZIP: &str = "a ZIP code is not one";
const NUMBER: &str = "a number is not finite";

/// An expression is an object with one member: what it is, and its parts.
fn kind(expression: &Value) -> (&str, &Value) {
    let mut members = expression.as_object().unwrap().iter();
    let (kind, parts) = members.next().unwrap();
    (kind, parts)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn filter(expression: &Value) -> Filter {
    let (kind, parts) = kind(expression);
    let member = || mem(text(&parts[0]));
    let operands = || parts[1].as_array().unwrap().iter().map(operand);
    match kind {
        "and" => filter(&parts[0]) & filter(&parts[1]),
        "or" => filter(&parts[0]) | filter(&parts[1]),
        "not" => !filter(parts),
        "compare" => compared(member(), text(&parts[1]), operand(&parts[2])),
        "re" => member().re_with(text(&parts[1]), text(&parts[2])),
        "in" => member().is_in(operands()),
        "contains" => member().contains(operands()),
        "within" => {
            let number = number(&parts[1]);
            let distance = match text(&parts[2]) {
                "KM" => Distance::km(number),
                _ => Distance::miles(number),
            };
            member().within(distance, center(&parts[3]))
        }
        "exists" => exists(text(parts)),
        "has" => has(text(parts)),
        "matches" => matches_with(text(&parts[0]), text(&parts[1])),
        "age" => {
            let age = match parts[0].as_str() {
                Some(field) => age_of(field),
                None => age(),
            };
            aged(age, text(&parts[1]), number(&parts[2]).into())
        }
        other => panic!("{other}"),
    }
}

fn compared(member: Member, sign: &str, operand: Operand) -> Filter {
    match sign {
        "==" => member.eq(operand),
        "!=" => member.ne(operand),
        "<" => member.lt(operand),
        "<=" => member.le(operand),
        ">" => member.gt(operand),
        ">=" => member.ge(operand),
        other => panic!("{other}"),
    }
}

fn aged(age: Age, sign: &str, ms: Milliseconds) -> Filter {
    match sign {
        "==" => age.eq(ms),
        "!=" => age.ne(ms),
        "<" => age.lt(ms),
        "<=" => age.le(ms),
        ">" => age.gt(ms),
        ">=" => age.ge(ms),
        other => panic!("{other}"),
    }
}

fn center(said: &Value) -> Center {
    match said {
        Value::String(code) => Center::zip(code),
        point => Center::coordinates(number(&point[0]), number(&point[1])),
    }
}

fn operand(said: &Value) -> Operand {
    match kind(said) {
        ("text", said) => text(said).into(),
        ("bool", said) => said.as_bool().unwrap().into(),
        ("member", said) => mem(text(said)).into(),
        _ => number(said).into(),
    }
}

fn number(said: &Value) -> Number {
    match kind(said) {
        ("int", digits) => text(digits).parse().unwrap(),
        ("float", repr) => text(repr).parse::<f64>().unwrap().into(),
        other => panic!("{other:?}"),
    }
}

/// The defects that Python's text has.
pub fn defects(expression: &Value) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    find(expression, &mut found);
    found
}

fn find(expression: &Value, found: &mut BTreeSet<&'static str>) {
    let (kind, parts) = kind(expression);
    match kind {
        "and" | "or" => parts
            .as_array()
            .unwrap()
            .iter()
            .for_each(|part| find(part, found)),
        "not" => {
            if parts.get("and").is_some() || parts.get("or").is_some() {
                found.insert(NEGATED);
            }
            find(parts, found);
        }
        "compare" => {
            find_in_name(&parts[0], found);
            find(&parts[2], found);
        }
        "re" => {
            find_in_name(&parts[0], found);
            find_in_regex(text(&parts[1]), text(&parts[2]), found);
        }
        "matches" => find_in_regex(text(&parts[0]), text(&parts[1]), found),
        "in" | "contains" => {
            find_in_name(&parts[0], found);
            parts[1]
                .as_array()
                .unwrap()
                .iter()
                .for_each(|part| find(part, found));
        }
        "within" => {
            find_in_name(&parts[0], found);
            find(&parts[1], found);
            match &parts[3] {
                Value::String(code) if code.contains(']') => {
                    found.insert(ZIP);
                }
                Value::String(_) => {}
                point => point
                    .as_array()
                    .unwrap()
                    .iter()
                    .for_each(|part| find(part, found)),
            }
        }
        "age" => {
            find_in_name(&parts[0], found);
            find(&parts[2], found);
        }
        "exists" | "member" => find_in_name(parts, found),
        "has" | "bool" | "int" => {}
        "text" => {
            if text(parts).contains('\\') {
                found.insert(BACKSLASH);
            }
            if text(parts).contains(char::is_control) {
                found.insert(CONTROL);
            }
        }
        "float" => {
            if matches!(text(parts), "nan" | "inf" | "-inf") {
                found.insert(NUMBER);
            }
        }
        other => panic!("{other}"),
    }
}

/// The names that `filters.py` calls bad.
fn find_in_name(name: &Value, found: &mut BTreeSet<&'static str>) {
    let is_bad = |name: &str| {
        matches!(name, "" | "a..b" | "5a" | "NOT" | "true") || name.contains([' ', '\'', ']', '\n'])
    };
    if name.as_str().is_some_and(is_bad) {
        found.insert(NAME);
    }
}

fn find_in_regex(pattern: &str, flags: &str, found: &mut BTreeSet<&'static str>) {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\n' => {
                found.insert(LINES);
            }
            '\\' => match characters.next() {
                Some('/') => {
                    found.insert(SLASH);
                }
                Some('\n') => {
                    found.insert(LINES);
                }
                Some(_) => {}
                None => {
                    found.insert(CUT);
                }
            },
            _ => {}
        }
    }
    if flags.contains(|flag: char| !flag.is_ascii_alphabetic()) {
        found.insert(FLAGS);
    }
}
