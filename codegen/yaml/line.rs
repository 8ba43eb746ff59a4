//! The line of the text that a fault is about: the values of a document do not know theirs.

use std::iter;

use super::node::{KINDS, VERBS};
use crate::codegen::fault::Fault;

/// The line, from 1, as near to the fault as the text tells; none for a fault of the whole document.
pub fn line(text: &str, fault: &Fault) -> Option<usize> {
    let fault = fault.written.as_deref().unwrap_or(fault);
    let lines: Vec<Line> = text
        .lines()
        .enumerate()
        .map(|(index, text)| Line::of(index + 1, text))
        .filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
        .collect();
    if let Some(number) = told(&fault.reason, &lines).filter(|_| fault.place.is_empty()) {
        return Some(number);
    }
    let mut block = Block {
        head: None,
        below: &lines,
    };
    let mut segments = fault.place.split(": ");
    for key in top(segments.next()?) {
        match block.child(&key) {
            Some(child) => block = child,
            None => break,
        }
    }
    for key in segments.flat_map(deeper) {
        let below = block.child(&key).or_else(|| block.descendant(&key));
        block = below.unwrap_or(block);
    }
    let about = about(&fault.reason);
    let depth = block.below.first().map(|line| line.depth);
    let meant = block.below.iter().find(|line| match about {
        Some(About::Word(word)) => Some(line.depth) == depth && line.says(word),
        Some(About::Pointer(pointer)) => line.leads_to(pointer),
        Some(About::BarePointer) => line.leads_bare(),
        None => false,
    });
    meant.or(block.head.as_ref()).map(|line| line.number)
}

#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    /// Grows with the indentation; an item of a list is below the key of the list though it may begin in the same column.
    depth: usize,
    is_item: bool,
    /// Without what begins an item.
    text: &'a str,
}

impl<'a> Line<'a> {
    fn of(number: usize, line: &'a str) -> Self {
        let text = line.trim_start();
        let is_item = text.starts_with("- ");
        Self {
            number,
            depth: 2 * (line.len() - text.len()) + usize::from(is_item),
            is_item,
            text: text.trim_start_matches(['-', '{', ' ']).trim_end(),
        }
    }

    /// Whether the line begins with this key, or with the name of the item that is called so.
    fn says(&self, key: &str) -> bool {
        let bare = |text: &'a str| text.trim_start_matches(['\'', '"']);
        let ends = |rest: &str| rest.trim_start_matches(['\'', '"']).starts_with(':');
        self.is_item && self.names(key) || bare(self.text).strip_prefix(key).is_some_and(ends)
    }

    fn names(&self, item: &str) -> bool {
        self.text.strip_prefix("name: ").is_some_and(|name| {
            let name = name.split([',', '}', ' ']).next().unwrap_or_default();
            name.trim_matches(['\'', '"']) == item
        })
    }

    /// Whether the pointer is in the line, and not another one that begins with it.
    fn leads_to(&self, pointer: &str) -> bool {
        let goes_on = |rest: &str| {
            rest.starts_with(|next: char| next.is_alphanumeric() || "_-./".contains(next))
        };
        self.text.split(pointer).skip(1).any(|rest| !goes_on(rest))
    }

    /// Whether a pointer is in the line without quotes.
    fn leads_bare(&self) -> bool {
        self.text
            .split_once("$ref:")
            .is_some_and(|(_, pointer)| !pointer.trim_start().starts_with(['\'', '"']))
    }
}

/// A line with all that is indented below it; the whole text has no such line.
#[derive(Clone, Copy)]
struct Block<'a> {
    head: Option<Line<'a>>,
    below: &'a [Line<'a>],
}

