//! What a filter is asked about, and the values of its members.

use serde_json::{Map, Value};

use super::{name::Name, numeral::Numeral};

/// The member of a drop that has its elements.
const ELEMENTS: &str = "elems";

/// A drop, a flow or another object of the platform, and the time at which its ages are taken.
#[derive(Clone, Copy)]
pub(super) struct Subject<'v> {
    object: &'v Value,
    elements: Option<&'v Value>,
    /// Milliseconds since the Unix epoch.
    now: i128,
}

impl<'v> Subject<'v> {
    pub(super) fn new(object: &'v Value, now: i128) -> Self {
        Self {
            object,
            elements: object.get(ELEMENTS),
            now,
        }
    }

    /// The value of a member, if it has one that is not null. A name that is not at the top is one of the elements.
    pub(super) fn value(&self, name: &Name) -> Option<&'v Value> {
        let (first, rest) = name.parts();
        let start = match first {
            ELEMENTS => self.elements?,
            _ => {
                let top = self.object.get(first).filter(|value| !value.is_null());
                top.or_else(|| self.elements?.get(first))?
            }
        };
        let value = match rest {
            Some(rest) => rest.split('.').try_fold(start, step)?,
            None => start,
        };
        let value = plain(value);
        (!value.is_null()).then_some(value)
    }

    pub(super) fn elements(&self) -> Option<&'v Map<String, Value>> {
        self.elements?.as_object()
    }

    /// How many milliseconds ago the time was that a member says, or its creation.
    pub(super) fn age(&self, field: Option<&Name>) -> Option<Numeral> {
        let time = match field {
            Some(field) => self.value(field)?,
            None => plain(self.object.get("creationDate")?),
        };
        Some(match Numeral::of_json(time.as_number()?) {
            Numeral::Int(time) => Numeral::Int(self.now.saturating_sub(time)),
            time => Numeral::Float(self.now as f64 - time.as_f64()),
        })
    }
}

fn step<'v>(value: &'v Value, segment: &str) -> Option<&'v Value> {
    let inside = |value: &'v Value| match value {
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        value => value.get(segment),
    };
    inside(plain(value)).or_else(|| inside(value))
}

/// The type and the value of an element that is written with both.
pub(super) fn typed(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 2)?;
    Some((members.get("type")?.as_str()?, members.get("value")?))
}

/// The value of an element, whether it is written with its type or not.
pub(super) fn plain(value: &Value) -> &Value {
    typed(value).map_or(value, |(_, value)| value)
}
