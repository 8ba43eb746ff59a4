//! Texts in quotes.

use std::fmt::{self, Write};

use super::FilterError;

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
                let rest = text.get(at..).unwrap_or_default();
                let Some((character, length)) = unicode(rest) else {
                    let message = "expected four hexadecimal digits of a character after '\\u'";
                    return Err(FilterError::new(message).at(at));
                };
                // Of which the backslash and the letter have been read.
                for _ in 2..length {
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

/// The character that `\uXXXX` or a pair of them stands for, and how many characters that takes.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(0)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, 6));
    }
    let pair = [first, unit(6)?];
    let character = char::decode_utf16(pair).next()?.ok()?;
    Some((character, 12))
}
