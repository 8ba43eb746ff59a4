//! The door to the JSON schemas of the generated types.

use proc_macro2::TokenStream;
use quote::quote;

use super::types;
use crate::codegen::spec::{Spec, Type};

pub fn schemas(spec: &Spec) -> TokenStream {
    let doc = format!(
        "The JSON schema of every type that {} sends and takes, by its name in the spec.",
        spec.title
    );
    let entries = spec.schemas.iter().map(|component| {
        let name = &component.name;
        let type_ = types::rust(spec, &Type::Ref(name.clone()));
        quote!((#name, ::schemars::schema_for!(#type_)))
    });
    quote! {
        #[doc = #doc]
        #[cfg(feature = "schemars")]
        pub fn schemas() -> ::std::collections::BTreeMap<&'static str, ::schemars::Schema> {
            ::std::collections::BTreeMap::from([#(#entries),*])
        }
    }
}
