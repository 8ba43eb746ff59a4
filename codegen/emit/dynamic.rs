//! The dynamic door: an operation by name, through its typed request and response.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    calls::{asks, call_name},
    slot::{Kind, Slot, slots},
};
use crate::codegen::{
    names::ident,
    spec::{Operation, Response, Spec, Type},
};

/// The door of each client.
pub fn doors(spec: &Spec) -> TokenStream {
    let servers = spec.servers.iter();
    servers.map(|server| door(spec, &server.client)).collect()
}

fn door(spec: &Spec, client: &str) -> TokenStream {
    let arms = spec
        .operations_of(client)
        .filter(|operation| !operation.manual)
        .map(|operation| {
            let id = &operation.id;
            let arm = arm(spec, operation);
            quote!(#id => #arm)
        });
    let client = ident(client);
    quote! {
        #[cfg(feature = "dynamic")]
        impl super::#client {
            /// Makes the call of this id (see [`OPERATIONS`]) with arguments by their wire names.
            ///
            /// The request and the response pass through their types, as in a call that is written out.
            ///
            /// # Errors
            /// [`is_request`](crate::Error::is_request) when the id or an argument is unknown, an argument is
            /// missing or does not parse, before anything is sent; otherwise as the call itself.
            pub async fn call(
                &self,
                id: &str,
                arguments: impl Into<crate::call::dynamic::Arguments>,
            ) -> crate::Result<crate::call::dynamic::Answer> {
                let operation = crate::call::dynamic::find(&OPERATIONS, id)?;
                let mut arguments = arguments.into().of(operation);
                let draft = arguments.drafted(self.client.draft());
                match id {
                    #(#arms)*
                    _ => Err(crate::call::dynamic::not_carried(operation)),
                }
            }
        }
    }
}

fn arm(spec: &Spec, operation: &Operation) -> TokenStream {
    let name = ident(&call_name(operation));
    let fields = slots(operation)
        .into_iter()
        .map(|slot| field(operation, &slot));
    let answer = match &operation.response {
        Response::Bytes { opens: None, .. } => {
            quote!(Ok(crate::call::dynamic::Answer::Bytes(call.await?)))
        }
        Response::Bytes { .. } => {
            quote!(Ok(crate::call::dynamic::Answer::Bytes(
                crate::call::Sending::new(call.into_request(), crate::transport::Answer::stream)
                    .await?
                    .into_value()
            )))
        }
        Response::Empty => quote! {{
            call.await?;
            Ok(crate::call::dynamic::Answer::Empty)
        }},
        _ => alone_or_paired(operation),
    };
    let address = spec.is_linkable(operation).then(|| quote!(address: None,));
    quote! {{
        let call = calls::#name { draft, #address #(#fields),* };
        arguments.finish()?;
        #answer
    }}
}

/// The value, in a list of two with what stands beside it where that is asked for.
fn alone_or_paired(operation: &Operation) -> TokenStream {
    let alone = quote!(crate::call::dynamic::Answer::json(operation, &call.await?));
    let mut slots = slots(operation).into_iter();
    let asking = slots.find(|slot| match &slot.kind {
        Kind::Parameter(parameter) => asks(operation, parameter),
        _ => false,
    });
    let Some(asking) = asking.map(|slot| ident(&slot.rust)) else {
        return alone;
    };
    quote! {
        match call.#asking {
            Some(true) => {
                let call = crate::call::WithBeside::new(call);
                crate::call::dynamic::Answer::json(operation, &call.await?)
            }
            _ => #alone,
        }
    }
}

fn field(operation: &Operation, slot: &Slot) -> TokenStream {
    let name = ident(&slot.rust);
    let value = match &slot.kind {
        Kind::Parameter(parameter) => {
            let wire = &parameter.wire;
            match (&parameter.type_, parameter.required) {
                (Type::Array(_), true) => quote!(arguments.required_list(#wire)?),
                (Type::Array(_), false) => quote!(arguments.list(#wire)?),
                (_, true) => quote!(arguments.required(#wire)?),
                (_, false) => quote!(arguments.optional(#wire)?),
            }
        }
        Kind::Locator(locator) => {
            let (id, text) = (&locator.id, &locator.text);
            let is_parameter = operation
                .parameters
                .iter()
                .any(|parameter| parameter.wire == locator.id);
            match is_parameter {
                true => quote!(arguments.locator(#id, #text)?),
                false => quote!(arguments.locator_in_body(#id, #text)?),
            }
        }
        Kind::Members(_) | Kind::Json(_) => {
            let twins = operation.parameters.iter().filter_map(|parameter| {
                let twin = parameter.twin_of.as_ref()?;
                let wire = &parameter.wire;
                let kind = match &parameter.type_ {
                    Type::Array(_) => quote!(List),
                    type_ if matches!(type_.plain(), Type::String | Type::Ref(_)) => quote!(Text),
                    _ => quote!(Literal),
                };
                Some(quote!((#wire, #twin, crate::call::dynamic::Twin::#kind)))
            });
            quote!(arguments.body(&[#(#twins),*])?)
        }
        Kind::OptionalJson(_) => quote!(arguments.optional_body()?),
        Kind::Change(change) => match &change.parameter {
            Some(wire) => quote!(arguments.change(#wire)?),
            None => quote!(arguments.changes()?),
        },
        Kind::Raw => quote!(arguments.raw_body().await?),
        Kind::Text => quote!(arguments.text_body()?),
        Kind::File(_) => quote!(arguments.upload()?),
        Kind::JsonPart(wire, _) => quote!(arguments.part(#wire)?),
    };
    quote!(#name: #value)
}
