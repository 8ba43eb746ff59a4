//! Characters that are written as UTF-16.

use std::str::Chars;

/// The character of the four hexadecimal digits that stand next, or of these and the `\uXXXX` after them where that takes two units.
/// The first `\u` is read.
pub(crate) fn character(rest: &mut Chars<'_>) -> Option<char> {
    let first = unit(rest)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first.into());
    }
    *rest = rest.as_str().strip_prefix("\\u")?.chars();
    char::decode_utf16([first, unit(rest)?]).next()?.ok()
}

fn unit(rest: &mut Chars<'_>) -> Option<u16> {
    let (digits, after) = rest.as_str().split_at_checked(4)?;
    *rest = after.chars();
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
}
