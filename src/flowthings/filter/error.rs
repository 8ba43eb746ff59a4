//! Why a filter cannot be used.

use std::fmt;

/// A filter that cannot be sent, a text that is not a filter, or a filter that cannot be evaluated here.
///
/// `Display` is one line: what is wrong, and in a text where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(Box<Repr>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Repr {
    message: String,
    position: Option<usize>,
    needs_platform: bool,
}

impl FilterError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Repr {
            message: message.into(),
            position: None,
            needs_platform: false,
        }))
    }

    /// Of a filter that is valid, and that the platform alone can evaluate.
    pub(super) fn of_platform(message: impl Into<String>) -> Self {
        let mut error = Self::new(message);
        error.0.needs_platform = true;
        error
    }

    /// Whether the filter is valid, and the platform alone can evaluate it.
    #[cfg(any(feature = "sandbox", test))]
    pub(crate) fn needs_platform(&self) -> bool {
        self.0.needs_platform
    }

    /// The same, found at this byte of a text.
    pub(super) fn at(mut self, position: usize) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Where parsing failed, as a byte offset into the text; its length where it ended too early. `None` for a filter that was built,
    /// and for one that cannot be evaluated.
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match self.0.position {
            Some(position) => write!(f, " at byte {position}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FilterError {}
