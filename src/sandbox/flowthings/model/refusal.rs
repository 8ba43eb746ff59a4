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
    /// There is too much of something for now.
    Unavailable(&'static str),
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

    /// The same, of this member or parameter.
    pub(crate) fn of(self, name: &str) -> Self {
        match self {
            Self::Invalid(why) => Self::Invalid(format!("{name}: {why}")),
            Self::NotCarried(why) => Self::NotCarried(format!("{name}: {why}")),
            other => other,
        }
    }
}

/// Why a request is not valid.
impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self::Invalid(why)
    }
}

impl From<&str> for Refusal {
    fn from(why: &str) -> Self {
        why.to_owned().into()
    }
}
