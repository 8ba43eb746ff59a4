//! Elements, as JSON.

use serde_json::{Value, json};

use super::{
    attributes::{Attributes, Invalid, number, text, wrong_type},
    python::float as float_json,
};
use crate::sandbox::joule::model::element::Element;

/// How a column may be shown, in Joule's order.
const DISPLAY_TYPES: [&str; 3] = ["DISCRETE", "CONTINUOUS", "EVENT"];

/// From an object that must have every member.
pub(crate) fn parse(value: &Value) -> Result<Element, Invalid> {
    let attributes = Attributes::of(value)?;
    attributes.require("id")?;
    let name = name(attributes.require("name")?)?;
    let units = text(attributes.require("units")?)?;
    let plottable = attributes.require("plottable")?.as_bool();
    let display_type = display_type(attributes.require("display_type")?)?;
    let limit = |key| limit(attributes.require(key)?);
    Ok(Element {
        units,
        plottable,
        display_type,
        offset: number(attributes.require("offset")?)?,
        scale_factor: number(attributes.require("scale_factor")?)?,
        default_max: limit("default_max")?,
        default_min: limit("default_min")?,
        ..Element::named(&name)
    })
}

/// Takes over the members that are there.
pub(crate) fn update(element: &mut Element, value: &Value) -> Result<(), Invalid> {
    let attributes = Attributes::of(value)?;
    if let Some(value) = attributes.get("name") {
        element.name = name(value)?;
    }
    if let Some(value) = attributes.get("units") {
        element.units = text(value)?;
    }
    if let Some(value) = attributes.get("plottable") {
        element.plottable = Some(is_true(value));
    }
    if let Some(value) = attributes.get("offset") {
        element.offset = float(value)?;
    }
    if let Some(value) = attributes.get("scale_factor") {
        element.scale_factor = float(value)?;
    }
    if let Some(value) = attributes.get("display_type") {
        element.display_type = display_type(value)?;
    }
    if let Some(value) = attributes.get("default_max") {
        element.default_max = limit(value)?;
    }
    if let Some(value) = attributes.get("default_min") {
        element.default_min = limit(value)?;
    }
    if let (Some(max), Some(min)) = (element.default_max, element.default_min)
        && max <= min
    {
        // The wrong way round, as Joule says it.
        return Err(Invalid::specification(
            "[default_min] must be > [default_max]",
        ));
    }
    Ok(())
}

pub(crate) fn to_json(element: &Element, index: usize) -> Value {
    json!({
        "id": element.id,
        "index": index,
        "name": element.name,
        "units": element.units,
        "plottable": element.plottable,
        "display_type": element.display_type,
        "offset": float_json(element.offset),
        "scale_factor": float_json(element.scale_factor),
        "default_max": element.default_max.map(float_json),
        "default_min": element.default_min.map(float_json),
    })
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
