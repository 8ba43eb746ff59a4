//! A call for each operation: what it takes, and the request that it makes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    docs::{deprecated, operation_doc, versioned},
    request::request,
    slot::{Kind, Slot, members, slots},
    types,
};
use crate::codegen::{
    names::{ident, pascal},
    spec::{Member, Operation, Parameter, Response, Spec},
};

/// Calls, for the module `calls`.
pub fn calls(spec: &Spec) -> TokenStream {
    let operations = spec.operations.iter().enumerate();
    operations
        .filter(|(_, operation)| !operation.manual)
        .map(|(index, operation)| call(spec, index, operation))
        .collect()
}

/// `get` of `jobs` is `JobsGet`.
pub fn call_name(operation: &Operation) -> String {
    pascal(&operation.id)
}

/// Something that a caller has to say.
pub struct Argument {
    pub name: Ident,
    pub type_: TokenStream,
    /// What becomes of it.
    pub value: TokenStream,
    /// The wire name, if it is a parameter.
    pub parameter: Option<String>,
}

impl Argument {
    pub fn of(spec: &Spec, slot: &Slot) -> Self {
        let name = ident(&slot.rust);
        let (type_, value) = match &slot.kind {
            Kind::Parameter(Parameter { type_, .. }) | Kind::Json(type_) => (
                types::argument(spec, type_),
                types::converted(type_, quote!(#name)),
            ),
            _ => {
                let field = slot.field(spec);
                (quote!(impl Into<#field>), quote!(#name.into()))
            }
        };
        Self {
            name,
            type_,
            value,
            parameter: match &slot.kind {
                Kind::Parameter(parameter) => Some(parameter.wire.clone()),
                _ => None,
            },
        }
    }

    fn member(spec: &Spec, member: &Member) -> Self {
        let name = ident(&member.rust);
        Self {
            type_: types::argument(spec, &member.type_),
            value: types::converted(&member.type_, quote!(#name)),
            name,
            parameter: None,
        }
    }
}

/// What a caller has to say, in order.
pub fn required(spec: &Spec, operation: &Operation) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for slot in slots(operation) {
        match &slot.kind {
            Kind::Parameter(parameter) if !parameter.required => {}
            Kind::Members(body) => {
                let said = members(spec, operation, body);
                let said = said.filter(|(_, is_argument)| *is_argument);
                arguments.extend(said.map(|(member, _)| Argument::member(spec, member)));
            }
            _ => arguments.push(Argument::of(spec, &slot)),
        }
    }
    arguments
}

fn call(spec: &Spec, index: usize, operation: &Operation) -> TokenStream {
    let name = ident(&call_name(operation));
    let doc = operation_doc(operation);
    let slots = slots(operation);
    let value = value_type(spec, operation);
    let fields = slots.iter().map(|slot| {
        let field = ident(&slot.rust);
        let type_ = slot.field(spec);
        quote!(pub(crate) #field: #type_)
    });
    let constructor = constructor(spec, operation, &slots);
    let setters = slots.iter().flat_map(|slot| setters(spec, operation, slot));
    let request = request(spec, operation, &slots);
    let respond = respond(operation);
    // A streamed body can be sent once: such a call is not cloned.
    let is_streamed = |slot: &Slot| matches!(slot.kind, Kind::Raw | Kind::Multipart(_));
    let clone = (!slots.iter().any(is_streamed)).then(|| quote!(Clone,));
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

            #constructor
            #(#setters)*
            #request
        }

        crate::call::call!(#name -> #value, #respond);
    }
}

/// The call with what is required, for its group and for calls written by hand.
fn constructor(spec: &Spec, operation: &Operation, slots: &[Slot]) -> TokenStream {
    let arguments = required(spec, operation);
    let arguments = arguments.iter().map(|argument| {
        let (name, type_) = (&argument.name, &argument.type_);
        quote!(#name: #type_)
    });
    let fields = slots.iter().map(|slot| {
        let field = ident(&slot.rust);
        let value = match &slot.kind {
            Kind::Parameter(parameter) if !parameter.required => quote!(None),
            Kind::Members(body) => types::literal(spec, body, |member| {
                members(spec, operation, body)
                    .any(|(said, is_argument)| said.wire == member.wire && is_argument)
            }),
            _ => Argument::of(spec, slot).value,
        };
        quote!(#field: #value)
    });
    let allowed = slots.iter().find_map(|slot| match &slot.kind {
        Kind::Members(body) => types::allow_deprecated(spec, body),
        _ => None,
    });
    quote! {
        #allowed
        pub(crate) fn from_draft(draft: crate::transport::Draft #(, #arguments)*) -> Self {
            Self { draft, #(#fields),* }
        }
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

/// How the answer becomes the value.
fn respond(operation: &Operation) -> TokenStream {
    match &operation.response {
        Response::Json(_) | Response::Envelope(..) if operation.splits() => {
            quote!(crate::transport::Answer::lists)
        }
        Response::Json(_) | Response::Envelope(..) => quote!(crate::transport::Answer::json),
        Response::Bytes { opens: None, .. } => quote!(crate::transport::Answer::stream),
        Response::Bytes {
            opens: Some(type_), ..
        } => {
            let type_ = ident(type_);
            quote!(|answer: crate::transport::Answer| super::super::#type_::open(answer.stream()?))
        }
        Response::Empty => quote!(crate::transport::Answer::empty),
    }
}

fn setters(spec: &Spec, operation: &Operation, slot: &Slot) -> Vec<TokenStream> {
    match &slot.kind {
        Kind::Parameter(parameter) if !parameter.required => {
            let name = ident(&slot.rust);
            let type_ = types::argument(spec, &parameter.type_);
            let value = types::converted(&parameter.type_, quote!(value));
            let doc = versioned(&parameter.description, &parameter.since, &parameter.until);
            let deprecated = deprecated(spec, &parameter.until);
            vec![quote! {
                #[doc = #doc]
                #deprecated
                pub fn #name(mut self, value: #type_) -> Self {
                    self.#name = Some(#value);
                    self
                }
            }]
        }
        Kind::Members(body) => members(spec, operation, body)
            .filter(|(_, is_argument)| !is_argument)
            .map(|(member, _)| types::setter(spec, member, &quote!(self.body)))
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
