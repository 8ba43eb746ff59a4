//! The ways in which a command ends early.

use std::{error::Error as _, io, process::ExitCode};

use headwaters::{Error, ErrorKind};

use crate::output;

/// Why a command does not end well, and so its exit status.
pub(crate) enum Failure {
    /// What was asked for does not exist or is not complete: 2.
    Usage(String),
    /// It was tried and went wrong: 1.
    Failed(String),
    /// Whoever read stdout has gone, as `head` does: it has what it wanted, so 0 and no word.
    Unread,
}

impl Failure {
    /// Says it on stderr and gives the exit status.
    pub(crate) fn told(self) -> ExitCode {
        match self {
            Self::Usage(text) => {
                output::talk(format_args!("error: {text}"));
                ExitCode::from(2)
            }
            Self::Failed(text) => {
                output::talk(text);
                ExitCode::FAILURE
            }
            Self::Unread => ExitCode::SUCCESS,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let written = error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>());
        match (error.kind(), written.map(io::Error::kind)) {
            // Only the command line configures a client.
            (ErrorKind::Config, _) => Self::Usage(error.report()),
            (_, Some(io::ErrorKind::BrokenPipe)) => Self::Unread,
            _ => Self::Failed(error.report()),
        }
    }
}
