//! Arguments of an operation, by their names.

use std::fmt;

use bytes::Bytes;

use crate::Upload;

/// Arguments of an operation by their names on the wire; a name given twice makes a list of two.
///
/// ```
/// use headwaters::dynamic::Arguments;
///
/// let arguments = Arguments::from([("jobid", "a5f0…"), ("get", "uptime")]).with_body(r#"{"mode": "cancel"}"#);
/// # let _ = arguments;
/// ```
#[derive(Default)]
pub struct Arguments {
    pub(super) pairs: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<BodyArgument>,
}

pub(super) enum BodyArgument {
    Bytes(Bytes),
    Upload(Upload),
}

impl Arguments {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more argument; the value is taken literally.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pairs.push((name.into(), value.into()));
        self
    }

    /// One more query parameter, which the operation need not know.
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// The request body: JSON, or bytes where the operation takes them.
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(BodyArgument::Bytes(body.into()));
        self
    }

    /// A file as the request body, of operations that take a file or bytes. It is streamed.
    pub fn with_file(mut self, file: impl Into<Upload>) -> Self {
        self.body = Some(BodyArgument::Upload(file.into()));
        self
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Arguments {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Arguments {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self {
            pairs: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            ..Self::default()
        }
    }
}

/// Names alone: a value may be a secret.
impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.pairs.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Arguments")
            .field("names", &names)
            .field(
                "query",
                &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for BodyArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Upload(upload) => upload.fmt(f),
        }
    }
}
