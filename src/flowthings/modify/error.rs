//! Why a modification is not possible.

use std::{error, fmt, sync::Arc};

use crate::error::JsonError;

/// A modification that is not possible.
///
/// `Display` is one line that names the member, and the cause is in [`source`](std::error::Error::source). Values are in neither.
#[derive(Clone, Debug)]
pub struct ModifyError {
    message: String,
    source: Option<Arc<JsonError>>,
}

impl ModifyError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    /// The error and its cause in one line.
    pub(super) fn with_cause(&self) -> String {
        match &self.source {
            Some(source) => format!("{self}: {source}"),
            None => self.to_string(),
        }
    }

    pub(super) fn with_source(mut self, error: serde_json::Error) -> Self {
        self.source = Some(Arc::new(error.into()));
        self
    }
}

impl fmt::Display for ModifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for ModifyError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
