//! The regular expressions of a filter, and how many steps it may take to search for them.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

use super::element;
use crate::flowthings::{Member, mem};

/// What a general category of Unicode weighs, such as `\p{L}`, which is hundreds of ranges.
const CATEGORY: u64 = 100;

/// A regular expression of a filter.
#[derive(Clone, Debug)]
pub(super) struct Search {
    /// The member in which it is searched for; without one, all elements.
    member: Option<Member>,
    /// Its characters, each as often as it is repeated.
    pub(super) weight: u64,
}

impl Search {
    /// The regular expressions of a text that is a filter.
    pub(super) fn all(filter: &str) -> Vec<Self> {
        let mut all = Vec::new();
        let mut before = String::new();
        let mut letters = filter.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\'' | '"' => drop(quoted(&mut letters, letter)),
                '/' => {
                    let pattern = quoted(&mut letters, letter);
                    all.push(Self {
                        member: searched(&before),
                        weight: weight(&pattern),
                    });
                }
                other => {
                    before.push(other);
                    continue;
                }
            }
            before.clear();
        }
        all
    }

    /// How many steps it may take in an object.
    pub(super) fn steps(&self, object: &Value) -> u64 {
        let length = |value: &Value| value.as_str().map_or(0, str::len);
        let length = match &self.member {
            Some(member) => member.value(object).ok().flatten().map_or(0, length),
            None => {
                let elements = object.get("elems").and_then(Value::as_object);
                let elements = elements.into_iter().flat_map(serde_json::Map::values);
                elements.map(|value| length(element::plain(value))).sum()
            }
        };
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.weight.saturating_mul(length)
    }
}

/// What stands before this mark, which is stepped over. A backslash takes the character behind it along.
fn quoted(letters: &mut Chars<'_>, mark: char) -> String {
    let mut text = String::new();
    while let Some(letter) = letters.next().filter(|letter| *letter != mark) {
        text.push(letter);
        if letter == '\\' {
            text.extend(letters.next());
        }
    }
    text
}

/// The member of the text before an expression, such as `NOT (name =~`; nothing before that of a `MATCHES`.
fn searched(before: &str) -> Option<Member> {
    let before = before.trim_end().strip_suffix("=~")?.trim_end();
    let is_part =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '-' | '.');
    let name = before.rsplit(|letter| !is_part(letter)).next()?;
    Some(mem(name))
}

/// The characters of an expression, each as often as it is repeated.
fn weight(pattern: &str) -> u64 {
    let mut letters = pattern.chars().peekable();
    // What the groups that are open weigh so far, the outermost first.
    let mut groups = Vec::new();
    // The same of the innermost one, but for what stands last in it, which may be repeated.
    let (mut before, mut last) = (0_u64, 0_u64);
    while let Some(letter) = letters.next() {
        match letter {
            '{' => last = last.saturating_mul(times(&mut letters)),
            '(' => {
                groups.push(before.saturating_add(last));
                (before, last) = (0, 1);
            }
            ')' => {
                last = before.saturating_add(last).saturating_add(1);
                before = groups.pop().unwrap_or_default();
            }
            other => {
                before = before.saturating_add(last);
                last = match other {
                    '\\' => escaped(&mut letters),
                    '[' => class(&mut letters),
                    _ => 1,
                };
            }
        }
    }
    before.saturating_add(last)
}

/// How often something is repeated at most, by what follows `{`; without an upper bound, at least.
fn times(letters: &mut Peekable<Chars<'_>>) -> u64 {
    let bounds: String = letters.take_while(|letter| *letter != '}').collect();
    let bounds = bounds.split(',').filter_map(|bound| bound.parse().ok());
    bounds.max().unwrap_or(1).max(1)
}

/// What stands for one character behind a backslash.
fn escaped(letters: &mut Peekable<Chars<'_>>) -> u64 {
    let letter = letters.next();
    let has_braces = matches!(letter, Some('p' | 'P' | 'x'));
    if has_braces && letters.next_if_eq(&'{').is_some() {
        letters.take_while(|letter| *letter != '}').for_each(drop);
    }
    match letter {
        Some('p' | 'P') => CATEGORY,
        _ => 1,
    }
}

/// A class behind its `[`.
fn class(letters: &mut Peekable<Chars<'_>>) -> u64 {
    let (mut weight, mut depth) = (1_u64, 1_usize);
    open(letters);
    while depth > 0
        && let Some(letter) = letters.next()
    {
        weight = weight.saturating_add(match letter {
            '\\' => escaped(letters),
            _ => 1,
        });
        match letter {
            '[' => {
                depth += 1;
                open(letters);
            }
            ']' => depth -= 1,
            _ => {}
        }
    }
    weight
}

/// Steps over what ends no class at its beginning.
fn open(letters: &mut Peekable<Chars<'_>>) {
    letters.next_if_eq(&'^');
    letters.next_if_eq(&']');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_repeated_weighs_as_often() {
        for (pattern, expected) in [
            ("abc", 3),
            ("a{5}", 5),
            ("a{2,5}b", 6),
            ("a{5,}", 5),
            ("(ab){10}", 40),
            ("((a{3}){4}b){5}", 115),
            ("[0-9]{4}", 20),
            ("[^]{9}]{3}x", 16),
            (r"\{9}\x{41}{2}\[{3}", 8),
            (r"\p{L}{3}", 300),
            ("(x?){900}x{900}y", 4501),
        ] {
            assert_eq!(weight(pattern), expected, "{pattern}");
        }
        assert_eq!(weight(&format!("(a{}", "{1000}".repeat(99))), u64::MAX);
    }

    #[test]
    fn a_filter_searches_for_what_stands_between_slashes_in_what_stands_before() {
        let drop = json!({"path": "/a", "elems": {
            "s": "12345",
            "t": {"type": "string", "value": "123"},
            "n": 5,
        }});
        for (filter, expected) in [
            ("n == 5", vec![]),
            (r#"s == "a =~ /x/" && path == '/a\'/b/'"#, vec![]),
            ("s =~ /abc/i", vec![15]),
            ("NOT (elems.t=~/ab/)", vec![6]),
            (r"n =~ /a/ || none =~ /a/ && path =~ /\/{2}/", vec![0, 0, 4]),
            ("MATCHES /ab/ && s != '/'", vec![16]),
        ] {
            let searches = Search::all(filter).into_iter();
            let steps: Vec<u64> = searches.map(|search| search.steps(&drop)).collect();
            assert_eq!(steps, expected, "{filter}");
        }
    }
}
