//! What the tour tells: on stdout the steps and what came back, on stderr what goes on meanwhile.

use std::fmt::Display;

use headwaters::printable;

use crate::{failure::Failure, output};

/// How many lines of a list are told.
const LISTED: usize = 10;

/// The account of one platform.
pub(super) struct Account {
    platform: &'static str,
    number: usize,
    step: String,
}

impl Account {
    pub(super) fn new(platform: &'static str) -> Self {
        Self {
            platform,
            number: 0,
            step: "the start".to_owned(),
        }
    }

    /// The heading: which server it is.
    pub(super) fn begin(&self, server: impl Display) -> Result<(), Failure> {
        Ok(output::line(format_args!("{}: {server}", self.platform))?)
    }

    /// Begins the next step, made of the operation of this id.
    pub(super) fn step(&mut self, title: &str, operation: &str) -> Result<(), Failure> {
        self.number += 1;
        self.step = format!("step {} ({title}, {operation})", self.number);
        Ok(output::line(format_args!(
            "\n{:2}. {title} ({operation})",
            self.number
        ))?)
    }

    /// Something that came back.
    pub(super) fn tell(&self, text: impl Display) -> Result<(), Failure> {
        Ok(output::line(format_args!("    {}", one_line(text)))?)
    }

    /// Things that came back, one a line; of many, the first ones.
    pub(super) fn tell_all<T: Display>(
        &self,
        lines: impl IntoIterator<Item = T>,
    ) -> Result<(), Failure> {
        let mut lines = lines.into_iter();
        for line in lines.by_ref().take(LISTED) {
            self.tell(line)?;
        }
        match lines.count() {
            0 => Ok(()),
            more => self.tell(format_args!("and {more} more")),
        }
    }

    /// The last line.
    pub(super) fn end(&self, text: impl Display) -> Result<(), Failure> {
        Ok(output::line(format_args!(
            "\nThat was {}: {text}\n",
            self.platform
        ))?)
    }

    /// What goes on; no part of the account.
    pub(super) fn talk(&self, text: impl Display) {
        output::talk(format_args!("{}: {}", self.platform, one_line(text)));
    }

    /// The failure with the step in which it happened.
    pub(super) fn blamed(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Failed(why) => Failure::Failed(format!("{} failed: {why}", self.step)),
            other => other,
        }
    }
}

/// One line of it, since names come from the server.
fn one_line(text: impl Display) -> String {
    printable(&text.to_string())
}
