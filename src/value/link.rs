//! Links in answers, with the call that each one makes.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};

/// A link to what the call `C` gives: a client's `follow` makes the call.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Link<C> {
    url: String,
    #[serde(skip)]
    call: PhantomData<fn() -> C>,
}

impl<C> Link<C> {
    /// A link that no answer had, such as one that a program has kept. A relative one begins at the client's base URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            call: PhantomData,
        }
    }

    /// The URL, as the server wrote it.
    pub fn as_str(&self) -> &str {
        &self.url
    }
}

impl<C> Clone for Link<C> {
    fn clone(&self) -> Self {
        Self::new(self.url.clone())
    }
}

impl<C> From<&Link<C>> for Link<C> {
    fn from(link: &Link<C>) -> Self {
        link.clone()
    }
}

impl<C> PartialEq for Link<C> {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url
    }
}

impl<C> fmt::Debug for Link<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Link").field(&self.url).finish()
    }
}

impl<C> fmt::Display for Link<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(feature = "schemars")]
impl<C> schemars::JsonSchema for Link<C> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Link".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "uri-reference"})
    }
}
