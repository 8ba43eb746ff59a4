//! What a platform is called, where its servers are, names that its module shows beside its client, and its row in the list of
//! all platforms.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::print::print;
use crate::codegen::{
    fault::Fault,
    names::{ident, snake},
    spec::{Operation, Schema, Server, Spec},
};

/// What stands at the head of a platform's code.
pub fn head(spec: &Spec) -> TokenStream {
    let name = &spec.module;
    let own = spec.servers.first();
    let (url, prefix) = own.map_or(("", ""), |own| (own.url.as_str(), own.prefix.as_str()));
    let others = spec.servers.iter().skip(1).map(|server| {
        let (name, url) = (constant(&server.client), beside(server));
        let prefix = server.prefix.contains('{').then(|| {
            let (name, prefix) = (
                constant(&format!("{}_prefix", server.client)),
                &server.prefix,
            );
            quote!(pub(crate) const #name: &str = #prefix;)
        });
        quote! {
            pub(crate) const #name: &str = #url;
            #prefix
        }
    });
    let variables = spec.servers.iter().flat_map(|server| {
        server.variables.iter().map(|(variable, default)| {
            let name = constant(&format!("{}_{variable}", server.client));
            quote!(pub(crate) const #name: &str = #default;)
        })
    });
    let doc = format!(
        "Where a server of {} listens unless it is set up otherwise.",
        spec.title
    );
    let ids = spec.schemas.iter().filter_map(|component| {
        let is_id = matches!(component.schema, Schema::Id | Schema::SecretId);
        is_id.then(|| ident(&component.name))
    });
    let rows = spec.operations.iter().enumerate();
    let rows = rows
        .filter(|(_, operation)| operation.manual)
        .map(|(index, operation)| operation_row(index, operation));
    let numbers = match spec.bare_numbers {
        true => quote!(Bare),
        false => quote!(Json),
    };
    let ok = match spec.ok() {
        Some(ok) => quote!(Some(#ok)),
        None => quote!(None),
    };
    quote! {
        pub(crate) const NAME: &str = #name;
        pub(crate) const PREFIX: &str = #prefix;
        pub(crate) const NUMBERS: crate::value::json::Numbers = crate::value::json::Numbers::#numbers;
        pub(crate) const OK: ::std::option::Option<&str> = #ok;

        #[doc = #doc]
        pub const DEFAULT_URL: &str = #url;

        /// The ids, which are shown beside the client too.
        #[allow(unreachable_pub, unused_imports)]
        pub(crate) mod ids {
            pub use super::types::{#(#ids),*};
        }

        /// Where the platform's other servers are, and what stands for variables of their paths, unless they are set up otherwise.
        #[allow(dead_code)]
        pub(crate) mod servers {
            #(#others)*
            #(#variables)*
        }

        /// The rows of the calls that are written by hand.
        #[allow(dead_code)]
        pub(crate) mod rows {
            #(#rows)*
        }
    }
}

/// The platform in the list of all: its client is made from a server.
pub fn row(spec: &Spec) -> TokenStream {
    let name = &spec.module;
    let module = ident(name);
    let call = by_server(spec, |server, _| {
        let client = ident(&server.client);
        quote!(crate::#module::#client::try_from(server)?.call(id, arguments).await)
    });
    let default_url = by_server(spec, |server, is_first| match is_first {
        true => quote!(crate::#module::DEFAULT_URL),
        false => beside(server).into_token_stream(),
    });
    let id = match spec.servers.len() {
        1 => quote!(_),
        _ => quote!(id),
    };
    quote! {
        crate::dynamic::Platform {
            name: #name,
            default_url: |#id| #default_url,
            operations: &crate::#module::OPERATIONS,
            #[cfg(feature = "schemars")]
            schemas: crate::#module::schemas,
            call: |server, id, arguments| Box::pin(async move {
                #call
            }),
        }
    }
}

/// What an expression is for the server of the operation with this `id`; it is made of a server, and of whether that is the first.
fn by_server(spec: &Spec, of: impl Fn(&Server, bool) -> TokenStream) -> TokenStream {
    let Some((first, others)) = spec.servers.split_first() else {
        return TokenStream::new();
    };
    let own = of(first, true);
    if others.is_empty() {
        return own;
    }
    let others = others.iter().map(|server| {
        let ids = spec.operations_of(&server.client);
        let ids = ids.map(|operation| &operation.id);
        let value = of(server, false);
        quote!(#(#ids)|* => #value)
    });
    quote!(match id { #(#others,)* _ => #own, })
}

/// The URL of a server that is not the first: its client has no prefix, unless that has variables.
fn beside(server: &Server) -> String {
    match server.prefix.contains('{') {
        true => server.url.clone(),
        false => format!("{}{}", server.url, server.prefix),
    }
}

/// The list of the platforms that have these rows.
pub fn platforms(rows: &[TokenStream]) -> Result<String, Fault> {
    print(quote! {
        /// The platforms of this build, for tools that serve each one alike.
        pub static PLATFORMS: &[crate::dynamic::Platform] = &[#(#rows),*];
    })
}

/// `BUILD_SERVICE` of `BuildService`.
fn constant(name: &str) -> proc_macro2::Ident {
    ident(&snake(name).to_uppercase())
}

fn operation_row(index: usize, operation: &Operation) -> TokenStream {
    let name = ident(&operation.id.to_uppercase());
    quote!(pub(crate) const #name: &crate::Operation = &super::OPERATIONS[#index];)
}
