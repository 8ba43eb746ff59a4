//! What a platform is called, where its servers are, and names that its module shows beside its client.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::{
    names::ident,
    spec::{Operation, Schema, Spec},
};

pub fn platform(spec: &Spec, name: &str) -> TokenStream {
    let (url, prefix) = (&spec.server.url, &spec.server.prefix);
    let doc = format!(
        "Where a server of {} listens unless it is set up otherwise.",
        spec.title
    );
    let ids = spec.schemas.iter().filter_map(|component| {
        let is_id = matches!(component.schema, Schema::Id);
        is_id.then(|| ident(&component.name))
    });
    let rows = spec.operations.iter().enumerate();
    let rows = rows
        .filter(|(_, operation)| operation.manual)
        .map(|(index, operation)| row(index, operation));
    let numbers = match spec.bare_numbers {
        true => quote!(Bare),
        false => quote!(Json),
    };
    quote! {
        pub(crate) const NAME: &str = #name;
        pub(crate) const PREFIX: &str = #prefix;
        pub(crate) const NUMBERS: crate::value::json::Numbers = crate::value::json::Numbers::#numbers;

        #[doc = #doc]
        pub const DEFAULT_URL: &str = #url;

        /// The ids, which are shown beside the client too.
        #[allow(unreachable_pub, unused_imports)]
        pub(crate) mod ids {
            pub use super::types::{#(#ids),*};
        }

        /// The rows of the calls that are written by hand.
        #[allow(dead_code)]
        pub(crate) mod rows {
            #(#rows)*
        }
    }
}

fn row(index: usize, operation: &Operation) -> TokenStream {
    let name = ident(&operation.id.to_uppercase());
    quote!(pub(crate) const #name: &crate::Operation = &super::OPERATIONS[#index];)
}
