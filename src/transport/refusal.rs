//! An answer that is no success: who gives it, and what it says for certain.

use bytes::Bytes;
use reqwest::StatusCode;

use super::{
    client::Platform,
    failure::{Again, Failure},
    foreign,
    sensitive::Sensitive,
};
use crate::{
    Error, ErrorKind, Operation,
    error::{ServerMessage, is_passing, is_untouched},
};

/// Such an answer, read as far as the limit allows.
pub(super) struct Refusal {
    pub(super) platform: &'static Platform,
    pub(super) operation: &'static Operation,
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    /// What to say of the body if its bytes are not what they say.
    pub(super) coded: Option<String>,
}

impl Refusal {
    /// The error, without the credentials that it repeats, and whether another attempt may follow.
    pub(super) fn judged(self, sensitive: &Sensitive) -> Failure {
        let own = self.own_words();
        let is_foreign = own.is_none();
        let mut words = own.unwrap_or_else(|| self.foreign_words());
        for message in &mut words.messages {
            *message = sensitive.hide(std::mem::take(message));
        }
        // A body that tells of a success says nothing of what went wrong.
        let told = words.status.filter(|status| status.as_u16() >= 400);
        let status = told.unwrap_or(self.status);
        let again = if words.not_begun {
            Again::Always
        } else if is_passing(status) {
            Again::IfRepeatable
        } else {
            Again::Never
        };
        let is_untouched = words.not_begun || !is_foreign && is_untouched(status);
        let instead = self.instead();
        let is_lacking = words.no_such_path || words.is_of_older && instead.is_some();
        let versions = match is_lacking {
            true => self.operation.versions(self.platform.product),
            false => None,
        };
        let error = match self.coded {
            None => Error::refused(self.operation, status, words, self.body),
            Some(what) => Error::of(ErrorKind::Decode, self.operation, what)
                .with_status(status)
                .with_body(self.body),
        };
        let error = error.with_maybe_sent(!is_untouched);
        let error = match versions {
            Some(versions) => error.unsupported(&versions, instead),
            None if is_foreign => error.intermediary(),
            None => error,
        };
        Failure { error, again }
    }

    /// What an older server has in the place of the operation.
    fn instead(&self) -> Option<&'static str> {
        let mut known = self.platform.instead.iter();
        let (_, instead) = known.find(|(id, _)| *id == self.operation.id)?;
        Some(instead)
    }

    /// What the server says, if it is the server.
    fn own_words(&self) -> Option<ServerMessage> {
        if self.operation.method == "HEAD" {
            // There is no body that could tell who answered.
            return Some(ServerMessage::default());
        }
        match self.coded {
            None => (self.platform.words)(self.status, &self.body),
            Some(_) => None,
        }
    }

    fn foreign_words(&self) -> ServerMessage {
        let words = match self.coded {
            None => foreign::words(&self.body),
            Some(_) => None,
        };
        ServerMessage {
            messages: words.into_iter().collect(),
            ..ServerMessage::default()
        }
    }
}
