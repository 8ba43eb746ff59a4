//! Data streams, as JSON.

use serde_json::{Value, json};

use super::attributes::{self, Attributes, Invalid, wrong_type};
use super::element;
use super::error::Failure;
use super::stream::Described;
use crate::sandbox::joule::model::{
    data_stream::{DataFacts, DataStream},
    element::Element,
    layout::Datatype,
    source::Extent,
    time::iso,
};

impl Described for DataFacts {
    const NO_SOURCE: &'static str = "specify a source id or a path";
    const NULL_IS_NO_ID: bool = false;

    fn parse(value: &Value) -> Result<Self, Invalid> {
        let attributes = Attributes::of(value)?;
        let elements = attributes.require("elements")?;
        let elements = elements.as_array().ok_or_else(|| wrong_type(elements))?;
        let elements: Vec<Element> = elements
            .iter()
            .map(element::parse)
            .collect::<Result<_, _>>()?;
        attributes.require("id")?;
        let name = attributes.name()?;
        let description = attributes::text(attributes.require("description")?)?;
        let datatype = datatype(attributes.require("datatype")?)?;
        let keep_us = attributes::integer(attributes.require("keep_us")?)?;
        let decimate = attributes.require("decimate")?;
        for flag in ["is_configured", "is_source", "is_destination"] {
            attributes.require(flag)?;
        }
        if elements.is_empty() {
            return Err(Invalid::specification(
                "stream must have at least one element",
            ));
        }
        let mut names: Vec<&str> = elements
            .iter()
            .map(|element| element.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != elements.len() {
            return Err(Invalid::specification("element names must be unique"));
        }
        Ok(Self {
            name,
            description,
            datatype,
            keep_us,
            decimate: decimate.as_bool().ok_or_else(|| wrong_type(decimate))?,
            elements,
        })
    }

    fn update(&mut self, value: &Value) -> Result<(), Invalid> {
        let attributes = Attributes::of(value)?;
        attributes.rename(&mut self.name, &mut self.description)?;
        if let Some(keep_us) = attributes.get("keep_us") {
            self.keep_us = attributes::integer(keep_us)?;
        }
        if let Some(decimate) = attributes.get("decimate") {
            self.decimate = decimate.as_bool().ok_or_else(|| wrong_type(decimate))?;
        }
        if let Some(elements) = attributes.get("elements") {
            let changes = elements.as_array().ok_or_else(|| wrong_type(elements))?;
            if changes.len() != self.elements.len() {
                return Err(Invalid::specification("incorrect number of elements"));
            }
            for (element, change) in self.elements.iter_mut().zip(changes) {
                element::update(element, change)?;
            }
        }
        Ok(())
    }

    fn refused(why: String) -> Failure {
        Failure::bad_request(why)
    }

    fn to_json(stream: &DataStream) -> Value {
        let elements = stream.facts.elements.iter().enumerate();
        let elements = elements.map(|(index, element)| element::to_json(element, index));
        json!({
            "id": stream.id,
            "name": stream.facts.name,
            "description": stream.facts.description,
            "datatype": stream.facts.datatype.name(),
            "layout": stream.layout().to_string(),
            "keep_us": stream.facts.keep_us,
            "is_configured": stream.is_configured,
            // No stream is the source of another here: who writes makes it active.
            "is_source": false,
            "is_destination": stream.is_destination,
            "updated_at": iso(stream.updated_at),
            "locked": stream.is_locked(),
            "active": stream.is_destination,
            "decimate": stream.facts.decimate,
            "elements": elements.collect::<Value>(),
        })
    }

    fn info(stream: &DataStream) -> Result<Value, Failure> {
        let Extent {
            bounds,
            rows,
            bytes,
        } = stream.content.extent();
        Ok(json!({
            "start": bounds.map(|(start, _)| start),
            "end": bounds.map(|(_, end)| end),
            "rows": rows,
            "bytes": bytes,
            "total_time": bounds.map_or(0, |(start, end)| end.saturating_sub(start)),
        }))
    }
}

fn datatype(value: &Value) -> Result<Datatype, Invalid> {
    let text = value.as_str().ok_or_else(|| wrong_type(value))?;
    Datatype::named(text).ok_or_else(|| {
        let text = text.to_uppercase();
        let choice = Datatype::ALL.map(Datatype::name).join(", ");
        Invalid::Specification(format!("invalid datatype [{text}], choose from [{choice}]"))
    })
}
