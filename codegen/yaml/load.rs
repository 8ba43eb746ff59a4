//! From a YAML text to a document in the order in which it was written.

use serde_norway::Value;

use crate::codegen::fault::Fault;

/// Parses the text; duplicate keys and broken YAML are faults that tell their line.
pub fn load(text: &str) -> Result<Value, Fault> {
    let document: Value =
        serde_norway::from_str(text).map_err(|error| Fault::new("", error.to_string()))?;
    if document.is_mapping() {
        Ok(document)
    } else {
        Err(Fault::new("", "the document is not a mapping"))
    }
}
