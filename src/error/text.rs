//! What a person reads of an error.

use std::{fmt, time::Duration};

use super::Error;
use crate::value::printable::{is_unseen, printable};

/// Longest piece of a server's text in `Display`; the rest is in [`Error::body`].
const SHOWN: usize = 300;

impl Error {
    /// The error and its causes in one line.
    pub fn report(&self) -> String {
        let mut text = self.what();
        for cause in self.causes() {
            if !text.contains(&cause) {
                text.push_str(": ");
                text.push_str(&cause);
            }
        }
        text + &self.around()
    }

    /// The texts of the causes, each in one line.
    fn causes(&self) -> Vec<String> {
        let first = std::error::Error::source(self);
        std::iter::successors(first, |error| error.source())
            .map(|error| one_line(&error.to_string()))
            .collect()
    }

    /// The call, and what was wrong with it.
    fn what(&self) -> String {
        let repr = &*self.0;
        let mut parts = Vec::new();
        if let Some(operation) = repr.operation {
            let words = [
                operation.platform,
                operation.id,
                operation.method,
                operation.path,
            ];
            parts.push(words.join(" "));
        }
        parts.extend(repr.status.map(|status| status.to_string()));
        if repr.intermediary && repr.detail.is_empty() {
            parts.push("not the server's own answer".to_owned());
        }
        if !repr.detail.is_empty() {
            parts.push(one_line(&repr.detail));
        }
        parts.extend(repr.messages.first().map(|message| one_line(message)));
        parts.join(": ")
    }

    /// What it may have done, where, and how often it was tried.
    fn around(&self) -> String {
        let repr = &*self.0;
        let mut text = String::new();
        if let Some(id) = &repr.pending_id {
            text.push_str(&format!("; its id is {}", one_line(id)));
        }
        if repr.once && repr.maybe_sent {
            text.push_str("; it may have taken effect");
        }
        let tries = (repr.attempts > 1).then(|| {
            // Nobody reads more than milliseconds.
            let elapsed = Duration::from_millis(repr.elapsed.as_millis() as u64);
            format!("{} attempts in {elapsed:?}", repr.attempts)
        });
        let account = repr.account.as_ref();
        let account = account.map(|account| format!("account {account}"));
        let place = [repr.route.as_deref(), account.as_deref(), tries.as_deref()];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        if !place.is_empty() {
            // The path of a socket is anybody's.
            text.push_str(&format!(" ({})", printable(&place.join(", "))));
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        f.write_str(&self.around())
    }
}

/// What the innermost cause of a failure says.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}

/// The text in one line, cut where it gets long.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == SHOWN {
            line.push('…');
            break;
        }
        line.push(if is_unseen(character) { ' ' } else { character });
    }
    line
}

/// The same as [`report`](Error::report): it is what `main` prints of an error that it returns.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report())
    }
}
