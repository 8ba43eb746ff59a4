//! The request that a call makes, filled in with the builder that hand-written calls use too.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    slot::{Kind, Slot, is_of_change},
    types::allow_deprecated,
};
use crate::codegen::{
    names::ident,
    spec::{BodyKind, Idempotence, Locator, Operation, Parameter, Place, Spec, Type},
};

/// The method that makes the request.
pub fn request(spec: &Spec, operation: &Operation, slots: &[Slot]) -> TokenStream {
    let checks = slots.iter().filter_map(check);
    let segments = segments(operation).map(|parameter| segment(spec, operation, slots, parameter));
    let parameters = parameters(operation).filter_map(|parameter| parameter_part(slots, parameter));
    let headers = operation.parameters.iter();
    let headers = headers
        .filter(|parameter| parameter.place == Place::Header)
        .map(|parameter| header(slots, parameter));
    let (before, body) = body(spec, operation, slots);
    // A locator or an id that makes a repeat safe may be such a member.
    let allowed = slots.iter().find_map(|slot| match &slot.kind {
        Kind::Members(body) => allow_deprecated(spec, body),
        _ => None,
    });
    let address = spec
        .is_linkable(operation)
        .then(|| quote!(.at_link(self.address)));
    let next = operation
        .next
        .as_ref()
        .map(|member| quote!(.paged(#member)));
    quote! {
        #allowed
        pub(crate) fn into_request(self) -> crate::transport::Request {
            #before
            self.draft.request(Self::OPERATION) #address #next #(#checks)* #(#segments)* #(#parameters)* #(#headers)* #body
        }
    }
}

/// The parameters of the path, in its order.
fn segments(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let pieces = operation.path.split('{').skip(1);
    pieces.filter_map(|piece| {
        let (name, _) = piece.split_once('}')?;
        let mut parameters = operation.parameters.iter();
        parameters.find(|own| own.place == Place::Path && own.wire == name)
    })
}

/// The parameters of the query, in the order of the alphabet.
fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let all = operation.parameters.iter();
    let mut own: Vec<&Parameter> = all
        .filter(|parameter| parameter.place == Place::Query && parameter.twin_of.is_none())
        .collect();
    own.sort_by(|one, other| one.wire.cmp(&other.wire));
    own.into_iter()
}

/// The slot that holds a parameter.
fn slot<'a>(slots: &'a [Slot], parameter: &Parameter) -> Option<&'a Slot> {
    slots.iter().find(|slot| match &slot.kind {
        Kind::Parameter(own) => own.wire == parameter.wire && own.place == parameter.place,
        Kind::Locator(locator) => [&locator.id, &locator.text].contains(&&parameter.wire),
        _ => false,
    })
}

