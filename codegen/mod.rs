//! From a spec to a client: load, lint, read, normalise, progenitor, guard, calls, emit.
//!
//! `build.rs` runs this for every enabled platform; the tests run it on small bad specs. The output
//! is a function of the text alone: the same spec gives the same bytes.

mod calls;
mod dynamic;
mod fault;
mod guard;
mod lint;
mod load;
mod names;
mod normalise;
mod outline;
mod print;
mod schemas;
mod slot;
mod spec;
mod table;
mod types;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;

pub use fault::Fault;
use spec::Spec;

/// What a spec becomes.
#[derive(Debug)]
pub struct Generated {
    /// Rust, to be included in the platform's module.
    pub code: String,
    /// The public surface as text, for the reviewer.
    pub outline: String,
}

/// Generates the client of one platform; `module` is its name and its place in the crate.
pub fn generate(text: &str, module: &str) -> Result<Generated, Vec<Fault>> {
    let document = load::load(text).map_err(|fault| vec![fault])?;
    let faults = lint::lint(&document);
    if !faults.is_empty() {
        return Err(faults);
    }
    let spec = Spec::read(&document)?;
    let tokens = run_progenitor(&spec, module)?;
    let guarded = guard::guard(tokens, &spec).map_err(|fault| vec![fault])?;
    Ok(Generated {
        code: print::print(emit(&spec, &guarded, module)),
        outline: outline::outline(&spec),
    })
}

fn run_progenitor(spec: &Spec, module: &str) -> Result<TokenStream, Vec<Fault>> {
    let copy = normalise::normalise(spec, module).map_err(|fault| vec![fault])?;
    if let Ok(tokens) = progenitor(&copy) {
        return Ok(tokens);
    }
    // It tells no place, so each operation is tried alone, then the schemas.
    let mut faults = Vec::new();
    for operation in &spec.operations {
        let mut alone = copy.document.clone();
        keep_only(&mut alone, &operation.id);
        let alone = normalise::Copy {
            document: alone,
            replacements: copy.replacements.clone(),
        };
        if let Err(reason) = progenitor(&alone) {
            faults.push(Fault::new(
                format!("{} {}", operation.method, operation.path),
                format!("progenitor: {reason}"),
            ));
        }
    }
    Err(faults)
}

fn keep_only(document: &mut serde_json::Value, id: &str) {
    let Some(paths) = document
        .get_mut("paths")
        .and_then(|paths| paths.as_object_mut())
    else {
        return;
    };
    for item in paths.values_mut().filter_map(|item| item.as_object_mut()) {
        item.retain(|_, operation| {
            operation
                .get("operationId")
                .and_then(|value| value.as_str())
                == Some(id)
        });
    }
    paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
}

/// One run of progenitor; its panics are reasons like its errors.
fn progenitor(copy: &normalise::Copy) -> Result<TokenStream, String> {
    let document =
        serde_json::from_value(copy.document.clone()).map_err(|error| error.to_string())?;
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
    settings.with_conversion(
        schemars_0_8::schema::SchemaObject {
            instance_type: Some(schemars_0_8::schema::InstanceType::String.into()),
            format: Some("password".to_owned()),
            ..Default::default()
        },
        "crate::Secret",
        [].into_iter(),
    );
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&document)
    }));
    std::panic::set_hook(hook);
    match outcome {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "it panicked".to_owned())),
    }
}

fn emit(spec: &Spec, guarded: &guard::Guarded, module: &str) -> TokenStream {
    let declarations = types::declarations(spec);
    let schemas = &guarded.types;
    let wire = &guarded.wire;
    let calls_code = calls::calls(spec, guarded);
    let client_code = calls::client(spec);
    let door = dynamic::door(spec);
    let table = table::table(spec, module);
    let schemas_door = schemas::schemas(spec);
    let types_doc = format!(
        "What {} sends and takes, as its spec describes it.",
        spec.title
    );
    let calls_doc = format!("The calls of {} and the groups that make them.", spec.title);
    quote! {
        #table
        #schemas_door
        #client_code
        #door

        #[doc = #types_doc]
        #[allow(clippy::all, unused_imports)]
        pub mod types {
            #declarations
            #schemas
        }

        #[doc = #calls_doc]
        #[allow(clippy::clone_on_copy, clippy::redundant_field_names, clippy::too_many_arguments, clippy::needless_update)]
        pub mod calls {
            use super::types;
            #calls_code
        }

        #[allow(clippy::all, missing_docs, missing_debug_implementations, unreachable_pub, unused_imports, unused_mut, dead_code)]
        mod wire {
            #wire

            impl Client {
                pub(super) fn over(inner: crate::transport::Context) -> Self {
                    Self { baseurl: inner.base(), client: inner.http(), inner }
                }
            }

            impl ClientHooks<crate::transport::Context> for Client {
                async fn exec(
                    &self,
                    request: ::reqwest::Request,
                    _: &OperationInfo,
                ) -> ::reqwest::Result<::reqwest::Response> {
                    Ok(self.inner.send(request).await)
                }
            }
        }
    }
}
