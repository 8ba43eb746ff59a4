//! The changes to an object that was read, as in `update(stream.id, &stream)`.

use super::types::{
    DataStream, DataStreamChanges, EventStream, EventStreamChanges, Folder, FolderChanges,
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
