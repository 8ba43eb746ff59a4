//! What is wrong with a JSON text.

use std::fmt;

/// Why a text is not the JSON that was expected, and where; without the value that stands there, which may be a secret.
#[derive(Debug)]
pub(crate) struct JsonError(String);

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let told = text.rfind(", expected ").and_then(|expected| {
            let (found, expected) = text.split_at_checked(expected)?;
            let (kind, _) = found.split_once(['`', '"'])?;
            Some(format!("{}{expected}", kind.trim_end()))
        });
        Self(told.unwrap_or(text))
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn told<T: serde::de::DeserializeOwned + fmt::Debug>(json: &str) -> String {
        JsonError::from(serde_json::from_str::<T>(json).unwrap_err()).to_string()
    }

    #[test]
    fn the_value_is_left_out_and_its_kind_and_place_stay() {
        assert_eq!(
            told::<String>("4815"),
            "invalid type: integer, expected a string at line 1 column 4"
        );
        assert_eq!(
            told::<i64>(r#""s3cret, expected `x`""#),
            "invalid type: string, expected i64 at line 1 column 22"
        );
        assert_eq!(
            told::<bool>(r#"[1.5"#),
            "invalid type: sequence, expected a boolean at line 1 column 0"
        );
        assert_eq!(
            told::<Vec<i64>>("[1, "),
            "EOF while parsing a value at line 1 column 4"
        );
    }
}
