//! How answers are read.

use crate::ResponseKind;

/// How an answer that went well is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Json,
    /// JSON, of which this member is the value.
    Envelope(&'static str),
    /// Bytes, to their end.
    Bytes,
    /// Bytes as they come.
    Stream,
    /// Nothing in it matters.
    Empty,
    /// A connection that goes on in another protocol.
    Upgrade,
}

impl Reading {
    pub(super) fn of(response: ResponseKind) -> Self {
        match response {
            ResponseKind::Json(_) => Self::Json,
            ResponseKind::Envelope(member, _) => Self::Envelope(member),
            ResponseKind::Bytes(_) => Self::Stream,
            ResponseKind::Empty => Self::Empty,
        }
    }

    pub(super) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Envelope(_))
    }
}
