//! An item of a view.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, IgnoredAny, IntoDeserializer as _, MapAccess, Visitor,
    },
};

use crate::{Json, value::json::behind};

/// An item of a view.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "D: Deserialize<'de>"))]
pub(super) struct Item<D> {
    pub(super) collection_time: i64,
    #[serde(default)]
    pub(super) channel: Option<i64>,
    // A type that reads nothing as something is not to make up for attributes that are missing.
    #[serde(deserialize_with = "D::deserialize")]
    pub(super) data: D,
}

impl<D: DeserializeOwned> Item<D> {
    /// The item that a text says, whatever its attributes are.
    pub(super) fn of(text: &str) -> serde_json::Result<Self> {
        let item: Item<Json> = serde_json::from_str(text)?;
        let attributes = item.data.text();
        let shown: Option<Json> = match Shown::begins(attributes) {
            true => {
                let mut json = serde_json::Deserializer::from_str(attributes);
                Shown::new().deserialize(&mut json).ok().flatten()
            }
            false => None,
        };
        Ok(Self {
            collection_time: item.collection_time,
            channel: item.channel,
            data: read(shown.as_ref().unwrap_or(&item.data))?,
        })
    }
}

/// The attributes, or the text that is the only one where a Python application shows texts.
fn read<D: DeserializeOwned>(attributes: &Json) -> serde_json::Result<D> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Text {
        string: String,
    }
    serde_json::from_str(attributes.text()).or_else(|error| {
        let only: Option<Text> = serde_json::from_str(attributes.text()).ok();
        let only = only.map(|Text { string }| D::deserialize(string.into_deserializer()));
        only.unwrap_or(Err(error))
    })
}

/// Reads the attributes of an item of a Python application, the only one of which is a text: what the JSON in it says, if it is of
/// this type.
pub(super) struct Shown<D>(PhantomData<fn() -> D>);

impl<D> Shown<D> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl Shown<()> {
    /// Whether attributes begin so; only then they can be read.
    pub(super) fn begins(attributes: &str) -> bool {
        behind(attributes, ["{", r#""jsonString""#, ":", r#"""#]).is_some()
    }

    /// The same of the text behind the name of the attributes.
    pub(super) fn begins_after_name(text: &str) -> bool {
        behind(text, [r#"""#, ":"]).is_some_and(Self::begins)
    }
}

impl<'a, D: DeserializeOwned> DeserializeSeed<'a> for Shown<D> {
    type Value = Option<D>;

    fn deserialize<T: Deserializer<'a>>(self, json: T) -> Result<Option<D>, T::Error> {
        json.deserialize_map(self)
    }
}

impl<'a, D: DeserializeOwned> Visitor<'a> for Shown<D> {
    type Value = Option<D>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the attributes that Python shows")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut attributes: A) -> Result<Option<D>, A::Error> {
        if attributes.next_key::<IgnoredAny>()?.is_none() {
            return Ok(None);
        }
        let data = attributes.next_value_seed(Text(PhantomData))?;
        match attributes.next_key::<IgnoredAny>()? {
            None => Ok(data),
            Some(_) => {
                let IgnoredAny = attributes.next_value()?;
                while attributes.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(None)
            }
        }
    }
}

/// Reads the JSON in a text where the text stands, in the buffer of who reads that.
struct Text<D>(PhantomData<fn() -> D>);

impl<'a, D: DeserializeOwned> DeserializeSeed<'a> for Text<D> {
    type Value = Option<D>;

    fn deserialize<T: Deserializer<'a>>(self, json: T) -> Result<Option<D>, T::Error> {
        json.deserialize_str(self)
    }
}

impl<D: DeserializeOwned> Visitor<'_> for Text<D> {
    type Value = Option<D>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<D>, E> {
        Ok(serde_json::from_str(text).ok())
    }
}
