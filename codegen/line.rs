//! The line of the text that a fault is about: the values of a document do not know theirs.

use super::{
    fault::Fault,
    node::{KINDS, VERBS},
};

/// The line, from 1, as near to the fault as the text tells; none for a fault of the whole document.
pub fn line(text: &str, fault: &Fault) -> Option<usize> {
    let lines: Vec<Line> = text
        .lines()
        .enumerate()
        .map(|(index, text)| Line::of(index + 1, text))
        .filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
        .collect();
    let mut segments = fault.place.split(": ");
    let mut block = lines.as_slice();
    for key in top(segments.next()?) {
        block = within(block, &key)?;
    }
    for key in segments.flat_map(deeper) {
        block = within(block.get(1..)?, &key).unwrap_or(block);
    }
    let (first, below) = block.split_first()?;
    let indent = below.first().map(|line| line.indent);
    let about = below.iter().find(|line| match about(&fault.reason) {
        Some(About::Word(word)) => Some(line.indent) == indent && line.says(word),
        Some(About::Pointer(pointer)) => line.text.contains(pointer),
        None => false,
    });
    Some(about.unwrap_or(first).number)
}

#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    indent: usize,
    /// Without what begins a list's item.
    text: &'a str,
}

impl<'a> Line<'a> {
    fn of(number: usize, line: &'a str) -> Self {
        let text = line.trim_start();
        Self {
            number,
            indent: line.len() - text.len(),
            text: text.trim_start_matches(['-', '{', ' ']).trim_end(),
        }
    }

    /// Whether the line begins with this key, or with the name of the item that is called so.
    fn says(&self, key: &str) -> bool {
        let bare = |text: &'a str| text.trim_start_matches(['\'', '"']);
        let ends = |rest: &str| rest.trim_start_matches(['\'', '"']).starts_with(':');
        let is_named = self.text.strip_prefix("name: ").is_some_and(|name| {
            let name = name.split([',', '}', ' ']).next().unwrap_or_default();
            name.trim_matches(['\'', '"']) == key
        });
        is_named || bare(self.text).strip_prefix(key).is_some_and(ends)
    }
}

/// The first line that says the key, with all that is indented below it.
fn within<'a, 'b>(lines: &'b [Line<'a>], key: &str) -> Option<&'b [Line<'a>]> {
    let start = lines.iter().position(|line| line.says(key))?;
    let (first, below) = lines.get(start..)?.split_first()?;
    let count = below
        .iter()
        .take_while(|line| line.indent > first.indent)
        .count();
    lines.get(start..=start + count)
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
        None if place.starts_with('/') => &["paths", place],
        None => &[place],
    };
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// The keys of a further part, such as `response 200` or `x-locator stream`.
fn deeper(part: &str) -> Vec<String> {
    match part.split_once(' ') {
        Some(("request", _)) => vec!["requestBody".to_owned()],
        Some((word, name)) if word.starts_with("x-") => vec![word.to_owned(), name.to_owned()],
        Some((_, name)) => vec![name.to_owned()],
        None => vec![part.to_owned()],
    }
}

/// What a reason names that stands in the text.
enum About<'a> {
    Word(&'a str),
    Pointer(&'a str),
}

fn about(reason: &str) -> Option<About<'_>> {
    if let Some(rest) = reason.strip_prefix("$ref ") {
        return rest.split(' ').next().map(About::Pointer);
    }
    match reason.strip_prefix('`') {
        Some(rest) => rest.split('`').next().map(About::Word),
        None => reason.split(' ').next().map(About::Word),
    }
}
