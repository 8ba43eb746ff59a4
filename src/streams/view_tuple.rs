//! A tuple as a view shows it.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

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

impl ViewTuple {
    pub(super) fn read(item: &Json) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Item {
            collection_time: i64,
            #[serde(default)]
            channel: Option<i64>,
            data: Box<RawValue>,
        }
        /// What a view of a Python application shows.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Shown {
            json_string: String,
        }
        let item: Item = serde_json::from_str(item.text())?;
        let shown = match item.data.get().contains("jsonString") {
            true => serde_json::from_str::<Shown>(item.data.get()).ok(),
            false => None,
        };
        let shown = shown.and_then(|shown| serde_json::from_str(&shown.json_string).ok());
        Ok(Self {
            collection_time: item.collection_time,
            channel: item.channel,
            data: match shown {
                Some(shown) => shown,
                None => serde_json::from_str(item.data.get())?,
            },
        })
    }

    pub(super) fn data_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data.text())
    }
}
