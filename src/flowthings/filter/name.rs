//! Names of members: paths with dots, in which nothing can be taken for anything else of a filter.

use std::fmt;

use super::FilterError;

/// Words that begin a rule or are a literal, so no member can be called so.
const RESERVED: [&str; 7] = ["AGE", "EXISTS", "HAS", "MATCHES", "NOT", "false", "true"];

const LONGEST_RESERVED: usize = longest(&RESERVED);

const fn longest(words: &[&str]) -> usize {
    match words {
        [] => 0,
        [first, rest @ ..] => match longest(rest) {
            rest if rest > first.len() => rest,
            _ => first.len(),
        },
    }
}

/// A valid path, such as `elems.foo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    path: String,
    /// Bytes before the first dot.
    first: usize,
}

impl Name {
    pub(super) fn new(name: impl Into<String>) -> Result<Self, FilterError> {
        Self::of("a member", name.into(), fault)
    }

    /// A name without dots.
    pub(super) fn of_type(name: impl Into<String>) -> Result<Self, FilterError> {
        Self::of("a type", name.into(), |name| match name.contains('.') {
            true => Some("it has a dot".to_owned()),
            false => fault(name),
        })
    }

    #[inline]
    fn of(
        what: &str,
        name: String,
        fault: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, FilterError> {
        match fault(&name) {
            None => Ok(Self {
                first: name
                    .bytes()
                    .position(|byte| byte == b'.')
                    .unwrap_or(name.len()),
                path: name,
            }),
            Some(fault) => Err(FilterError::new(format!(
                "{name:?} is not the name of {what}: {fault}"
            ))),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.path
    }

    /// What is before the first dot, and what is behind it.
    pub(super) fn parts(&self) -> (&str, Option<&str>) {
        match self.path.split_at_checked(self.first) {
            Some((first, rest)) => (first, rest.get(1..)),
            None => (&self.path, None),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

/// Whether a name may have this character somewhere.
pub(super) fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '_' | '$' | '-' | '.')
        || (!character.is_ascii() && character.is_alphanumeric())
}

/// Whether a name is beyond doubt, as most are: parts that begin with a letter and go on with letters, digits and `_`, and no word that
/// means something else.
fn is_plain(name: &str) -> bool {
    let (mut begins, mut has_dot) = (true, false);
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => begins = false,
            b'0'..=b'9' | b'_' if !begins => {}
            b'.' if !begins => (begins, has_dot) = (true, true),
            _ => return false,
        }
    }
    !begins && (has_dot || name.len() > LONGEST_RESERVED)
}

/// What is wrong with a name.
fn fault(name: &str) -> Option<String> {
    if is_plain(name) {
        return None;
    }
    let mut before = '.';
    for character in name.chars() {
        match character {
            '.' if before == '.' => break,
            '-' if before == '.' => return Some("a part of it begins with '-'".to_owned()),
            _ if is_part(character) => before = character,
            _ => {
                return Some(format!(
                    "{character:?} is not a letter, a digit, '_', '$', '-' or '.'"
                ));
            }
        }
    }
    let fault = if name.is_empty() {
        "it is empty"
    } else if before == '.' {
        "nothing stands before, after or between its dots"
    } else if name.starts_with(char::is_numeric) {
        "it begins with a digit"
    } else if RESERVED.contains(&name) {
        "the word means something else in a filter"
    } else {
        return None;
    };
    Some(fault.to_owned())
}
