//! From a spec to a client: read, lint, understand, make types, emit.
//!
//! `build.rs` runs this for every enabled platform; the tests run it on small bad specs. The output
//! is a function of the text alone: the same spec gives the same bytes.

mod emit;
mod fault;
mod lint;
mod names;
mod progenitor;
mod spec;
mod yaml;

pub use fault::Fault;
use proc_macro2::TokenStream;
use spec::Spec;
pub use yaml::{line, load};

/// What a spec becomes.
#[derive(Debug)]
pub struct Generated {
    /// Rust, to be included in the platform's module.
    pub code: String,
    /// The public surface as text, for the reviewer.
    pub outline: String,
    /// The platform's row in the list of all.
    pub row: TokenStream,
}

/// Generates the client of one platform; `module` is its name and its place in the crate.
pub fn generate(text: &str, module: &str) -> Result<Generated, Vec<Fault>> {
    if let Some(reason) = names::reserved(module) {
        let reason = format!("the file's name is the platform's module, and {reason}");
        return Err(vec![Fault::new("", reason)]);
    }
    let document = load(text).map_err(|fault| vec![fault])?;
    let faults = lint::lint(&document);
    if !faults.is_empty() {
        return Err(yaml::like::traced(&document, faults));
    }
    let spec = Spec::read(&document, module);
    let copy = progenitor::copy(&spec);
    let types = progenitor::run(&copy)
        .and_then(|types| progenitor::mend(types, &spec))
        .map_err(|fault| vec![fault])?;
    Ok(Generated {
        code: emit::client(&spec, &types).map_err(|fault| vec![fault])?,
        outline: emit::outline(&spec),
        row: emit::row(&spec),
    })
}

/// The list of the platforms that have these rows, as Rust for the root of the crate.
pub fn platforms(rows: &[TokenStream]) -> Result<String, Fault> {
    emit::platforms(rows)
}
