//! A test that the client and every generated type are `Send` and `Sync`: a member that is not would take it from users unseen.

use proc_macro2::TokenStream;
use quote::quote;

use super::calls::call_name;
use crate::codegen::{
    names::{ident, pascal},
    spec::{Schema, Spec},
};

pub fn auto_traits(spec: &Spec) -> TokenStream {
    let types = spec.schemas.iter();
    let types = types.filter(|component| !matches!(component.schema, Schema::Double));
    let types = types.map(|component| {
        let name = ident(&component.name);
        quote!(types::#name)
    });
    let groups = spec.tags.iter().filter(|tag| !tag.root);
    let groups = groups.map(|tag| pascal(&tag.name));
    let calls = spec.operations.iter();
    let calls = calls.filter(|operation| !operation.manual).map(call_name);
    let calls = groups.chain(calls).map(|name| {
        let name = ident(&name);
        quote!(calls::#name)
    });
    let clients: Vec<_> = spec
        .servers
        .iter()
        .map(|server| ident(&server.client))
        .collect();
    quote! {
        #[cfg(test)]
        mod auto_traits {
            use super::{calls, types};

            #[test]
            fn every_type_and_every_call_can_be_sent_and_shared() {
                fn can_be_sent_and_shared<T: Send + Sync + Unpin + 'static>() {}
                #(can_be_sent_and_shared::<super::super::#clients>();)*
                #(can_be_sent_and_shared::<#types>();)*
                #(can_be_sent_and_shared::<#calls>();)*
            }
        }
    }
}
