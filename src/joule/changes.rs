//! What is written: new streams, and the changes to an object that was read, as in `update(stream.id, &stream)`.

use std::collections::BTreeMap;

use super::types::{
    DataStream, DataStreamChanges, DataType, DisplayType, EventStream, EventStreamChanges, Folder,
    FolderChanges, NewDataStream, NewElement, NewEventStream,
};

impl From<&Folder> for FolderChanges {
    /// The name, and the description where there is one.
    fn from(folder: &Folder) -> Self {
        Self {
            name: Some(folder.name.clone()),
            description: folder.description.clone(),
        }
    }
}

impl From<&DataStream> for DataStreamChanges {
    /// Everything that can change; a description only where there is one.
    fn from(stream: &DataStream) -> Self {
        Self {
            name: Some(stream.name.clone()),
            description: stream.description.clone(),
            keep_us: Some(stream.keep_us),
            decimate: Some(stream.decimate),
            elements: Some(stream.elements.clone()),
        }
    }
}

impl From<&EventStream> for EventStreamChanges {
    /// Everything that can change; a description only where there is one.
    fn from(stream: &EventStream) -> Self {
        Self {
            name: Some(stream.name.clone()),
            description: stream.description.clone(),
            event_fields: Some(stream.event_fields.clone()),
            chunk_duration_us: Some(stream.chunk_duration_us),
            keep_us: Some(stream.keep_us),
        }
    }
}

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
