//! The platform as one service: whose turn a request is, and who asks.

use std::io::Read as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, request::Parts};
use bytes::{Bytes, BytesMut};
use flate2::read::GzDecoder;
use futures_util::StreamExt as _;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::model::caller::Caller;
use super::model::platform::{Platform, Shared};
use super::model::refusal::Refusal;
use super::routes::{self, session};
use super::wire::reply::response;
use super::wire::request::Request;
use super::wire::{Answer, Response};
use crate::sandbox::drain::linger;
use crate::sandbox::lock;

/// Bytes of a body.
const BODY_LIMIT: usize = 16 << 20;

/// The whole platform as one service.
pub(super) fn router(platform: &Shared) -> Router {
    Router::new()
        .fallback(answer)
        .with_state(Arc::clone(platform))
}

async fn answer(State(platform): State<Shared>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let segments = path.split('/').skip(1);
    let segments: Vec<String> = segments
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (parts.method.as_str(), segments.as_slice()) {
        ("POST", ["session"]) => {
            linger(body);
            let token = header(&parts.headers, "x-auth-token");
            let account = header(&parts.headers, "x-auth-account");
            response(session::open(&mut lock(&platform), token, account))
        }
        ("GET", ["session", id, way]) => {
            linger(body);
            let (id, way) = ((*id).to_owned(), (*way).to_owned());
            session::read(&platform, &id, &way, parts).await
        }
        (method, [version, account, path @ ..]) if is_version(version) => {
            let method = match parts.method {
                // Of a session it would take the messages along.
                Method::HEAD => "GET",
                _ => method,
            };
            response(route(&platform, method, account, path, &parts, body).await)
        }
        _ => {
            linger(body);
            response(Err(Refusal::NotFound))
        }
    }
}

/// A request to an account.
async fn route(
    platform: &Shared,
    method: &str,
    account: &str,
    path: &[&str],
    parts: &Parts,
    body: Body,
) -> Answer {
    let refused = caller(&mut lock(platform), account, &parts.headers).err();
    if let Some(refusal) = refused {
        linger(body);
        return Err(refusal);
    }
    let mut body = whole(body).await?;
    // As the official client for Java sends it.
    let encoding = header(&parts.headers, "content-encoding");
    if encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip")) {
        body = unpacked(&body)?;
    }
    let body = match body.is_empty() {
        true => None,
        false => {
            let body = serde_json::from_slice(&body);
            let invalid = |error| Refusal::Invalid(format!("The body is not JSON: {error}"));
            Some(body.map_err(invalid)?)
        }
    };
    let query = parts.uri.query().unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned();
    let mut platform = lock(platform);
    let request = Request {
        // Much may have changed while the body came.
        caller: caller(&mut platform, account, &parts.headers)?,
        query: query.collect(),
        body,
    };
    routes::answer(&mut platform, method, path, &request)
}

/// Who sends a request to an account, if it is theirs.
fn caller(platform: &mut Platform, account: &str, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let caller = platform.caller(header(headers, "x-auth-token"))?;
    let named = header(headers, "x-auth-account").unwrap_or(account);
    match caller.account == account && caller.account == named {
        true => Ok(caller),
        false => Err(Refusal::forbidden("access to the account", account)),
    }
}

/// Whether a segment is that of a version, such as `v0.1`.
fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v');
    number.is_some_and(|number| number.starts_with(|digit: char| digit.is_ascii_digit()))
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

async fn whole(body: Body) -> Result<Bytes, Refusal> {
    let mut body = body.into_data_stream();
    let mut whole = BytesMut::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Refusal::invalid("The body breaks off"))?;
        whole.extend_from_slice(&piece);
        if whole.len() > BODY_LIMIT {
            linger(Body::from_stream(body));
            return Err(Refusal::invalid("The body is too long"));
        }
    }
    Ok(whole.freeze())
}

/// What has been packed by gzip.
fn unpacked(packed: &[u8]) -> Result<Bytes, Refusal> {
    let mut body = Vec::new();
    let mut unpacking = GzDecoder::new(packed).take(BODY_LIMIT as u64 + 1);
    match unpacking.read_to_end(&mut body) {
        Ok(length) if length <= BODY_LIMIT => Ok(body.into()),
        Ok(_) => Err(Refusal::invalid("The body is too long")),
        Err(_) => Err(Refusal::invalid("The body is not packed by gzip")),
    }
}
