//! The model: what there is, and how it changes in time. It knows no HTTP.

pub(super) mod application;
pub(super) mod application_configuration;
pub(super) mod connection;
pub(super) mod demo;
pub(super) mod deployment;
pub(super) mod domain;
pub(super) mod flavour;
pub(super) mod host;
pub(super) mod instance;
pub(super) mod job;
pub(super) mod layout;
pub(super) mod metric;
pub(super) mod operator;
pub(super) mod owner;
pub(super) mod parallel_region;
pub(super) mod pe;
pub(super) mod service;
pub(super) mod spl;
pub(super) mod submission;
pub(super) mod time;
pub(super) mod tokens;
pub(super) mod toolkit;
pub(super) mod view;
