//! The doors to calls: the client, and a group for each tag.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    calls::{Argument, call_name, linked, required},
    docs::{deprecated, operation_doc},
    slot::{Kind, Slot, slots},
};
use crate::codegen::{
    names::{ident, pascal, snake},
    spec::{Operation, Spec, Tag},
};

/// Groups, for the module `calls`.
pub fn groups(spec: &Spec) -> TokenStream {
    let tags = spec.tags.iter().filter(|tag| !tag.root);
    tags.map(|tag| group(spec, tag)).collect()
}

/// Doors and root operations, for each client.
pub fn clients(spec: &Spec) -> TokenStream {
    let servers = spec.servers.iter();
    servers.map(|server| client(spec, &server.client)).collect()
}

fn client(spec: &Spec, client: &str) -> TokenStream {
    let doors = spec
        .tags_of(client)
        .filter(|tag| !tag.root && tag.within.is_none())
        .map(|tag| door(spec, tag, &quote!(calls::)));
    let operations = spec
        .operations
        .iter()
        .filter(|operation| {
            let tag = spec.tag(&operation.tag);
            !operation.manual && tag.is_some_and(|tag| tag.root && tag.client == client)
        })
        .map(|operation| opening(spec, operation, &[], &quote!(calls::)));
    let follow = (!spec.linked().is_empty()).then(|| {
        quote! {
            /// The call that a link of an answer makes: it gives what the link leads to. A member that may be missing is taken too,
            /// `follow(&job.operators)`; without a link the call is refused before anything is sent.
            ///
            /// A link to another origin is refused before anything is sent, unless
            /// [`with_trusted_origin`](crate::Config::with_trusted_origin) allows it or
            /// [`with_rebased_links`](crate::Config::with_rebased_links) leads it to this server.
            pub fn follow<'a, C: crate::call::Linked>(
                &self,
                link: impl Into<Option<&'a crate::Link<C>>>,
            ) -> C {
                C::linked(self.client.draft(), link.into().map(crate::Link::as_str))
            }
        }
    });
    let client = ident(client);
    quote! {
        impl super::#client {
            #(#operations)*
            #(#doors)*
            #follow

            /// A request to a path that the crate does not describe, such as `/path`, below the base URL.
            pub fn request(
                &self,
                method: ::reqwest::Method,
                path: impl Into<String>,
            ) -> crate::call::RawRequest {
                crate::call::RawRequest::new(&self.client, method, path)
            }
        }
    }
}

fn group(spec: &Spec, tag: &Tag) -> TokenStream {
    let name = ident(&pascal(&tag.name));
    let description = &tag.description;
    let bound: Vec<Slot> = bound(spec, tag);
    let fields = bound.iter().map(|slot| {
        let field = ident(&slot.rust);
        let type_ = slot.field(spec);
        quote!(pub(crate) #field: #type_)
    });
    let link = tag.on.as_ref().map(|on| {
        let base = ident(&pascal(&on.id));
        quote!(pub(crate) link: crate::Link<#base>,)
    });
    let doors = spec
        .tags
        .iter()
        .filter(|child| child.within.as_ref() == Some(&tag.name))
        .map(|child| door(spec, child, &quote!()));
    let operations = spec
        .operations
        .iter()
        .filter(|operation| !operation.manual && operation.tag == tag.name)
        .map(|operation| opening(spec, operation, &tag.binds, &quote!()));
    quote! {
        #[doc = #description]
        #[derive(Clone, Debug)]
        pub struct #name {
            pub(crate) client: crate::transport::Client,
            #link
            #(#fields,)*
        }

        impl #name {
            #(#operations)*
            #(#doors)*
        }
    }
}

/// The bound path parameters of a group, as some operation of it declares them.
fn bound(spec: &Spec, tag: &Tag) -> Vec<Slot> {
    tag.binds
        .iter()
        .filter_map(|wire| {
            spec.operations
                .iter()
                .filter(|operation| spec.tag(&operation.tag).is_some_and(|tag| tag.binds.contains(wire)))
                .flat_map(slots)
                .find(|slot| matches!(&slot.kind, Kind::Parameter(parameter) if &parameter.wire == wire))
        })
        .collect()
}

/// The method that opens a group.
fn door(spec: &Spec, tag: &Tag, module: &TokenStream) -> TokenStream {
    let method = ident(&snake(&tag.name));
    let name = ident(&pascal(&tag.name));
    let description = &tag.description;
    if let Some(on) = &tag.on {
        let base = ident(&pascal(&on.id));
        return quote! {
            #[doc = #description]
            ///
            /// It takes the object, or a link to it.
            pub fn #method(&self, #method: impl Into<crate::Link<#module #base>>) -> #module #name {
                #module #name { client: self.client.clone(), link: #method.into() }
            }
        };
    }
    let bound = bound(spec, tag);
    let own = bound.iter().skip(tag.inherited);
    let arguments = own.map(|slot| {
        let argument = Argument::of(spec, slot);
        let (name, type_) = (argument.name, argument.type_);
        quote!(#name: #type_)
    });
    let fields = bound.iter().enumerate().map(|(index, slot)| {
        let field = ident(&slot.rust);
        if index < tag.inherited {
            quote!(#field: self.#field.clone())
        } else {
            let value = Argument::of(spec, slot).value;
            quote!(#field: #value)
        }
    });
    quote! {
        #[doc = #description]
        pub fn #method(&self #(, #arguments)*) -> #module #name {
            #module #name { client: self.client.clone(), #(#fields),* }
        }
    }
}

/// The method of a group that makes a call: required things are its arguments, but for those that the group has.
fn opening(
    spec: &Spec,
    operation: &Operation,
    bound: &[String],
    module: &TokenStream,
) -> TokenStream {
    let method = ident(&operation.verb);
    let name = ident(&call_name(operation));
    let doc = operation_doc(operation);
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    let linked = linked(spec, operation);
    for argument in required(spec, operation, linked.unwrap_or_default()) {
        let (argument_name, type_) = (argument.name, argument.type_);
        if argument.parameter.is_some_and(|wire| bound.contains(&wire)) {
            values.push(quote!(self.#argument_name.clone()));
        } else {
            arguments.push(quote!(#argument_name: #type_));
            values.push(quote!(#argument_name));
        }
    }
    let deprecated = deprecated(spec, &operation.until);
    let made = match linked {
        Some(_) => quote!(from_link(self.client.draft(), self.link.as_str() #(, #values)*)),
        None => quote!(from_draft(self.client.draft() #(, #values)*)),
    };
    quote! {
        #[doc = #doc]
        #deprecated
        pub fn #method(&self #(, #arguments)*) -> #module #name {
            #module #name::#made
        }
    }
}
