//! What a platform reads out of an error body.

use reqwest::StatusCode;

/// The server's own words, and what they say for certain.
#[derive(Debug, Default)]
pub(crate) struct ServerMessage {
    /// The texts, the most telling first.
    pub(crate) messages: Vec<String>,
    /// The status that the text tells, where it is not that of HTTP which counts.
    pub(crate) status: Option<StatusCode>,
    /// The text says for certain that the thing does not exist, whatever the status.
    pub(crate) not_found: bool,
    /// The text says for certain that the server has no such path, whatever the ids in it.
    pub(crate) no_such_path: bool,
    /// The text is one that only older versions write: what these do in another way is not missing there, but not theirs to do.
    pub(crate) is_of_older: bool,
    /// The text says for certain that nothing was done: a repeat cannot do it twice.
    pub(crate) not_begun: bool,
}
