//! From a YAML text to a document in the order in which it was written.

use serde_norway::Value;

use super::{example, like};
use crate::codegen::fault::Fault;

/// Parses the text, and writes out what it says once for several operations. Duplicate keys and broken YAML are faults that tell
/// their line.
pub fn load(text: &str) -> Result<Value, Fault> {
    let mut document: Value = serde_norway::from_str(text).map_err(|error| unread(text, &error))?;
    if document.is_mapping() {
        like::write_out(&mut document);
        example::put_together(&mut document);
        Ok(document)
    } else {
        Err(Fault::new("", "the document is not a mapping"))
    }
}

/// A tab is named as such: the reader of YAML says no more than that a character cannot start anything.
fn unread(text: &str, error: &serde_norway::Error) -> Fault {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let tab = text.lines().position(|line| {
        let (indentation, _) = line.split_at(indentation(line));
        indentation.contains('\t') && !line.trim().is_empty()
    });
    match tab {
        Some(line) => {
            let line = line + 1;
            Fault::new(
                "",
                format!("a tab indents at line {line} column 1; YAML takes spaces"),
            )
        }
        None => Fault::new("", error.to_string()),
    }
}
