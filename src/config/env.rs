//! Environment variables.

use std::env::{self, VarError};

use crate::{Error, Result};

/// The value of a variable; `None` when it is not set or empty.
pub(crate) fn variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::config(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}

/// The value of a variable that must be set.
pub(crate) fn required(name: &str) -> Result<String> {
    variable(name)?
        .ok_or_else(|| Error::config(format!("the environment variable {name} is not set")))
}
