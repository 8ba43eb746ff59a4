//! Multipart forms whose files are streamed.

use std::{fmt, io, sync::Arc};

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;

use super::{
    lease::{Lease, Pieces, lease},
    upload::{Report, Upload},
};
use crate::{
    Error, Operation, Result, Secret,
    value::{self, json},
};

/// A multipart form before it is sent.
#[derive(Default)]
pub(crate) struct Form {
    parts: Vec<(&'static str, Part)>,
    /// What of the parts no text of ours repeats.
    pub(crate) secrets: Vec<Secret>,
    /// The first part that cannot be written, and why.
    pub(crate) fault: Option<(&'static str, serde_json::Error)>,
}

enum Part {
    Text(String),
    Json(Vec<u8>),
    File(Upload),
}

/// A multipart form on its way, whose files are open: it can be taken and sent once, and is given up when this is dropped.
pub(crate) struct OpenForm {
    form: Option<reqwest::multipart::Form>,
    /// What ends the reading of files when the form is given up.
    _leases: Vec<Lease>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One more part, which is no file.
    pub(crate) fn with_text(mut self, part: &'static str, text: String) -> Self {
        self.parts.push((part, Part::Text(text)));
        self
    }

    /// One more part of JSON, which servers take for a file of the part's name.
    pub(crate) fn with_json(mut self, part: &'static str, json: &impl Serialize) -> Self {
        let (text, mut secrets) = value::written(|| json::encode(json));
        self.secrets.append(&mut secrets);
        match text {
            Ok(text) => self.parts.push((part, Part::Json(text))),
            Err(error) => {
                self.fault.get_or_insert((part, error));
            }
        }
        self
    }

    /// One more file.
    pub(crate) fn with_file(mut self, part: &'static str, file: Upload) -> Self {
        self.parts.push((part, Part::File(file)));
        self
    }

    /// Opens the files, which are read when their turn comes.
    pub(crate) async fn open(self, operation: &'static Operation) -> Result<OpenForm> {
        let mut form = reqwest::multipart::Form::new().percent_encode_noop();
        let mut leases = Vec::new();
        for (part, content) in self.parts {
            form = match content {
                Part::Text(text) => form.text(part, text),
                Part::Json(text) => {
                    let content = reqwest::multipart::Part::bytes(text).file_name(part);
                    form.part(part, of_media(operation, content, "application/json")?)
                }
                Part::File(file) => {
                    let (content, lease) = opened(operation, file).await?;
                    leases.push(lease);
                    form.part(part, content)
                }
            };
        }
        Ok(OpenForm {
            form: Some(form),
            _leases: leases,
        })
    }
}

impl OpenForm {
    pub(crate) fn take(&mut self) -> Option<reqwest::multipart::Form> {
        self.form.take()
    }
}

async fn opened(
    operation: &'static Operation,
    file: Upload,
) -> Result<(reqwest::multipart::Part, Lease)> {
    let name = file.file_name(operation)?.to_owned();
    let (body, length, lease) = file.leased(operation).await?;
    let content = match length {
        Some(length) => reqwest::multipart::Part::stream_with_length(body, length),
        None => reqwest::multipart::Part::stream(body),
    };
    let content = of_media(
        operation,
        content.file_name(name),
        "application/octet-stream",
    )?;
    Ok((content, lease))
}

fn of_media(
    operation: &'static Operation,
    content: reqwest::multipart::Part,
    media: &str,
) -> Result<reqwest::multipart::Part> {
    content.mime_str(media).map_err(|error| {
        Error::request(operation, "a part of the form cannot be written").with_source(error)
    })
}

impl Upload {
    /// The content as a body that is read when its turn comes, the number of its bytes where it is known, and what ends the reading.
    pub(crate) async fn leased(
        self,
        operation: &'static Operation,
    ) -> Result<(reqwest::Body, Option<u64>, Lease)> {
        let (pieces, length, report) = self.open(operation).await?;
        let (leased, lease) = lease(measured(pieces, length, report));
        let body = reqwest::Body::wrap_stream(leased.map_err(|error| Unreadable(Arc::new(error))));
        Ok((body, length, lease))
    }
}

/// A file that could not be read to its end, or ended elsewhere than it said.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable(Arc<io::Error>);

impl Unreadable {
    /// Whether this is why a request failed.
    pub(crate) fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        std::iter::successors(Some(error), |error| error.source())
            .find_map(|error| error.downcast_ref::<Self>().cloned())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unreadable {}

/// The pieces, reported as they pass. Where they are not as many bytes as was said they end with an error: HTTP would
/// cut a body that is too long, and the server would take the rest for a whole one.
fn measured(pieces: Pieces, length: Option<u64>, report: Option<Report>) -> Pieces {
    futures_util::stream::try_unfold((pieces, 0), move |(mut pieces, mut sent)| {
        let report = report.clone();
        async move {
            let Some(piece) = pieces.try_next().await? else {
                return match length {
                    Some(length) if sent < length => {
                        let what = format!("it ended after {sent} of {length} bytes");
                        Err(io::Error::new(io::ErrorKind::UnexpectedEof, what))
                    }
                    _ => Ok(None),
                };
            };
            sent += piece.len() as u64;
            if let Some(length) = length.filter(|length| sent > *length) {
                let what = format!("it has more than {length} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            if let Some(report) = report {
                report(sent, length);
            }
            Ok(Some((piece, (pieces, sent))))
        }
    })
    .boxed()
}
