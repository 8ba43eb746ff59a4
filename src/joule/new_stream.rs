//! New streams like one that was read, as in `create("/copies", &stream)`.

use super::types::{DataStream, Element, EventStream, NewDataStream, NewElement, NewEventStream};

impl From<&DataStream> for NewDataStream {
    /// A stream like this one, with a row's layout, names and all that describes it, without its rows.
    fn from(stream: &DataStream) -> Self {
        Self {
            description: stream.description.clone(),
            keep_us: stream.keep_us,
            decimate: stream.decimate,
            ..Self::new(&stream.name, stream.datatype.clone(), &stream.elements)
        }
    }
}

impl From<&str> for NewElement {
    /// A continuous element of this name that is plotted as it is.
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for NewElement {
    fn from(name: String) -> Self {
        Self::new(name)
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
