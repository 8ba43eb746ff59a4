//! A tuple as a view shows it.

use std::{marker::PhantomData, sync::LazyLock};

use memchr::memmem::Finder;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{Json, value::json::unescape};

/// A tuple of a view.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ViewTuple {
    /// When it was collected, in milliseconds since the Unix epoch. Several tuples can have the same time.
    pub collection_time: i64,
    /// The channel that it comes from, in a parallel region.
    pub channel: Option<i64>,
    /// Its attributes, an object; where the only one is `jsonString`, as views of Python applications have it, the JSON in that
    /// text.
    pub data: Json,
}

/// What is handed out of an item.
pub(super) trait Reading: Send + 'static {
    /// What its attributes are read as.
    type Data: DeserializeOwned;
    /// What is made of them.
    type Tuple: Send + 'static;

    fn tuple(item: Item<Self::Data>) -> Self::Tuple;
}

impl Reading for ViewTuple {
    type Data = Json;
    type Tuple = Self;

    fn tuple(item: Item<Json>) -> Self {
        Self {
            collection_time: item.collection_time,
            channel: item.channel,
            data: item.data,
        }
    }
}

/// The attributes alone are handed out.
pub(super) struct Attributes<T>(PhantomData<fn() -> T>);

impl<T: DeserializeOwned + Send + 'static> Reading for Attributes<T> {
    type Data = T;
    type Tuple = T;

    fn tuple(item: Item<T>) -> T {
        item.data
    }
}

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

/// The attributes of a view of a Python application.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Shown<'a> {
    #[serde(borrow)]
    json_string: &'a RawValue,
}

impl Shown<'_> {
    /// Whether the text of an item may have such attributes.
    pub(super) fn may_be_in(item: &str) -> bool {
        static NAME: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("jsonString"));
        NAME.find(item.as_bytes()).is_some()
    }

    /// What the JSON in the text says; the text is put into the buffer.
    fn read<D: DeserializeOwned>(&self, buffer: &mut String) -> Option<D> {
        let text = self
            .json_string
            .get()
            .strip_prefix('"')?
            .strip_suffix('"')?;
        buffer.clear();
        unescape(text, buffer)?;
        serde_json::from_str(buffer).ok()
    }
}

impl Item<Shown<'_>> {
    /// The item with the attributes that the JSON in the text has.
    pub(super) fn read<D: DeserializeOwned>(&self, buffer: &mut String) -> Option<Item<D>> {
        Some(Item {
            collection_time: self.collection_time,
            channel: self.channel,
            data: self.data.read(buffer)?,
        })
    }
}

impl<D: DeserializeOwned> Item<D> {
    /// The item that a text says, whatever its attributes are.
    pub(super) fn of(text: &str) -> serde_json::Result<Self> {
        let item: Item<Json> = serde_json::from_str(text)?;
        let shown = match Shown::may_be_in(item.data.text()) {
            true => serde_json::from_str::<Shown>(item.data.text()).ok(),
            false => None,
        };
        let shown = shown.and_then(|shown| shown.read::<Json>(&mut String::new()));
        let data = shown.as_ref().unwrap_or(&item.data);
        Ok(Self {
            collection_time: item.collection_time,
            channel: item.channel,
            data: serde_json::from_str(data.text())?,
        })
    }
}
