//! Any text: it is an SPL type or an error with its place, and what a type prints is the same type again.
#![no_main]

use headwaters::streams::SplType;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<SplType>() {
        Ok(parsed) => {
            let printed = parsed.to_string();
            let again: SplType = printed.parse().expect("what is printed is a type");
            assert_eq!(again, parsed);
            assert_eq!(again.to_string(), printed);
        }
        Err(error) => assert!(error.position() <= text.len()),
    }
});
