//! From an answer to a value or an error.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::body::kept;
use crate::{
    ByteStream, Error, ErrorKind, Limits, Response, Result,
    error::{History, JsonError},
    value::{
        json::{Glimpse, Numbers, Undecoded, decode, has_at_most},
        object::{decode_at, decode_member},
    },
};

/// What a server answered when all went well: read to its end, unless it is a stream.
pub(crate) struct Answer {
    pub(super) history: History,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) content: Content,
    /// The bodies of the requests before, where it took several.
    pub(super) earlier: Vec<Bytes>,
    pub(super) limits: Limits,
    /// The numbers that the server writes.
    pub(super) numbers: Numbers,
    /// The member that is the value, where it is not the whole.
    pub(super) envelope: Option<&'static str>,
    /// How long a stream may be silent.
    pub(super) idle: Duration,
}

pub(super) enum Content {
    Whole(Bytes),
    Stream(reqwest::Response),
    Upgraded(reqwest::Upgraded),
}

impl Answer {
    /// The value that the JSON says.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<Response<T>> {
        let bytes = self.whole()?;
        self.limit_values(&[&bytes])?;
        let value = self.decoded(bytes)?;
        Ok(self.respond(value))
    }

    /// The lists of all requests, as one.
    pub(crate) fn lists<T: DeserializeOwned>(self) -> Result<Response<Vec<T>>> {
        let mut list = Vec::new();
        for bytes in self.all()? {
            let mut page: Vec<T> = self.decoded(bytes)?;
            match list.is_empty() {
                true => list = page,
                false => list.append(&mut page),
            }
        }
        Ok(self.respond(list))
    }

    /// The value, and what the operation has beside it: the default where the server has left that out, since what it did is done.
    pub(crate) fn pair<T, B>(self) -> Result<Response<(T, B)>>
    where
        T: DeserializeOwned,
        B: DeserializeOwned + Default,
    {
        let bytes = self.whole()?;
        self.limit_values(&[&bytes])?;
        let value = self.decoded(bytes.clone())?;
        let member = self.history.operation.beside.unwrap_or_default();
        match decode_at::<Option<B>>(&bytes, member, self.numbers) {
            Ok(beside) => Ok(self.respond((value, beside.flatten().unwrap_or_default()))),
            Err(error) => Err(self.undecoded(bytes, error)),
        }
    }

    /// The bodies of all requests, and the member of each that is the value.
    #[cfg(feature = "streams")]
    pub(crate) fn bodies(&self) -> Result<(Vec<Bytes>, Option<&'static str>)> {
        Ok((self.all()?, self.envelope))
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
            _ => return Err(self.unread()),
        };
        Ok(Response {
            status: self.status,
            headers: self.headers,
            value: stream,
        })
    }

    /// The link in a member beside the value; nothing where it is missing, null or empty. The value is read later, and is not
    /// read for the link where a look finds that.
    pub(super) fn link(&self, member: &'static str) -> Result<Option<String>> {
        let bytes = self.whole()?;
        let seen = match Glimpse::of(&bytes, member) {
            Glimpse::Missing => return Ok(None),
            Glimpse::At(rest) => {
                let mut values = serde_json::Deserializer::from_slice(rest).into_iter();
                values.next().and_then(Result::ok)
            }
            Glimpse::Unclear => None,
        };
        let link = match seen {
            Some(link) => Ok(Some(link)),
            None => decode_member::<Option<String>>(&bytes, member, self.numbers),
        };
        match link {
            Ok(link) => Ok(link.flatten().filter(|link| !link.is_empty())),
            Err(error) => Err(self.undecoded(bytes, error)),
        }
    }

    /// It went well, and is of no use.
    pub(super) fn unusable(&self, kind: ErrorKind, what: impl Into<String>) -> Error {
        self.history.error(kind, what).with_status(self.status)
    }

    /// This answer and the next one of the same call, which are as large together as one answer may be. `instead` says what else
    /// there is where they are larger.
    pub(super) fn followed_by(mut self, mut next: Self, instead: &str) -> Result<Self> {
        self.earlier.push(self.whole()?);
        let bodies = self.earlier.iter().map(Bytes::len);
        let most = self.limits.json;
        if bodies.fold(next.whole()?.len(), usize::saturating_add) > most {
            let what = format!("the answers together are larger than {most} bytes{instead}");
            return Err(next.unusable(ErrorKind::TooLarge, what));
        }
        next.earlier = self.earlier;
        Ok(next)
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
            _ => Err(self.unread()),
        }
    }

    /// The bodies of all requests, which hold as many values together as one answer may.
    fn all(&self) -> Result<Vec<Bytes>> {
        let mut bodies = self.earlier.clone();
        bodies.push(self.whole()?);
        self.limit_values(&bodies)?;
        Ok(bodies)
    }

    fn limit_values(&self, bodies: &[impl AsRef<[u8]>]) -> Result<()> {
        let most = self.limits.values;
        if has_at_most(bodies, most) {
            return Ok(());
        }
        let what = format!("the answer holds more than {most} values");
        let error = self.history.error(ErrorKind::TooLarge, what);
        Err(error.with_status(self.status))
    }

    fn decoded<T: DeserializeOwned>(&self, bytes: Bytes) -> Result<T> {
        let value = match self.envelope {
            None => decode(&bytes, self.numbers).map(Some),
            Some(member) => decode_member(&bytes, member, self.numbers)
                .or_else(|error| self.no_items(&bytes, member).ok_or(error)),
        };
        match value {
            Ok(Some(value)) => Ok(value),
            Ok(None) => {
                let member = self.envelope.unwrap_or_default();
                let what = format!("the answer has no member `{member}`");
                Err(self.unfit(bytes, what))
            }
            Err(error) => Err(self.undecoded(bytes, error)),
        }
    }

    /// The value that a null in the place of a list or a map stands for.
    fn no_items<T: DeserializeOwned>(
        &self,
        bytes: &[u8],
        member: &'static str,
    ) -> Option<Option<T>> {
        let empty = self.history.operation.empty?;
        let said = decode_member::<Option<IgnoredAny>>(bytes, member, self.numbers).ok()?;
        match said? {
            Some(IgnoredAny) => None,
            None => serde_json::from_str(empty).ok(),
        }
    }

    fn undecoded(&self, bytes: Bytes, error: Undecoded) -> Error {
        let what = if bytes.is_empty() {
            "the answer is empty where JSON was expected".to_owned()
        } else if str::from_utf8(&bytes).is_err() {
            "the answer is not UTF-8, as JSON is".to_owned()
        } else if !error.source.is_data() {
            "the answer is not whole or not JSON".to_owned()
        } else if error.place.is_empty() {
            "the answer is not the JSON that the spec describes".to_owned()
        } else {
            format!("the answer does not fit the spec at {}", error.place)
        };
        self.unfit(bytes, what)
            .with_source(JsonError::from(error.source))
    }

    fn unfit(&self, bytes: Bytes, what: impl Into<String>) -> Error {
        self.history
            .error(ErrorKind::Decode, what)
            .with_status(self.status)
            .with_body(kept(bytes, self.limits.error))
    }

    /// The call asks for another form of the answer than its operation has: a fault of this crate.
    pub(super) fn unread(&self) -> Error {
        self.history
            .error(ErrorKind::Decode, "the answer was read in another form")
            .with_status(self.status)
    }
}
