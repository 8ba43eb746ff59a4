//! Links: every relation is the whole URL, with the host by which the client has called.

use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::sandbox::streams::model::flavour::Flavour;

/// Where everything is, in most flavours.
const ROOT: &str = "/streams/rest";

/// Where everything is in Cloud Pak for Data.
const CLOUD_PAK_ROOT: &str = "/streams-rest";

/// The path before that of every resource.
pub(crate) fn root(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Cp4d => CLOUD_PAK_ROOT,
        _ => ROOT,
    }
}

/// What stays as it is in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Makes links to whatever there is.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    pub(crate) flavour: Flavour,
    /// `http://127.0.0.1:8080`
    pub(crate) origin: String,
    root: String,
    instance: String,
    domain: String,
}

impl Links {
    pub(crate) fn new(flavour: Flavour, host: &str, domain: &str, instance: &str) -> Self {
        let scheme = match flavour {
            Flavour::Cp4d => "https",
            _ => "http",
        };
        let origin = format!("{scheme}://{host}");
        let root = format!("{origin}{}", root(flavour));
        Self {
            flavour,
            instance: format!("{root}/instances/{}", encoded(instance)),
            domain: format!("{root}/domains/{}", encoded(domain)),
            root,
            origin,
        }
    }

    /// Below the root: `/instances`.
    pub(crate) fn root(&self, path: impl Display) -> String {
        format!("{}{path}", self.root)
    }

    /// Below the domain: `/hosts`.
    pub(crate) fn domain(&self, path: impl Display) -> String {
        format!("{}{path}", self.domain)
    }

    /// Below the instance: `/jobs`.
    pub(crate) fn instance(&self, path: impl Display) -> String {
        format!("{}{path}", self.instance)
    }

    pub(crate) fn job(&self, id: u64, path: impl Display) -> String {
        self.instance(format_args!("/jobs/{id}{path}"))
    }

    pub(crate) fn pe(&self, id: u64, path: impl Display) -> String {
        self.instance(format_args!("/pes/{id}{path}"))
    }

    pub(crate) fn operator(&self, job: u64, name: &str, path: impl Display) -> String {
        let name = encoded(name);
        self.instance(format_args!("/jobs/{job}/operators/{name}{path}"))
    }
}

/// A segment of a path.
pub(crate) fn encoded(segment: &str) -> impl Display {
    utf8_percent_encode(segment, SEGMENT)
}
