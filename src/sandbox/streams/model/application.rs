//! Applications: what a bundle holds, and jobs are made of.

use super::operator::Operator;
use super::view::View;

/// Operators, how they are connected, and views on them.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    /// `namespace::Main`
    pub(crate) name: String,
    pub(crate) operators: Vec<Operator>,
    pub(crate) connections: Vec<Arc>,
    pub(crate) views: Vec<View>,
}

/// A connection within a job: output port of an operator, input port of an operator, by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    pub(crate) source: (usize, usize),
    pub(crate) target: (usize, usize),
}

impl Application {
    /// One whose operators are connected as a chain, by their first ports.
    pub(crate) fn chain(name: &str, operators: Vec<Operator>) -> Self {
        let connections = (1..operators.len()).map(|at| Arc {
            source: (at - 1, 0),
            target: (at, 0),
        });
        Self {
            name: name.to_owned(),
            connections: connections.collect(),
            operators,
            views: Vec::new(),
        }
    }

    /// Spreads the operators over so many PEs, in their order; there are no more of them than operators.
    pub(super) fn fuse(&mut self, pes: usize) {
        let count = self.operators.len();
        let pes = pes.min(count);
        for (at, operator) in self.operators.iter_mut().enumerate() {
            operator.pe = at * pes / count;
        }
    }

    /// How many PEs it takes.
    pub(crate) fn pes(&self) -> usize {
        let last = self.operators.iter().map(|operator| operator.pe).max();
        last.map_or(0, |last| last + 1)
    }
}
