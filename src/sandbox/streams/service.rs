//! The platform as one service: whose turn a request is, and whether its credentials are known.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::model::domain::{Domain, Shared};
use super::model::flavour::Flavour;
use super::routes::{self, ARCHIVES, Handler, OPEN, STEADY};
use super::wire::credentials::Credentials;
use super::wire::error::Failure;
use super::wire::form::Form;
use super::wire::home::Home;
use super::wire::links::Links;
use super::wire::reply::Reply;
use super::wire::request::{Body, Request};
use super::wire::upload::{self, ARCHIVE_LIMIT, BODY_LIMIT};
use super::wire::{Answer, Response};
use crate::sandbox::drain::linger;
use crate::sandbox::journal::is_multipart;
use crate::sandbox::lock;

/// The platform: its state, and the last long answer.
#[derive(Debug)]
struct Service {
    domain: Shared,
    /// Its address, for clients that do not say by which host they call.
    address: String,
    /// Lists of thousands are made once for as long as they are the same.
    kept: Mutex<Option<(Key, Reply)>>,
}

/// What an answer was given to: revision of the instance, host, path and query.
type Key = (u64, String, String);

/// The whole platform as one service, which listens at an address.
pub(super) fn router(domain: &Shared, address: String) -> Router {
    let service = Service {
        domain: Arc::clone(domain),
        address,
        kept: Mutex::default(),
    };
    Router::new().fallback(answer).with_state(Arc::new(service))
}

async fn answer(State(service): State<Arc<Service>>, request: axum::extract::Request) -> Response {
    let flavour = lock(&service.domain).flavour;
    let home = Home::of(request.uri().path(), flavour);
    match service.route(request).await {
        Ok(reply) => reply.into_response(),
        Err(failure) => failure.into_response(home),
    }
}

impl Service {
    async fn route(&self, request: axum::extract::Request) -> Answer {
        let (parts, body) = request.into_parts();
        let method = match parts.method {
            Method::HEAD => "GET",
            ref method => method.as_str(),
        };
        let path = parts.uri.path().to_owned();
        let segments = path.split('/').skip(1);
        let segments: Vec<String> = segments
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let found = {
            let domain = lock(&self.domain);
            find(&domain, method, &path, &segments, &parts.headers)
        };
        let (id, handler, places) = match found {
            Ok(found) => found,
            Err(failure) => {
                linger(body);
                return Err(failure);
            }
        };
        let body = read(id, &parts, body).await?;
        let host = parts.headers.get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        // HTTP/1.0 has none.
        let host = host.filter(|host| !host.is_empty());
        let host = host.unwrap_or(&self.address);
        let query = parts.uri.query().unwrap_or_default();
        let mut domain = lock(&self.domain);
        let key = STEADY.contains(&id).then(|| {
            let target = format!("{path}?{query}");
            (domain.instance.revision, host.to_owned(), target)
        });
        if let (Some(key), Some((of, reply))) = (&key, &*lock(&self.kept))
            && key == of
        {
            return Ok(reply.clone());
        }
        let request = Request {
            now: domain.now(),
            links: Links::new(domain.flavour, host, &domain.id, &domain.instance.id),
            path,
            places,
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            headers: parts.headers.clone(),
            body,
        };
        let reply = handler(&mut domain, &request)?;
        if let Some(key) = key {
            *lock(&self.kept) = Some((key, reply.clone()));
        }
        Ok(reply)
    }
}

/// The operation, who answers, and what stands in the places of the path.
fn find(
    domain: &Domain,
    method: &str,
    path: &str,
    segments: &[String],
    headers: &HeaderMap,
) -> Result<(&'static str, Handler, Vec<String>), Failure> {
    let here: Vec<_> = routes::at(domain, segments).collect();
    let first = here.iter().find(|(route, _)| route.method == method);
    let is_open = first.is_some_and(|(route, _)| OPEN.contains(&route.id));
    if !is_open && !knows(domain, headers) {
        return Err(Failure::unauthorized(domain.flavour));
    }
    match first {
        Some((route, places)) => {
            let handler = route.handler;
            let handler = handler.ok_or_else(|| Failure::not_carried(method, path))?;
            let places = places.iter().map(|place| (*place).to_owned());
            Ok((route.id, handler, places.collect()))
        }
        None if here.is_empty() => Err(Failure::not_found(path)),
        None => Err(Failure::not_an_action(method, path)),
    }
}

/// What comes with a request, kept as far as its type tells that it has to be.
async fn read(id: &str, parts: &Parts, body: axum::body::Body) -> Result<Body, Failure> {
    if is_multipart(&parts.headers) {
        let request = axum::http::Request::from_parts(parts.clone(), body);
        return Form::read(request).await.map(Body::Form);
    }
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let limit = match content_type.map(|value| value.as_bytes()) {
        Some(b"application/x-jar") => return upload::bundle(body).await.map(Body::Bundle),
        Some(b"application/zip") if ARCHIVES.contains(&id) => ARCHIVE_LIMIT,
        _ => BODY_LIMIT,
    };
    upload::whole(body, limit).await.map(Body::Whole)
}

/// Whether the credentials of a request are those of a user.
fn knows(domain: &Domain, headers: &HeaderMap) -> bool {
    let header = headers.get(header::AUTHORIZATION);
    // Python's are Latin-1 where they are not ASCII.
    let header = header.map(|value| String::from_utf8_lossy(value.as_bytes()));
    match header.as_deref().and_then(Credentials::parse) {
        Some(Credentials::Basic { user, password }) => {
            !matches!(domain.flavour, Flavour::Sas2 | Flavour::Cp4d)
                && user == domain.user
                && password == domain.password
        }
        Some(Credentials::Bearer(token)) => {
            !matches!(domain.flavour, Flavour::OnPrem4 | Flavour::Sas1)
                && domain.tokens.knows(&token, domain.now())
        }
        None => false,
    }
}
