//! The public API: a door for each group, a call for each operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    guard::Guarded,
    names::{ident, pascal, snake},
    slot::{Kind, Slot, members, slots},
    spec::{Idempotence, Operation, Parameter, Place, Response, Spec, Tag, Timeout, Type},
    types,
};

/// Groups and calls, for the module `calls`.
pub fn calls(spec: &Spec, guarded: &Guarded) -> TokenStream {
    let groups = spec
        .tags
        .iter()
        .filter(|tag| !tag.root)
        .map(|tag| group(spec, tag));
    let calls = spec
        .operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| !operation.manual)
        .map(|(index, operation)| call(spec, guarded, index, operation));
    quote!(#(#groups)* #(#calls)*)
}

/// Doors and root operations, for the client.
pub fn client(spec: &Spec) -> TokenStream {
    let client = ident(&spec.client);
    let doors = spec
        .tags
        .iter()
        .filter(|tag| !tag.root && tag.within.is_none())
        .map(|tag| door(spec, tag, &quote!(calls::)));
    let operations = spec
        .operations
        .iter()
        .filter(|operation| {
            !operation.manual && spec.tag(&operation.tag).is_some_and(|tag| tag.root)
        })
        .map(|operation| opening(spec, operation, &[], &quote!(calls::)));
    quote! {
        impl super::#client {
            #(#operations)*
            #(#doors)*
        }
    }
}

