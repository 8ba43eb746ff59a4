//! Which events of a stream are meant.

use super::bounds::Bounds;
use super::database_error::DatabaseError;
use super::event::Event;
use super::event_stream::EventStream;
use super::filter::Filter;

/// Which events of a stream are meant.
#[derive(Debug)]
pub(crate) struct EventSelection {
    pub(crate) bounds: Bounds,
    /// Whether events count that began before the bounds and have not ended there.
    pub(crate) ongoing: bool,
    pub(crate) filter: Filter,
}

impl EventSelection {
    fn takes(&self, event: &Event) -> Result<bool, DatabaseError> {
        let reach = if self.ongoing { event.end } else { event.start };
        let within = self.bounds.start.is_none_or(|start| reach >= start)
            && self.bounds.end.is_none_or(|end| event.start < end);
        Ok(within && self.filter.takes(&event.content)?)
    }

    /// The events of a stream, in the order of their start.
    pub(crate) fn of<'a>(&self, stream: &'a EventStream) -> Result<Vec<&'a Event>, DatabaseError> {
        let mut chosen = Vec::new();
        for event in stream.events()?.iter() {
            if self.takes(event)? {
                chosen.push(event);
            }
        }
        chosen.sort_by_key(|event| event.start);
        Ok(chosen)
    }
}
