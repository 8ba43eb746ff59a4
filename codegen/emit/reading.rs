//! How objects and unions are read from JSON.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::types::allow_deprecated;
use crate::codegen::{
    names::ident,
    spec::{Component, Member, Schema, Spec, Type},
};

/// `Deserialize` of every object and every union.
pub fn reading(spec: &Spec) -> TokenStream {
    spec.schemas
        .iter()
        .map(|component| match &component.schema {
            Schema::Object {
                members,
                keep_unknown,
                ..
            } => object(spec, component, members, *keep_unknown),
            Schema::Union(branches) => union(spec, component, branches),
            _ => TokenStream::new(),
        })
        .collect()
}

fn object(
    spec: &Spec,
    component: &Component,
    members: &[Member],
    keep_unknown: bool,
) -> TokenStream {
    let name = ident(&component.name);
    let allowed = allow_deprecated(spec, &component.name);
    let wires = members.iter().map(|member| &member.wire);
    let reads: Vec<_> = (0..members.len())
        .map(|index| format_ident!("read_{index}"))
        .collect();
    // What the last arm takes is the last member: there is no other index.
    let last = members.len().saturating_sub(1);
    let arms = reads.iter().enumerate().map(|(index, read)| {
        let index = match index == last {
            true => quote!(_),
            false => quote!(#index),
        };
        quote!(#index => members.read(&mut #read)?,)
    });
    let values = members.iter().zip(&reads).enumerate();
    let values = values.map(|(index, (member, read))| {
        let field = ident(&member.rust);
        let value = match member.required {
            true => quote!(members.required(#index, #read)?),
            false => quote!(#read.flatten()),
        };
        match (&member.type_, member.is_option()) {
            (Type::Array(_), true) => quote!(#field: #value.map(crate::value::object::fitted),),
            (Type::Array(_), false) => quote!(#field: crate::value::object::fitted(#value),),
            _ => quote!(#field: #value,),
        }
    });
    let (extra, next, kept) = match keep_unknown {
        true => (
            quote!(let mut extra = ::std::collections::BTreeMap::new();),
            quote!(next_or_keep(&mut extra)),
            quote!(extra,),
        ),
        false => (quote!(), quote!(next()), quote!()),
    };
    let wires_again = wires.clone();
    let indexes = 0..members.len();
    let member = match members.is_empty() {
        true => quote!(None.filter(|_: &usize| name.is_empty())),
        false => quote!(Some(match name {
            #(#wires_again => #indexes,)*
            _ => return None,
        })),
    };
    let read = match members.is_empty() {
        true => quote!(while members.#next?.is_some() {}),
        false => quote! {
            while let Some(index) = members.#next? {
                match index {
                    #(#arms)*
                }
            }
        },
    };
    quote! {
        impl<'de> crate::value::object::Object<'de> for #name {
            const MEMBERS: &'static [&'static str] = &[#(#wires),*];

            fn member(name: &str) -> Option<usize> {
                #member
            }

            #allowed
            fn read<A: ::serde::de::MapAccess<'de>>(
                mut members: crate::value::object::Members<'_, A>,
            ) -> ::std::result::Result<Self, A::Error> {
                #(let mut #reads = None;)*
                #extra
                #read
                Ok(Self { #(#values)* #kept })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                crate::value::object::object(deserializer)
            }
        }
    }
}

fn union(spec: &Spec, component: &Component, branches: &[String]) -> TokenStream {
    let name = ident(&component.name);
    let told: Vec<(&str, &str, &str)> = branches
        .iter()
        .filter_map(|branch| {
            let mut members = spec.members(branch).iter();
            members.find_map(|member| match &member.type_ {
                Type::Tag(value) => Some((branch.as_str(), member.wire.as_str(), value.as_str())),
                _ => None,
            })
        })
        .collect();
    let members: BTreeSet<&str> = told.iter().map(|(_, member, _)| *member).collect();
    let members: Vec<&str> = members.into_iter().collect();
    let arms = told.iter().map(|(branch, member, value)| {
        let branch = ident(branch);
        let member = members.iter().position(|own| own == member);
        quote!((#member, #value) => kind.branch().map(Self::#branch),)
    });
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let kind = crate::value::object::kind(deserializer, &[#(#members),*])?;
                match (kind.member, kind.tag.as_str()) {
                    #(#arms)*
                    _ => Ok(Self::Unknown(kind.text)),
                }
            }
        }
    }
}
