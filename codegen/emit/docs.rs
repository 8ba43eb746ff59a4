//! Documentation of what is generated.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::{
    names::pascal,
    spec::{Operation, Response, Spec, Timeout},
};

/// Summary, description, route, versions, errors, source.
pub fn operation_doc(operation: &Operation) -> String {
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

/// The description, and which versions have it.
pub fn versioned(description: &str, since: &Option<String>, until: &Option<String>) -> String {
    let mut doc = description.to_owned();
    if let Some(since) = since {
        doc += &format!("\n\nSince version {since}.");
    }
    if let Some(until) = until {
        doc += &format!("\n\nUntil version {until}.");
    }
    doc
}

/// The compiler's warning about what a version has removed.
pub fn deprecated(spec: &Spec, until: &Option<String>) -> Option<TokenStream> {
    let note = format!("removed after {} {}", pascal(&spec.module), until.as_ref()?);
    Some(quote!(#[deprecated(note = #note)]))
}
