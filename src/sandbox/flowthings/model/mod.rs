//! What the sandbox keeps: objects, drops, sessions, counts. No HTTP.

pub(super) mod aggregation;
pub(super) mod caller;
pub(super) mod collection;
pub(super) mod demo;
pub(super) mod drop;
pub(super) mod element;
pub(super) mod filter;
mod group_key;
pub(super) mod kind;
pub(super) mod member;
pub(super) mod object;
pub(super) mod path;
pub(super) mod permission;
pub(super) mod platform;
pub(super) mod refusal;
pub(super) mod script;
pub(super) mod selection;
mod selector;
pub(super) mod session;
mod source;
pub(super) mod statistics;
pub(super) mod track;
pub(super) mod undelivered;
mod value;
