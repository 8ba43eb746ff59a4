//! Data streams: what is known of them, and their rows.

use super::element::Element;
use super::layout::{Datatype, Layout};
use super::source::Source;
use super::stream::{Facts, Stream};

/// A data stream.
pub(crate) type DataStream = Stream<DataFacts>;

/// What can be said of a data stream when it is made, and much of it changed later.
#[derive(Clone, Debug)]
pub(crate) struct DataFacts {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) datatype: Datatype,
    /// µs for which rows are kept; -1 for ever.
    pub(crate) keep_us: i64,
    pub(crate) decimate: bool,
    pub(crate) elements: Vec<Element>,
}

impl DataFacts {
    /// Of a stream of which nothing is known but its name, its layout and the names of its elements.
    pub(crate) fn new(name: &str, layout: Layout, names: &[&str]) -> Self {
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
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            datatype: self.facts.datatype,
            width: self.facts.elements.len(),
        }
    }
}

impl Facts for DataFacts {
    type Content = Source;

    fn name(&self) -> &str {
        &self.name
    }
}
