//! The members of a JSON object, as Joule checks them before it makes something of them.

use serde_json::{Map, Value};

/// What is wrong with an object that describes a stream.
#[derive(Debug)]
pub(crate) enum Invalid {
    /// A member is not there.
    Missing(String),
    /// A member has a value that Joule foresees and refuses.
    Specification(String),
    /// A member has a type that Python trips over.
    Type(String),
}

impl Invalid {
    pub(crate) fn specification(why: impl Into<String>) -> Self {
        Self::Specification(why.into())
    }

    /// As the handlers that create something say it.
    pub(crate) fn of_creation(self) -> String {
        match self {
            Self::Missing(key) => format!("Invalid or missing stream attribute: '{key}'"),
            Self::Specification(why) => format!("Invalid stream specification: {why}"),
            Self::Type(why) => format!("Invalid stream JSON: {why}"),
        }
    }
}

/// The members of an object, by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes<'a>(pub(crate) &'a Map<String, Value>);

impl<'a> Attributes<'a> {
    pub(crate) fn of(value: &'a Value) -> Result<Self, Invalid> {
        let members = value.as_object();
        members
            .map(Self)
            .ok_or_else(|| Invalid::Type("TypeError('string indices must be integers')".to_owned()))
    }

    /// A member that may be absent.
    pub(crate) fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    /// A member that must be there.
    pub(crate) fn require(self, key: &str) -> Result<&'a Value, Invalid> {
        self.get(key)
            .ok_or_else(|| Invalid::Missing(key.to_owned()))
    }

    /// The name of a folder or a stream.
    pub(crate) fn name(self) -> Result<String, Invalid> {
        name(self.require("name")?)
    }

    /// Takes over a name and a description that are there.
    pub(crate) fn rename(
        self,
        name: &mut String,
        description: &mut Option<String>,
    ) -> Result<(), Invalid> {
        if self.get("name").is_some() {
            *name = self.name()?;
        }
        if let Some(value) = self.get("description") {
            *description = text(value)?;
        }
        Ok(())
    }
}

/// A name: not empty, without a slash.
pub(crate) fn name(value: &Value) -> Result<String, Invalid> {
    match value {
        Value::Null => Err(Invalid::specification("missing name")),
        Value::String(name) if name.is_empty() => Err(Invalid::specification("missing name")),
        // Joule names the wrong slash.
        Value::String(name) if name.contains('/') => {
            Err(Invalid::specification("invalid name, '\\' not allowed"))
        }
        Value::String(name) => Ok(name.clone()),
        other => Err(wrong_type(other)),
    }
}

/// A text or `null`.
pub(crate) fn text(value: &Value) -> Result<Option<String>, Invalid> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        other => Err(wrong_type(other)),
    }
}

/// An integer, also one that is written as a text.
pub(crate) fn integer(value: &Value) -> Result<i64, Invalid> {
    let parsed = match value {
        Value::Number(number) => number
            .as_i64()
            .or(number.as_f64().map(|number| number as i64)),
        Value::String(text) => super::python::integer(text).and_then(|int| int.try_into().ok()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    parsed.ok_or_else(|| wrong_type(value))
}

/// A number, also one that is written as a text.
pub(crate) fn number(value: &Value) -> Result<f64, Invalid> {
    let parsed = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    parsed.ok_or_else(|| wrong_type(value))
}

pub(crate) fn wrong_type(value: &Value) -> Invalid {
    Invalid::Type(format!("TypeError('cannot make use of {value}')"))
}
