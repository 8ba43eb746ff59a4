//! Numbers that JSON lacks, found before they are lost: serde_json writes null for them.

use std::fmt::{self, Display};

use serde::{
    Serialize,
    ser::{
        self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant, Serializer,
    },
};

/// Refuses a value in which a number is not finite, and says where.
pub(crate) fn check(value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
    match value.serialize(Check) {
        Err(Found::NotFinite(found)) => Err(ser::Error::custom(found)),
        // What cannot be written at all is told by what writes it.
        Ok(()) | Err(Found::Other) => Ok(()),
    }
}

/// A number that is none of JSON's.
#[derive(Debug)]
struct NotFinite {
    number: f64,
    place: String,
}

impl Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, place } = self;
        match place.as_str() {
            "" => write!(f, "{number} is not a number of JSON"),
            place => write!(f, "{place} is {number}, which is not a number of JSON"),
        }
    }
}

#[derive(Debug)]
enum Found {
    NotFinite(NotFinite),
    Other,
}

impl Found {
    /// The same, inside of a member or an item.
    fn within(mut self, step: impl Display) -> Self {
        if let Self::NotFinite(NotFinite { place, .. }) = &mut self {
            let dot = if place.is_empty() || place.starts_with('[') {
                ""
            } else {
                "."
            };
            *place = format!("{step}{dot}{place}");
        }
        self
    }
}

impl Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not finite")
    }
}

impl std::error::Error for Found {}

impl ser::Error for Found {
    fn custom<T: Display>(_: T) -> Self {
        Self::Other
    }
}

type Outcome = Result<(), Found>;

#[derive(Clone, Copy)]
struct Check;

/// What holds others: how many came, and the key of the next one.
struct Inside {
    count: usize,
    key: String,
}

const INSIDE: Inside = Inside {
    count: 0,
    key: String::new(),
};

impl Inside {
    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Outcome {
        let index = self.count;
        self.count += 1;
        value
            .serialize(Check)
            .map_err(|found| found.within(format_args!("[{index}]")))
    }

    fn member(key: &str, value: &(impl Serialize + ?Sized)) -> Outcome {
        value.serialize(Check).map_err(|found| found.within(key))
    }
}

macro_rules! fine {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, _: $type) -> Outcome {
            Ok(())
        })*
    };
}

impl Serializer for Check {
    type Ok = ();
    type Error = Found;
    type SerializeSeq = Inside;
    type SerializeTuple = Inside;
    type SerializeTupleStruct = Inside;
    type SerializeTupleVariant = Inside;
    type SerializeMap = Inside;
    type SerializeStruct = Inside;
    type SerializeStructVariant = Inside;

    fine!(
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
        serialize_unit_struct: &'static str
    );

    fn serialize_f32(self, number: f32) -> Outcome {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Outcome {
        if number.is_finite() {
            return Ok(());
        }
        Err(Found::NotFinite(NotFinite {
            number,
            place: String::new(),
        }))
    }

    fn serialize_none(self) -> Outcome {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Outcome {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Outcome {
        Inside::member(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside, Found> {
        Ok(INSIDE)
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside, Found> {
        Ok(INSIDE)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside, Found> {
        Ok(INSIDE)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Inside, Found> {
        Ok(INSIDE)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside, Found> {
        Ok(INSIDE)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside, Found> {
        Ok(INSIDE)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Inside, Found> {
        Ok(INSIDE)
    }
}

macro_rules! items {
    ($($part:ident: $method:ident),*) => {
        $(impl $part for Inside {
            type Ok = ();
            type Error = Found;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
                self.item(value)
            }

            fn end(self) -> Outcome {
                Ok(())
            }
        })*
    };
}

items!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! members {
    ($($part:ident),*) => {
        $(impl $part for Inside {
            type Ok = ();
            type Error = Found;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Outcome {
                Self::member(key, value)
            }

            fn end(self) -> Outcome {
                Ok(())
            }
        })*
    };
}

members!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Inside {
    type Ok = ();
    type Error = Found;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome {
        let key = serde_json::to_value(key).unwrap_or_default();
        self.key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        Self::member(&self.key, value)
    }

    fn end(self) -> Outcome {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Serialize)]
    struct Reading {
        #[serde(rename = "max-value")]
        max: Option<f64>,
        rows: Vec<(i64, f32)>,
        more: BTreeMap<u8, f64>,
        kind: Kind,
    }

    #[derive(Serialize)]
    enum Kind {
        Plain,
        Scaled { by: f64 },
        Both(f64, f64),
    }

    fn told(change: impl FnOnce(&mut Reading)) -> Option<String> {
        let mut reading = Reading {
            max: Some(1.0),
            rows: vec![(1, 1.5), (2, 2.5)],
            more: BTreeMap::from([(7, 1.0)]),
            kind: Kind::Plain,
        };
        change(&mut reading);
        check(&reading).err().map(|found| found.to_string())
    }

    #[test]
    fn a_number_that_json_lacks_is_found_wherever_it_stands() {
        assert_eq!(told(|_| {}), None);
        assert_eq!(told(|reading| reading.max = None), None);
        for (change, expected) in [
            (
                (|reading| reading.max = Some(f64::NAN)) as fn(&mut Reading),
                "max-value is NaN, which is not a number of JSON",
            ),
            (
                |reading| reading.rows[1].1 = f32::NEG_INFINITY,
                "rows[1][1] is -inf, which is not a number of JSON",
            ),
            (
                |reading| reading.more = BTreeMap::from([(9, f64::INFINITY)]),
                "more.9 is inf, which is not a number of JSON",
            ),
            (
                |reading| reading.kind = Kind::Scaled { by: f64::NAN },
                "kind.by is NaN, which is not a number of JSON",
            ),
            (
                |reading| reading.kind = Kind::Both(0.0, f64::NAN),
                "kind[1] is NaN, which is not a number of JSON",
            ),
        ] {
            assert_eq!(told(change).as_deref(), Some(expected));
        }
        assert_eq!(
            check(&f64::INFINITY).unwrap_err().to_string(),
            "inf is not a number of JSON"
        );
    }

    #[test]
    fn a_double_has_a_way_to_say_it() {
        assert!(check(&[crate::Double::from(f64::NAN)]).is_ok());
    }
}
