//! Refuses what the generator gets wrong and what the house forbids.
//!
//! Every rule tells its place in the words of the document. All faults are found in one run, so
//! that a maintainer mends them in one go; what hangs on a missing reference is not judged.

mod body;
mod document;
mod example;
mod inline;
mod name;
mod operation;
mod parameter;
mod prose;
mod reference;
mod response;
mod schema;
mod site;
mod words;

use serde_norway::Value;

use super::{
    fault::Fault,
    names,
    yaml::node::{entries, resolve, text},
};
use words::{Vocabulary, hint, near};

/// All faults of the document; none means that it can be read.
pub fn lint(document: &Value) -> Vec<Fault> {
    let mut lint = Lint {
        document,
        faults: Vec::new(),
    };
    lint.document();
    lint.references();
    lint.shared();
    lint.operations();
    lint.names();
    lint.schemas();
    lint.faults
}

/// Whether one version comes after another: `1.20` after `1.9`.
fn is_later(one: &str, other: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let numbers = version.split(|c: char| !c.is_ascii_digit());
        numbers.map_while(|number| number.parse().ok()).collect()
    };
    numbers(one) > numbers(other)
}

struct Lint<'a> {
    document: &'a Value,
    faults: Vec<Fault>,
}

impl<'a> Lint<'a> {
    fn fault(&mut self, place: &str, reason: impl Into<String>) {
        self.faults.push(Fault::new(place, reason));
    }

    /// Refuses words that the language does not have, and values of the wrong kind: a typo in `x-soruce` is a
    /// fault, not a no-op, and so is `nullable: yes`.
    fn words(&mut self, place: &str, node: &Value, vocabulary: Vocabulary) {
        if !node.is_mapping() && !node.is_null() {
            self.fault(place, "this is not a mapping; look at its indentation");
        }
        for (word, value) in entries(node) {
            match vocabulary.iter().find(|(known, _)| *known == word) {
                Some((_, kind)) => {
                    if let Some(reason) = kind.refuses(value) {
                        self.fault(place, format!("{word} {reason}"));
                    }
                }
                None => {
                    let known = vocabulary.iter().map(|(known, _)| *known);
                    let hint = match hint(&word, value) {
                        Some(hint) => Some(format!(": {hint}")),
                        None => near(&word, known).map(|known| format!(": is it `{known}`?")),
                    };
                    self.fault(
                        place,
                        format!(
                            "`{word}` is not a word of the spec language here{}",
                            hint.unwrap_or_default()
                        ),
                    );
                }
            }
        }
    }

    /// Refuses a name that cannot stand in Rust: because Rust reserves the word, or else for this reason.
    fn unusable(&mut self, place: &str, name: &str, reason: impl Into<String>) {
        match names::reserved(name) {
            Some(reserved) => self.fault(place, reserved),
            None => self.fault(place, reason),
        }
    }

    /// What appears in a version does not go in an earlier one.
    fn versions(&mut self, place: &str, node: &Value) {
        let (since, until) = (text(&node["x-since"]), text(&node["x-until"]));
        if !since.is_empty() && !until.is_empty() && is_later(&since, &until) {
            self.fault(place, format!("x-since {since} is after x-until {until}"));
        }
    }

    /// A text is there and survives as rustdoc.
    fn prose(&mut self, place: &str, object: &Value, word: &str) {
        let value = text(&object[word]);
        if value.is_empty() && !object.get(word).is_some_and(Value::is_null) {
            self.fault(place, format!("{word} is missing"));
        }
        for reason in prose::faults(&value) {
            self.fault(place, format!("the {word} {reason}"));
        }
    }

    /// What a node or its `$ref` stands for; nothing where the reference is broken.
    fn target(&self, node: &'a Value) -> Option<&'a Value> {
        Some(resolve(self.document, node)).filter(|target| !target.is_null())
    }

    fn schema_named(&self, name: &str) -> &'a Value {
        &self.document["components"]["schemas"][name]
    }
}
