//! JSON bodies, with the leniency and the complaints of the Jackson that Flink shades.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::error::Failure;
use super::id;

const JACKSON: &str = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson";
const INVALID_FORMAT: &str = "databind.exc.InvalidFormatException";
const MISMATCHED_INPUT: &str = "databind.exc.MismatchedInputException";
const MAPPING: &str = "databind.JsonMappingException";

/// An object whose unknown members nobody minds.
#[derive(Debug)]
pub(crate) struct JsonBody {
    class: &'static str,
    members: Map<String, Value>,
    /// Whether nothing was sent at all, which reads as `{}`.
    empty: bool,
}

impl JsonBody {
    /// Reads a body, whatever the content type says. What comes after the first value is not read.
    pub(crate) fn parse(class: &'static str, bytes: &[u8]) -> Result<Self, Failure> {
        let parsed = |members, empty| Self {
            class,
            members,
            empty,
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(parsed(Map::new(), true));
        }
        match Value::deserialize(&mut serde_json::Deserializer::from_slice(bytes)) {
            Ok(Value::Object(members)) => Ok(parsed(members, false)),
            // Seen on 1.20.5, on any route: nobody expects a null.
            Ok(Value::Null) => Err(Failure::unhandled("java.lang.NullPointerException")),
            Ok(other) => {
                let why = format!(
                    "Cannot deserialize value of type `{class}` from {}",
                    token(&other)
                );
                Err(complaint(class, MISMATCHED_INPUT, &why))
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
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(scalar @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(scalar.to_string())),
            Some(other) => Err(self.mismatch("java.lang.String", other)),
        }
    }

    /// An integer; a string of digits is taken for one, an empty one for none, and a fraction is cut off.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i32>, Failure> {
        let number = |value| integer(value).map_err(|complaint| self.complain(complaint));
        self.member(name)
            .map(number)
            .transpose()
            .map(Option::flatten)
    }

    /// An integer that must be there, of the primitive type of this name: `int`, `long`.
    pub(crate) fn required(&self, name: &str, kind: &str) -> Result<f64, Failure> {
        let Some(value) = self.member(name) else {
            let why = format!(
                "Cannot map `null` into type `{kind}` (set DeserializationConfig.DeserializationFeature.\
                 FAIL_ON_NULL_FOR_PRIMITIVES to 'false' to allow) (through reference chain: {}[\"{name}\"])",
                self.class
            );
            return Err(match self.empty {
                true => empty(&why),
                false => complaint(self.class, MISMATCHED_INPUT, &why),
            });
        };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse::<i64>().ok().map(|number| number as f64),
            other => return Err(self.mismatch(kind, other)),
        };
        number.ok_or_else(|| self.complain(not_valid(value, kind)))
    }

    /// A boolean, false where it is missing; a number is true unless it is 0.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Failure> {
        match self.member(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::Number(number)) => Ok(number.as_f64() != Some(0.0)),
            Some(Value::String(text)) if matches!(text.as_str(), "true" | "True" | "TRUE") => {
                Ok(true)
            }
            Some(Value::String(text)) if matches!(text.as_str(), "false" | "False" | "FALSE") => {
                Ok(false)
            }
            Some(Value::String(text)) => {
                let why = format!(
                    "Cannot deserialize value of type `java.lang.Boolean` from String \"{text}\": \
                     only \"true\" or \"false\" recognized"
                );
                Err(complaint(self.class, INVALID_FORMAT, &why))
            }
            Some(other) => Err(self.mismatch("java.lang.Boolean", other)),
        }
    }

    /// A list of strings; numbers and booleans in it are taken for strings.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        let class = "java.util.ArrayList<java.lang.String>";
        match self.member(name) {
            None => Ok(None),
            Some(Value::Array(list)) => {
                let item = |item: &Value| match item {
                    Value::String(text) => Ok(text.clone()),
                    Value::Number(_) | Value::Bool(_) => Ok(item.to_string()),
                    other => Err(self.mismatch("java.lang.String", other)),
                };
                list.iter().map(item).collect::<Result<_, _>>().map(Some)
            }
            Some(other) => Err(self.mismatch(class, other)),
        }
    }

    /// A list of objects.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, Failure> {
        match self.member(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => list.iter().map(|item| self.inner(item)).collect(),
            Some(other) => Err(self.mismatch("java.util.ArrayList<java.lang.Object>", other)),
        }
    }

    /// A member of a member, where both are there: `flinkConfiguration`, `pipeline.name`.
    pub(crate) fn entry(&self, name: &str, key: &str) -> Result<Option<String>, Failure> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(map.get(key).and_then(Value::as_str).map(str::to_owned)),
            Some(other) => Err(self.mismatch(
                "java.util.LinkedHashMap<java.lang.String,java.lang.String>",
                other,
            )),
        }
    }

    /// A string that is one of the constants of a Java enum, in its exact case.
    pub(crate) fn constant(
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
        Err(complaint(self.class, INVALID_FORMAT, &why))
    }

    /// An id of 32 hex digits, in lower case.
    pub(crate) fn id(&self, name: &str) -> Result<Option<String>, Failure> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        id::parse(&text).map(Some).ok_or_else(|| match name {
            // Of all ids only this one is explained.
            "jobId" => {
                let why = format!(
                    "Cannot parse JobID from \"{text}\". The expected format is \
                     [0-9a-fA-F]{{32}}, e.g. fd72014d4c864993a2e5a9287b4a9c5d."
                );
                complaint(self.class, MAPPING, &why)
                    .caused_by(format!("java.lang.IllegalArgumentException: {why}"))
                    .caused_by(number_format(&text))
            }
            _ => self.not_hex(&text),
        })
    }

    /// The body as a map from ids to objects.
    pub(crate) fn by_id(&self) -> Result<Vec<(String, Self)>, Failure> {
        let entry = |(key, value): (&String, &Value)| {
            let id = id::parse(key).ok_or_else(|| self.not_hex(key))?;
            Ok((id, self.inner(value)?))
        };
        self.members.iter().map(entry).collect()
    }

    /// A member that is an object; an empty one where it is missing.
    pub(crate) fn object(&self, name: &str) -> Result<Self, Failure> {
        self.inner(self.member(name).unwrap_or(&Value::Null))
    }

    /// A member that is there and not null.
    fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn inner(&self, value: &Value) -> Result<Self, Failure> {
        let members = match value {
            Value::Object(members) => members.clone(),
            Value::Null => Map::new(),
            other => return Err(self.mismatch(self.class, other)),
        };
        Ok(Self {
            class: self.class,
            members,
            empty: false,
        })
    }

    fn not_hex(&self, text: &str) -> Failure {
        let why = format!("For input string: \"{text}\" under radix 16");
        complaint(self.class, MAPPING, &why).caused_by(number_format(text))
    }

    /// A value of the wrong JSON type.
    fn mismatch(&self, class: &str, value: &Value) -> Failure {
        let what = token(value);
        self.complain((
            MISMATCHED_INPUT,
            format!("Cannot deserialize value of type `{class}` from {what}"),
        ))
    }

    fn complain(&self, (exception, why): (&str, String)) -> Failure {
        complaint(self.class, exception, &why)
    }
}

