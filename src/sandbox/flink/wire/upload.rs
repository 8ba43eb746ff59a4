//! Multipart uploads, read part by part: a jar of any size takes no memory.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart};
use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;

use super::error::Failure;
use super::percent::{Plus, decode};

/// How much of a file is kept: what tells a Java serialization from other things.
const HEAD: usize = 4;

/// A form with files.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// The attribute `request`, which stands for a body.
    pub(crate) request: Bytes,
    pub(crate) files: Files,
}

/// The first bytes of each file by its name; two parts of one name are one file.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Reads a form to its end. Its bytes are in the journal's count; little else is done with them.
pub(crate) async fn read(request: Request<Body>) -> Result<Form, Failure> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    let mut form = Form::default();
    let mut failure = None;
    while let Some(mut part) = parts.next_field().await.map_err(|_| broken())? {
        let name = match file_name(&part) {
            Some(name) if !name.is_empty() => name,
            Some(_) => {
                failure = failure.or_else(|| Some(broken()));
                continue;
            }
            None if part.name() == Some("request") => {
                form.request = part.bytes().await.map_err(|_| broken())?;
                continue;
            }
            None => {
                failure = failure.or_else(|| Some(unknown_attribute(&part)));
                continue;
            }
        };
        let mut head = Vec::new();
        while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
            head.extend(piece.iter().take(HEAD - head.len()));
        }
        form.files.insert(name, head);
    }
    match failure {
        Some(failure) => Err(failure),
        None => Ok(form),
    }
}

/// The name without directories; `None` for a part that is no file.
fn file_name(part: &Field<'_>) -> Option<String> {
    let name = part
        .file_name()
        .map(str::to_owned)
        .or_else(|| extended_file_name(part.headers()))?;
    Some(
        name.rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned(),
    )
}

/// `filename*=UTF-8''st%C3%A4r.jar` (RFC 5987).
fn extended_file_name(headers: &HeaderMap) -> Option<String> {
    let disposition = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    let (_, value) = disposition.split_once("filename*=")?;
    let (_, encoded) = value.split(';').next()?.split_once("''")?;
    decode(encoded.trim(), Plus::Itself).ok()
}

fn unknown_attribute(part: &Field<'_>) -> Failure {
    let name = part.name().unwrap_or_default();
    Failure::line(
        StatusCode::BAD_REQUEST,
        format!("Received unknown attribute {name}."),
    )
    .same_origin()
}

fn broken() -> Failure {
    Failure::line(StatusCode::INTERNAL_SERVER_ERROR, "File upload failed.").same_origin()
}
