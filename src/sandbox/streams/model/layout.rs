//! Where the parts of an application are: looked up for each request, and an application may have ten thousand operators.

use std::collections::{BTreeSet, HashMap};

use super::application::Application;

/// A port of an operator, by their places.
pub(crate) type Place = (usize, usize);

/// Operators by their names, and the ports of PEs.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    operators: HashMap<String, usize>,
    pub(super) pe_inputs: Vec<Vec<Place>>,
    pub(super) pe_outputs: Vec<Vec<Place>>,
}

impl Layout {
    pub(super) fn of(application: &Application) -> Self {
        let Application {
            operators,
            connections,
            ..
        } = application;
        let pe = |at: usize| operators.get(at).map(|operator| operator.pe);
        // Connections that lead from one PE into another make ports of these.
        let crossing = connections
            .iter()
            .filter(|arc| pe(arc.source.0) != pe(arc.target.0));
        let (sources, targets): (BTreeSet<Place>, BTreeSet<Place>) =
            crossing.map(|arc| (arc.source, arc.target)).unzip();
        let mut layout = Self {
            operators: HashMap::new(),
            pe_inputs: vec![Vec::new(); application.pes()],
            pe_outputs: vec![Vec::new(); application.pes()],
        };
        for (at, operator) in operators.iter().enumerate() {
            layout.operators.entry(operator.name.clone()).or_insert(at);
            let inputs = operator.inputs.iter().enumerate();
            let inputs = inputs
                .filter(|(port, input)| input.import.is_some() || targets.contains(&(at, *port)));
            if let Some(ports) = layout.pe_inputs.get_mut(operator.pe) {
                ports.extend(inputs.map(|(port, _)| (at, port)));
            }
            let outputs = operator.outputs.iter().enumerate();
            let outputs = outputs
                .filter(|(port, output)| output.export.is_some() || sources.contains(&(at, *port)));
            if let Some(ports) = layout.pe_outputs.get_mut(operator.pe) {
                ports.extend(outputs.map(|(port, _)| (at, port)));
            }
        }
        layout
    }

    /// The place of the operator with this name, the first one if there are several.
    pub(super) fn operator(&self, name: &str) -> Option<usize> {
        self.operators.get(name).copied()
    }
}
