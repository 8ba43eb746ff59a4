//! What a call holds: one slot for each thing that a caller can say.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    names::{ident, snake},
    spec::{BodyKind, Member, Operation, Parameter, Spec, Type},
    types,
};

/// A field of a call.
pub struct Slot {
    pub rust: String,
    pub kind: Kind,
}

pub enum Kind {
    /// A path, query or header parameter.
    Parameter(Parameter),
    /// An object, an id, or a path or a name.
    Locator(super::spec::Locator),
    /// The JSON object whose members are arguments and setters.
    Members(String),
    /// A JSON value that is one argument.
    Json(Type),
    Raw,
    Text,
    /// The name of the file part.
    Multipart(String),
}

/// The slots of an operation: parameters, locators, body.
pub fn slots(operation: &Operation) -> Vec<Slot> {
    let located = |wire: &str| {
        operation
            .locators
            .iter()
            .any(|locator| locator.id == wire || locator.text == wire)
    };
    let parameters = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.twin_of.is_none() && !located(&parameter.wire))
        .map(|parameter| Slot {
            rust: parameter.rust.clone(),
            kind: Kind::Parameter(parameter.clone()),
        });
    let locators = operation.locators.iter().map(|locator| Slot {
        rust: locator.rust.clone(),
        kind: Kind::Locator(locator.clone()),
    });
    let body = operation.body.iter().map(|body| match &body.kind {
        BodyKind::Members(name) => Slot {
            rust: "body".into(),
            kind: Kind::Members(name.clone()),
        },
        BodyKind::Json(type_) => Slot {
            rust: "body".into(),
            kind: Kind::Json(type_.clone()),
        },
        BodyKind::Raw(_) => Slot {
            rust: "body".into(),
            kind: Kind::Raw,
        },
        BodyKind::Text => Slot {
            rust: "body".into(),
            kind: Kind::Text,
        },
        BodyKind::Multipart(part) => Slot {
            rust: snake(part),
            kind: Kind::Multipart(part.clone()),
        },
    });
    let mut slots: Vec<Slot> = parameters.collect();
    slots.extend(locators);
    slots.extend(body);
    slots
}

/// The members of a spread body that a caller says, with whether each is an argument.
pub fn members<'a>(
    spec: &'a Spec,
    operation: &'a Operation,
    body: &str,
) -> impl Iterator<Item = (&'a Member, bool)> {
    spec.members(body)
        .iter()
        .filter(|member| {
            !operation
                .locators
                .iter()
                .any(|locator| locator.id == member.wire || locator.text == member.wire)
        })
        .map(|member| (member, member.required))
}

impl Slot {
    /// The type of the field.
    pub fn field(&self, spec: &Spec) -> TokenStream {
        match &self.kind {
            Kind::Parameter(parameter) => {
                let type_ = types::rust(spec, &parameter.type_);
                if parameter.required {
                    type_
                } else {
                    quote!(::std::option::Option<#type_>)
                }
            }
            Kind::Locator(locator) => {
                let name = ident(&locator.type_);
                quote!(crate::Locator<types::#name>)
            }
            Kind::Members(name) => {
                let name = ident(name);
                quote!(types::#name)
            }
            Kind::Json(type_) => types::rust(spec, type_),
            Kind::Raw => quote!(crate::Body),
            Kind::Text => quote!(::std::string::String),
            Kind::Multipart(_) => quote!(crate::Upload),
        }
    }

    /// How the wire call takes a parameter. `local` stands where a list was joined.
    pub fn wire(&self, spec: &Spec) -> TokenStream {
        let name = ident(&self.rust);
        let Kind::Parameter(parameter) = &self.kind else {
            return quote!(&self.#name);
        };
        if parameter.comma {
            return if parameter.required {
                quote!(#name.as_deref().unwrap_or_default())
            } else {
                quote!(#name.as_deref())
            };
        }
        if let Some(yes) = &parameter.flag {
            return quote!((self.#name == Some(true)).then_some(#yes));
        }
        let copied = matches!(
            parameter.type_,
            Type::Bool | Type::I32 | Type::I64 | Type::F64
        );
        let text = matches!(parameter.type_, Type::String);
        let _ = spec;
        match (parameter.required, copied, text) {
            (_, true, _) => quote!(self.#name),
            (true, false, _) => quote!(&self.#name),
            (false, false, true) => quote!(self.#name.as_deref()),
            (false, false, false) => quote!(self.#name.as_ref()),
        }
    }
}
