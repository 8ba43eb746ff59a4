//! A tuple as a view shows it.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::view_item::Item;
use crate::Json;

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
