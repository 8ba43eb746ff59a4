//! The wire: requests as Joule reads them, answers and errors in its words, and how nouns look as JSON.

pub(super) mod attributes;
mod data_stream;
mod element;
pub(super) mod error;
pub(super) mod event;
mod event_stream;
pub(super) mod filter;
pub(super) mod id;
pub(super) mod peer;
pub(super) mod python;
pub(super) mod reply;
pub(super) mod request;
pub(super) mod rows;
pub(super) mod stream;

use error::Failure;
use reply::Reply;

/// What a handler gives.
pub(super) type Answer = Result<Reply, Failure>;

/// What leaves.
pub(super) type Response = axum::response::Response;
