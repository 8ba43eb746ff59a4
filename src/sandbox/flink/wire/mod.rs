//! The wire: requests as Flink reads them, answers and errors in its words, and the nouns of the model as JSON.

pub(super) mod accumulator;
pub(super) mod checkpoint;
pub(super) mod error;
pub(super) mod exception;
pub(super) mod id;
pub(super) mod jar;
pub(super) mod job;
pub(super) mod job_failure;
pub(super) mod json_body;
pub(super) mod operation;
mod percent;
pub(super) mod plan;
pub(super) mod profile;
pub(super) mod reply;
pub(super) mod request;
mod serialization;
pub(super) mod statistics;
pub(super) mod target;
pub(super) mod task;
pub(super) mod upload;

use error::Failure;
use reply::Reply;

/// What a handler gives.
pub(super) type Answer = Result<Reply, Failure>;

/// What leaves.
pub(super) type Response = axum::response::Response;
