//! Event streams, as JSON.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::attributes::{self, Attributes, Invalid, wrong_type};
use super::error::{Failure, UNADDRESSED};
use super::stream::Described;
use crate::sandbox::joule::model::{
    event_stream::{EventFacts, EventStream},
    time::{iso, through_float},
};

impl Described for EventFacts {
    const NO_SOURCE: &'static str = UNADDRESSED;
    const NULL_IS_NO_ID: bool = true;

    fn parse(value: &Value) -> Result<Self, Invalid> {
        let attributes = Attributes::of(value)?;
        attributes.require("id")?;
        Ok(Self {
            name: attributes.name()?,
            description: attributes::text(attributes.require("description")?)?,
            event_fields: event_fields(attributes.require("event_fields")?)?,
            chunk_duration_us: chunk_duration(attributes.require("chunk_duration_us")?)?,
            keep_us: keep(attributes.require("keep_us")?)?,
        })
    }

    fn update(&mut self, value: &Value) -> Result<(), Invalid> {
        let attributes = Attributes::of(value)?;
        attributes.rename(&mut self.name, &mut self.description)?;
        if let Some(fields) = attributes.get("event_fields") {
            self.event_fields = event_fields(fields)?;
        }
        if let Some(duration) = attributes.get("chunk_duration_us") {
            self.chunk_duration_us = chunk_duration(duration)?;
        }
        if let Some(keep_us) = attributes.get("keep_us") {
            self.keep_us = keep(keep_us)?;
        }
        Ok(())
    }

    fn refused(why: String) -> Failure {
        Failure::bare(StatusCode::BAD_REQUEST, why)
    }

    fn to_json(stream: &EventStream) -> Value {
        json!({
            "id": stream.id,
            "name": stream.facts.name,
            "description": stream.facts.description,
            "event_fields": stream.facts.event_fields,
            "chunk_duration_us": stream.facts.chunk_duration_us,
            "keep_us": stream.facts.keep_us,
            "updated_at": iso(stream.updated_at),
        })
    }

    fn info(stream: &EventStream) -> Result<Value, Failure> {
        let events = stream.events()?;
        let start = events.iter().map(|event| through_float(event.start)).min();
        let end = events.iter().map(|event| through_float(event.end)).max();
        Ok(json!({
            "start": start,
            "end": end,
            "event_count": events.iter().count(),
            "bytes": 0,
            "total_time": start.zip(end).map_or(0, |(start, end)| end.saturating_sub(start)),
        }))
    }
}

fn event_fields(value: &Value) -> Result<Map<String, Value>, Invalid> {
    let Value::Object(fields) = value else {
        let kind = match value {
            Value::Null => "NoneType",
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_f64() => "float",
            Value::Number(_) => "int",
            Value::String(_) => "str",
            Value::Array(_) | Value::Object(_) => "list",
        };
        let why = format!("event_fields must be a dictionary, not a {kind}");
        return Err(Invalid::Specification(why));
    };
    for value in fields.values() {
        let text = value.as_str().ok_or_else(|| wrong_type(value))?;
        let mut parts = text.split(':');
        match parts.next() {
            Some("string" | "numeric") => {}
            // Split at colons: a category may not have one.
            Some("category") if parts.next().is_some_and(is_choice) => {}
            Some("category") => {
                return Err(Invalid::specification(
                    "invalid value in event_fields, category type must a have JSON list of categories after a ':'",
                ));
            }
            _ => {
                return Err(Invalid::specification(
                    "invalid value in event_fields, must be [numeric|string|category:cat1,cat2,...]",
                ));
            }
        }
    }
    Ok(fields.clone())
}

/// Whether a text is a JSON array of some strings.
fn is_choice(text: &str) -> bool {
    serde_json::from_str::<Vec<String>>(text).is_ok_and(|choice| !choice.is_empty())
}

fn chunk_duration(value: &Value) -> Result<i64, Invalid> {
    match attributes::integer(value) {
        Ok(duration @ 0..) => Ok(duration),
        Ok(_) => Err(Invalid::specification(
            "invalid chunk_duration_us, must be > 0",
        )),
        Err(_) => Err(Invalid::specification(
            "invalid chunk_duration_us, must be an integer",
        )),
    }
}

fn keep(value: &Value) -> Result<i64, Invalid> {
    match attributes::integer(value) {
        Ok(keep @ -1..) => Ok(keep),
        Ok(_) => Err(Invalid::specification(
            "invalid keep_us, must be -1 (KEEP_ALL) or >= 0",
        )),
        Err(_) => Err(Invalid::specification(
            "invalid keep_us, must be an integer",
        )),
    }
}
