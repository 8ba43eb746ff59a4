//! The one door through which every request passes.
//!
//! A [`Client`] makes a [`Draft`] for each call; the draft becomes the [`Context`] of one operation; the wire call
//! that progenitor wrote hands its request to the context, which adds credentials and options, sends, retries,
//! limits and reads; [`finish`] turns the outcome into a value or an [`Error`](crate::Error).

mod allowance;
mod attempt;
mod body;
mod budget;
mod client;
mod context;
mod deep;
mod draft;
mod finish;
mod follow;
mod lease;
pub(crate) mod list;
pub(crate) mod path;
pub(crate) mod range;
mod retry_after;
mod sensitive;
mod servers;
mod trace;

pub(crate) use client::{Client, Platform};
pub(crate) use context::Context;
pub(crate) use draft::{Draft, Options};
pub(crate) use finish::{finish, finish_stream};
pub(crate) use follow::{exchange, follow};
pub(crate) use lease::{Lease, Pieces, lease};
