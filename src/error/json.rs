//! What is wrong with a JSON text.

use std::fmt;

/// Why a text is not the JSON that was expected, and where; without the value that stands there, which may be a secret.
#[derive(Debug)]
pub(crate) struct JsonError(String);

/// Before what serde quotes of a text.
const QUOTING: [&str; 4] = [
    "invalid type: ",
    "invalid value: ",
    "unknown variant ",
    "unknown field ",
];
/// Before what it knows itself.
const KNOWN: [&str; 2] = [", expected ", ", there are no "];

/// The message, parted where it comes to what it quotes.
fn quoting(text: &str) -> Option<(&str, &str)> {
    let ends = QUOTING
        .iter()
        .filter_map(|words| Some(text.find(words)? + words.len()));
    text.split_at_checked(ends.min()?)
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let told = quoting(&text).and_then(|(found, value)| {
            let (kind, _) = value.split_once(['`', '"'])?;
            // The last of them: the value may hold such words too.
            let last = KNOWN.iter().filter_map(|words| value.rfind(words)).max();
            let known = last.and_then(|at| value.get(at..)).unwrap_or_default();
            let kind = [found, kind].concat();
            Some(format!("{}{known}", kind.trim_end()))
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
        #[derive(Debug, serde::Deserialize)]
        enum Never {}
        assert_eq!(
            told::<Never>(r#""s3cret, expected `x`""#),
            "unknown variant, there are no variants at line 1 column 22"
        );
        #[derive(Debug, serde::Deserialize)]
        enum Colour {
            Red,
        }
        assert_eq!(
            told::<Colour>(r#""s3cret`, there are no""#),
            "unknown variant, expected `Red` at line 1 column 23"
        );
        let Ok(Colour::Red) = serde_json::from_str(r#""Red""#) else {
            panic!("it is one");
        };
        assert_eq!(
            told::<Vec<i64>>("[1, "),
            "EOF while parsing a value at line 1 column 4"
        );
    }
}
