//! What a call holds: one slot for each thing that a caller can say.

use proc_macro2::TokenStream;
use quote::quote;

use super::types;
use crate::codegen::{
    names::{ident, snake},
    spec::{BodyKind, Change, Locator, Member, Operation, Parameter, Part, Place, Spec, Type},
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
    Locator(Locator),
    /// The JSON object whose members are arguments and setters.
    Members(String),
    /// A JSON value that is one argument.
    Json(Type),
    /// A JSON value that may be left out.
    OptionalJson(Type),
    /// What an update takes.
    Change(Change),
    Raw,
    Text,
    /// The file part of a form, by its name.
    File(String),
    /// A JSON part of a form, by its name.
    JsonPart(String, Type),
}

/// The slots of an operation: what stands in the path, locators, other parameters, body.
pub fn slots(operation: &Operation) -> Vec<Slot> {
    let located = |wire: &str| {
        operation
            .locators
            .iter()
            .any(|locator| locator.id == wire || locator.text == wire)
    };
    let parameters = |in_path: bool| {
        operation
            .parameters
            .iter()
            .filter(move |parameter| (parameter.place == Place::Path) == in_path)
            .filter(|parameter| parameter.twin_of.is_none() && !located(&parameter.wire))
            .filter(|parameter| !is_of_change(operation, parameter))
            .map(|parameter| Slot {
                rust: parameter.rust.clone(),
                kind: Kind::Parameter(parameter.clone()),
            })
    };
    let locators = operation.locators.iter().map(|locator| Slot {
        rust: locator.rust.clone(),
        kind: Kind::Locator(locator.clone()),
    });
    let body = operation.body.iter().flat_map(|body| {
        let kind = match &body.kind {
            BodyKind::Members(name) | BodyKind::Fields(name) => Kind::Members(name.clone()),
            BodyKind::Json(type_) if body.required => Kind::Json(type_.clone()),
            BodyKind::Json(type_) => Kind::OptionalJson(type_.clone()),
            BodyKind::Change(change) => Kind::Change(change.clone()),
            BodyKind::Raw(_) => Kind::Raw,
            BodyKind::Text => Kind::Text,
            BodyKind::Form(parts) => return parts.iter().map(part).collect(),
        };
        let rust = match &kind {
            Kind::Change(change) if change.parameter.is_none() => "changes",
            Kind::Change(_) => "change",
            _ => "body",
        };
        vec![Slot {
            rust: rust.to_owned(),
            kind,
        }]
    });
    parameters(true)
        .chain(locators)
        .chain(parameters(false))
        .chain(body)
        .collect()
}

/// Whether it is filled with the id of what the body changes.
pub fn is_of_change(operation: &Operation, parameter: &Parameter) -> bool {
    let change = operation.change();
    let filled = change.and_then(|change| change.parameter.as_ref());
    parameter.place == Place::Path && filled == Some(&parameter.wire)
}

fn part(part: &Part) -> Slot {
    let wire = part.wire.clone();
    Slot {
        rust: snake(&wire),
        kind: match &part.json {
            None => Kind::File(wire),
            Some(type_) => Kind::JsonPart(wire, type_.clone()),
        },
    }
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
            !member.is_tag()
                && !operation
                    .locators
                    .iter()
                    .any(|locator| locator.id == member.wire || locator.text == member.wire)
        })
        .map(|member| (member, member.is_argument()))
}

impl Slot {
    /// Whether it stands in this part of a path.
    pub fn is_in(&self, path: &str) -> bool {
        match &self.kind {
            Kind::Parameter(parameter) => {
                parameter.place == Place::Path && path.contains(&format!("{{{}}}", parameter.wire))
            }
            _ => false,
        }
    }

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
            Kind::Json(type_) | Kind::JsonPart(_, type_) => types::rust(spec, type_),
            Kind::OptionalJson(type_) => {
                let type_ = types::rust(spec, type_);
                quote!(::std::option::Option<#type_>)
            }
            Kind::Change(Change {
                object, parameter, ..
            }) => {
                let object = ident(object);
                match parameter {
                    Some(_) => quote!(crate::Change<types::#object>),
                    None => quote!(::std::vec::Vec<crate::Change<types::#object>>),
                }
            }
            Kind::Raw => quote!(crate::Body),
            Kind::Text => quote!(::std::string::String),
            Kind::File(_) => quote!(crate::Upload),
        }
    }
}
