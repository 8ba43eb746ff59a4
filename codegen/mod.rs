//! From a spec to a client: load, lint, read, normalise, progenitor, guard, calls, emit.
//!
//! `build.rs` runs this for every enabled platform; the tests run it on small bad specs. The output
//! is a function of the text alone: the same spec gives the same bytes.

mod calls;
mod dynamic;
mod fault;
mod guard;
mod line;
mod lint;
mod load;
mod names;
mod node;
mod normalise;
mod outline;
mod print;
mod progenitor;
mod reader;
mod schemas;
mod slot;
mod spec;
mod table;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

pub use fault::Fault;
pub use line::line;
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
    let spec = Spec::read(&document);
    let copy = normalise::normalise(&spec, module)?;
    let tokens = progenitor::run(&spec, &copy)?;
    let guarded = guard::guard(tokens, &spec).map_err(|fault| vec![fault])?;
    Ok(Generated {
        code: print::print(emit(&spec, &guarded, module)),
        outline: outline::outline(&spec),
    })
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