/// `get` of `jobs` is `JobsGet`.
pub fn call_name(operation: &Operation) -> String {
    pascal(&operation.id)
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
    let bound = bound(spec, tag);
    let arguments = bound
        .iter()
        .skip(tag.inherited)
        .map(|slot| argument(spec, slot));
    let fields = bound.iter().enumerate().map(|(index, slot)| {
        let field = ident(&slot.rust);
        if index < tag.inherited {
            quote!(#field: self.#field.clone())
        } else {
            let value = converted(spec, slot);
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

fn argument(spec: &Spec, slot: &Slot) -> TokenStream {
    let name = ident(&slot.rust);
    let type_ = match &slot.kind {
        Kind::Parameter(parameter) => types::argument(spec, &parameter.type_).0,
        Kind::Json(type_) => types::argument(spec, type_).0,
        _ => {
            let field = slot.field(spec);
            quote!(impl Into<#field>)
        }
    };
    quote!(#name: #type_)
}

fn converted(spec: &Spec, slot: &Slot) -> TokenStream {
    let name = ident(&slot.rust);
    let type_ = match &slot.kind {
        Kind::Parameter(parameter) => &parameter.type_,
        Kind::Json(type_) => type_,
        _ => return quote!(#name.into()),
    };
    convert(spec, type_, &name)
}

fn convert(spec: &Spec, type_: &Type, name: &proc_macro2::Ident) -> TokenStream {
    match types::argument(spec, type_).1 {
        same if same.to_string() == "value" => quote!(#name),
        expression => quote!({ let value = #name; #expression }),
    }
}

/// The method of a group that makes a call: required things are its arguments.
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
    let mut fields = Vec::new();
    for slot in slots(operation) {
        let field = ident(&slot.rust);
        let is_bound =
            matches!(&slot.kind, Kind::Parameter(parameter) if bound.contains(&parameter.wire));
        match &slot.kind {
            _ if is_bound => fields.push(quote!(#field: self.#field.clone())),
            Kind::Parameter(parameter) if !parameter.required => fields.push(quote!(#field: None)),
            Kind::Members(body) => {
                let body_name = ident(body);
                let mut values = Vec::new();
                for member in spec.members(body) {
                    let rust = ident(&member.rust);
                    let said = members(spec, operation, body)
                        .any(|(said, is_argument)| said.wire == member.wire && is_argument);
                    if said {
                        let type_ = types::argument(spec, &member.type_).0;
                        let value = convert(spec, &member.type_, &rust);
                        arguments.push(quote!(#rust: #type_));
                        values.push(if member.nullable {
                            quote!(#rust: Some(#value))
                        } else {
                            quote!(#rust: #value)
                        });
                    } else {
                        values.push(quote!(#rust: None));
                    }
                }
                fields.push(quote!(#field: types::#body_name { #(#values),* }));
            }
            _ => {
                arguments.push(argument(spec, &slot));
                let value = converted(spec, &slot);
                fields.push(quote!(#field: #value));
            }
        }
    }
    quote! {
        #[doc = #doc]
        pub fn #method(&self #(, #arguments)*) -> #module #name {
            #module #name { draft: self.client.draft(), #(#fields),* }
        }
    }
}

fn call(spec: &Spec, guarded: &Guarded, index: usize, operation: &Operation) -> TokenStream {
    let name = ident(&call_name(operation));
    let doc = operation_doc(operation);
    let slots = slots(operation);
    let value = value_type(spec, operation);
    let fields = slots.iter().map(|slot| {
        let field = ident(&slot.rust);
        let type_ = slot.field(spec);
        quote!(pub(crate) #field: #type_)
    });
    let setters = slots.iter().flat_map(|slot| setters(spec, operation, slot));
    let execute = execute(spec, guarded, operation, &slots);
    // A streamed body can be sent once: such a call is not cloned.
    let clone = if slots
        .iter()
        .any(|slot| matches!(slot.kind, Kind::Raw | Kind::Multipart(_)))
    {
        quote!()
    } else {
        quote!(Clone,)
    };
    quote! {
        #[doc = #doc]
        #[derive(#clone Debug)]
        #[must_use = "a call does nothing until it is awaited"]
        pub struct #name {
            pub(crate) draft: crate::transport::Draft,
            #(#fields,)*
        }

        impl #name {
            /// Its row in the table of operations.
            pub const OPERATION: &'static crate::Operation = &super::OPERATIONS[#index];

            #(#setters)*
            #execute
        }

        crate::call::call!(#name -> #value);
    }
}

/// What the call gives.
pub fn value_type(spec: &Spec, operation: &Operation) -> TokenStream {
    match &operation.response {
        Response::Json(type_) | Response::Envelope(_, type_) => types::rust(spec, type_),
        Response::Bytes { opens: None, .. } => quote!(crate::ByteStream),
        Response::Bytes {
            opens: Some(type_), ..
        } => {
            let type_ = ident(type_);
            quote!(super::super::#type_)
        }
        Response::Empty => quote!(()),
    }
}

fn setters(spec: &Spec, operation: &Operation, slot: &Slot) -> Vec<TokenStream> {
    match &slot.kind {
        Kind::Parameter(parameter) if !parameter.required => {
            let name = ident(&slot.rust);
            let (type_, value) = types::argument(spec, &parameter.type_);
            let doc = versioned(&parameter.description, &parameter.since, &parameter.until);
            vec![quote! {
                #[doc = #doc]
                pub fn #name(mut self, value: #type_) -> Self {
                    self.#name = Some(#value);
                    self
                }
            }]
        }
        Kind::Members(body) => members(spec, operation, body)
            .filter(|(_, is_argument)| !is_argument)
            .map(|(member, _)| {
                let name = ident(&member.rust);
                let (type_, value) = types::argument(spec, &member.type_);
                let doc = versioned(&member.description, &member.since, &member.until);
                quote! {
                    #[doc = #doc]
                    pub fn #name(mut self, value: #type_) -> Self {
                        self.body.#name = Some(#value);
                        self
                    }
                }
            })
            .collect(),
        Kind::Multipart(_) => {
            let name = ident(&slot.rust);
            vec![quote! {
                /// Reports the bytes sent so far and, where it is known, their total.
                pub fn on_progress(mut self, report: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
                    self.#name = self.#name.on_progress(report);
                    self
                }
            }]
        }
        _ => Vec::new(),
    }
}

/// The async function that checks, sends and decodes.
fn execute(spec: &Spec, guarded: &Guarded, operation: &Operation, slots: &[Slot]) -> TokenStream {
    let value = value_type(spec, operation);
    let method = ident(&operation.id);
    let mut before = Vec::new();
    let mut context = Vec::new();
    for slot in slots {
        let name = ident(&slot.rust);
        match &slot.kind {
            Kind::Parameter(parameter) if parameter.comma && parameter.split.is_none() => {
                let wire = &parameter.wire;
                let joined = slot.joined();
                let list = list(slot, parameter);
                before.push(
                    quote!(let #joined = crate::transport::list::joined(operation, #wire, #list)?;),
                );
            }
            Kind::Parameter(parameter) => before.extend(range(slot, parameter)),
            Kind::Locator(locator) => {
                if locator.is_path {
                    before.push(quote!(self.#name.check(operation)?;));
                }
                if let Some(body) = operation.body.as_ref().and_then(|_| {
                    slots.iter().find_map(|slot| match &slot.kind {
                        Kind::Members(body) => Some(body),
                        _ => None,
                    })
                }) {
                    for member in spec.members(body) {
                        let field = ident(&member.rust);
                        if member.wire == locator.id {
                            before.push(quote!(self.body.#field = self.#name.id();));
                        } else if member.wire == locator.text {
                            before.push(
                                quote!(self.body.#field = self.#name.path().map(str::to_owned);),
                            );
                        }
                    }
                }
            }
            Kind::Members(body) => {
                let mut members = spec.members(body).iter();
                if let Idempotence::With(wire) = &operation.idempotent
                    && let Some(member) = members.find(|member| &member.wire == wire)
                {
                    let field = ident(&member.rust);
                    context.push(quote!(.repeatable(self.body.#field.is_some())));
                }
                if operation.body.as_ref().is_some_and(|body| !body.required) {
                    let body = ident(body);
                    context.push(quote!(.without_body(self.body == types::#body::default())));
                }
            }
            Kind::Multipart(part) => {
                before.push(quote!(let form = self.#name.into_form(operation, #part).await?;));
                context.push(quote!(.with_form(form)));
            }
            _ => {}
        }
    }
    let fills_body = !operation.locators.is_empty()
        && slots
            .iter()
            .any(|slot| matches!(slot.kind, Kind::Members(_)));
    let mutable = if fills_body {
        quote!(mut self)
    } else {
        quote!(self)
    };
    let arguments = wire_arguments(guarded, operation, slots);
    let finish = match &operation.response {
        Response::Bytes { .. } => quote!(finish_stream),
        _ => quote!(finish),
    };
    let sending = match split(slots) {
        None => quote! {
            let wire = super::wire::Client::over(self.draft.context(operation) #(#context)*);
            crate::transport::#finish(&wire.inner, wire.#method(#(#arguments),*).await)
        },
        Some((slot, parameter, limit)) => {
            let joined = slot.joined();
            let wire_name = &parameter.wire;
            let line = line_length(slots);
            let list = list(slot, parameter);
            quote! {
                let room = self.draft.room(operation, #limit, &[#(#line),*]);
                let lists = crate::transport::list::split(operation, #wire_name, #list, room)?;
                let mut whole: Option<crate::Response<#value>> = None;
                for #joined in lists {
                    let wire = super::wire::Client::over(self.draft.clone().context(operation) #(#context)*);
                    let part = crate::transport::#finish(&wire.inner, wire.#method(#(#arguments),*).await)?;
                    whole = Some(match whole {
                        None => part,
                        Some(before) => before.extended(part),
                    });
                }
                whole.ok_or_else(|| crate::Error::request(operation, "no request was made"))
            }
        }
    };
    let (sends, given, opening) = match &operation.response {
        Response::Bytes { opens: Some(_), .. } => (
            quote!(pub(crate) async fn send),
            quote!(crate::ByteStream),
            quote! {
                async fn execute(self) -> crate::Result<crate::Response<#value>> {
                    #value::open(self.send().await?)
                }
            },
        ),
        _ => (quote!(async fn execute), quote!(#value), quote!()),
    };
    quote! {
        #sends(#mutable) -> crate::Result<crate::Response<#given>> {
            let operation = Self::OPERATION;
            #(#before)*
            #sending
        }
        #opening
    }
}

/// Refuses a number that the server does not work with.
fn range(slot: &Slot, parameter: &Parameter) -> Option<TokenStream> {
    let bound = |bound: Option<i64>| bound.map(|number| quote!(#number));
    let (minimum, maximum) = match (bound(parameter.minimum), bound(parameter.maximum)) {
        (None, None) => return None,
        (minimum, maximum) => (
            minimum.unwrap_or(quote!(i64::MIN)),
            maximum.unwrap_or(quote!(i64::MAX)),
        ),
    };
    let name = ident(&slot.rust);
    let wire = &parameter.wire;
    let number = match parameter.required {
        true => quote!(Some(self.#name)),
        false => quote!(self.#name),
    };
    Some(quote!(crate::transport::range::within(operation, #wire, #number, #minimum..=#maximum)?;))
}

/// The items of a list parameter, if it was said.
fn list(slot: &Slot, parameter: &Parameter) -> TokenStream {
    let name = ident(&slot.rust);
    if parameter.required {
        quote!(Some(&self.#name))
    } else {
        quote!(self.#name.as_deref())
    }
}

fn split(slots: &[Slot]) -> Option<(&Slot, &Parameter, usize)> {
    slots.iter().find_map(|slot| match &slot.kind {
        Kind::Parameter(parameter) => Some((slot, parameter, parameter.split?)),
        _ => None,
    })
}

/// What else stands in the request line: path parameters and the other query parameters.
fn line_length(slots: &[Slot]) -> Vec<TokenStream> {
    slots
        .iter()
        .filter_map(|slot| match &slot.kind {
            Kind::Parameter(parameter)
                if parameter.split.is_none() && parameter.place != Place::Header =>
            {
                Some((slot, parameter))
            }
            _ => None,
        })
        .map(|(slot, parameter)| {
            let name = ident(&slot.rust);
            let wire = &parameter.wire;
            let is_list = matches!(parameter.type_, Type::Array(_)) && !parameter.comma;
            if let Some(yes) = &parameter.flag {
                return quote!((#wire, Some(#yes.to_owned())));
            }
            let text = match is_list {
                true => quote!(crate::transport::list::exploded(#wire, value)),
                false => quote!(value.to_string()),
            };
            match parameter.required {
                _ if parameter.comma => {
                    let joined = slot.joined();
                    quote!((#wire, #joined.clone()))
                }
                true => quote!((#wire, { let value = &self.#name; Some(#text) })),
                false => quote!((#wire, self.#name.as_ref().map(|value| #text))),
            }
        })
        .collect()
}

/// The arguments in the order in which progenitor wants them.
fn wire_arguments(guarded: &Guarded, operation: &Operation, slots: &[Slot]) -> Vec<TokenStream> {
    let order = guarded
        .arguments
        .iter()
        .find(|(id, _)| id == &operation.id)
        .map(|(_, names)| names.as_slice())
        .unwrap_or_default();
    order
        .iter()
        .map(|argument| {
            for slot in slots {
                let name = ident(&slot.rust);
                match &slot.kind {
                    Kind::Parameter(parameter) if &snake(&parameter.wire) == argument => {
                        return slot.wire(parameter);
                    }
                    Kind::Locator(locator) if &snake(&locator.id) == argument => {
                        return quote!(self.#name.id());
                    }
                    Kind::Locator(locator) if &snake(&locator.text) == argument => {
                        return quote!(self.#name.path());
                    }
                    Kind::Members(_) | Kind::Json(_) if argument == "body" => {
                        return quote!(&self.body);
                    }
                    Kind::Raw | Kind::Text if argument == "body" => return quote!(self.body),
                    Kind::Multipart(_) if argument == "body" => {
                        return quote!(::reqwest::Body::default());
                    }
                    _ => {}
                }
            }
            // A name that no slot answers to: let the compiler say which.
            let name = ident(argument);
            quote!(self.#name)
        })
        .collect()
}

/// Summary, description, route, versions, errors, source.
fn operation_doc(operation: &Operation) -> String {
    let mut doc = format!("{}\n\n", operation.summary);
    if !operation.description.is_empty() {
        doc += &format!("{}\n\n", operation.description);
    }
    if let Response::Bytes {
        opens: Some(type_), ..
    } = &operation.response
    {
        doc += &format!("The answer is opened as a `{type_}`, which reads its bytes.\n\n");
    }
    doc += &format!("`{} {}`", operation.method, operation.path);
    match (&operation.since, &operation.until) {
        (Some(since), Some(until)) => doc += &format!(", version {since} to {until}"),
        (Some(since), None) => doc += &format!(", since version {since}"),
        (None, Some(until)) => doc += &format!(", until version {until}"),
        (None, None) => {}
    }
    if operation.timeout == Timeout::Long {
        doc += ". It may take long: one attempt has ten minutes";
    }
    doc += &format!(". Source: {}.\n", operation.source.trim_end_matches('.'));
    if !operation.errors.is_empty() {
        doc += "\n# Errors\n";
        for (status, description) in &operation.errors {
            doc += &format!("- {status}: {description}\n");
        }
    }
    doc
}

fn versioned(description: &str, since: &Option<String>, until: &Option<String>) -> String {
    let mut doc = description.to_owned();
    if let Some(since) = since {
        doc += &format!("\n\nSince version {since}.");
    }
    if let Some(until) = until {
        doc += &format!("\n\nUntil version {until}.");
    }
    doc
}
