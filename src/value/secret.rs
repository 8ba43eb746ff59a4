//! Passwords, tokens and keys.

use std::{cell::RefCell, fmt};

use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

/// A text that must not show: wiped from memory when dropped, redacted in `Debug` and `Display`.
///
/// It travels as JSON in plain, on purpose: some calls create tokens and return them.
///
/// ```
/// let key = headwaters::Secret::from("s3cret");
/// assert_eq!(format!("{key} {key:?}"), "[redacted] Secret([redacted])");
/// assert_eq!(key.expose(), "s3cret");
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself. Do not log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

thread_local! {
    /// The secrets that are being written, where somebody wants to know them.
    static WRITTEN: RefCell<Option<Vec<Secret>>> = const { RefCell::new(None) };
}

/// Does the work, and tells which secrets it has serialized.
pub(crate) fn written<T>(work: impl FnOnce() -> T) -> (T, Vec<Secret>) {
    let before = WRITTEN.replace(Some(Vec::new()));
    let outcome = work();
    (outcome, WRITTEN.replace(before).unwrap_or_default())
}

/// Tells of secrets that have been serialized before, into a text that is written now.
pub(crate) fn written_before(secrets: &[Secret]) {
    WRITTEN.with_borrow_mut(|written| {
        if let Some(written) = written {
            written.extend_from_slice(secrets);
        }
    });
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        written_before(std::slice::from_ref(self));
        serializer.serialize_str(&self.0)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "password"})
    }
}
