//! What a person reads of an error.

use std::fmt;

use super::Error;

/// Longest piece of a server's text in `Display`; the rest is in [`Error::body`].
const SHOWN: usize = 300;

impl Error {
    /// The error and its causes in one line.
    pub fn report(&self) -> String {
        let mut text = self.to_string();
        for cause in self.causes() {
            if !text.ends_with(&cause) {
                text.push_str(": ");
                text.push_str(&cause);
            }
        }
        text
    }

    /// The texts of the causes, each in one line.
    fn causes(&self) -> Vec<String> {
        let first = std::error::Error::source(self);
        std::iter::successors(first, |error| error.source())
            .map(|error| one_line(&error.to_string()))
            .collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repr = &*self.0;
        if let Some(operation) = repr.operation {
            write!(
                f,
                "{} {} {} {}: ",
                operation.platform, operation.id, operation.method, operation.path
            )?;
        }
        let mut parts = Vec::new();
        if let Some(status) = repr.status {
            parts.push(status.to_string());
        }
        if repr.intermediary && repr.detail.is_empty() {
            parts.push("not the server's own answer".to_owned());
        }
        if !repr.detail.is_empty() {
            parts.push(one_line(&repr.detail));
        }
        if let Some(message) = repr.messages.first() {
            parts.push(one_line(message));
        }
        f.write_str(&parts.join(": "))
    }
}

/// The text in one line, cut where it gets long.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == SHOWN {
            line.push('…');
            break;
        }
        line.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    line
}

/// The same as [`report`](Error::report): it is what `main` prints of an error that it returns.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report())
    }
}