fn check(slot: &Slot) -> Option<TokenStream> {
    let name = ident(&slot.rust);
    match &slot.kind {
        Kind::Locator(Locator { is_path: true, .. }) => Some(quote!(.checked(&self.#name))),
        Kind::Parameter(Parameter {
            wire,
            required,
            minimum,
            maximum,
            ..
        }) if minimum.is_some() || maximum.is_some() => {
            let minimum = minimum.map_or(quote!(i64::MIN), |least| quote!(#least));
            let maximum = maximum.map_or(quote!(i64::MAX), |most| quote!(#most));
            let number = match required {
                true => quote!(Some(self.#name)),
                false => quote!(self.#name),
            };
            Some(quote!(.within(#wire, #number, #minimum..=#maximum)))
        }
        Kind::Parameter(Parameter {
            wire,
            required,
            type_: Type::F64,
            ..
        }) => {
            let value = optional(slot, *required);
            Some(quote!(.finite(#wire, #value)))
        }
        _ => None,
    }
}

fn segment(
    spec: &Spec,
    operation: &Operation,
    slots: &[Slot],
    parameter: &Parameter,
) -> TokenStream {
    if is_of_change(operation, parameter) {
        return quote!(.segment_of(&self.change));
    }
    let name = slot(slots, parameter).map(|slot| ident(&slot.rust));
    if spec.is_secret_id(&parameter.type_) {
        return quote!(.secret_segment(self.#name.secret()));
    }
    match (parameter.required, parameter.encoded_twice) {
        (false, _) => quote!(.tail(self.#name.as_ref())),
        (true, true) => quote!(.segment_twice(&self.#name)),
        (true, false) => quote!(.segment(&self.#name)),
    }
}

fn parameter_part(slots: &[Slot], parameter: &Parameter) -> Option<TokenStream> {
    let slot = slot(slots, parameter)?;
    let name = ident(&slot.rust);
    let Parameter { wire, required, .. } = parameter;
    if let Kind::Locator(locator) = &slot.kind {
        return Some(match wire == &locator.id {
            true => quote!(.query(#wire, self.#name.id().as_ref())),
            false => quote!(.query(#wire, self.#name.path())),
        });
    }
    if let Some(yes) = &parameter.flag {
        return Some(quote!(.flag(#wire, self.#name, #yes)));
    }
    if !matches!(parameter.type_, Type::Array(_)) {
        let value = optional(slot, *required);
        return Some(match parameter.type_ {
            Type::Own(_) => quote!(.own_query(#wire, #value)),
            _ => quote!(.query(#wire, #value)),
        });
    }
    let items = match required {
        true => quote!(Some(&self.#name)),
        false => quote!(self.#name.as_deref()),
    };
    Some(match (parameter.split, parameter.comma) {
        (Some(limit), _) => quote!(.split(#wire, #items, #limit)),
        (None, true) => quote!(.list(#wire, #items)),
        (None, false) => quote!(.each(#wire, #items)),
    })
}

fn header(slots: &[Slot], parameter: &Parameter) -> TokenStream {
    // Names of headers are compared without their case, and HTTP/2 has lower case only.
    let wire = parameter.wire.to_ascii_lowercase();
    let value = slot(slots, parameter).map(|slot| optional(slot, parameter.required));
    quote!(.header(#wire, #value))
}

/// The value if it was said.
fn optional(slot: &Slot, required: bool) -> TokenStream {
    let name = ident(&slot.rust);
    match required {
        true => quote!(Some(&self.#name)),
        false => quote!(self.#name.as_ref()),
    }
}

/// What stands before the request, and what the body adds to it.
fn body(spec: &Spec, operation: &Operation, slots: &[Slot]) -> (TokenStream, TokenStream) {
    let (mut before, mut part) = (quote!(), quote!());
    let kind = operation.body.as_ref().map(|body| &body.kind);
    if let Some(BodyKind::Form(_)) = kind {
        let parts = slots.iter().filter_map(|slot| {
            let name = ident(&slot.rust);
            match &slot.kind {
                Kind::File(wire) => Some(quote!(.with_file(#wire, self.#name))),
                Kind::JsonPart(wire, _) => Some(quote!(.with_json(#wire, &self.#name))),
                _ => None,
            }
        });
        part = quote!(.form(crate::body::Form::new() #(#parts)*));
    }
    for slot in slots {
        let name = ident(&slot.rust);
        match &slot.kind {
            Kind::Members(body) => {
                let members = spec.members(body);
                let located = located(operation, slots);
                let fills = located.map(|(locator_slot, wire, value)| {
                    let locator_slot = ident(locator_slot);
                    let field = members.iter().find(|member| member.wire == wire);
                    let field = field.map(|member| ident(&member.rust));
                    quote!(body.#field = self.#locator_slot #value;)
                });
                let fills: Vec<TokenStream> = fills.collect();
                let mutable = (!fills.is_empty()).then(|| quote!(mut));
                before = quote!(let #mutable body = self.body; #(#fills)*);
                let is_required = operation.body.as_ref().is_some_and(|body| body.required);
                part = match (kind, is_required) {
                    (Some(BodyKind::Fields(_)), _) => quote!(.fields(&body)),
                    (_, true) => quote!(.json(&body)),
                    (_, false) => quote!(.json_unless_empty(&body)),
                };
                if let Idempotence::With(wire) = &operation.idempotent
                    && let Some(member) = members.iter().find(|member| &member.wire == wire)
                {
                    let field = ident(&member.rust);
                    part.extend(quote!(.repeatable(body.#field.is_some())));
                }
            }
            Kind::Json(_) => part = quote!(.json(&self.#name)),
            Kind::OptionalJson(_) => part = quote!(.json_if_said(self.#name.as_ref())),
            Kind::Change(change) => {
                part = match change.parameter {
                    Some(_) => quote!(.json(&self.#name)),
                    None => quote!(.changes(&self.#name)),
                };
            }
            Kind::Raw => {
                if let Some(BodyKind::Raw(media)) = kind {
                    part = quote!(.raw(#media, self.#name));
                }
            }
            Kind::Text => part = quote!(.text(self.#name)),
            Kind::File(_) | Kind::JsonPart(..) | Kind::Parameter(_) | Kind::Locator(_) => {}
        }
    }
    (before, part)
}

/// The members of the body that locators fill: the locator, the wire name, and how it gives the value.
fn located<'a>(
    operation: &'a Operation,
    slots: &'a [Slot],
) -> impl Iterator<Item = (&'a str, &'a str, TokenStream)> {
    let in_query = |wire: &str| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|parameter| parameter.wire == wire)
    };
    slots.iter().flat_map(move |slot| {
        let locator = match &slot.kind {
            Kind::Locator(locator) if !in_query(&locator.id) => Some(locator),
            _ => None,
        };
        let rust = slot.rust.as_str();
        locator.into_iter().flat_map(move |locator| {
            [
                (rust, locator.id.as_str(), quote!(.id())),
                (
                    rust,
                    locator.text.as_str(),
                    quote!(.path().map(str::to_owned)),
                ),
            ]
        })
    })
}
