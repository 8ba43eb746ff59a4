//! Data streams: what is known of them, apart from their rows.

use serde_json::{Value, json};

use super::attributes::{self, Attributes, Invalid, wrong_type};
use super::connections;
use super::element::Element;
use super::error::Failure;
use super::layout::{Datatype, Layout};
use super::node::Node;
use super::records::Records;
use super::reply::Answer;
use super::router::Visit;
use super::source::Source;
use super::stream::{Facts, Stream};
use super::time::iso;
use crate::sandbox::lock;

/// A data stream.
pub(super) type DataStream = Stream<DataFacts>;

/// What can be said of a data stream when it is made, and much of it changed later.
#[derive(Clone, Debug)]
pub(super) struct DataFacts {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) datatype: Datatype,
    /// µs for which rows are kept; -1 for ever.
    pub(super) keep_us: i64,
    pub(super) decimate: bool,
    pub(super) elements: Vec<Element>,
}

impl DataFacts {
    /// Of a stream of which nothing is known but its name, its layout and the names of its elements.
    pub(super) fn new(name: &str, layout: Layout, names: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            datatype: layout.datatype,
            keep_us: -1,
            decimate: true,
            elements: names.iter().map(|name| Element::named(name)).collect(),
        }
    }
}

impl DataStream {
    pub(super) fn layout(&self) -> Layout {
        Layout {
            datatype: self.facts.datatype,
            width: self.facts.elements.len(),
        }
    }
}

impl Facts for DataFacts {
    type Content = Source;

    const NO_SOURCE: &'static str = "specify a source id or a path";
    const NULL_IS_NO_ID: bool = false;

    fn records(node: &Node) -> &Records<DataStream> {
        &node.data_streams
    }

    fn records_mut(node: &mut Node) -> &mut Records<DataStream> {
        &mut node.data_streams
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn parse(value: &Value) -> Result<Self, Invalid> {
        let attributes = Attributes::of(value)?;
        let elements = attributes.require("elements")?;
        let elements = elements.as_array().ok_or_else(|| wrong_type(elements))?;
        let elements: Vec<Element> = elements
            .iter()
            .map(Element::parse)
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
                element.update(change)?;
            }
        }
        Ok(())
    }

    fn refused(why: String) -> Failure {
        Failure::bad_request(why)
    }

    fn enter(&mut self, node: &mut Node) {
        for element in &mut self.elements {
            node.elements_given += 1;
            element.id = node.elements_given;
        }
    }

    fn to_json(stream: &DataStream) -> Value {
        let elements = stream.facts.elements.iter().enumerate();
        let elements = elements.map(|(index, element)| element.to_json(index));
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
        Ok(stream.content.info())
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

/// GET /stream.json
pub(super) async fn get(visit: Visit) -> Answer {
    let Visit { node, request, .. } = visit;
    let with_info = request.query("no-info").is_none();
    let _connection = match with_info {
        true => connections::free(&node).await,
        false => None,
    };
    let mut node = lock(&node);
    Ok(DataStream::of(&mut node, &request)?
        .to_json(with_info)?
        .into())
}
