//! Objects and unions of JSON, read into the types that a spec describes.
//!
//! An object is read from an object alone, and a union by its tag, wherever that stands: what serde derives takes a list for an
//! object, and tries the branches of a union one after the other on a tree of it.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor},
    ser::Error as _,
};

use super::{
    Json,
    json::{Numbers, Undecoded, decode, read},
};

/// A struct whose members stand in a JSON object.
pub(crate) trait Object<'de>: Sized {
    /// The names of the wire.
    const MEMBERS: &'static [&'static str];

    /// Which of them this is: a `match` over the names is faster than a search.
    fn member(name: &str) -> Option<usize>;

    fn read<A: MapAccess<'de>>(members: Members<'_, A>) -> Result<Self, A::Error>;
}

/// Reads an object.
pub(crate) fn object<'de, T: Object<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(Members {
            map,
            names: T::MEMBERS,
            find: &T::member,
            last: 0,
        })
    }
}

/// The members of an object that the spec does not know.
pub(crate) struct Others<T>(PhantomData<T>);

impl<T: Object<'static>> Others<T> {
    /// Writes them, unless one has the name of a member that the spec knows: that would stand there twice.
    pub(crate) fn write<S: Serializer>(
        others: &BTreeMap<String, Json>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut known = others.keys().filter_map(|name| T::member(name));
        if let Some(name) = known.find_map(|index| T::MEMBERS.get(index)) {
            let what = format!("`{name}` is a member of its own, and none of the others");
            return Err(S::Error::custom(what));
        }
        others.serialize(serializer)
    }
}

/// The members of an object, one after the other.
pub(crate) struct Members<'n, A> {
    map: A,
    names: &'n [&'static str],
    find: Find<'n>,
    /// The member that came last.
    last: usize,
}

impl<'de, A: MapAccess<'de>> Members<'_, A> {
    /// The index of the next member that the spec knows; others are passed over.
    pub(crate) fn next(&mut self) -> Result<Option<usize>, A::Error> {
        loop {
            let Some(known) = self.map.next_key_seed(Known(self.find))? else {
                return Ok(None);
            };
            match known {
                Some(index) => {
                    self.last = index;
                    return Ok(Some(index));
                }
                None => drop(self.map.next_value::<IgnoredAny>()?),
            }
        }
    }

    /// The same, and others are kept.
    pub(crate) fn next_or_keep(
        &mut self,
        others: &mut BTreeMap<String, Json>,
    ) -> Result<Option<usize>, A::Error> {
        while let Some(name) = self.map.next_key::<String>()? {
            match (self.find)(&name) {
                Some(index) => {
                    self.last = index;
                    return Ok(Some(index));
                }
                None => drop(others.insert(name, self.map.next_value()?)),
            }
        }
        Ok(None)
    }

    /// Reads the value of the member that came last.
    pub(crate) fn read<T: Deserialize<'de>>(
        &mut self,
        into: &mut Option<T>,
    ) -> Result<(), A::Error> {
        if into.is_some() {
            let name = self.names.get(self.last).unwrap_or(&"");
            return Err(A::Error::duplicate_field(name));
        }
        *into = Some(self.map.next_value()?);
        Ok(())
    }

    /// What was read of the member with this index.
    pub(crate) fn required<T>(&self, index: usize, read: Option<T>) -> Result<T, A::Error> {
        read.ok_or_else(|| A::Error::missing_field(self.names.get(index).unwrap_or(&"")))
    }
}

/// The list without the room for items to come: that of a short list may be larger than its items.
pub(crate) fn fitted<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// Finds the index of a name.
type Find<'n> = &'n dyn Fn(&str) -> Option<usize>;

/// The name of a member, as its index.
struct Known<'n>(Find<'n>);

impl<'de> DeserializeSeed<'de> for Known<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Known<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Option<usize>, E> {
        Ok(self.0(text))
    }
}

/// A value of a union, and what tells its kind.
pub(crate) struct Kind {
    /// The member that tells it, as an index of those that may.
    pub(crate) member: usize,
    pub(crate) tag: String,
    pub(crate) text: Json,
}

impl Kind {
    /// The value as one of the union's branches.
    pub(crate) fn branch<T: DeserializeOwned, E: serde::de::Error>(&self) -> Result<T, E> {
        decode(self.text.text().as_bytes(), Numbers::Json).map_err(misfit)
    }
}

/// Reads the kind of a union's value: the first of these members that is a string tells it.
pub(crate) fn kind<'de, D: Deserializer<'de>>(
    deserializer: D,
    members: &'static [&'static str],
) -> Result<Kind, D::Error> {
    let text = Json::deserialize(deserializer)?;
    let mut json = serde_json::Deserializer::from_str(text.text());
    let told = json
        .deserialize_map(TagVisitor(members))
        .map_err(|source| misfit(Undecoded::new(text.text().as_bytes(), source)))?;
    match told {
        Some((member, tag)) => Ok(Kind { member, tag, text }),
        None => Err(D::Error::missing_field(members.first().unwrap_or(&""))),
    }
}

struct TagVisitor(&'static [&'static str]);

impl<'de> Visitor<'de> for TagVisitor {
    type Value = Option<(usize, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut told = None;
        let mut members = Members {
            map,
            names: self.0,
            find: &|name| self.0.iter().position(|own| *own == name),
            last: 0,
        };
        while let Some(member) = members.next()? {
            let mut tag = None;
            members.read(&mut tag)?;
            told = told.or(tag.map(|tag| (member, tag)));
        }
        Ok(told)
    }
}

/// An error in a text of its own, without its place in the text: that would be taken for one in the whole.
fn misfit<E: serde::de::Error>(error: Undecoded) -> E {
    let place = match error.place.as_str() {
        "" => String::new(),
        place => format!("{place}: "),
    };
    E::custom(format_args!("{place}{}", error.reason()))
}

/// The value of one member of an object, if it is there; the others are passed over.
pub(crate) fn decode_member<T: DeserializeOwned>(
    bytes: &[u8],
    name: &'static str,
    numbers: Numbers,
) -> Result<Option<T>, Undecoded> {
    let mut value = None;
    read(bytes, numbers, &mut |json| {
        value = json.deserialize_map(MemberVisitor(name, PhantomData))?;
        Ok(())
    })?;
    Ok(value)
}

/// The same at the end of a way such as `head.references`, of which each step but the last is an object.
pub(crate) fn decode_at<T: DeserializeOwned>(
    bytes: &[u8],
    way: &'static str,
    numbers: Numbers,
) -> Result<Option<T>, Undecoded> {
    let Some((step, rest)) = way.split_once('.') else {
        return decode_member(bytes, way, numbers);
    };
    let Some(object) = decode_member::<Option<Json>>(bytes, step, numbers)?.flatten() else {
        return Ok(None);
    };
    decode_at(object.text().as_bytes(), rest, numbers).map_err(|error| Undecoded {
        place: match error.place.as_str() {
            "" => step.to_owned(),
            place => format!("{step}.{place}"),
        },
        ..error
    })
}

struct MemberVisitor<T>(&'static str, PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MemberVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        let mut value = None;
        let mut members = Members {
            map,
            names: std::slice::from_ref(&self.0),
            find: &|name| (name == self.0).then_some(0),
            last: 0,
        };
        while members.next()?.is_some() {
            members.read(&mut value)?;
        }
        Ok(value)
    }
}
