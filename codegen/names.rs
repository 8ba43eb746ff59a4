//! Rust names for the names of the wire.

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::Ident;
use quote::format_ident;

/// `max-exceptions` to `max_exceptions`, `type` to `type_`: a field, a parameter or a method.
pub fn snake(wire: &str) -> String {
    let name = wire.to_snake_case();
    match syn::parse_str::<Ident>(&name) {
        Ok(_) => name,
        Err(_) if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        Err(_) => format!("{name}_"),
    }
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
