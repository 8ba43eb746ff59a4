//! Reading JSON: values that nest deeply, and the place of what does not fit.

use serde::de::DeserializeOwned;

/// A flame graph of Flink's has some two hundred levels; a thousand leave room, and are no danger to any stack.
const DEEPEST: usize = 1_000;
/// Bytes of stack that a level of an answer takes at most.
const LEVEL: usize = 32 << 10;

/// Why there is no value.
pub(super) struct Undecoded {
    pub(super) source: serde_json::Error,
    /// Where in the text, as `jobs[0].id`; empty for the text as a whole.
    pub(super) path: String,
}

/// The value that the text says.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecoded> {
    let source = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) if is_too_deep(bytes, &error) => match deep(bytes) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    let path = if source.is_data() {
        path::<T>(bytes)
    } else {
        String::new()
    };
    Err(Undecoded { source, path })
}

/// Whether it failed for its depth alone, and a longer stack would do.
fn is_too_deep(bytes: &[u8], error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded") && depth(bytes) <= DEEPEST
}

fn deep<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    json.disable_recursion_limit();
    stacker::maybe_grow(DEEPEST * LEVEL, DEEPEST * LEVEL, || {
        let value = T::deserialize(&mut json)?;
        json.end()?;
        Ok(value)
    })
}

/// The decoding is done a second time to learn where it failed: good answers do not pay for it.
fn path<T: DeserializeOwned>(bytes: &[u8]) -> String {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) if error.path().iter().next().is_some() => error.path().to_string(),
        _ => String::new(),
    }
}

/// How many arrays and objects stand inside each other at most; brackets in strings do not count.
fn depth(bytes: &[u8]) -> usize {
    let (mut level, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                level += 1;
                deepest = deepest.max(level);
            }
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        "[".repeat(levels) + &"]".repeat(levels)
    }

    #[test]
    fn depth_counts_levels_and_not_brackets_in_strings() {
        assert_eq!(depth(br#"{"a": [1, "[[[\"[[", {"b": {}}]}"#), 4);
        assert_eq!(depth(b"1"), 0);
    }

    #[test]
    fn what_is_deep_decodes_and_what_is_bottomless_does_not() {
        let read = |text: &str| decode::<serde_json::Value>(text.as_bytes()).ok();
        assert_eq!(read(&nested(DEEPEST)).unwrap().to_string(), nested(DEEPEST));
        assert!(read(&nested(DEEPEST + 1)).is_none());
        assert!(read(&(nested(200) + " trailing")).is_none());
        assert!(read("{").is_none());
    }
}
