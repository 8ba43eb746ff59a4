//! Percent-encoding, taken back with Netty's messages.

/// What a plus sign stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Plus {
    Itself,
    Space,
}

/// The text, or Netty's message where it cannot be decoded.
pub(crate) fn decode(text: &str, plus: Plus) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let Some(pair) = bytes.get(at + 1..at + 3) else {
                    return Err(format!(
                        "unterminated escape sequence at index {at} of: {text}"
                    ));
                };
                let Some(value) = hex_byte(pair) else {
                    return Err(format!(
                        "invalid hex byte '{}' at index {} of '{text}'",
                        String::from_utf8_lossy(pair),
                        at + 1
                    ));
                };
                decoded.push(value);
                at += 2;
            }
            b'+' if plus == Plus::Space => decoded.push(b' '),
            other => decoded.push(other),
        }
        at += 1;
    }
    Ok(String::from_utf8_lossy(&decoded).into_owned())
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(pair)
        .ok()
        .filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}
