//! Multipart uploads, read part by part: a jar of any size takes no memory.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart};
use axum::http::{HeaderMap, Request, StatusCode, header};

use super::error::Failure;
use super::request::{Plus, decode};

/// The file names of the parts; two parts of one name are one file.
pub(super) async fn file_names(request: Request<Body>) -> Result<BTreeSet<String>, Failure> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    let mut names = BTreeSet::new();
    let mut failure = None;
    while let Some(mut part) = parts.next_field().await.map_err(|_| broken())? {
        match file_name(&part) {
            // Its bytes are in the journal's count; nothing else is done with them.
            Some(name) if !name.is_empty() => _ = names.insert(name),
            Some(_) => failure = failure.or_else(|| Some(broken())),
            None if part.name() == Some("request") => {}
            None => failure = failure.or_else(|| Some(unknown_attribute(&part))),
        }
        while part.chunk().await.map_err(|_| broken())?.is_some() {}
    }
    match failure {
        Some(failure) => Err(failure),
        None => Ok(names),
    }
}

/// One jar, whatever its part is called.
pub(super) fn only_one(names: BTreeSet<String>) -> Result<String, Failure> {
    let count = names.len();
    match names.into_iter().next() {
        Some(name) if count == 1 => Ok(name),
        _ => Err(Failure::bad_request(format!(
            "Exactly 1 file must be sent, received {count}."
        ))),
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
