//! Each rule of the generator refuses what it is for, in the words that the build prints.

mod body;
mod document;
mod example;
mod lamp;
mod like;
mod line;
mod load;
mod name;
mod operation;
mod parameter;
mod prose;
mod reference;
mod response;
mod schema;
mod secret_id;
mod types;
mod upgrade;
mod words;

use crate::codegen::generate;

/// A small spec with one thing of each kind, which the tests spoil.
const GOOD: &str = include_str!("good.yaml");

#[test]
fn the_good_spec_has_no_faults() {
    assert_eq!(faults(GOOD), [""; 0]);
}

/// The faults of a spec, as the build prints them.
fn faults(text: &str) -> Vec<String> {
    match generate(text, "things") {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .iter()
            .map(|fault| format!("specs/x.yaml: {fault}"))
            .collect(),
    }
}

/// The good spec with one passage exchanged.
#[track_caller]
fn with(passage: &str, other: &str) -> String {
    assert_eq!(GOOD.matches(passage).count(), 1, "{passage:?} is one place");
    GOOD.replacen(passage, other, 1)
}

/// The passage is exchanged, and these are all the faults.
#[track_caller]
fn refused(passage: &str, other: &str, expected: &[&str]) {
    assert_eq!(faults(&with(passage, other)), expected);
}
