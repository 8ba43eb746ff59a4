//! Rust names for the names of the wire.

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::Ident;
use quote::format_ident;

/// `max-exceptions` to `max_exceptions`, `type` to `type_`: a field, a parameter or a method.
pub fn snake(wire: &str) -> String {
    let name = wire.to_snake_case();
    if is_identifier(&name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        name
    } else {
        format!("{name}_")
    }
}

/// Whether the name can stand in Rust as it is.
pub fn is_snake(name: &str) -> bool {
    is_identifier(name) && snake(name) == name
}

/// Why nothing can be called so, where Rust keeps the word for itself.
pub fn reserved(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let is_word = !name.is_empty() && letters.all(|c| c.is_ascii_alphabetic());
    (is_word && !is_identifier(name))
        .then(|| format!("`{name}` is a reserved word of Rust; choose another name"))
}

/// Whether Rust, or the generated code, has a type or a trait of this name in scope.
pub fn is_taken(name: &str) -> bool {
    matches!(
        name,
        "Box"
            | "Default"
            | "Err"
            | "Error"
            | "Fn"
            | "Into"
            | "IntoIterator"
            | "None"
            | "Ok"
            | "Option"
            | "Result"
            | "Send"
            | "Some"
            | "String"
            | "Sync"
            | "ToString"
            | "Vec"
    )
}

/// `gen` is a word of Rust since 2024, which syn does not know.
fn is_identifier(name: &str) -> bool {
    name != "gen" && name != "_" && syn::parse_str::<Ident>(name).is_ok()
}

/// `IN_PROGRESS` to `InProgress`: a variant or a type.
pub fn pascal(wire: &str) -> String {
    let name = wire.to_pascal_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// An identifier from a name that [`snake`] or [`pascal`] made.
pub fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}
