//! Jobs: applications that run.

use std::collections::BTreeSet;

use super::application::{Application, Arc};
use super::operator::Operator;
use super::pe::Pe;
use super::time::Millis;

/// A running application.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) application: Application,
    pub(crate) group: String,
    pub(crate) data_directory: Option<String>,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) started_by: String,
    pub(crate) submitted: Millis,
    pub(crate) pes: Vec<Pe>,
    /// What it says of itself, if that is not what follows from its PEs.
    pub(crate) health: Option<&'static str>,
    /// How often its parallel regions have been changed.
    pub(crate) generation: i64,
}

impl Job {
    pub(crate) fn operator(&self, name: &str) -> Option<(usize, &Operator)> {
        let mut operators = self.application.operators.iter().enumerate();
        operators.find(|(_, operator)| operator.name == name)
    }

    /// The PE of an operator.
    pub(crate) fn pe_of(&self, operator: usize) -> Option<&Pe> {
        let operator = self.application.operators.get(operator)?;
        self.pes.get(operator.pe)
    }

    pub(crate) fn status(&self, now: Millis) -> &'static str {
        let is_new = |pe: &Pe| pe.launch_count == 1 && pe.status(now) == "starting";
        match !self.pes.is_empty() && self.pes.iter().all(is_new) {
            true => "constructed",
            false => "running",
        }
    }

    pub(crate) fn health(&self, now: Millis) -> &'static str {
        let healthy = self.pes.iter().filter(|pe| pe.health(now) == "healthy");
        let follows = match healthy.count() {
            all if all == self.pes.len() => "healthy",
            0 => "unhealthy",
            _ => "partiallyHealthy",
        };
        self.health.unwrap_or(follows)
    }

    /// The ports of a PE where tuples leave it, as ports of operators.
    pub(crate) fn pe_outputs(&self, pe: usize) -> Vec<(usize, usize)> {
        let crossing: BTreeSet<_> = self.crossing().map(|arc| arc.source).collect();
        let mut ports = Vec::new();
        for (at, operator) in self.operators_of(pe) {
            for (port, output) in operator.outputs.iter().enumerate() {
                if output.export.is_some() || crossing.contains(&(at, port)) {
                    ports.push((at, port));
                }
            }
        }
        ports
    }

    /// The ports of a PE where tuples arrive in it, as ports of operators.
    pub(crate) fn pe_inputs(&self, pe: usize) -> Vec<(usize, usize)> {
        let crossing: BTreeSet<_> = self.crossing().map(|arc| arc.target).collect();
        let mut ports = Vec::new();
        for (at, operator) in self.operators_of(pe) {
            for (port, input) in operator.inputs.iter().enumerate() {
                if input.import.is_some() || crossing.contains(&(at, port)) {
                    ports.push((at, port));
                }
            }
        }
        ports
    }

    fn operators_of(&self, pe: usize) -> impl Iterator<Item = (usize, &Operator)> {
        let operators = self.application.operators.iter().enumerate();
        operators.filter(move |(_, operator)| operator.pe == pe)
    }

    /// The connections that lead from one PE into another.
    fn crossing(&self) -> impl Iterator<Item = &Arc> {
        let operators = &self.application.operators;
        let pe = |at: usize| operators.get(at).map(|operator| operator.pe);
        let arcs = self.application.connections.iter();
        arcs.filter(move |arc| pe(arc.source.0) != pe(arc.target.0))
    }
}
