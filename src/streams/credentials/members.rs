//! The members of JSON objects that hold credentials.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::{Error, Result, Secret, value::printable::is_unseen};

/// The members of an object, and what errors call the object. Errors name members, and show nothing of what they hold.
pub(super) struct Members<'a> {
    members: BTreeMap<String, &'a RawValue>,
    pub(super) called: String,
}

impl<'a> Members<'a> {
    /// The members of the object that the text is.
    pub(super) fn of(text: &'a str, called: impl Into<String>) -> Result<Self> {
        let called = called.into();
        let text = text.trim_start_matches('\u{feff}').trim();
        let refuse = |why: &str| Error::config(format!("{called} {why}"));
        if !text.starts_with('{') {
            return Err(refuse(match text.chars().next() {
                None => "is empty",
                Some('[') => "is a list: give the object inside of it",
                Some('"' | '\'' | '`' | '“' | '‘') => {
                    "is in quotes: JSON begins with {, so take the quotes around it away"
                }
                Some(_) => "is not a JSON object, which begins with {",
            }));
        }
        match serde_json::from_str(text) {
            Ok(members) => Ok(Self { members, called }),
            // Whatever the library says of the text may repeat it.
            Err(error) => Err(refuse(&format!(
                "is not valid JSON at line {} column {}{}",
                error.line(),
                error.column(),
                hint(text, error.is_eof())
            ))),
        }
    }

    /// The members of an element of a list; `None` where it is no object.
    pub(super) fn of_element(element: &'a RawValue, called: &str) -> Option<Self> {
        let members = serde_json::from_str(element.get()).ok()?;
        let called = called.to_owned();
        Some(Self { members, called })
    }

    /// Whether there is such a member that is not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The JSON of a member; `None` where it is missing or null.
    pub(super) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let raw = self.members.get(name).copied();
        raw.filter(|raw| raw.get() != "null")
    }

    /// The names of members that are lists.
    pub(super) fn lists(&self) -> impl Iterator<Item = &str> {
        let lists = self
            .members
            .iter()
            .filter(|(_, raw)| raw.get().starts_with('['));
        lists.map(|(name, _)| name.as_str())
    }

    /// The string of a member; `None` where it is missing or null.
    pub(super) fn string(&self, name: &str) -> Result<Option<Secret>> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        match serde_json::from_str(raw.get()) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(self.refuse(name, "is not a string")),
        }
    }

    /// The string of a member that may hold blanks inside, such as a password.
    pub(super) fn secret(&self, name: &str) -> Result<Secret> {
        let text = self.string(name)?;
        let text = text.ok_or_else(|| self.refuse(name, "is missing"))?;
        match defect(text.expose()) {
            Some(defect) => Err(self.refuse(name, defect)),
            None => Ok(text),
        }
    }

    /// The string of a member that holds no blanks.
    pub(super) fn word(&self, name: &str) -> Result<Secret> {
        let text = self.secret(name)?;
        match text.expose().contains(char::is_whitespace) {
            true => Err(self.refuse(name, BLANKS)),
            false => Ok(text),
        }
    }

    /// Says what is wrong with a member.
    pub(super) fn refuse(&self, name: &str, why: &str) -> Error {
        Error::config(format!("the member {name} of {} {why}", self.called))
    }
}

const BLANKS: &str =
    "has blanks, line breaks or unseen characters that are not part of it: paste it again";

/// What pasting may have done to a text.
fn defect(text: &str) -> Option<&'static str> {
    let has_blank_ends = text.trim().len() != text.len();
    let is_quote = |quote: Option<char>| quote.is_some_and(|quote| "\"'`“”‘’".contains(quote));
    if text.is_empty() {
        Some("is empty")
    } else if has_blank_ends || text.contains(is_unseen) {
        Some(BLANKS)
    } else if is_quote(text.chars().next()) && is_quote(text.chars().next_back()) {
        Some("has quotes inside its quotes: take them away")
    } else {
        None
    }
}

/// What may be wrong with a text that is not JSON.
fn hint(text: &str, is_cut: bool) -> &'static str {
    let inner = text.trim_start_matches('{').trim_start();
    if text.contains(['“', '”']) {
        ": it has typographic quotes, and JSON has \" only"
    } else if inner.starts_with('\'') {
        ": JSON has its names and texts in double quotes, not in single ones"
    } else if inner.starts_with("\\\"") {
        ": its quotes have a backslash before them that does not belong to them"
    } else if is_cut {
        ": it ends too early, so some of it may be missing"
    } else {
        ""
    }
}
