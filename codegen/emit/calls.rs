//! A call for each operation: what it takes, and the request that it makes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    docs::{deprecated, operation_doc, versioned},
    request::request,
    slot::{Kind, Slot, members, slots},
    types,
};
use crate::codegen::{
    names::{ident, pascal, snake},
    spec::{Beside, Change, Member, Operation, Parameter, Place, Response, Spec, Type},
};

/// Calls, for the module `calls`.
pub fn calls(spec: &Spec) -> TokenStream {
    let operations = spec.operations.iter().enumerate();
    operations
        .filter(|(_, operation)| !operation.manual)
        .map(|(index, operation)| call(spec, index, operation))
        .collect()
}

/// `get` of `jobs` is `JobsGet`.
pub fn call_name(operation: &Operation) -> String {
    pascal(&operation.id)
}

/// Something that a caller has to say.
pub struct Argument {
    pub name: Ident,
    pub type_: TokenStream,
    /// What becomes of it.
    pub value: TokenStream,
    /// The wire name, if it is a parameter.
    pub parameter: Option<String>,
}

impl Argument {
    pub fn of(spec: &Spec, slot: &Slot) -> Self {
        let name = ident(&slot.rust);
        let (type_, value) = match &slot.kind {
            Kind::Parameter(Parameter { type_, .. })
            | Kind::Json(type_)
            | Kind::JsonPart(_, type_) => (
                types::argument(spec, type_),
                types::converted(type_, quote!(#name)),
            ),
            Kind::Change(Change {
                object,
                parameter: None,
                ..
            }) => {
                let object = ident(object);
                (
                    quote!(impl IntoIterator<Item = impl Into<crate::Change<types::#object>>>),
                    quote!(#name.into_iter().map(Into::into).collect()),
                )
            }
            _ => {
                let field = slot.field(spec);
                (quote!(impl Into<#field>), quote!(#name.into()))
            }
        };
        Self {
            name,
            type_,
            value,
            parameter: match &slot.kind {
                Kind::Parameter(parameter) => Some(parameter.wire.clone()),
                _ => None,
            },
        }
    }

    fn member(spec: &Spec, member: &Member) -> Self {
        let name = ident(&member.rust);
        Self {
            type_: types::argument(spec, &member.type_),
            value: types::converted(&member.type_, quote!(#name)),
            name,
            parameter: None,
        }
    }
}

/// What a caller has to say, in order, where a link stands for this part of the path.
pub fn required(spec: &Spec, operation: &Operation, linked: &str) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for slot in slots(operation) {
        match &slot.kind {
            _ if slot.is_in(linked) => {}
            Kind::Parameter(parameter) if !parameter.required => {}
            Kind::OptionalJson(_) => {}
            Kind::Members(body) => {
                let said = members(spec, operation, body);
                let said = said.filter(|(_, is_argument)| *is_argument);
                arguments.extend(said.map(|(member, _)| Argument::member(spec, member)));
            }
            _ => arguments.push(Argument::of(spec, &slot)),
        }
    }
    arguments
}

fn call(spec: &Spec, index: usize, operation: &Operation) -> TokenStream {
    let name = ident(&call_name(operation));
    let doc = operation_doc(operation);
    let slots = slots(operation);
    let value = value_type(spec, operation);
    let fields = slots.iter().map(|slot| {
        let field = ident(&slot.rust);
        let type_ = slot.field(spec);
        quote!(pub(crate) #field: #type_)
    });
    let by_link = spec.is_linkable(operation);
    let address = by_link
        .then(|| quote!(pub(crate) address: ::std::option::Option<crate::transport::Address>,));
    let constructors = constructors(spec, operation, &slots);
    let pages = pages(spec, operation);
    let (with_beside, beside) = match operation.beside() {
        Some(beside) => with_beside(spec, operation, beside, &slots),
        None => Default::default(),
    };
    let optional = operation.may_find_nothing().then(|| {
        quote! {
            /// `None` where the server says that there is no such thing, in the place of an error that
            /// [`is_not_found`](crate::Error::is_not_found).
            pub fn optional(self) -> crate::call::Optional<Self> {
                crate::call::Optional::new(self)
            }
        }
    });
    let followed = followed(spec, operation, &slots);
    let setters = slots.iter().flat_map(|slot| setters(spec, operation, slot));
    let request = request(spec, operation, &slots);
    let respond = respond(operation);
    // A streamed body can be sent once: such a call is not cloned.
    let is_streamed = |slot: &Slot| matches!(slot.kind, Kind::Raw | Kind::File(_));
    let clone = (!slots.iter().any(is_streamed)).then(|| quote!(Clone,));
    quote! {
        #[doc = #doc]
        #[derive(#clone Debug)]
        #[must_use = "a call does nothing until it is awaited"]
        pub struct #name {
            pub(crate) draft: crate::transport::Draft,
            #address
            #(#fields,)*
        }

        impl #name {
            /// Its row in the table of operations.
            pub const OPERATION: &'static crate::Operation = &super::OPERATIONS[#index];

            #constructors
            #(#setters)*
            #pages
            #with_beside
            #optional
            #request
        }

        #followed
        #beside
        crate::call::call!(#name -> #value, #respond);
    }
}

/// The part of the path for which the link of an operation's group stands.
pub fn linked<'a>(spec: &'a Spec, operation: &Operation) -> Option<&'a str> {
    let on = spec.tag(&operation.tag)?.on.as_ref()?;
    Some(on.path.as_str())
}

/// The ways to make the call: with what is required, and by a link.
fn constructors(spec: &Spec, operation: &Operation, slots: &[Slot]) -> TokenStream {
    let by_group = linked(spec, operation);
    let with_path = by_group.is_none().then(|| {
        let address = spec.is_linkable(operation).then(|| quote!(address: None,));
        constructor(
            spec,
            operation,
            slots,
            "",
            &quote!(from_draft),
            &quote!(),
            &address,
        )
    });
    let by_link = spec.is_linkable(operation).then(|| {
        let linked = by_group.unwrap_or(&operation.path);
        let address = Some(
            quote!(address: Some(crate::transport::Address::of(Some(link.as_ref()), #linked)),),
        );
        constructor(
            spec,
            operation,
            slots,
            linked,
            &quote!(from_link),
            &quote!(, link: impl ::std::convert::AsRef<str>),
            &address,
        )
    });
    quote!(#with_path #by_link)
}

/// The call of a link, where it needs nothing more.
fn followed(spec: &Spec, operation: &Operation, slots: &[Slot]) -> Option<TokenStream> {
    let is_target = spec.linked().contains(operation.id.as_str());
    if !is_target || !required(spec, operation, &operation.path).is_empty() {
        return None;
    }
    let name = ident(&call_name(operation));
    let path = &operation.path;
    let fields = fields(spec, operation, slots, path);
    Some(quote! {
        impl crate::call::Linked for #name {
            fn linked(draft: crate::transport::Draft, link: Option<&str>) -> Self {
                Self {
                    draft,
                    address: Some(crate::transport::Address::of(link, #path)),
                    #(#fields),*
                }
            }
        }
    })
}

/// The way to the pages of a list.
fn pages(spec: &Spec, operation: &Operation) -> Option<TokenStream> {
    operation.next.as_ref()?;
    let item = match &operation.response {
        Response::Envelope(envelope) => match &envelope.type_ {
            Type::Array(item) => types::rust(spec, item),
            _ => return None,
        },
        _ => return None,
    };
    Some(quote! {
        /// The list page by page, as the server cuts it; without it the call gives all pages as one list.
        pub fn pages(self) -> crate::call::Pages<#item> {
            crate::call::Pages::new(self.into_request())
        }
    })
}

/// The method that gives what stands beside the value, and what that is.
fn with_beside(
    spec: &Spec,
    operation: &Operation,
    beside: &Beside,
    slots: &[Slot],
) -> (TokenStream, TokenStream) {
    let call = ident(&call_name(operation));
    let method = ident(&beside_name(beside));
    let type_ = types::rust(spec, &beside.type_);
    let doc = format!(
        "The value and `{}` of the answer, as a pair.",
        beside.member
    );
    let asking = slots.iter().find_map(|slot| match &slot.kind {
        Kind::Parameter(parameter) if asks(operation, parameter) => {
            let name = ident(&slot.rust);
            Some((quote!(mut), quote!(self.#name = Some(true);)))
        }
        _ => None,
    });
    let (mutable, asking) = asking.unzip();
    let method = quote! {
        #[doc = #doc]
        pub fn #method(#mutable self) -> crate::call::WithBeside<Self> {
            #asking
            crate::call::WithBeside::new(self)
        }
    };
    let beside = quote! {
        impl crate::call::Paired for #call {
            type Beside = #type_;

            fn request(self) -> crate::transport::Request {
                self.into_request()
            }
        }
    };
    (method, beside)
}

/// `with_references` of `head.references`.
pub fn beside_name(beside: &Beside) -> String {
    let last = beside.member.rsplit('.').next().unwrap_or_default();
    format!("with_{}", snake(last))
}

/// Whether the parameter asks for what stands beside the value: then the method that gives it sets the parameter.
pub fn asks(operation: &Operation, parameter: &Parameter) -> bool {
    let asked = operation.beside().and_then(|beside| beside.asked.as_ref());
    parameter.place == Place::Query && asked == Some(&parameter.wire)
}

/// One way to make the call, for its group and for calls written by hand.
fn constructor(
    spec: &Spec,
    operation: &Operation,
    slots: &[Slot],
    linked: &str,
    name: &TokenStream,
    by: &TokenStream,
    address: &Option<TokenStream>,
) -> TokenStream {
    let arguments = required(spec, operation, linked);
    let arguments = arguments.iter().map(|argument| {
        let (name, type_) = (&argument.name, &argument.type_);
        quote!(#name: #type_)
    });
    let fields = fields(spec, operation, slots, linked);
    let allowed = slots.iter().find_map(|slot| match &slot.kind {
        Kind::Members(body) => types::allow_deprecated(spec, body),
        _ => None,
    });
    quote! {
        #allowed
        #[allow(dead_code)]
        pub(crate) fn #name(draft: crate::transport::Draft #by #(, #arguments)*) -> Self {
            Self { draft, #address #(#fields),* }
        }
    }
}

/// The fields of a call, where a link stands for this part of the path.
fn fields(spec: &Spec, operation: &Operation, slots: &[Slot], linked: &str) -> Vec<TokenStream> {
    let fields = slots.iter().map(|slot| {
        let field = ident(&slot.rust);
        let value = match &slot.kind {
            Kind::Parameter(parameter) if !parameter.required => quote!(None),
            Kind::Parameter(parameter) if slot.is_in(linked) => in_link(&parameter.type_),
            Kind::OptionalJson(_) => quote!(None),
            Kind::Members(body) => types::literal(spec, body, |member| {
                members(spec, operation, body)
                    .any(|(said, is_argument)| said.wire == member.wire && is_argument)
            }),
            _ => Argument::of(spec, slot).value,
        };
        quote!(#field: #value)
    });
    fields.collect()
}

/// What stands for a parameter of the path that is in a link.
fn in_link(type_: &Type) -> TokenStream {
    match type_ {
        Type::Bool => quote!(false),
        Type::I32 | Type::I64 => quote!(0),
        Type::Said(plain, _) => in_link(plain),
        Type::F64 => quote!(0.0),
        _ => quote!(::std::convert::From::from("")),
    }
}

/// What the call gives.
pub fn value_type(spec: &Spec, operation: &Operation) -> TokenStream {
    match &operation.response {
        Response::Json(type_) => types::rust(spec, type_),
        Response::Envelope(envelope) => types::rust(spec, &envelope.type_),
        Response::Bytes { opens: None, .. } => quote!(crate::ByteStream),
        Response::Bytes {
            opens: Some(type_), ..
        } => {
            let type_ = ident(type_);
            quote!(super::super::#type_)
        }
        Response::Empty => quote!(()),
    }
}

/// How the answer becomes the value.
fn respond(operation: &Operation) -> TokenStream {
    match &operation.response {
        Response::Json(_) | Response::Envelope(..) if operation.is_list() => {
            quote!(crate::transport::Answer::lists)
        }
        Response::Json(_) | Response::Envelope(..) => quote!(crate::transport::Answer::json),
        Response::Bytes { opens: None, .. } => quote!(crate::transport::Answer::stream),
        Response::Bytes {
            opens: Some(type_), ..
        } => {
            let type_ = ident(type_);
            quote!(|answer: crate::transport::Answer| super::super::#type_::open(answer.stream()?))
        }
        Response::Empty => quote!(crate::transport::Answer::empty),
    }
}

fn setters(spec: &Spec, operation: &Operation, slot: &Slot) -> Vec<TokenStream> {
    match &slot.kind {
        Kind::Parameter(parameter) if asks(operation, parameter) => Vec::new(),
        Kind::Parameter(parameter) if !parameter.required => {
            let name = ident(&slot.rust);
            let type_ = types::argument(spec, &parameter.type_);
            let value = types::converted(&parameter.type_, quote!(value));
            let doc = versioned(&parameter.description, &parameter.since, &parameter.until);
            let deprecated = deprecated(spec, &parameter.until);
            vec![quote! {
                #[doc = #doc]
                #deprecated
                pub fn #name(mut self, value: #type_) -> Self {
                    self.#name = Some(#value);
                    self
                }
            }]
        }
        Kind::Members(body) => {
            let members = members(spec, operation, body);
            let members = members.filter(|(_, is_argument)| !is_argument);
            let setters =
                members.map(|(member, _)| types::setter(spec, member, &quote!(self.body)));
            let extra = spec.keeps_unknown(body).then(|| {
                quote! {
                    /// Another member of the body, which the spec does not know.
                    pub fn extra(
                        mut self,
                        name: impl Into<::std::string::String>,
                        value: impl Into<crate::Json>,
                    ) -> Self {
                        self.body.extra.insert(name.into(), value.into());
                        self
                    }
                }
            });
            setters.chain(extra).collect()
        }
        Kind::OptionalJson(type_) => {
            let argument = types::argument(spec, type_);
            let value = types::converted(type_, quote!(value));
            vec![quote! {
                /// What to send as the body; without it nothing is sent.
                pub fn body(mut self, value: #argument) -> Self {
                    self.body = Some(#value);
                    self
                }
            }]
        }
        Kind::File(_) => {
            let name = ident(&slot.rust);
            vec![quote! {
                /// Reports the bytes sent so far and, where it is known, their total.
                pub fn on_progress(mut self, report: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
                    self.#name = self.#name.on_progress(report);
                    self
                }
            }]
        }
        _ => Vec::new(),
    }
}
