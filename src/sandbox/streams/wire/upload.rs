//! Bundles on their way: read to the end, counted, and not kept.

use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart};
use axum::http::Request;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::error::Failure;

/// Bytes of a body that is JSON.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// A form with a bundle and how it is to run.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// The name of the file, and its length.
    pub(crate) bundle: Option<(String, u64)>,
    pub(crate) options: Option<Bytes>,
}

/// Reads a form to its end.
pub(crate) async fn form(request: Request<Body>) -> Result<Form, Failure> {
    let broken = || Failure::bad_body("it is not a form");
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| broken())?;
    let mut form = Form::default();
    while let Some(mut part) = parts.next_field().await.map_err(|_| broken())? {
        match part.name() {
            Some("bundle_file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                let mut length = 0;
                while let Some(piece) = part.chunk().await.map_err(|_| broken())? {
                    length += piece.len() as u64;
                }
                form.bundle = Some((name, length));
            }
            Some("job_options") => {
                form.options = Some(part.bytes().await.map_err(|_| broken())?);
            }
            // What nobody asks for.
            _ => while part.chunk().await.map_err(|_| broken())?.is_some() {},
        }
    }
    Ok(form)
}

/// Reads a bundle to its end, and tells its length.
pub(crate) async fn bundle(body: Body) -> Result<u64, Failure> {
    let mut body = body.into_data_stream();
    let mut length = 0;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Failure::bad_body("it breaks off"))?;
        length += piece.len() as u64;
    }
    Ok(length)
}

/// A body that is kept.
pub(crate) async fn whole(body: Body) -> Result<Bytes, Failure> {
    let mut body = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(piece) = body.next().await {
        whole.extend_from_slice(&piece.map_err(|_| Failure::bad_body("it breaks off"))?);
        if whole.len() > BODY_LIMIT {
            return Err(Failure::bad_body("it is too long"));
        }
    }
    Ok(whole.freeze())
}
