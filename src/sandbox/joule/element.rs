//! Elements: the columns of a data stream.

use serde_json::{Value, json};

use super::attributes::{Attributes, Invalid, number, text, wrong_type};

/// How a column may be shown, in Joule's order.
const DISPLAY_TYPES: [&str; 3] = ["DISCRETE", "CONTINUOUS", "EVENT"];

/// A column of a data stream.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) units: Option<String>,
    pub(super) plottable: Option<bool>,
    display_type: &'static str,
    offset: f64,
    scale_factor: f64,
    default_max: Option<f64>,
    default_min: Option<f64>,
}

impl Element {
    /// One of which nothing is known but its name, as those of streams that modules write.
    pub(super) fn named(name: &str) -> Self {
        Self {
            id: 0,
            name: name.to_owned(),
            units: None,
            plottable: None,
            display_type: "CONTINUOUS",
            offset: 0.0,
            scale_factor: 1.0,
            default_max: None,
            default_min: None,
        }
    }

    /// From an object that must have every member.
    pub(super) fn parse(value: &Value) -> Result<Self, Invalid> {
        let attributes = Attributes::of(value)?;
        attributes.require("id")?;
        let name = name(attributes.require("name")?)?;
        let units = text(attributes.require("units")?)?;
        let plottable = attributes.require("plottable")?.as_bool();
        let display_type = display_type(attributes.require("display_type")?)?;
        let limit = |key| limit(attributes.require(key)?);
        Ok(Self {
            units,
            plottable,
            display_type,
            offset: number(attributes.require("offset")?)?,
            scale_factor: number(attributes.require("scale_factor")?)?,
            default_max: limit("default_max")?,
            default_min: limit("default_min")?,
            ..Self::named(&name)
        })
    }

    /// Takes over the members that are there.
    pub(super) fn update(&mut self, value: &Value) -> Result<(), Invalid> {
        let attributes = Attributes::of(value)?;
        if let Some(value) = attributes.get("name") {
            self.name = name(value)?;
        }
        if let Some(value) = attributes.get("units") {
            self.units = text(value)?;
        }
        if let Some(value) = attributes.get("plottable") {
            self.plottable = Some(is_true(value));
        }
        if let Some(value) = attributes.get("offset") {
            self.offset = float(value)?;
        }
        if let Some(value) = attributes.get("scale_factor") {
            self.scale_factor = float(value)?;
        }
        if let Some(value) = attributes.get("display_type") {
            self.display_type = display_type(value)?;
        }
        if let Some(value) = attributes.get("default_max") {
            self.default_max = limit(value)?;
        }
        if let Some(value) = attributes.get("default_min") {
            self.default_min = limit(value)?;
        }
        if let (Some(max), Some(min)) = (self.default_max, self.default_min)
            && max <= min
        {
            // The wrong way round, as Joule says it.
            return Err(Invalid::specification(
                "[default_min] must be > [default_max]",
            ));
        }
        Ok(())
    }

    pub(super) fn to_json(&self, index: usize) -> Value {
        json!({
            "id": self.id,
            "index": index,
            "name": self.name,
            "units": self.units,
            "plottable": self.plottable,
            "display_type": self.display_type,
            "offset": self.offset,
            "scale_factor": self.scale_factor,
            "default_max": self.default_max,
            "default_min": self.default_min,
        })
    }
}

/// Slashes are allowed here.
fn name(value: &Value) -> Result<String, Invalid> {
    match text(value)? {
        Some(name) if name.is_empty() => Err(Invalid::specification("missing name")),
        name => Ok(name.unwrap_or_default()),
    }
}

fn limit(value: &Value) -> Result<Option<f64>, Invalid> {
    match value {
        Value::Null => Ok(None),
        value => float(value).map(Some),
    }
}

fn float(value: &Value) -> Result<f64, Invalid> {
    match (number(value), value) {
        (Err(_), Value::String(text)) => Err(Invalid::Specification(format!(
            "Invalid element configuration: ValueError(\"could not convert string to float: '{text}'\")"
        ))),
        (parsed, _) => parsed,
    }
}

fn display_type(value: &Value) -> Result<&'static str, Invalid> {
    let text = value
        .as_str()
        .ok_or_else(|| wrong_type(value))?
        .to_uppercase();
    let mut known = DISPLAY_TYPES.into_iter();
    known.find(|known| *known == text).ok_or_else(|| {
        let choice = DISPLAY_TYPES.join(", ").to_lowercase();
        Invalid::Specification(format!(
            "invalid display_type [{text}], choose from [{choice}]"
        ))
    })
}

/// Python's `bool`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}