/// Which of Jackson's exceptions, and its message.
type Complaint = (&'static str, String);

fn integer(value: &Value) -> Result<Option<i32>, Complaint> {
    let class = "java.lang.Integer";
    let in_range =
        |number: f64| (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number.trunc());
    match value {
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(number) => i32::try_from(number).map(Some).map_err(|_| {
                let why = format!(
                    "Cannot deserialize value of type `{class}` from String \"{text}\": Overflow: \
                     numeric value ({text}) out of range of `{class}` (-2147483648 -2147483647)"
                );
                (INVALID_FORMAT, why)
            }),
            Err(_) => Err(not_valid(value, class)),
        },
        Value::Number(number) => match number.as_f64().filter(|number| in_range(*number)) {
            Some(number) => Ok(Some(number as i32)),
            None => {
                let why = format!(
                    "Numeric value ({number}) out of range of int (-2147483648 - 2147483647)"
                );
                Err((MAPPING, why))
            }
        },
        other => Err((
            MISMATCHED_INPUT,
            format!(
                "Cannot deserialize value of type `{class}` from {}",
                token(other)
            ),
        )),
    }
}

fn not_valid(value: &Value, class: &str) -> Complaint {
    let why = format!(
        "Cannot deserialize value of type `{class}` from String {value}: not a valid `{class}` value"
    );
    (INVALID_FORMAT, why)
}

/// How Jackson speaks of a value: by its first token.
fn token(value: &Value) -> String {
    match value {
        Value::Array(_) => "Array value (token `JsonToken.START_ARRAY`)".to_owned(),
        Value::Object(_) => "Object value (token `JsonToken.START_OBJECT`)".to_owned(),
        Value::Bool(true) => "Boolean value (token `JsonToken.VALUE_TRUE`)".to_owned(),
        Value::Bool(false) => "Boolean value (token `JsonToken.VALUE_FALSE`)".to_owned(),
        Value::String(text) => format!("String value ('{text}')"),
        other => format!("Number value ({other})"),
    }
}

fn number_format(text: &str) -> String {
    format!("java.lang.NumberFormatException: For input string: \"{text}\" under radix 16")
}

/// What Jackson finds wrong with a body for `class`, by which of its exceptions.
fn complaint(class: &str, exception: &str, why: &str) -> Failure {
    Failure::format(class, format!("{JACKSON}.{exception}: {why}"))
}

/// The same where nothing was sent, of which Flink speaks in other words.
fn empty(why: &str) -> Failure {
    Failure::bad_request("Bad request received. Request did not conform to expected format.")
        .caused_by(format!("{JACKSON}.{MISMATCHED_INPUT}: {why}"))
}
