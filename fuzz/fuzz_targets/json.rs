//! Any bytes: they are the value that serde_json reads or an error, deeper and with more numbers than it takes; they hold as many values
//! as are counted, and a look at a member finds what reading finds.
#![no_main]

use std::collections::BTreeMap;

use headwaters::{
    json_glimpse, json_has_at_most, json_value,
    serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
    serde_json::{self, Value, from_slice},
};
use libfuzzer_sys::fuzz_target;

/// Something that much of JSON is not.
type Table = BTreeMap<String, Vec<Option<i8>>>;

fuzz_target!(|bytes: &[u8]| {
    let plain = from_slice::<Value>(bytes);
    let read = json_value::<Value>(bytes, false);
    match (&plain, &read) {
        (Ok(plain), Ok(read)) => assert_eq!(plain, read),
        (Ok(_), Err(_)) => panic!("what serde_json reads is refused"),
        (Err(error), Ok(read)) => {
            let is_deep = error.to_string().starts_with("recursion limit exceeded");
            assert!(is_deep, "{error}");
            let again = json_value::<Value>(read.to_string().as_bytes(), false);
            assert_eq!(again.as_ref(), Ok(read));
        }
        (Err(_), Err(_)) => {}
    }
    let table = from_slice::<Table>(bytes).ok();
    assert_eq!(json_value::<Table>(bytes, false).ok(), table);

    let bare = json_value::<Value>(bytes, true);
    if read.is_ok() {
        assert_eq!(bare, read);
    }
    if let Ok(value) = bare {
        let again = json_value::<Value>(bared(&value).as_bytes(), true);
        assert_eq!(again, Ok(value));
    }

    // What is said of bytes that are no JSON does not matter.
    let glimpse = json_glimpse(bytes, "next");
    json_has_at_most(bytes, bytes.len() / 4);
    if let Ok(value) = plain {
        let Count(count) = from_slice(bytes).expect("it was read before");
        assert!(json_has_at_most(bytes, count) && !json_has_at_most(bytes, count - 1));
        if let (Some(object), Some(glimpse)) = (value.as_object(), glimpse) {
            let found = glimpse.map(first);
            assert_eq!(found.as_ref(), object.get("next"));
        }
    }
});

/// The text of the value, in which numbers that JSON lacks are as Python writes them.
fn bared(value: &Value) -> String {
    match value {
        Value::String(text) if ["NaN", "Infinity", "-Infinity"].contains(&text.as_str()) => {
            text.clone()
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(bared).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let member =
                |(name, value)| format!("{}: {}", Value::from(String::clone(name)), bared(value));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// The value at the beginning of these bytes.
fn first(bytes: &[u8]) -> Value {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter();
    values.next().expect("a value begins").expect("it is whole")
}

/// How many values there are, with all members of one name.
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Counter)
    }
}

struct Counter;

impl<'de> Visitor<'de> for Counter {
    type Value = Count;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Count, A::Error> {
        let mut count = 1;
        while let Some(Count(more)) = items.next_element()? {
            count += more;
        }
        Ok(Count(count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Count, A::Error> {
        let mut count = 1;
        while let Some((IgnoredAny, Count(more))) = members.next_entry()? {
            count += more;
        }
        Ok(Count(count))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_unit<E: Error>(self) -> Result<Count, E> {
        Ok(Count(1))
    }
}
