//! Mending progenitor's types: what its output lacks or gets wrong.
//!
//! - members get the name of the wire back where the copy had to rename them;
//! - what can grow is `non_exhaustive`, and what a version has removed is `deprecated`;
//! - every item has documentation, and a JSON schema behind the feature.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, Fields, Item, ItemEnum, ItemImpl, ItemStruct, Token, Type, parse_quote,
    punctuated::Punctuated,
};

use crate::codegen::{
    emit::{docs::deprecated, types::allow_deprecated},
    fault::Fault,
    spec::{Schema, Spec},
};

/// The types, out of all that progenitor writes.
pub fn mend(tokens: TokenStream, spec: &Spec) -> Result<TokenStream, Fault> {
    let file: syn::File = syn::parse2(tokens)
        .map_err(|error| Fault::new("", format!("progenitor's output: {error}")))?;
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let mut items = types.map(|(_, items)| items).unwrap_or_default();
    for item in &mut items {
        match item {
            Item::Struct(item) => mend_struct(item, spec),
            Item::Enum(item) => mend_enum(item, spec),
            Item::Impl(item) => mend_impl(item, spec),
            // Nothing of ours converts through it, but typify's one-value enums do.
            Item::Mod(errors) => errors.attrs.push(parse_quote!(#[doc(hidden)])),
            _ => {}
        }
    }
    Ok(quote!(#(#items)*))
}

fn mend_struct(item: &mut ItemStruct, spec: &Spec) {
    let name = item.ident.to_string();
    if spec.is_read(&name) {
        underive(&mut item.attrs);
    }
    item.attrs.push(schema_attribute());
    if matches!(item.fields, Fields::Named(_)) {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    let members = spec.members(&name);
    let (keeps_unknown, must_use) = match spec.component(&name).map(|component| &component.schema) {
        Some(Schema::Object {
            keep_unknown,
            must_use,
            ..
        }) => (*keep_unknown, must_use.as_ref()),
        _ => (false, None),
    };
    if let Some(reason) = must_use {
        item.attrs.push(parse_quote!(#[must_use = #reason]));
    }
    for field in &mut item.fields {
        let rust = field.ident.as_ref().map(ToString::to_string);
        if let Some(member) = members
            .iter()
            .find(|member| Some(&member.rust) == rust.as_ref())
        {
            rename(&mut field.attrs, &member.rust, &member.wire);
            if let Some(deprecated) = deprecated(spec, &member.until) {
                field.attrs.push(parse_quote!(#deprecated));
            }
        }
        if keeps_unknown && rust.as_deref() == Some("extra") {
            field.attrs.push(parse_quote!(#[doc = "Members that the spec does not know, kept for the way back."]));
            let writer = format!("crate::value::object::Others::<{name}>::write");
            field
                .attrs
                .push(parse_quote!(#[serde(serialize_with = #writer)]));
        } else {
            ensure_doc(&mut field.attrs, "The value.");
        }
    }
}

/// `Default` fills in every member.
fn mend_impl(item: &mut ItemImpl, spec: &Spec) {
    let is_default = matches!(&item.trait_, Some((path, _)) if is_named(path, "Default"));
    if let Type::Path(type_) = &*item.self_ty
        && let Some(last) = type_.path.segments.last()
        && let Some(allowed) = allow_deprecated(spec, &last.ident.to_string())
        && is_default
    {
        item.attrs.push(parse_quote!(#allowed));
    }
}

fn is_named(path: &syn::Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

fn mend_enum(item: &mut ItemEnum, spec: &Spec) {
    if spec.is_read(&item.ident.to_string()) {
        underive(&mut item.attrs);
    }
    item.attrs.push(schema_attribute());
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    let is_union = matches!(
        spec.component(&item.ident.to_string())
            .map(|component| &component.schema),
        Some(Schema::Union(_))
    );
    for variant in &mut item.variants {
        let name = variant.ident.to_string();
        let text = match (is_union, name.as_str()) {
            (true, "Unknown") => "A kind that the spec does not know, as it came.".to_owned(),
            (true, _) => spec
                .component(&name)
                .map(|component| component.description.clone())
                .unwrap_or_default(),
            (false, _) => "The only value: it tells this kind from the others.".to_owned(),
        };
        ensure_doc(&mut variant.attrs, &text);
    }
}

fn schema_attribute() -> Attribute {
    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))])
}

/// Leaves reading to the emitter, which knows the members.
fn underive(attributes: &mut [Attribute]) {
    for attribute in attributes {
        let syn::Meta::List(list) = &mut attribute.meta else {
            continue;
        };
        if !list.path.is_ident("derive") {
            continue;
        }
        let paths = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        let kept = paths.into_iter().flatten().filter(|path| {
            let last = path.segments.last();
            last.is_none_or(|last| last.ident != "Deserialize")
        });
        list.tokens = quote!(#(#kept),*);
    }
}

fn ensure_doc(attributes: &mut Vec<Attribute>, text: &str) {
    if !attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        attributes.push(parse_quote!(#[doc = #text]));
    }
}

/// Sets the serde name of a field to the wire's.
fn rename(attributes: &mut Vec<Attribute>, rust: &str, wire: &str) {
    for attribute in attributes.iter_mut() {
        let mut changed = TokenStream::new();
        let syn::Meta::List(list) = &mut attribute.meta else {
            continue;
        };
        if !list.path.is_ident("serde") {
            continue;
        }
        let mut tokens = list.tokens.clone().into_iter().peekable();
        let mut found = false;
        while let Some(token) = tokens.next() {
            let is_rename = matches!(&token, TokenTree::Ident(word) if word == "rename");
            changed.extend([token]);
            if is_rename {
                changed.extend(tokens.next());
                tokens.next();
                changed.extend(quote!(#wire));
                found = true;
            }
        }
        if found {
            list.tokens = changed;
            return;
        }
    }
    if rust != wire {
        attributes.push(parse_quote!(#[serde(rename = #wire)]));
    }
}
