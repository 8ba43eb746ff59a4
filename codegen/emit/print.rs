//! Tokens as text, printed as rustfmt prints it: compiler messages and rustdoc's source pages point into it.

use proc_macro2::TokenStream;

use crate::codegen::fault::Fault;

pub fn print(tokens: TokenStream) -> Result<String, Fault> {
    let file = syn::parse2(tokens)
        .map_err(|error| Fault::new("", format!("the generated code does not parse: {error}")))?;
    Ok(prettyplease::unparse(&file))
}
