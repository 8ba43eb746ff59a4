//! The types that progenitor does not write: ids, open enums, what links and locators need.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_norway::Value;

use super::docs::{deprecated, versioned};
use crate::codegen::{
    names::{ident, pascal},
    spec::{BodyKind, Member, Operation, Schema, Spec, Type},
};

/// Declarations that stand beside progenitor's in `types`.
pub fn declarations(spec: &Spec) -> TokenStream {
    spec.schemas
        .iter()
        .map(|component| {
            let name = ident(&component.name);
            let description = &component.description;
            match &component.schema {
                Schema::Id => quote!(crate::value::id::id! { #[doc = #description] #name }),
                Schema::SecretId => {
                    quote!(crate::value::id::secret_id! { #[doc = #description] #name })
                }
                Schema::Enum(values) => {
                    let variants = values
                        .iter()
                        // `Unknown` is the arm for everything else, and this value with it.
                        .filter(|(value, _)| pascal(value) != "Unknown")
                        .map(|(value, text)| {
                            let variant = ident(&pascal(value));
                            quote!(#[doc = #text] #variant = #value,)
                        });
                    quote!(crate::value::open_enum::open_enum! { #[doc = #description] #name { #(#variants)* } })
                }
                _ => TokenStream::new(),
            }
        })
        .chain(own_links(spec))
        .chain(sealed(spec))
        .chain(located(spec))
        .chain(identified(spec))
        .chain(constructors(spec))
        .collect()
}

/// The link of an object to itself, where a group stands on it.
fn own_links(spec: &Spec) -> Vec<TokenStream> {
    let bases: BTreeSet<&str> = spec
        .tags
        .iter()
        .filter_map(|tag| Some(tag.on.as_ref()?.id.as_str()))
        .collect();
    let mut links = Vec::new();
    for component in &spec.schemas {
        let own = spec.members(&component.name).iter();
        let own = own.filter(|member| member.wire == "self");
        for member in own {
            let Type::Link(id) = &member.type_ else {
                continue;
            };
            // One that may be missing cannot stand for the object.
            if bases.contains(id.as_str()) && !member.is_option() {
                let (name, field) = (ident(&component.name), ident(&member.rust));
                let call = ident(&pascal(id));
                links.push(quote! {
                    /// The link of the object to itself.
                    impl ::std::convert::From<&#name> for crate::Link<super::calls::#call> {
                        fn from(object: &#name) -> Self {
                            object.#field.clone()
                        }
                    }
                });
            }
        }
    }
    links
}

/// The objects that stand for themselves in locators and changes.
fn sealed(spec: &Spec) -> Vec<TokenStream> {
    let operations = || spec.operations.iter();
    let located = operations().flat_map(|operation| &operation.locators);
    let located = located.map(|locator| locator.type_.as_str());
    let changed = operations().filter_map(Operation::change);
    let changed = changed.map(|change| change.object.as_str());
    let names: BTreeSet<&str> = located.chain(changed).collect();
    let names = names.into_iter().map(ident);
    names
        .map(|name| quote!(impl crate::value::Sealed for #name {}))
        .collect()
}

/// The ids by which updates name their objects.
fn identified(spec: &Spec) -> Vec<TokenStream> {
    let changes = spec.operations.iter().filter_map(Operation::change);
    let objects: BTreeMap<&str, &str> = changes
        .map(|change| (change.object.as_str(), change.id.as_str()))
        .collect();
    let mut output = Vec::new();
    for (object, id) in objects {
        let mut members = spec.members(object).iter();
        let Some(member) = members.find(|member| member.wire == id) else {
            continue;
        };
        let (name, field) = (ident(object), ident(&member.rust));
        let value = match member.is_option() {
            true => quote!(self.#field.as_ref().map(::std::string::ToString::to_string)),
            false => quote!(Some(self.#field.to_string())),
        };
        output.push(quote! {
            impl crate::Identified for #name {
                const ID: &'static str = #id;

                fn identity(&self) -> ::std::option::Option<::std::string::String> {
                    #value
                }
            }
        });
    }
    output
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
            impl crate::Located for #name {
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
        Type::I64 => quote!(i64),
        Type::Said(plain, _) => rust(spec, plain),
        Type::F64 => quote!(f64),
        Type::String | Type::Tag(_) => quote!(::std::string::String),
        Type::Secret => quote!(crate::Secret),
        Type::Json => quote!(crate::Json),
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
        Type::Nullable(value) => {
            let value = rust(spec, value);
            quote!(::std::option::Option<#value>)
        }
        Type::Link(id) => {
            let call = ident(&pascal(id));
            quote!(crate::Link<calls::#call>)
        }
        Type::Own(name) => {
            let (module, name) = (ident(&spec.module), ident(name));
            quote!(crate::#module::#name)
        }
    }
}

/// What an argument of this type takes.
pub fn argument(spec: &Spec, type_: &Type) -> TokenStream {
    match type_ {
        Type::Bool | Type::I32 | Type::I64 | Type::F64 => rust(spec, type_),
        Type::Said(_, name) => {
            let name = ident(name);
            quote!(impl Into<super::super::#name>)
        }
        Type::Array(item) => {
            let item = argument(spec, item);
            quote!(impl IntoIterator<Item = #item>)
        }
        Type::Map(value) => {
            let value = argument(spec, value);
            quote!(impl IntoIterator<Item = (impl Into<String>, #value)>)
        }
        Type::Nullable(value) => {
            let value = argument(spec, value);
            quote!(::std::option::Option<#value>)
        }
        other => {
            let name = rust(spec, other);
            quote!(impl Into<#name>)
        }
    }
}

/// The argument as the type itself.
pub fn converted(type_: &Type, value: TokenStream) -> TokenStream {
    match type_ {
        Type::Bool | Type::I32 | Type::I64 | Type::F64 => value,
        Type::Said(_, name) => {
            let name = ident(name);
            quote!(Into::<super::super::#name>::into(#value).into())
        }
        Type::Array(item) if is_number(item) => quote!(#value.into_iter().collect()),
        Type::Array(item) => {
            let each = converted(item, quote!(item));
            quote!(#value.into_iter().map(|item| #each).collect())
        }
        Type::Map(inner) => {
            let each = converted(inner, quote!(item));
            quote!(#value.into_iter().map(|(key, item)| (key.into(), #each)).collect())
        }
        Type::Nullable(inner) if is_number(inner) => value,
        Type::Nullable(inner) => {
            let each = converted(inner, quote!(value));
            quote!(#value.map(|value| #each))
        }
        _ => quote!(#value.into()),
    }
}

/// Whether an argument of this type is the type itself.
fn is_number(type_: &Type) -> bool {
    matches!(type_, Type::Bool | Type::I32 | Type::I64 | Type::F64)
}

/// An object of which these members are said by variables of their names.
pub fn literal(spec: &Spec, name: &str, is_said: impl Fn(&Member) -> bool) -> TokenStream {
    let members = spec.members(name).iter().map(|member| {
        let field = ident(&member.rust);
        let value = match (&member.default, &member.type_) {
            _ if is_said(member) => Some(converted(&member.type_, quote!(#field))),
            (_, Type::Tag(value)) => {
                let type_ = ident(&format!("{name}{}", pascal(&member.rust)));
                let variant = ident(&pascal(value));
                Some(quote!(types::#type_::#variant))
            }
            (Some(Value::Null) | None, _) => None,
            (Some(default), _) => Some(defaulted(spec, &member.type_, default)),
        };
        match value {
            None => quote!(#field: None),
            Some(value) if member.is_option() => quote!(#field: Some(#value)),
            Some(value) => quote!(#field: #value),
        }
    });
    let extra = spec
        .keeps_unknown(name)
        .then(|| quote!(extra: ::std::default::Default::default()));
    let members = members.chain(extra);
    let name = ident(name);
    quote!(types::#name { #(#members),* })
}

/// For generated code that fills in an object, of which a version has removed a member.
pub fn allow_deprecated(spec: &Spec, name: &str) -> Option<TokenStream> {
    let mut members = spec.members(name).iter();
    let is_removed = members.any(|member| member.until.is_some());
    is_removed.then(|| quote!(#[allow(deprecated)]))
}

/// What a member is unless a caller says otherwise.
fn defaulted(spec: &Spec, type_: &Type, default: &Value) -> TokenStream {
    match (type_.plain(), default) {
        (Type::Json, Value::Bool(value)) => quote!(crate::Json::from(#value)),
        (Type::Json, Value::Number(value)) => {
            let value = value.as_f64();
            quote!(crate::Json::from(::serde_json::Value::from(#value)))
        }
        (Type::Ref(name), Value::Number(value)) if is_double(spec, name) => {
            let value = value.as_f64();
            quote!(crate::Double::from(#value))
        }
        (Type::Ref(name), Value::String(text)) if is_double(spec, name) => {
            let value = match text.as_str() {
                "NaN" => quote!(f64::NAN),
                "Infinity" => quote!(f64::INFINITY),
                _ => quote!(f64::NEG_INFINITY),
            };
            quote!(crate::Double::from(#value))
        }
        (_, Value::Bool(value)) => quote!(#value),
        (Type::F64, value) => {
            let value = value.as_f64();
            quote!(#value)
        }
        (Type::I32, value) => {
            let value = value.as_i64().and_then(|value| i32::try_from(value).ok());
            quote!(#value)
        }
        (_, Value::Number(value)) => {
            let value = value.as_i64();
            quote!(#value)
        }
        (Type::String, Value::String(text)) => quote!(#text.to_owned()),
        (type_, Value::String(text)) => {
            let type_ = rust(spec, type_);
            quote!(#type_::from(#text))
        }
        _ => quote!(::std::default::Default::default()),
    }
}

fn is_double(spec: &Spec, name: &str) -> bool {
    let component = spec.component(name);
    component.is_some_and(|component| matches!(component.schema, Schema::Double))
}

/// The method that says a member of `object`.
pub fn setter(spec: &Spec, member: &Member, object: &TokenStream) -> TokenStream {
    let name = ident(&member.rust);
    let type_ = argument(spec, &member.type_);
    let value = converted(&member.type_, quote!(value));
    let value = match member.is_option() {
        true => quote!(Some(#value)),
        false => value,
    };
    let doc = versioned(&member.description, &member.since, &member.until);
    let deprecated = deprecated(spec, &member.until);
    let allowed = deprecated.is_some().then(|| quote!(#[allow(deprecated)]));
    quote! {
        #[doc = #doc]
        #deprecated
        #allowed
        pub fn #name(mut self, value: #type_) -> Self {
            #object.#name = #value;
            self
        }
    }
}

/// For each object that callers make: a constructor of what it needs, and a setter for all else.
fn constructors(spec: &Spec) -> impl Iterator<Item = TokenStream> {
    made(spec).into_iter().map(|name| {
        let (said, others): (Vec<&Member>, Vec<&Member>) = spec
            .members(name)
            .iter()
            .partition(|member| member.is_argument());
        let others: Vec<_> = others
            .into_iter()
            .filter(|member| !member.is_tag())
            .collect();
        let arguments = said.iter().map(|member| {
            let name = ident(&member.rust);
            let type_ = argument(spec, &member.type_);
            quote!(#name: #type_)
        });
        let literal = literal(spec, name, Member::is_argument);
        let setters = others
            .iter()
            .map(|member| setter(spec, member, &quote!(self)));
        let allowed = allow_deprecated(spec, name);
        let type_ = ident(name);
        let doc = match others.is_empty() {
            true => "With these members, which are all that it has.",
            false => "With these members; each other one has a method.",
        };
        quote! {
            impl #type_ {
                #[doc = #doc]
                #allowed
                pub fn new(#(#arguments),*) -> Self {
                    #literal
                }

                #(#setters)*
            }
        }
    })
}

/// The objects that callers make: those that a body is, or that stand in one.
pub fn made(spec: &Spec) -> BTreeSet<&str> {
    let mut made = BTreeSet::new();
    for body in spec
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref())
    {
        match &body.kind {
            BodyKind::Members(name) | BodyKind::Fields(name) => {
                for member in spec.members(name) {
                    reach(spec, &member.type_, &mut made);
                }
            }
            BodyKind::Json(type_) => reach(spec, type_, &mut made),
            BodyKind::Change(change) => {
                if let Some(own) = spec.component(&change.object) {
                    made.insert(own.name.as_str());
                    for member in spec.members(&own.name) {
                        reach(spec, &member.type_, &mut made);
                    }
                }
            }
            BodyKind::Form(parts) => {
                for type_ in parts.iter().filter_map(|part| part.json.as_ref()) {
                    reach(spec, type_, &mut made);
                }
            }
            _ => {}
        }
    }
    made.retain(|name| {
        let component = spec.component(name);
        component.is_some_and(|component| matches!(component.schema, Schema::Object { .. }))
    });
    made
}

fn reach<'a>(spec: &'a Spec, type_: &'a Type, reached: &mut BTreeSet<&'a str>) {
    match type_ {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => {
            reach(spec, inner, reached);
        }
        Type::Ref(name) if reached.insert(name) => {
            match spec.component(name).map(|component| &component.schema) {
                Some(Schema::Object { members, .. }) => {
                    for member in members {
                        reach(spec, &member.type_, reached);
                    }
                }
                Some(Schema::Union(branches)) => {
                    for branch in branches {
                        let component = spec.component(branch);
                        let members = component.map_or(&[][..], |own| spec.members(&own.name));
                        reached.extend(component.map(|own| own.name.as_str()));
                        for member in members {
                            reach(spec, &member.type_, reached);
                        }
                    }
                }
                Some(Schema::Alias(type_)) => reach(spec, type_, reached),
                _ => {}
            }
        }
        _ => {}
    }
}
