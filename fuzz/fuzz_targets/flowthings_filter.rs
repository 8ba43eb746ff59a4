//! Any text: it is a filter or an error with its place, what a filter prints is the same filter again, and evaluating one never panics.
#![no_main]

use headwaters::{flowthings::Filter, serde_json::json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Filter::parse(text) {
        Ok(parsed) => {
            let printed = parsed.to_string();
            let again = Filter::parse(&printed).expect("what is printed is a filter");
            assert_eq!(again, parsed);
            assert_eq!(again.to_string(), printed);
            let drop = json!({
                "creationDate": 0,
                "location": {"lat": 1.5, "lon": -2},
                "elems": {"a": 1, "b": "x", "c": [1, "x"], "d": {"type": "date", "value": 5}},
            });
            let (first, second) = (parsed.explain(&drop), again.matches(&drop));
            assert_eq!(first.is_ok(), second.is_ok());
        }
        Err(error) => assert!(error.position().is_some_and(|at| text.is_char_boundary(at))),
    }
});
