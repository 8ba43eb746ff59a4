//! A tree of JSON with all digits of its numbers.

use std::{collections::BTreeMap, fmt};

use super::{
    FilterError,
    numeral::Numeral,
    tree::{Kind, Tree},
};
use crate::Json;

/// How many values may be inside each other.
const DEEPEST: usize = 500;

/// A value of JSON, whose whole numbers keep all their digits.
#[derive(Debug, PartialEq)]
pub(in crate::flowthings) enum Exact {
    Null,
    Bool(bool),
    Number(Numeral),
    Text(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

impl Exact {
    pub(in crate::flowthings) fn of(json: &Json) -> Result<Self, FilterError> {
        let mut scan = Scan { rest: json.text() };
        scan.value(DEEPEST)
    }
}

impl Tree for Exact {
    fn kind(&self) -> Kind<'_, Self> {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(bool) => Kind::Bool(*bool),
            Self::Number(number) => Kind::Number(number.clone()),
            Self::Text(text) => Kind::Text(text),
            Self::List(items) => Kind::List(items),
            Self::Map(_) => Kind::Map,
        }
    }

    fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members.get(name),
            _ => None,
        }
    }

    fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = match self {
            Self::Map(members) => Some(members),
            _ => None,
        };
        let members = members.into_iter().flatten();
        members.map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &str| serde_json::Value::from(text);
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(bool) => bool.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(own) => text(own).fmt(f),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Map(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    write!(f, "{}:{value}", text(name))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// What is left of a text, which is known to be JSON.
struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    fn value(&mut self, depth: usize) -> Result<Exact, FilterError> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(FilterError::new(format!(
                "the object nests deeper than {DEEPEST} levels"
            )));
        };
        if self.takes('{') {
            let mut members = BTreeMap::new();
            while !self.takes('}') {
                let name = self.text()?;
                self.takes(':');
                members.insert(name, self.value(depth)?);
                self.takes(',');
            }
            return Ok(Exact::Map(members));
        }
        if self.takes('[') {
            let mut items = Vec::new();
            while !self.takes(']') {
                items.push(self.value(depth)?);
                self.takes(',');
            }
            return Ok(Exact::List(items));
        }
        if self.rest.starts_with('"') {
            return self.text().map(Exact::Text);
        }
        let end = self.rest.find([',', ']', '}', ' ', '\t', '\n', '\r']);
        Ok(match self.split(end.unwrap_or(self.rest.len())) {
            "null" => Exact::Null,
            "true" => Exact::Bool(true),
            "false" => Exact::Bool(false),
            number => Exact::Number(numeral(number)?),
        })
    }

    /// Steps over this character and the blanks before it, if it is the next one; over the blanks anyway.
    fn takes(&mut self, character: char) -> bool {
        self.rest = self.rest.trim_start();
        let after = self.rest.strip_prefix(character);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// A text with its quotes and escapes.
    fn text(&mut self) -> Result<String, FilterError> {
        let mut bytes = self.rest.bytes().enumerate().skip(1);
        let mut end = self.rest.len();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' => drop(bytes.next()),
                b'"' => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        serde_json::from_str(self.split(end)).map_err(|_| no_json())
    }

    fn split(&mut self, at: usize) -> &'t str {
        let (before, after) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = after;
        before
    }
}

/// A whole number with all its digits, any other one as the nearest double.
fn numeral(text: &str) -> Result<Numeral, FilterError> {
    if let Some(whole) = Numeral::whole(text) {
        return Ok(whole);
    }
    let float = text.parse().ok().filter(|float: &f64| float.is_finite());
    float.map(Numeral::Float).ok_or_else(no_json)
}

fn no_json() -> FilterError {
    FilterError::new("the object has a text or a number that cannot be read")
}
