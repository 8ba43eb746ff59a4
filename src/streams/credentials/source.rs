//! Where credentials are read from.

use std::{
    fmt,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use serde_json::Value;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Where credentials stand: JSON as a text or a value, or a file that holds it.
///
/// A string is JSON if it begins with `{`, and otherwise the path of a file, as the Python client takes it. `Debug` shows nothing of
/// it.
#[derive(Clone)]
pub struct CredentialsSource(Source);

#[derive(Clone)]
enum Source {
    Text(Zeroizing<String>),
    File(PathBuf),
}

/// The JSON of credentials, and what errors call it. It is wiped from memory.
pub(super) struct Document {
    pub(super) text: Zeroizing<String>,
    pub(super) called: String,
}

/// The most bytes that a file of credentials may have.
const LIMIT: usize = 1 << 20;

impl CredentialsSource {
    /// Reads the JSON; errors call the source what `called` says.
    pub(super) fn read(self, called: &str) -> Result<Document> {
        match self.0 {
            Source::Text(text) => Ok(Document {
                text,
                called: called.to_owned(),
            }),
            Source::File(path) => Ok(Document {
                text: file(&path, called)?,
                called: format!("the file that {called} names"),
            }),
        }
    }
}

/// The text of a file. Neither its path, which may be a key in the wrong place, nor anything in it shows in an error.
fn file(path: &Path, called: &str) -> Result<Zeroizing<String>> {
    // A buffer that never grows: growing leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 64));
    let read = File::open(path)
        .map(|file| file.take(LIMIT as u64 + 1))
        .and_then(|mut file| file.read_to_end(&mut bytes));
    if let Err(error) = read {
        let why = error.kind();
        return Err(Error::config(format!(
            "{called} is neither JSON, which begins with {{, nor the path of a file that can be read: {why}"
        ))
        .with_source(error));
    }
    let refuse = |why: &str| Error::config(format!("the file that {called} names {why}"));
    if bytes.len() > LIMIT {
        return Err(refuse("is too large to hold credentials"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refuse("is UTF-16: save it as UTF-8"));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(refuse("is not UTF-8 text")),
    }
}

impl From<String> for CredentialsSource {
    fn from(text: String) -> Self {
        let text = Zeroizing::new(text);
        // What begins so is no path that people have, but JSON that went wrong.
        let is_text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        match is_text.is_empty() || is_text.starts_with(['{', '[', '"', '\'', '`', '“', '‘']) {
            true => Self(Source::Text(text)),
            false => Self(Source::File(PathBuf::from(text.trim()))),
        }
    }
}

impl From<&str> for CredentialsSource {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&Value> for CredentialsSource {
    fn from(value: &Value) -> Self {
        Self(Source::Text(Zeroizing::new(value.to_string())))
    }
}

impl From<Value> for CredentialsSource {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl From<&Path> for CredentialsSource {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}

impl From<PathBuf> for CredentialsSource {
    fn from(path: PathBuf) -> Self {
        Self(Source::File(path))
    }
}

impl fmt::Debug for CredentialsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialsSource([redacted])")
    }
}
