//! JSON of any shape, kept as the text that came.

mod decode;
mod finite;
mod glimpse;
#[cfg(feature = "_fuzz")]
mod scan;

use std::{borrow::Cow, fmt, io, str::FromStr};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser::Error as _,
};
use serde_json::{Value, value::RawValue};

pub(crate) use decode::{Numbers, Undecoded, decode, has_at_most, read};
pub(crate) use glimpse::Glimpse;
#[cfg(any(feature = "flowthings", feature = "streams"))]
pub(crate) use glimpse::behind;
#[cfg(feature = "_fuzz")]
pub use scan::{json_glimpse, json_has_at_most, json_value};

/// The value as JSON, whose numbers are all there.
pub(crate) fn encode(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Vec<u8>> {
    finite::check(value)?;
    serde_json::to_vec(value)
}

/// Bytes of the value as JSON.
pub(crate) fn size(value: &(impl Serialize + ?Sized)) -> usize {
    struct Counter(usize);

    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter(0);
    // What cannot be written is told by what writes it.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// JSON whose shape the spec leaves open. It is kept as text: a tree of it may take thirty times the memory.
///
/// serde_json reads and writes it; other formats of serde do not know it.
///
/// Two are equal when they say the same, whatever the order of members and the white space. Of servers that write numbers which
/// JSON lacks, these are the strings `"NaN"`, `"Infinity"` and `"-Infinity"`, as in [`Double`](crate::Double).
///
/// ```
/// use headwaters::Json;
/// use serde_json::json;
///
/// let kettle = Json::from(json!({"name": "kettle", "watts": [1800, 2200]}));
/// assert_eq!(kettle.pointer("/watts/1").and_then(|watts| watts.as_i64()), Some(2200));
/// assert_eq!(kettle.to_value()?["name"], "kettle");
/// assert_eq!(kettle, r#"{"watts": [1800, 2200], "name": "kettle"}"#.parse::<Json>()?);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The value as JSON.
    ///
    /// # Errors
    /// Where it cannot be written as JSON: a number that is not finite, a map whose keys are no strings.
    pub fn new(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Self> {
        finite::check(value)?;
        // A text that grows as it is written takes three times its size.
        let mut text = Vec::with_capacity(size(value));
        serde_json::to_writer(&mut text, value)?;
        let text = String::from_utf8(text).map_err(serde_json::Error::custom)?;
        RawValue::from_string(text).map(Self)
    }

    /// The text, as it came.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The value as another type.
    ///
    /// # Errors
    /// Where it has not the shape of that type.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        decode(self.text().as_bytes(), Numbers::Json).map_err(|error| error.source)
    }

    /// The value as a tree.
    ///
    /// # Errors
    /// Where it nests deeper than a thousand levels.
    pub fn to_value(&self) -> serde_json::Result<Value> {
        self.read()
    }

    /// What stands at an RFC 6901 pointer, such as `/plugs/0/name`.
    pub fn pointer(&self, pointer: &str) -> Option<Self> {
        let mut at = Cow::Borrowed(self);
        for step in pointer
            .strip_prefix('/')
            .into_iter()
            .flat_map(|steps| steps.split('/'))
        {
            let step = step.replace("~1", "/").replace("~0", "~");
            at = Cow::Owned(at.step(&step)?);
        }
        (pointer.is_empty() || pointer.starts_with('/')).then(|| at.into_owned())
    }

    /// The string that it is.
    pub fn as_str(&self) -> Option<String> {
        self.read().ok()
    }

    /// The whole number that it is.
    pub fn as_i64(&self) -> Option<i64> {
        self.read().ok()
    }

    /// The number that it is.
    pub fn as_f64(&self) -> Option<f64> {
        self.read().ok()
    }

    /// The truth value that it is.
    pub fn as_bool(&self) -> Option<bool> {
        self.read().ok()
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.text() == "null"
    }

    fn step(&self, step: &str) -> Option<Self> {
        if self.text().starts_with('[') {
            // An index has neither a sign nor zeros before it.
            let index = step
                .parse::<usize>()
                .ok()
                .filter(|index| index.to_string() == step)?;
            self.read::<Vec<Self>>().ok()?.into_iter().nth(index)
        } else {
            let mut members: std::collections::BTreeMap<String, Self> = self.read().ok()?;
            members.remove(step)
        }
    }
}

impl Default for Json {
    /// Null.
    fn default() -> Self {
        Self(RawValue::NULL.to_owned())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        // A tree can always be written: its keys are strings.
        Self::new(&value).unwrap_or_default()
    }
}

macro_rules! from {
    ($($plain:ty),*) => {
        $(impl From<$plain> for Json {
            fn from(value: $plain) -> Self {
                Value::from(value).into()
            }
        })*
    };
}

from!(bool, i32, i64, u64, &str, String);

impl FromStr for Json {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text).map(Self)
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
            || matches!((self.to_value(), other.to_value()), (Ok(one), Ok(other)) if one == other)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}
