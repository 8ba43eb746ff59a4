//! What requests carry.

use std::{collections::BTreeMap, fmt::Display};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde::Serialize;

use super::{Request, sensitive::Sensitive};
use crate::{
    Change, Error, Identified, Secret,
    body::Form,
    error::JsonError,
    value::{self, json},
};

/// The body of a request.
pub(super) enum Body {
    Empty,
    /// Of this media type.
    Bytes(&'static str, Bytes),
    /// Of this media type, and of a caller's own: bytes, or a stream that can be sent once.
    Raw(&'static str, reqwest::Body),
    Form(Form),
}

impl Body {
    /// Whether it is read as it is sent, so that it can be sent once.
    pub(super) fn is_streamed(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(..) => false,
            Self::Raw(_, body) => body.as_bytes().is_none(),
            Self::Form(_) => true,
        }
    }
}

impl Request {
    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        let (text, secrets) = value::written(|| json::encode(body));
        self.json_text(text, secrets)
    }

    /// JSON that has been written already, and the secrets in it: where the server repeats one, it does not show.
    pub(crate) fn json_text(
        mut self,
        text: serde_json::Result<Vec<u8>>,
        mut secrets: Vec<Secret>,
    ) -> Self {
        self.secrets.append(&mut secrets);
        match text {
            Ok(text) => self.body = Body::Bytes("application/json", text.into()),
            Err(error) => self.refuse_body("the body", "JSON", JsonError::from(error)),
        }
        self
    }

    /// The same, unless it was not said.
    pub(crate) fn json_if_said(self, body: Option<&impl Serialize>) -> Self {
        match body {
            Some(body) => self.json(body),
            None => self,
        }
    }

    /// Changes by the ids of what they change.
    pub(crate) fn changes<T: Identified + Serialize>(mut self, changes: &[Change<T>]) -> Self {
        let mut by_id = BTreeMap::new();
        for change in changes {
            let reason = match change.checked() {
                Ok(id) if by_id.contains_key(&id) => {
                    format!("two changes have the {} {id:?}", T::ID)
                }
                Ok(id) => {
                    by_id.insert(id, change);
                    continue;
                }
                Err(reason) => reason,
            };
            self.refuse(Error::request(self.operation, reason));
        }
        self.json(&by_id)
    }

    /// The same, unless nothing in it was said.
    pub(crate) fn json_unless_empty<T: Serialize + Default + PartialEq>(self, value: &T) -> Self {
        if *value == T::default() {
            self
        } else {
            self.json(value)
        }
    }

    pub(crate) fn text(mut self, text: String) -> Self {
        self.body = Body::Bytes("text/plain", text.into());
        self
    }

    /// The members as the fields of a form.
    pub(crate) fn fields(mut self, body: &impl Serialize) -> Self {
        let (text, mut secrets) = value::written(|| serde_urlencoded::to_string(body));
        self.secrets.append(&mut secrets);
        match text {
            Ok(text) => {
                self.body = Body::Bytes("application/x-www-form-urlencoded", text.into());
            }
            Err(error) => self.refuse_body("the body", "a form", error),
        }
        self
    }

    pub(crate) fn raw(mut self, media: &'static str, body: reqwest::Body) -> Self {
        self.body = Body::Raw(media, body);
        self
    }

    pub(crate) fn form(mut self, mut form: Form) -> Self {
        self.secrets.append(&mut form.secrets);
        if let Some((part, error)) = form.fault.take() {
            self.refuse_body(&format!("the part {part}"), "JSON", JsonError::from(error));
        }
        self.body = Body::Form(form);
        self
    }

    /// Tells why the body or a part of it cannot be sent, without the secrets in it.
    fn refuse_body(&mut self, what: &str, form: &str, why: impl Display) {
        let sensitive = Sensitive::of(&HeaderMap::new(), &[], &self.secrets);
        let why = sensitive.hide(why.to_string());
        let reason = format!("{what} cannot be written as {form}: {why}");
        self.refuse(Error::request(self.operation, reason));
    }
}
