//! New streams, perhaps like one that was read, as in `create("/copies", &stream)`.

use std::collections::BTreeMap;

use super::types::{
    DataStream, DataType, DisplayType, Element, EventStream, NewDataStream, NewElement,
    NewEventStream,
};

impl NewDataStream {
    /// A stream that keeps everything and is decimated, with elements of these names.
    pub fn new(
        name: impl Into<String>,
        datatype: DataType,
        elements: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            id: None,
            name: name.into(),
            description: Some(String::new()),
            datatype,
            keep_us: -1,
            decimate: true,
            is_configured: false,
            is_source: false,
            is_destination: false,
            elements: elements.into_iter().map(NewElement::new).collect(),
        }
    }
}

impl From<&DataStream> for NewDataStream {
    /// A stream like this one, with a row's layout, names and all that describes it, without its rows.
    fn from(stream: &DataStream) -> Self {
        Self {
            description: stream.description.clone(),
            keep_us: stream.keep_us,
            decimate: stream.decimate,
            elements: stream.elements.iter().map(NewElement::from).collect(),
            ..Self::new(&stream.name, stream.datatype.clone(), [] as [&str; 0])
        }
    }
}

impl NewElement {
    /// A continuous element that is plotted as it is.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            units: None,
            plottable: Some(true),
            display_type: DisplayType::Continuous,
            offset: 0.0,
            scale_factor: 1.0,
            default_max: None,
            default_min: None,
        }
    }
}

impl From<&Element> for NewElement {
    /// An element like this one.
    fn from(element: &Element) -> Self {
        Self {
            id: None,
            name: element.name.clone(),
            units: element.units.clone(),
            plottable: element.plottable,
            display_type: element.display_type.clone(),
            offset: element.offset,
            scale_factor: element.scale_factor,
            default_max: element.default_max,
            default_min: element.default_min,
        }
    }
}

impl NewEventStream {
    /// A stream that keeps everything, with fields still to be named, in a plain table.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            description: Some(String::new()),
            event_fields: BTreeMap::new(),
            chunk_duration_us: 0,
            keep_us: -1,
        }
    }
}

impl From<&EventStream> for NewEventStream {
    /// A stream like this one, without its events.
    fn from(stream: &EventStream) -> Self {
        Self {
            description: stream.description.clone(),
            event_fields: stream.event_fields.clone(),
            chunk_duration_us: stream.chunk_duration_us,
            keep_us: stream.keep_us,
            ..Self::new(&stream.name)
        }
    }
}
