//! Running progenitor, whose panics are faults like its errors.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};
use schemars_0_8::schema::{InstanceType, SchemaObject};

use super::copy::Copy;
use crate::codegen::fault::Fault;

/// The types, as progenitor writes them. It tells no place of what it does not take, so all schemas are to blame.
pub fn run(copy: &Copy) -> Result<TokenStream, Fault> {
    generate(copy).map_err(|reason| Fault::new("components", format!("progenitor: {reason}")))
}

fn generate(copy: &Copy) -> Result<TokenStream, String> {
    let document =
        serde_json::from_value(copy.document.clone()).map_err(|error| error.to_string())?;
    let settings = settings(copy);
    caught(|| Generator::new(&settings).generate_tokens(&document))?
        .map_err(|error| error.to_string())
}

fn settings(copy: &Copy) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for (name, path) in &copy.replacements {
        settings.with_replacement(
            name,
            path,
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    let password = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..Default::default()
    };
    settings.with_conversion(password, "crate::Secret", [].into_iter());
    settings
}

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// A panic as its text. Other threads' panics are told as before: tests run side by side.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                told(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(false);
    outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("it panicked").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The faults of a copy with this schema.
    fn faults(schema: Value) -> Result<(), String> {
        let copy = Copy {
            document: json!({
                "openapi": "3.0.3",
                "info": {"title": "things", "version": "0"},
                "paths": {},
                "components": {"schemas": {"Thing": schema}},
            }),
            replacements: Vec::new(),
        };
        run(&copy).map(drop).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_sound_copy_becomes_code() {
        let thing = json!({"type": "object", "properties": {"id": {"type": "string"}}});
        assert_eq!(faults(thing), Ok(()));
    }

    #[test]
    fn a_panic_over_a_schema_is_a_fault() {
        let fault = faults(json!({"$ref": "#/components/schemas/None"})).unwrap_err();
        assert!(fault.starts_with("components: progenitor: "), "{fault}");
    }

    #[test]
    fn panics_of_others_are_still_told() {
        let _ = caught(|| panic!("quiet"));
        assert!(!IS_QUIET.get());
    }
}
