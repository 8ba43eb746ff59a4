//! Bodies that are not held in memory, in both directions.

mod byte_stream;
mod form;
mod lease;
mod upload;

pub use byte_stream::ByteStream;
pub(crate) use form::{Form, OpenForm, Unreadable};
pub use upload::Upload;
