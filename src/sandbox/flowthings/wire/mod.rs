//! How requests and answers look: query and body, the envelope, the views of objects.

pub(super) mod reply;
pub(super) mod request;
pub(super) mod view;

use super::model::refusal::Refusal;
use reply::Reply;

/// What a handler gives.
pub(super) type Answer = Result<Reply, Refusal>;

pub(super) type Response = axum::response::Response;
