//! The vocabulary that all platforms share: one noun a file, and none knows how a request is sent.

mod braced;
mod change;
pub(crate) mod deadline;
mod double;
pub(crate) mod id;
pub(crate) mod json;
pub(crate) mod link;
pub(crate) mod locator;
pub(crate) mod object;
pub(crate) mod open_enum;
pub(crate) mod operation;
pub(crate) mod printable;
mod response;
mod sealed;
mod secret;
#[cfg(any(feature = "flowthings", feature = "streams"))]
pub(crate) mod utf16;

pub(crate) use braced::Braced;
pub use change::{Change, Identified};
pub use double::Double;
pub use json::Json;
pub use link::Link;
pub use locator::{Located, Locator};
pub use operation::{Idempotence, Operation, Parameter, Place, ResponseKind, TimeoutClass};
pub use response::Response;
pub(crate) use sealed::Sealed;
pub use secret::Secret;
pub(crate) use secret::written;
