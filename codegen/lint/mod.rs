//! Refuses what the generator gets wrong and what the house forbids.
//!
//! Every rule tells its place in the words of the document. All faults are found in one run, so
//! that a maintainer mends them in one go.

mod document;
mod operation;
mod prose;
mod schema;

use serde_norway::Value;

use super::fault::Fault;

/// All faults of the document, in its order; none means that the emitters can read it.
pub fn lint(document: &Value) -> Vec<Fault> {
    let mut faults = Faults::default();
    document::check(document, &mut faults);
    operation::check(document, &mut faults);
    schema::check(document, &mut faults);
    faults.0
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: &str, reason: impl Into<String>) {
        self.0.push(Fault::new(place, reason));
    }

    /// Refuses members that the language does not have: a typo in `x-soruce` is a fault, not a no-op.
    fn known_keys(&mut self, place: &str, object: &Value, known: &[&str]) {
        for (key, _) in super::spec::entries(object) {
            if !known.contains(&key.as_str()) {
                self.add(
                    place,
                    format!("`{key}` is not a word of the spec language here"),
                );
            }
        }
    }

    /// A description is there and survives as rustdoc.
    fn described(&mut self, place: &str, object: &Value) {
        let text = super::spec::text(&object["description"]);
        if text.is_empty() {
            self.add(place, "description is missing");
        }
        for reason in prose::faults(&text) {
            self.add(place, reason);
        }
    }
}
