//! Running progenitor, whose panics are faults like its errors.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use schemars_0_8::schema::{InstanceType, SchemaObject};
use serde_json::{Value, json};

use super::{fault::Fault, normalise::Copy, spec::Spec};

/// Types and wire calls, as progenitor writes them.
pub fn run(spec: &Spec, copy: &Copy) -> Result<TokenStream, Vec<Fault>> {
    generate(copy, copy.document.clone()).map_err(|reason| culprits(spec, copy, &reason))
}

/// Progenitor tells no place, so the schemas are tried alone, and then each operation with them.
fn culprits(spec: &Spec, copy: &Copy, reason: &str) -> Vec<Fault> {
    let fault = |place: &str, reason: &str| Fault::new(place, format!("progenitor: {reason}"));
    let mut alone = copy.document.clone();
    alone["paths"] = json!({});
    if let Err(reason) = generate(copy, alone) {
        return vec![fault("components", &reason)];
    }
    let mut faults = Vec::new();
    for operation in &spec.operations {
        let mut alone = copy.document.clone();
        keep_only(&mut alone["paths"], &operation.id);
        if let Err(reason) = generate(copy, alone) {
            let place = format!("{} {}", operation.method, operation.path);
            faults.push(fault(&place, &reason));
        }
    }
    if faults.is_empty() {
        faults.push(fault("paths", reason));
    }
    faults
}

fn keep_only(paths: &mut Value, id: &str) {
    for item in paths
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.values_mut())
    {
        if let Some(item) = item.as_object_mut() {
            item.retain(|_, operation| operation["operationId"] == id);
        }
    }
}

fn generate(copy: &Copy, document: Value) -> Result<TokenStream, String> {
    let document = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let settings = settings(copy);
    caught(|| Generator::new(&settings).generate_tokens(&document))?
        .map_err(|error| error.to_string())
}

fn settings(copy: &Copy) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::transport::Context))
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
    use super::*;
    use crate::codegen::normalise::normalise;

    /// Two operations and a schema, as progenitor would read them.
    fn copy() -> (Spec, Copy) {
        let document = serde_norway::from_str(
            "
            paths:
              /first:
                get: {operationId: t_first, tags: [t], responses: {'200': {}}}
              /second:
                post: {operationId: t_second, tags: [t], responses: {'200': {}}}
            components:
              schemas:
                Some_: {properties: {id: {type: string}}}
            ",
        )
        .unwrap();
        let spec = Spec::read(&document);
        let copy = normalise(&spec, "things").unwrap();
        (spec, copy)
    }

    /// The faults after something that lint lets through has spoilt the copy.
    fn faults(spoil: impl FnOnce(&mut Value)) -> Vec<String> {
        let (spec, mut copy) = copy();
        spoil(&mut copy.document);
        let faults = run(&spec, &copy).map(|_| ()).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_sound_copy_becomes_code() {
        let (spec, copy) = copy();
        assert!(run(&spec, &copy).is_ok());
    }

    #[test]
    fn an_error_is_told_with_its_operation() {
        let faults = faults(|copy| {
            copy["paths"]["/second"]["post"]["requestBody"] =
                json!({"content": {"application/xml": {"schema": {"type": "string"}}}});
        });
        assert_eq!(
            faults,
            [
                "POST /second: progenitor: unexpected or unhandled format in the OpenAPI document unexpected content type: application/xml"
            ]
        );
    }

    #[test]
    fn a_panic_is_told_with_its_operation() {
        let faults = faults(|copy| {
            copy["paths"]["/first"]["get"]["parameters"] =
                json!([{"name": "id", "in": "path", "required": false, "schema": {}}]);
        });
        assert_eq!(faults.len(), 1);
        assert!(
            faults[0].starts_with("GET /first: progenitor: assertion"),
            "{faults:?}"
        );
    }

    #[test]
    fn a_panic_over_a_schema_is_told_once() {
        let faults = faults(|copy| {
            copy["components"]["schemas"]["Some_"] = json!({"$ref": "#/components/schemas/None"});
        });
        assert_eq!(faults.len(), 1);
        assert!(
            faults[0].starts_with("components: progenitor: "),
            "{faults:?}"
        );
    }

    #[test]
    fn what_is_wrong_only_with_the_whole_is_told_too() {
        let faults = faults(|copy| {
            copy["paths"]["/first"]["get"]["operationId"] = json!("t_second");
        });
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("progenitor: "), "{faults:?}");
    }

    #[test]
    fn panics_of_others_are_still_told() {
        let _ = caught(|| panic!("quiet"));
        assert!(!IS_QUIET.get());
    }
}
