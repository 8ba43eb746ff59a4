//! The end of an attempt that failed.

use crate::Error;

/// Why an attempt failed, and whether another may follow.
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) again: Again,
}

impl Failure {
    /// What fails before the request is sent fails again.
    pub(super) fn before(error: Error) -> Self {
        Self {
            error,
            again: Again::Never,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Nothing was sent: another attempt cannot do a thing twice.
    Always,
    /// Only if the operation may be repeated.
    IfRepeatable,
    /// Not to this server.
    Elsewhere,
    /// The token was refused: once more with a fresh one.
    WithFreshToken,
    Never,
}
