//! The wire: requests, answers and errors as Streams has them, and how nouns look as JSON.

pub(super) mod active_service;
pub(super) mod application_configuration;
pub(super) mod bundle;
pub(super) mod cloud_pak;
pub(super) mod collection;
pub(super) mod configured_view;
pub(super) mod connection;
pub(super) mod credentials;
mod deployment;
pub(super) mod domain;
pub(super) mod error;
pub(super) mod form;
pub(super) mod home;
pub(super) mod host;
pub(super) mod instance;
pub(super) mod job;
pub(super) mod job_group;
pub(super) mod links;
pub(super) mod log;
pub(super) mod metric;
pub(super) mod operator;
pub(super) mod overlay;
pub(super) mod pe;
pub(super) mod pe_port;
pub(super) mod port;
pub(super) mod reply;
pub(super) mod request;
pub(super) mod resource_allocation;
pub(super) mod service;
mod setting;
pub(super) mod stream;
pub(super) mod toolkit;
pub(super) mod tuple_attribute;
pub(super) mod upload;
mod value_order;
pub(super) mod version;
pub(super) mod view;
pub(super) mod zookeeper;

use error::Failure;
use reply::Reply;

/// What a handler gives.
pub(super) type Answer = Result<Reply, Failure>;

/// What leaves.
pub(super) type Response = axum::response::Response;
