//! Answers that are nested more deeply than the parser takes by default.

use serde::de::DeserializeOwned;

/// A flame graph of Flink's has some two hundred levels; a thousand leave room, and are no danger to any stack.
const DEEPEST: usize = 1_000;

/// The value of an answer that failed for its depth alone, on a stack that grows with it.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Option<T> {
    let is_too_deep = error.to_string().starts_with("recursion limit exceeded");
    if !is_too_deep || depth(bytes) > DEEPEST {
        return None;
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    json.disable_recursion_limit();
    let value = T::deserialize(serde_stacker::Deserializer::new(&mut json)).ok()?;
    json.end().ok()?;
    Some(value)
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
        let read = |text: &str| {
            let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
            decode::<serde_json::Value>(text.as_bytes(), &error)
        };
        assert_eq!(read(&nested(DEEPEST)).unwrap().to_string(), nested(DEEPEST));
        assert!(read(&nested(DEEPEST + 1)).is_none());
        assert!(read(&(nested(200) + " trailing")).is_none());
        assert!(read("{").is_none());
    }
}
