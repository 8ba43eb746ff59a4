//! Tokens as text with line breaks: short lines make the compiler's messages and rustdoc's source
//! pages readable, and cost nothing next to a full formatter.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The tokens, with a break after each statement, member and brace.
pub fn print(tokens: TokenStream) -> String {
    let mut text = String::new();
    write(&mut text, tokens, true);
    text
}

fn write(text: &mut String, tokens: TokenStream, breaks: bool) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{\n", "}\n"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let brace = group.delimiter() == Delimiter::Brace;
                text.push_str(open);
                write(text, group.stream(), brace);
                if brace && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                if breaks && matches!(punct.as_char(), ';' | ',') {
                    text.push('\n');
                } else if punct.spacing() == Spacing::Alone {
                    text.push(' ');
                }
            }
            other => {
                text.push_str(&other.to_string());
                text.push(' ');
            }
        }
    }
}
