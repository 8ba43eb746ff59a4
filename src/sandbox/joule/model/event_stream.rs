//! Event streams: what is known of them, and their events.

use serde_json::{Map, Value};

use super::database_error::DatabaseError;
use super::event::Event;
use super::records::Records;
use super::stream::{Facts, Stream};

/// An event stream.
pub(crate) type EventStream = Stream<EventFacts>;

/// What can be said of an event stream when it is made, and all of it changed later.
#[derive(Clone, Debug)]
pub(crate) struct EventFacts {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// Types by name: `string`, `numeric`, or `category:` and a JSON array.
    pub(crate) event_fields: Map<String, Value>,
    pub(crate) chunk_duration_us: i64,
    pub(crate) keep_us: i64,
}

impl EventStream {
    /// The events, of which there is no table where a configuration file has made the stream.
    pub(crate) fn events(&self) -> Result<&Records<Event>, DatabaseError> {
        self.tabled().map(|()| &self.content)
    }

    pub(crate) fn events_mut(&mut self) -> Result<&mut Records<Event>, DatabaseError> {
        self.tabled().map(|()| &mut self.content)
    }

    fn tabled(&self) -> Result<(), DatabaseError> {
        if !self.is_configured {
            return Ok(());
        }
        Err(DatabaseError::NoEvents(self.id))
    }
}

impl Facts for EventFacts {
    type Content = Records<Event>;

    fn name(&self) -> &str {
        &self.name
    }
}
