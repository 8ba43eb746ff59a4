//! The kinds of streams, and where a node keeps those of each.

use super::data_stream::{DataFacts, DataStream};
use super::event_stream::{EventFacts, EventStream};
use super::node::Node;
use super::records::Records;
use super::stream::{Facts, Stream};

/// A kind of streams.
pub(crate) trait Kind: Facts {
    fn records(node: &Node) -> &Records<Stream<Self>>;
    fn records_mut(node: &mut Node) -> &mut Records<Stream<Self>>;

    /// Takes from the node what a new stream needs.
    fn enter(&mut self, _node: &mut Node) {}
}

impl Kind for DataFacts {
    fn records(node: &Node) -> &Records<DataStream> {
        &node.data_streams
    }

    fn records_mut(node: &mut Node) -> &mut Records<DataStream> {
        &mut node.data_streams
    }

    fn enter(&mut self, node: &mut Node) {
        for element in &mut self.elements {
            node.elements_given += 1;
            element.id = node.elements_given;
        }
    }
}

impl Kind for EventFacts {
    fn records(node: &Node) -> &Records<EventStream> {
        &node.event_streams
    }

    fn records_mut(node: &mut Node) -> &mut Records<EventStream> {
        &mut node.event_streams
    }
}
