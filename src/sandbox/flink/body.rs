//! JSON bodies, with the leniency and the complaints of the Jackson that Flink shades.

use serde_json::{Map, Value};

use super::error::Failure;
use super::id;

const JACKSON: &str = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson";

/// An object whose unknown members nobody minds.
#[derive(Debug)]
pub(super) struct Body {
    class: &'static str,
    members: Map<String, Value>,
}

impl Body {
    /// Reads a body; an empty one is `{}`, whatever the content type says.
    pub(super) fn parse(class: &'static str, bytes: &[u8]) -> Result<Self, Failure> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self {
                class,
                members: Map::new(),
            });
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(members)) => Ok(Self { class, members }),
            // Seen on 1.20.5: the handler runs, and trips over its null.
            Ok(Value::Null) => Err(Failure::unhandled("java.lang.NullPointerException")),
            Ok(_) => {
                let why = format!("Cannot construct instance of `{class}`");
                Err(complaint(
                    class,
                    "databind.exc.MismatchedInputException",
                    &why,
                ))
            }
            Err(error) if error.is_eof() => {
                let why = "Unexpected end-of-input within/between Object entries";
                Err(complaint(class, "core.io.JsonEOFException", why))
            }
            Err(error) => Err(complaint(
                class,
                "core.JsonParseException",
                &error.to_string(),
            )),
        }
    }

    /// A string; numbers and booleans are taken for one.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(scalar @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(scalar.to_string())),
            Some(other) => Err(self.mismatch(name, "java.lang.String", other)),
        }
    }

    /// An integer; a string of digits is taken for one.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i32>, Failure> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let number = match value {
            Value::Number(number) => number
                .as_i64()
                .and_then(|number| i32::try_from(number).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        number
            .map(Some)
            .ok_or_else(|| self.mismatch(name, "java.lang.Integer", value))
    }

    /// A boolean, false where it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        match self.member(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if matches!(text.as_str(), "true" | "True" | "TRUE") => {
                Ok(true)
            }
            Some(Value::String(text)) if matches!(text.as_str(), "false" | "False" | "FALSE") => {
                Ok(false)
            }
            Some(other) => Err(self.mismatch(name, "boolean", other)),
        }
    }

    /// A list of strings.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let list = value.as_array().and_then(|list| {
            list.iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        });
        list.map(Some)
            .ok_or_else(|| self.mismatch(name, "java.util.ArrayList<java.lang.String>", value))
    }

    /// A member of a member, where both are there: `flinkConfiguration`, `pipeline.name`.
    pub(super) fn entry(&self, name: &str, key: &str) -> Result<Option<String>, Failure> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(map.get(key).and_then(Value::as_str).map(str::to_owned)),
            Some(other) => Err(self.mismatch(
                name,
                "java.util.LinkedHashMap<java.lang.String,java.lang.String>",
                other,
            )),
        }
    }

    /// A string that is one of the constants of a Java enum, in its exact case.
    pub(super) fn constant(
        &self,
        name: &str,
        class: &str,
        constants: &[&str],
    ) -> Result<Option<String>, Failure> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        if constants.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        let why = format!(
            "Cannot deserialize value of type `{class}` from String \"{text}\": \
             not one of the values accepted for Enum class: [{}]",
            constants.join(", ")
        );
        Err(complaint(
            self.class,
            "databind.exc.InvalidFormatException",
            &why,
        ))
    }

    /// An id of 32 hex digits, in lower case.
    pub(super) fn id(&self, name: &str) -> Result<Option<String>, Failure> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        id::parse(&text).map(Some).ok_or_else(|| {
            let number = format!("For input string: \"{text}\" under radix 16");
            let failure = match name {
                // Of all ids only this one is explained.
                "jobId" => {
                    let why = format!(
                        "Cannot parse JobID from \"{text}\". The expected format is \
                         [0-9a-fA-F]{{32}}, e.g. fd72014d4c864993a2e5a9287b4a9c5d."
                    );
                    self.mapping(&why)
                        .caused_by(format!("java.lang.IllegalArgumentException: {why}"))
                }
                _ => self.mapping(&number),
            };
            failure.caused_by(format!("java.lang.NumberFormatException: {number}"))
        })
    }

    /// A member that is there and not null.
    fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn mapping(&self, why: &str) -> Failure {
        complaint(self.class, "databind.JsonMappingException", why)
    }

    fn mismatch(&self, name: &str, class: &str, value: &Value) -> Failure {
        let what = match value {
            Value::String(text) => format!("String \"{text}\": not a valid `{class}` value"),
            other => format!("value {other}"),
        };
        let why = format!(
            "Cannot deserialize value of type `{class}` from {what} \
             (through reference chain: {}[\"{name}\"])",
            self.class
        );
        complaint(self.class, "databind.exc.InvalidFormatException", &why)
    }
}

/// What Jackson finds wrong with a body for `class`, by which of its exceptions.
fn complaint(class: &str, exception: &str, why: &str) -> Failure {
    Failure::format(class, format!("{JACKSON}.{exception}: {why}"))
}
