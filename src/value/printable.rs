//! Text of others, fit to be shown.

/// The text with a space in the place of every character that a terminal obeys, or that makes the text around it look otherwise than
/// it stands: control characters, line ends among them, and marks of direction, joining and format that nobody sees.
pub fn printable(text: &str) -> String {
    text.replace(is_unseen, " ")
}

/// Whether the character does something other than show itself.
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_a_space_and_what_people_write_stays() {
        for unseen in [
            "\u{1b}",
            "\u{9b}",
            "\u{7f}",
            "\n",
            "\0",
            "\u{200e}",
            "\u{202e}",
            "\u{2066}",
            "\u{2069}",
            "\u{feff}",
            "\u{e0041}",
        ] {
            assert_eq!(printable(&format!("a{unseen}b")), "a b", "{unseen:?}");
        }
        for text in [
            "Müller & Söhne",
            "قهوة",
            "会社 — 工場",
            "🚰 1 °C",
            "e\u{301}",
        ] {
            assert_eq!(printable(text), text);
        }
    }
}
