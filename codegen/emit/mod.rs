//! Rust from a spec: what users see, and the calls behind it.

mod auto_traits;
mod calls;
pub(super) mod docs;
mod dynamic;
mod groups;
mod outline;
mod platform;
mod print;
mod reading;
mod request;
mod schemas;
mod slot;
mod table;
pub(super) mod types;

use proc_macro2::TokenStream;
use quote::quote;

use super::{fault::Fault, spec::Spec};

pub(super) use outline::outline;
pub(super) use platform::{platforms, row};

/// The whole client of a platform; `schemas` are the types that progenitor made.
pub(super) fn client(spec: &Spec, schemas: &TokenStream) -> Result<String, Fault> {
    let declarations = types::declarations(spec);
    let reading = reading::reading(spec);
    let calls = calls::calls(spec);
    let groups = groups::groups(spec);
    let doors = groups::clients(spec);
    let by_name = dynamic::doors(spec);
    let table = table::table(spec);
    let platform = platform::head(spec);
    let schemas_door = schemas::schemas(spec);
    let auto_traits = auto_traits::auto_traits(spec);
    let types_doc = format!(
        "What {} sends and takes, as its spec describes it.",
        spec.title
    );
    let calls_doc = format!("The calls of {} and the groups that make them.", spec.title);
    print::print(quote! {
        #platform
        #table
        #schemas_door
        #doors
        #by_name

        #[doc = #types_doc]
        #[allow(clippy::all, unused_imports)]
        pub mod types {
            use super::{calls, types};
            #declarations
            #reading
            #schemas
        }

        #[doc = #calls_doc]
        #[allow(clippy::clone_on_copy, clippy::redundant_field_names, clippy::too_many_arguments, clippy::needless_update, private_interfaces)]
        pub mod calls {
            use super::types;
            #groups
            #calls
        }

        #auto_traits
    })
}
