//! The pass over progenitor's tokens: what its output lacks or gets wrong.
//!
//! - path parameters go through our own fallible encoding, so that no id changes the route;
//! - the `api-version` header and the constructors that unwrap are taken out;
//! - members get the name of the wire back where the copy had to rename them;
//! - every generated item has documentation, and a JSON schema behind the feature.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Attribute, ImplItem, Item, ItemEnum, ItemMod, ItemStruct, Stmt, parse_quote};

use super::{
    Fault,
    spec::{Operation, Place, Schema, Spec},
};

/// Progenitor's output, taken apart and mended.
pub struct Guarded {
    /// The wire client, private.
    pub wire: TokenStream,
    /// The types, public.
    pub types: TokenStream,
    /// Every wire call with its arguments in order.
    pub arguments: Vec<(String, Vec<String>)>,
}

pub fn guard(tokens: TokenStream, spec: &Spec) -> Result<Guarded, Fault> {
    let broken = |error: syn::Error| Fault::new("", format!("progenitor's output: {error}"));
    let file: syn::File = syn::parse2(tokens).map_err(broken)?;
    let mut wire = Vec::new();
    let mut types = TokenStream::new();
    let mut arguments = Vec::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = guard_types(module, spec),
            Item::Use(_) => {}
            Item::Struct(mut client) if client.ident == "Client" => {
                client.attrs = Vec::new();
                wire.push(Item::Struct(client));
            }
            Item::Impl(mut block) => {
                block.items.retain(|item| !is_constructor(item));
                for item in &mut block.items {
                    if let ImplItem::Fn(function) = item {
                        let name = function.sig.ident.to_string();
                        if let Some(operation) = spec
                            .operations
                            .iter()
                            .find(|operation| operation.id == name)
                        {
                            guard_call(function, operation)?;
                            arguments.push((name, argument_names(function)));
                        }
                    }
                }
                if !block.items.is_empty() {
                    wire.push(Item::Impl(block));
                }
            }
            other => wire.push(other),
        }
    }
    Ok(Guarded {
        wire: quote! {
            use progenitor_client::{ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
            #[allow(unused_imports)]
            use progenitor_client::RequestBuilderExt;
            use super::types;
            #(#wire)*
        },
        types,
        arguments,
    })
}

fn is_constructor(item: &ImplItem) -> bool {
    matches!(item, ImplItem::Fn(function)
        if function.sig.ident == "new" || function.sig.ident == "new_with_client")
}

fn argument_names(function: &syn::ImplItemFn) -> Vec<String> {
    function
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            syn::FnArg::Typed(argument) => match &*argument.pat {
                syn::Pat::Ident(name) => Some(name.ident.to_string()),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        })
        .collect()
}

fn guard_call(function: &mut syn::ImplItemFn, operation: &Operation) -> Result<(), Fault> {
    function
        .attrs
        .retain(|attribute| !attribute.path().is_ident("doc"));
    let has_headers = operation
        .parameters
        .iter()
        .any(|parameter| parameter.place == Place::Header);
    function.block.stmts.retain(|statement| {
        let text = quote!(#statement).to_string();
        let is_version = text.contains("\"api-version\"");
        let is_map =
            matches!(statement, Stmt::Local(_)) && text.contains("HeaderMap :: with_capacity");
        !is_version && (has_headers || !is_map)
    });
    let mut encoded = 0;
    let statements = &function.block.stmts;
    let body = rewrite(
        quote!({ #(#statements)* }),
        operation,
        has_headers,
        &mut encoded,
    );
    function.block = syn::parse2(body)
        .map_err(|error| Fault::new(&operation.id, format!("progenitor's output: {error}")))?;
    let expected = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == Place::Path)
        .count();
    if encoded == expected {
        Ok(())
    } else {
        Err(Fault::new(
            &operation.id,
            format!("{encoded} of {expected} path parameters are guarded"),
        ))
    }
}

/// Replaces `encode_path(&x.to_string())` and drops `.headers(header_map)` where no header is left.
fn rewrite(
    tokens: TokenStream,
    operation: &Operation,
    has_headers: bool,
    encoded: &mut usize,
) -> TokenStream {
    let mut output: Vec<TokenTree> = Vec::new();
    let mut input = tokens.into_iter().peekable();
    while let Some(token) = input.next() {
        match token {
            TokenTree::Ident(ident) if ident == "encode_path" => {
                if let Some(TokenTree::Group(argument)) = input.next() {
                    *encoded += 1;
                    let name = argument
                        .stream()
                        .into_iter()
                        .nth(1)
                        .map(|token| token.to_string());
                    let twice = operation.parameters.iter().any(|parameter| {
                        parameter.encoded_twice
                            && Some(&super::names::snake(&parameter.wire)) == name.as_ref()
                    });
                    let function = if twice {
                        quote!(segment_twice)
                    } else {
                        quote!(segment)
                    };
                    let span = ident.span();
                    output.extend(
                        quote_spanned!(span=> crate::transport::path::#function #argument ?),
                    );
                }
            }
            TokenTree::Punct(dot)
                if dot.as_char() == '.'
                    && !has_headers
                    && matches!(input.peek(), Some(TokenTree::Ident(name)) if name == "headers") =>
            {
                input.next();
                input.next();
            }
            TokenTree::Group(group) => {
                let inner = rewrite(group.stream(), operation, has_headers, encoded);
                output.push(Group::new(group.delimiter(), inner).into());
            }
            other => output.push(other),
        }
    }
    output.into_iter().collect()
}

fn guard_types(module: ItemMod, spec: &Spec) -> TokenStream {
    let mut items = module.content.map(|(_, items)| items).unwrap_or_default();
    for item in &mut items {
        match item {
            Item::Struct(item) => guard_struct(item, spec),
            Item::Enum(item) => guard_enum(item, spec),
            // Nothing of ours converts through it, but typify's one-value enums do.
            Item::Mod(errors) => errors.attrs.push(parse_quote!(#[doc(hidden)])),
            _ => {}
        }
    }
    quote!(#(#items)*)
}

fn guard_struct(item: &mut ItemStruct, spec: &Spec) {
    let name = item.ident.to_string();
    item.attrs.push(schema_attribute());
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
        }
        if keeps_unknown && rust.as_deref() == Some("extra") {
            field.attrs.push(parse_quote!(#[doc = "Members that the spec does not know, kept for the way back."]));
        } else {
            ensure_doc(&mut field.attrs, "The value.");
        }
    }
}

fn guard_enum(item: &mut ItemEnum, spec: &Spec) {
    item.attrs.push(schema_attribute());
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
