//! `OPERATIONS`: every operation of the platform as a value.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::spec::{
    BodyKind, Idempotence, Operation, Parameter, Place, Response, Spec, Timeout,
};

pub fn table(spec: &Spec) -> TokenStream {
    let count = spec.operations.len();
    let rows = spec.operations.iter().map(|operation| row(spec, operation));
    quote! {
        /// Every operation of the platform, in the order of its manual.
        pub static OPERATIONS: [crate::Operation; #count] = [#(#rows),*];
    }
}

fn row(spec: &Spec, operation: &Operation) -> TokenStream {
    let platform = &spec.module;
    let Operation {
        id,
        method,
        path,
        summary,
        tag,
        ..
    } = operation;
    let group = if spec.tag(tag).is_some_and(|tag| tag.root) {
        ""
    } else {
        tag.as_str()
    };
    let idempotent = match &operation.idempotent {
        Idempotence::Always => quote!(crate::Idempotence::Always),
        Idempotence::Never => quote!(crate::Idempotence::Never),
        Idempotence::With(member) => quote!(crate::Idempotence::With(#member)),
    };
    let timeout = match operation.timeout {
        Timeout::Normal => quote!(crate::TimeoutClass::Normal),
        Timeout::Long => quote!(crate::TimeoutClass::Long),
        Timeout::Stream => quote!(crate::TimeoutClass::Stream),
        Timeout::Endless => quote!(crate::TimeoutClass::Endless),
    };
    let since = option(&operation.since);
    let until = option(&operation.until);
    let parameters = operation.parameters.iter().map(parameter);
    let body = option(&operation.body.as_ref().map(|body| match &body.kind {
        BodyKind::Members(name) => name.clone(),
        BodyKind::Fields(name) => format!("{name} as a form"),
        BodyKind::Json(type_) => type_.label(),
        BodyKind::Change(change) => match change.parameter {
            Some(_) => change.object.clone(),
            None => format!("{{string: {}}}", change.object),
        },
        BodyKind::Raw(media) => media.clone(),
        BodyKind::Text => "text/plain".into(),
        BodyKind::Form(parts) => {
            let parts: Vec<&str> = parts.iter().map(|part| part.wire.as_str()).collect();
            format!("multipart/form-data: {}", parts.join(", "))
        }
    }));
    let response = match &operation.response {
        Response::Json(type_) => {
            let label = type_.label();
            quote!(crate::ResponseKind::Json(#label))
        }
        Response::Envelope(envelope) => {
            let (member, label) = (&envelope.value, envelope.type_.label());
            quote!(crate::ResponseKind::Envelope(#member, #label))
        }
        Response::Bytes { media, .. } => quote!(crate::ResponseKind::Bytes(#media)),
        Response::Empty => quote!(crate::ResponseKind::Empty),
    };
    let (empty, ok, beside) = match &operation.response {
        Response::Envelope(envelope) => (envelope.empty, envelope.ok.as_ref(), operation.beside()),
        _ => (None, None, None),
    };
    let empty = option(&empty.map(str::to_owned));
    let ok = option(&ok.cloned());
    let success = operation.success;
    let beside = option(&beside.map(|beside| beside.member.clone()));
    quote! {
        crate::Operation {
            platform: #platform,
            id: #id,
            group: #group,
            method: #method,
            path: #path,
            summary: #summary,
            idempotent: #idempotent,
            timeout: #timeout,
            since: #since,
            until: #until,
            parameters: &[#(#parameters),*],
            body: #body,
            success: Some(#success),
            response: #response,
            empty: #empty,
            ok: #ok,
            beside: #beside,
        }
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter { wire, required, .. } = parameter;
    let place = match parameter.place {
        Place::Path => quote!(crate::Place::Path),
        Place::Query => quote!(crate::Place::Query),
        Place::Header => quote!(crate::Place::Header),
    };
    let label = parameter.type_.label();
    quote!(crate::Parameter { name: #wire, place: #place, required: #required, type_: #label })
}

fn option(text: &Option<String>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}
