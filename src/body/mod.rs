//! Bodies that are not held in memory, in both directions.

mod byte_stream;
mod form;
mod lease;
mod upload;

pub use byte_stream::ByteStream;
pub(crate) use form::{Form, OpenForm, Unreadable};
#[cfg(feature = "dynamic")]
pub(crate) use lease::Lease;
pub use upload::Upload;
