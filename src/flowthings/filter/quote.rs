//! Texts in quotes.

use std::fmt::{self, Write};

use super::FilterError;
use crate::value::utf16;

/// Writes a text as a literal.
///
/// As Python does, in single quotes, with a backslash before a quote, and before a backslash too, which Python forgets. A text with
/// control characters is written as the platform's browser client writes all of them: as a JSON string.
pub(super) fn write(text: &str, out: &mut impl Write) -> fmt::Result {
    if text.bytes().all(is_plain) {
        // Most texts.
        out.write_char('\'')?;
        out.write_str(text)?;
        return out.write_char('\'');
    }
    let quote = match text.contains(char::is_control) {
        true => '"',
        false => '\'',
    };
    out.write_char(quote)?;
    let mut rest = text;
    let is_special = |c: char| c == quote || c == '\\' || c.is_control();
    while let Some((at, character)) = rest.char_indices().find(|(_, c)| is_special(*c)) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.write_str(before)?;
        match character {
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            _ if character.is_control() => write!(out, "\\u{:04x}", u32::from(character))?,
            _ => write!(out, "\\{character}")?,
        }
        rest = after.get(character.len_utf8()..).unwrap_or_default();
    }
    out.write_str(rest)?;
    out.write_char(quote)
}

/// Whether a byte is a character that stands for itself.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\')
}

/// Reads the literal that the text begins with: what it says, and its length in bytes. Escapes are those of JSON, in either kind of
/// quotes; any other character after a backslash stands for itself.
pub(super) fn read(text: &str) -> Result<(String, usize), FilterError> {
    let mut characters = text.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    let mut said = String::new();
    while let Some((at, character)) = characters.next() {
        if Some(character) == quote {
            return Ok((said, at + character.len_utf8()));
        }
        if character != '\\' {
            said.push(character);
            continue;
        }
        let Some((_, escaped)) = characters.next() else {
            break;
        };
        said.push(match escaped {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let mut rest = characters.as_str().chars();
                let Some(character) = utf16::character(&mut rest) else {
                    let message = "expected four hexadecimal digits of a character after '\\u'";
                    return Err(FilterError::new(message).at(at));
                };
                // Digits and all, these are single bytes.
                for _ in rest.as_str().len()..characters.as_str().len() {
                    characters.next();
                }
                character
            }
            other => other,
        });
    }
    let quote = quote.unwrap_or_default();
    Err(FilterError::new(format!("expected {quote:?}, found the end")).at(text.len()))
}
