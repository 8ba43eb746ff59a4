//! Identifiers of 32 hex digits.

/// The id in the lower case that Flink answers with, or `None` where it is not 32 hex digits.
pub(crate) fn parse(text: &str) -> Option<String> {
    (text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| text.to_ascii_lowercase())
}
