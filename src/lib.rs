// Without a platform, the README's link to its page leads to the table of features.
#![cfg_attr(not(feature = "flink"), doc = "[`flink::from_python`]: #features")]
#![cfg_attr(not(feature = "joule"), doc = "[`joule::from_python`]: #features")]
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The probe and Flink together use every part; a smaller set of features leaves some of them waiting.
#![cfg_attr(
    not(all(feature = "flink", feature = "_probe", feature = "dynamic")),
    allow(dead_code, unused_imports, unused_macros)
)]

mod auth;
mod batch;
mod byte_stream;
pub mod call;
mod config;
mod deadline;
mod double;
#[cfg(feature = "dynamic")]
pub mod dynamic;
mod error;
#[cfg(feature = "flink")]
pub mod flink;
mod history;
mod id;
#[cfg(feature = "joule")]
pub mod joule;
mod json_error;
mod lazy;
mod link;
mod locator;
mod open_enum;
mod operation;
mod poll;
#[cfg(feature = "_probe")]
#[doc(hidden)]
pub mod probe;
mod response;
mod retry;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod secret;
mod tls;
mod transport;
mod upload;

pub use auth::{Auth, Token, TokenError, TokenSource};
pub use batch::Batch;
pub use byte_stream::ByteStream;
pub use config::{Config, Limits, Timeouts};
pub use double::Double;
pub use error::{Error, ErrorKind, Result};
pub use lazy::Lazy;
pub use link::{Link, Links, Listed};
pub use locator::{Located, Locator};
pub use operation::{Idempotence, Operation, Parameter, Place, ResponseKind, TimeoutClass};
pub use poll::Poll;
pub use response::Response;
pub use retry::Retry;
pub use secret::Secret;
pub use upload::Upload;

#[doc(no_inline)]
pub use reqwest::Body;
pub use {bytes, futures_core, reqwest, serde, serde_json, url};

#[cfg(feature = "schemars")]
#[doc(no_inline)]
pub use schemars;