impl<'a> Block<'a> {
    fn of(lines: &'a [Line<'a>]) -> Option<Self> {
        let (head, below) = lines.split_first()?;
        Some(Self {
            head: Some(*head),
            below,
        })
    }

    /// The key, or the item of that name, next below.
    fn child(self, key: &str) -> Option<Self> {
        let depth = self.below.first()?.depth;
        let mut children = self.below.chunk_by(|_, next| next.depth > depth);
        let is_meant = |child: &&[Line]| match child {
            [head, members @ ..] => {
                let depth = members.first().map(|member| member.depth);
                let mut members = members.iter().filter(|line| Some(line.depth) == depth);
                head.says(key) || head.is_item && members.any(|line| line.names(key))
            }
            [] => false,
        };
        Self::of(children.find(is_meant)?)
    }

    /// The first line anywhere below that says the key.
    fn descendant(self, key: &str) -> Option<Self> {
        let start = self.below.iter().position(|line| line.says(key))?;
        let lines = self.below.get(start..)?;
        let depth = lines.first()?.depth;
        let below = lines.iter().skip(1);
        let count = below.take_while(|line| line.depth > depth).count();
        Self::of(lines.get(..=count)?)
    }
}

/// The line that the reader of YAML tells. Of a key that comes twice it tells where the mapping begins.
fn told(reason: &str, lines: &[Line]) -> Option<usize> {
    let number = reason
        .split_once(" at line ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    let twice = reason.split_once("duplicate entry with key ");
    let Some(key) = twice.and_then(|(_, key)| key.split('"').nth(1)) else {
        return number;
    };
    let mut mapping = lines.iter().skip_while(|line| Some(line.number) < number);
    let first = mapping.next()?;
    let is_within = |line: &&Line| line.depth + usize::from(!first.is_item) > first.depth;
    let rest = mapping.take_while(is_within);
    let depth = match first.is_item {
        true => rest.clone().next()?.depth,
        false => first.depth,
    };
    let rest = rest.filter(|line| line.depth == depth);
    let mut members = iter::once(first).chain(rest).filter(|line| line.says(key));
    members.nth(1).map(|line| line.number).or(number)
}

/// The keys that lead to the first part of a place, such as `GET /things` or `schema Thing`.
fn top(place: &str) -> Vec<String> {
    let keys: &[&str] = match place.split_once(' ') {
        Some((method, path)) if path.starts_with('/') => {
            let verb = VERBS.iter().find(|(_, known)| *known == method);
            &["paths", path, verb.map_or(method, |(verb, _)| verb)]
        }
        Some(("tag", name)) => &["tags", name],
        Some((noun, name)) => match KINDS.iter().find(|(_, known)| *known == noun) {
            Some((kind, _)) => &["components", kind, name],
            None => &[place],
        },
        None if matches!(place, "" | "info" | "components") => &[place],
        None => &["paths", place],
    };
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// The keys of a further part, such as `response 200` or `x-locator stream`.
fn deeper(part: &str) -> Vec<String> {
    let keys: &[&str] = match part.split_once(' ') {
        Some(("request", _)) => &["requestBody"],
        Some(("property", name)) => &["properties", name],
        Some(("parameter", name)) => &["parameters", name],
        Some(("response", status)) => &["responses", status],
        Some(("header", name)) => &["headers", name],
        Some(("example", name)) => &["examples", name],
        Some((word, name)) if word.starts_with("x-") => &[word, name],
        Some((_, name)) => &[name],
        None => &[part],
    };
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// What a reason names that stands in the text.
#[derive(Clone, Copy)]
enum About<'a> {
    Word(&'a str),
    Pointer(&'a str),
    /// One that YAML does not read as a text.
    BarePointer,
}

fn about(reason: &str) -> Option<About<'_>> {
    if reason.starts_with("$ref is no text") {
        return Some(About::BarePointer);
    }
    if let Some(rest) = reason.strip_prefix("$ref ") {
        return rest.split(' ').next().map(About::Pointer);
    }
    if let Some(rest) = reason.strip_prefix('`') {
        return rest.split('`').next().map(About::Word);
    }
    let reason = reason.strip_prefix("the ").unwrap_or(reason);
    let reason = reason.strip_prefix("key ").unwrap_or(reason);
    reason.split(' ').next().map(About::Word)
}
