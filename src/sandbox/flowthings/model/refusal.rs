//! Why a request is not carried out.

/// What went wrong, in the terms of the platform's documented statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request is not valid, and why.
    Invalid(String),
    /// The token is missing, unknown or expired.
    Unauthorized(&'static str),
    /// The token does not allow it.
    Forbidden(String),
    /// There is no such object, or no such address.
    NotFound,
    /// The platform has it, the sandbox does not.
    NotCarried(String),
}

impl Refusal {
    pub(crate) fn missing(member: &str) -> Self {
        Self::Invalid(format!("{member} is missing"))
    }

    pub(crate) fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }

    pub(crate) fn forbidden(deed: &str, what: &str) -> Self {
        Self::Forbidden(format!("The token does not allow {deed} {what}"))
    }
}
