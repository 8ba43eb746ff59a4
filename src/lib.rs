// Without a platform, the README's link to its page leads to the table of features.
#![cfg_attr(not(feature = "flink"), doc = "[`flink::from_python`]: #features")]
#![cfg_attr(not(feature = "joule"), doc = "[`joule::from_python`]: #features")]
#![cfg_attr(not(feature = "streams"), doc = "[`streams::from_python`]: #features")]
#![cfg_attr(
    not(feature = "flowthings"),
    doc = "[`flowthings::from_python`]: #features"
)]
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The probe, Flink and Streams together use every part; a smaller set of features leaves some of them waiting.
#![cfg_attr(
    not(all(
        feature = "flink",
        feature = "streams",
        feature = "_probe",
        feature = "dynamic"
    )),
    allow(dead_code, unused_imports, unused_macros)
)]

mod body;
pub mod call;
mod config;
mod error;
#[cfg(feature = "flink")]
pub mod flink;
#[cfg(feature = "flowthings")]
pub mod flowthings;
#[cfg(feature = "joule")]
pub mod joule;
#[cfg(feature = "_probe")]
#[doc(hidden)]
pub mod probe;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "streams")]
pub mod streams;
mod transport;
mod value;

pub use body::{ByteStream, Upload};
#[cfg(feature = "dynamic")]
pub use call::dynamic;
pub use call::{Batch, Poll, PollProgress, Spawned};
pub use config::{
    Auth, Config, Limits, Outgoing, Retry, Sign, SignError, Timeouts, Token, TokenError,
    TokenSource,
};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub use value::json::{json_glimpse, json_has_at_most, json_value};
// For the command, which shows texts of servers.
#[doc(hidden)]
pub use value::printable::printable;
pub use value::{
    Change, Double, Idempotence, Identified, Json, Link, Located, Locator, Operation, Parameter,
    Place, Response, ResponseKind, Secret, TimeoutClass,
};

#[cfg(feature = "dynamic")]
include!(concat!(env!("OUT_DIR"), "/platforms.rs"));

#[doc(no_inline)]
pub use reqwest::Body;
pub use {bytes, futures_core, reqwest, serde, serde_json, url};

#[cfg(feature = "schemars")]
#[doc(no_inline)]
pub use schemars;
