//! The types that progenitor does not write: ids, open enums, what links and locators need.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    names::{ident, pascal},
    spec::{Schema, Spec, Type},
};

/// Declarations that stand beside progenitor's in `types`.
pub fn declarations(spec: &Spec) -> TokenStream {
    spec.schemas
        .iter()
        .map(|component| {
            let name = ident(&component.name);
            let description = &component.description;
            match &component.schema {
                Schema::Id => quote!(crate::id::id! { #[doc = #description] #name }),
                Schema::Enum(values) => {
                    let variants = values
                        .iter()
                        // `Unknown` is the arm for everything else, and this value with it.
                        .filter(|(value, _)| pascal(value) != "Unknown")
                        .map(|(value, text)| {
                            let variant = ident(&pascal(value));
                            quote!(#[doc = #text] #variant = #value,)
                        });
                    quote!(crate::open_enum::open_enum! { #[doc = #description] #name { #(#variants)* } })
                }
                _ => TokenStream::new(),
            }
        })
        .chain(listed(spec))
        .chain(located(spec))
        .collect()
}

/// Under which key a collection of the type comes.
fn listed(spec: &Spec) -> Vec<TokenStream> {
    let mut keys: Vec<(String, String)> = Vec::new();
    for component in &spec.schemas {
        for member in spec.members(&component.name) {
            if let Type::Link { to, key: Some(key) } = &member.type_
                && !keys.iter().any(|(known, _)| known == to)
            {
                keys.push((to.clone(), key.clone()));
            }
        }
    }
    keys.into_iter()
        .map(|(to, key)| {
            let to = ident(&to);
            quote!(impl crate::link::Listed for #to { const KEY: &'static str = #key; })
        })
        .collect()
}

/// What can stand where a locator is wanted.
fn located(spec: &Spec) -> Vec<TokenStream> {
    let mut done: Vec<&str> = Vec::new();
    let mut output = Vec::new();
    for locator in spec
        .operations
        .iter()
        .flat_map(|operation| &operation.locators)
    {
        if done.contains(&locator.type_.as_str()) {
            continue;
        }
        done.push(&locator.type_);
        let name = ident(&locator.type_);
        output.push(quote! {
            impl crate::locator::Located for #name {
                fn id(&self) -> i32 {
                    self.id
                }
            }
        });
    }
    output
}

/// The Rust type as it stands in a call.
pub fn rust(spec: &Spec, type_: &Type) -> TokenStream {
    match type_ {
        Type::Bool => quote!(bool),
        Type::I32 => quote!(i32),
        Type::I64 | Type::Said(_) => quote!(i64),
        Type::F64 => quote!(f64),
        Type::String | Type::Tag(_) => quote!(::std::string::String),
        Type::Secret => quote!(crate::Secret),
        Type::Json => quote!(::serde_json::Value),
        Type::Ref(name) => match spec.component(name).map(|component| &component.schema) {
            Some(Schema::Double) => quote!(crate::Double),
            _ => {
                let name = ident(name);
                quote!(types::#name)
            }
        },
        Type::Array(item) => {
            let item = rust(spec, item);
            quote!(::std::vec::Vec<#item>)
        }
        Type::Map(value) => {
            let value = rust(spec, value);
            quote!(::std::collections::BTreeMap<::std::string::String, #value>)
        }
        Type::Link { to, key } => {
            let to = ident(to);
            match key {
                Some(_) => quote!(crate::Links<types::#to>),
                None => quote!(crate::Link<types::#to>),
            }
        }
    }
}

/// What an argument of this type takes, and the expression that turns `value` into the type.
pub fn argument(spec: &Spec, type_: &Type) -> (TokenStream, TokenStream) {
    match type_ {
        Type::Bool | Type::I32 | Type::I64 | Type::F64 => (rust(spec, type_), quote!(value)),
        Type::Said(name) => {
            let name = ident(name);
            let said = quote!(super::super::#name);
            (
                quote!(impl Into<#said>),
                quote!(Into::<#said>::into(value).into()),
            )
        }
        Type::Array(item) => {
            let (item, each) = argument(spec, item);
            let collected = match each.to_string().as_str() {
                "value" => quote!(value.into_iter().collect()),
                _ => quote!(value.into_iter().map(|value| #each).collect()),
            };
            (quote!(impl IntoIterator<Item = #item>), collected)
        }
        Type::Map(inner) => {
            let (inner, each) = argument(spec, inner);
            (
                quote!(impl IntoIterator<Item = (impl Into<String>, #inner)>),
                quote!(value.into_iter().map(|(key, value)| (key.into(), #each)).collect()),
            )
        }
        other => {
            let name = rust(spec, other);
            (quote!(impl Into<#name>), quote!(value.into()))
        }
    }
}
