//! Groups that are like another one: a spec writes their operations once, and the document has them for each group.

use serde_norway::Value;

use super::node::{VERBS, entries, items, text};
use crate::codegen::fault::Fault;

/// What `x-like` says of a tag: its operations are those of another one, with words replaced.
pub struct Likeness {
    tag: String,
    original: String,
    /// The longest first, so that `a flow` comes before `flow`.
    words: Vec<(String, String)>,
    without: Vec<String>,
}

impl Likeness {
    fn of(tag: &Value) -> Option<Self> {
        let like = tag.get("x-like")?;
        let (name, original) = (text(&tag["name"]), text(&like["tag"]));
        let words = entries(&like["words"]).map(|(word, other)| (word, text(other)));
        let own = (format!("{original}_"), format!("{name}_"));
        Some(Self {
            words: longest_first(words.chain([own]).collect()),
            without: items(&like["without"]).map(text).collect(),
            tag: name,
            original,
        })
    }

    /// The path items of the original, with the operations that this tag has too.
    fn originals(&self, document: &Value) -> Vec<(String, Value)> {
        let is_copied = |operation: &Value| {
            operation["tags"][0] == self.original.as_str()
                && !self.without.contains(&verb(operation, &self.original))
        };
        let mut originals = Vec::new();
        for (path, item) in entries(&document["paths"]) {
            let mut item = item.clone();
            if let Some(item) = item.as_mapping_mut() {
                item.retain(|key, operation| !is_verb(key) || is_copied(operation));
                if item.keys().any(is_verb) {
                    originals.push((path, Value::Mapping(std::mem::take(item))));
                }
            }
        }
        originals
    }

    /// The paths and the path items of the copies.
    fn copies(&self, document: &Value) -> Vec<(String, Value)> {
        let originals = self.originals(document).into_iter();
        let copies = originals.map(|(path, item)| {
            let mut item = replaced_in(&item, &self.words);
            let operations = item.as_mapping_mut().into_iter().flatten();
            for (_, operation) in operations.filter(|(key, _)| is_verb(key)) {
                operation["tags"] = Value::Sequence(vec![Value::String(self.tag.clone())]);
            }
            (replaced(&path, &self.words), item)
        });
        copies.collect()
    }

    /// Adds the copies to the document. What the tag has written out itself stays.
    fn copy(&self, document: &mut Value) {
        let copies = self.copies(document);
        let Some(paths) = document["paths"].as_mapping_mut() else {
            return;
        };
        for (path, item) in copies {
            match (paths.get_mut(path.as_str()), item) {
                (Some(Value::Mapping(own)), Value::Mapping(item)) => {
                    for (key, node) in item {
                        own.entry(key).or_insert(node);
                    }
                }
                (_, item) => drop(paths.insert(Value::String(path), item)),
            }
        }
    }

    /// The fault in the words of the original, if it is one of a copy.
    fn told_of_original(&self, document: &Value, fault: &Fault) -> Option<Fault> {
        let (first, _) = fault.place.split_once(": ").unwrap_or((&fault.place, ""));
        let path = first.rsplit(' ').next()?;
        if !self.copies(document).iter().any(|(copy, _)| copy == path) {
            return None;
        }
        let back = self.words.iter().cloned();
        let back = longest_first(back.map(|(word, other)| (other, word)).collect());
        let back = |text: &str| replaced(text, &back);
        Some(Fault::new(back(&fault.place), back(&fault.reason)))
    }
}

/// Writes out the operations of every tag with `x-like`.
pub fn write_out(document: &mut Value) {
    let tags = document["tags"].as_sequence().cloned();
    for likeness in tags.iter().flatten().filter_map(Likeness::of) {
        likeness.copy(document);
    }
}

/// The faults with the place in the text of those that are about a copy; without those that the original has too.
pub fn traced(document: &Value, faults: Vec<Fault>) -> Vec<Fault> {
    let likenesses: Vec<Likeness> = items(&document["tags"]).filter_map(Likeness::of).collect();
    let of_original = |fault: &Fault| {
        let mut likenesses = likenesses.iter();
        likenesses.find_map(|likeness| likeness.told_of_original(document, fault))
    };
    let traced = faults.iter().filter_map(|fault| match of_original(fault) {
        Some(original) if faults.contains(&original) => None,
        original => Some(Fault {
            written: original.map(Box::new),
            ..fault.clone()
        }),
    });
    traced.collect()
}

/// The id of an operation without its tag.
pub fn verb(operation: &Value, tag: &str) -> String {
    let id = text(&operation["operationId"]);
    let verb = id.strip_prefix(tag).and_then(|rest| rest.strip_prefix('_'));
    verb.unwrap_or_default().to_owned()
}

fn is_verb(key: &Value) -> bool {
    VERBS.iter().any(|(verb, _)| key == *verb)
}

fn longest_first(mut words: Vec<(String, String)>) -> Vec<(String, String)> {
    words.retain(|(word, _)| !word.is_empty());
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    words
}

/// The node with the words replaced in all its texts, keys among them.
fn replaced_in(node: &Value, words: &[(String, String)]) -> Value {
    match node {
        Value::String(text) => Value::String(replaced(text, words)),
        Value::Sequence(items) => items.iter().map(|item| replaced_in(item, words)).collect(),
        Value::Mapping(node) => {
            let pairs = node.iter();
            let pairs =
                pairs.map(|(key, node)| (replaced_in(key, words), replaced_in(node, words)));
            Value::Mapping(pairs.collect())
        }
        other => other.clone(),
    }
}

/// The text with the words replaced where they stand alone or begin a name.
fn replaced(text: &str, words: &[(String, String)]) -> String {
    let mut result = String::with_capacity(text.len());
    let (mut before, mut rest) = (None, text);
    while let Some(next) = rest.chars().next() {
        let mut words = words.iter();
        let found = words.find_map(|(word, other)| Some((other, after(before, word, rest)?)));
        match found {
            Some((other, after)) => {
                result.push_str(other);
                before = other.chars().next_back();
                rest = after;
            }
            None => {
                result.push(next);
                before = Some(next);
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
            }
        }
    }
    result
}

/// What comes after the word with which the text begins, if it stands alone or begins a name: `Flow` of `FlowId`, and not `flow`
/// of `flows` or of `overflow`.
fn after<'a>(before: Option<char>, word: &str, text: &'a str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    let goes_on = |one: Option<char>, next: Option<char>| {
        let is_letter = |c: char| c.is_alphanumeric();
        one.is_some_and(is_letter)
            && next.is_some_and(|next| is_letter(next) && !next.is_uppercase())
    };
    let is_begun = before.is_some_and(|before| before.is_alphanumeric() || before == '_')
        && word.starts_with(char::is_alphanumeric);
    let is_within = is_begun || goes_on(word.chars().next_back(), rest.chars().next());
    (!is_within).then_some(rest)
}

/// Whether the word stands anywhere in the node.
pub fn has_word(node: &Value, word: &str) -> bool {
    let words = [(word.to_owned(), String::new())];
    replaced_in(node, &words) != *node
}
