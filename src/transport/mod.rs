//! The one door through which every request passes.
//!
//! A [`Client`] makes a [`Draft`] for each call; with its operation the draft becomes a [`Request`], which generated and
//! hand-written calls fill in the same way; sending it adds credentials and options, retries and limits; its [`Answer`]
//! becomes a value or an [`Error`](crate::Error).

mod address;
mod answer;
mod attempt;
mod body;
mod budget;
mod client;
mod coding;
mod credentials;
mod distrust;
mod draft;
mod failure;
mod foreign;
mod obstacle;
mod options;
mod paging;
mod path;
mod payload;
mod query;
mod reading;
mod refusal;
mod request;
mod retry_after;
mod send;
mod sensitive;
mod servers;
mod time_limit;
mod trace;
mod upgrade;

pub(crate) use address::Address;
pub(crate) use answer::Answer;
#[cfg(feature = "streams")]
pub(crate) use body::kept;
pub(crate) use client::{Client, Platform};
pub(crate) use credentials::Credentials;
pub(crate) use draft::Draft;
pub(crate) use reading::Reading;
pub(crate) use request::Request;
#[cfg(feature = "flowthings")]
pub(crate) use sensitive::hidden;
