//! From an answer to a value or an error.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;

use super::{body::kept, json};
use crate::{
    ByteStream, Error, ErrorKind, Response, Result,
    error::{History, JsonError},
};

/// What a server answered when all went well: read to its end, unless it is a stream.
pub(crate) struct Answer {
    pub(super) history: History,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) content: Content,
    /// The bodies of the requests before, where it took several.
    pub(super) earlier: Vec<Bytes>,
    /// Bytes of a body that an error keeps.
    pub(super) error_limit: usize,
    /// How long a stream may be silent.
    pub(super) idle: Duration,
}

pub(super) enum Content {
    Whole(Bytes),
    Stream(reqwest::Response),
}

impl Answer {
    /// The value that the JSON says.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<Response<T>> {
        let bytes = self.whole()?;
        let value = self.decoded(bytes)?;
        Ok(self.respond(value))
    }

    /// The lists of all requests, as one.
    pub(crate) fn lists<T: DeserializeOwned>(self) -> Result<Response<Vec<T>>> {
        let mut list = Vec::new();
        for bytes in self.earlier.iter().cloned().chain([self.whole()?]) {
            list.append(&mut self.decoded::<Vec<T>>(bytes)?);
        }
        Ok(self.respond(list))
    }

    /// Nothing beyond the fact that all went well.
    pub(crate) fn empty(self) -> Result<Response<()>> {
        Ok(self.respond(()))
    }

    /// The bytes, once they are all there.
    pub(crate) fn bytes(self) -> Result<Response<Bytes>> {
        let bytes = self.whole()?;
        Ok(self.respond(bytes))
    }

    /// The bytes as they come.
    pub(crate) fn stream(self) -> Result<Response<ByteStream>> {
        let stream = match self.content {
            Content::Stream(response) => ByteStream::new(self.history, response, self.idle),
            Content::Whole(_) => return Err(self.unread()),
        };
        Ok(Response {
            status: self.status,
            headers: self.headers,
            value: stream,
        })
    }

    pub(super) fn followed_by(mut self, mut next: Self) -> Self {
        if let Content::Whole(bytes) = self.content {
            self.earlier.push(bytes);
        }
        next.earlier = self.earlier;
        next
    }

    fn respond<T>(self, value: T) -> Response<T> {
        Response {
            status: self.status,
            headers: self.headers,
            value,
        }
    }

    fn whole(&self) -> Result<Bytes> {
        match &self.content {
            Content::Whole(bytes) => Ok(bytes.clone()),
            Content::Stream(_) => Err(self.unread()),
        }
    }

    fn decoded<T: DeserializeOwned>(&self, bytes: Bytes) -> Result<T> {
        json::decode(&bytes).map_err(|error| self.undecoded(bytes, error))
    }

    fn undecoded(&self, bytes: Bytes, error: json::Undecoded) -> Error {
        let what = if bytes.is_empty() {
            "the answer is empty where JSON was expected".to_owned()
        } else if !error.source.is_data() {
            "the answer is not whole or not JSON".to_owned()
        } else if error.place.is_empty() {
            "the answer is not the JSON that the spec describes".to_owned()
        } else {
            format!("the answer does not fit the spec at {}", error.place)
        };
        self.history
            .error(ErrorKind::Decode, what)
            .with_status(self.status)
            .with_body(kept(bytes, self.error_limit))
            .with_source(JsonError::from(error.source))
    }

    /// The call asks for another form of the answer than its operation has: a fault of this crate.
    fn unread(&self) -> Error {
        self.history
            .error(ErrorKind::Decode, "the answer was read in another form")
            .with_status(self.status)
    }
}
