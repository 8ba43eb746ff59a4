//! Jobs: applications that run.

use super::application::Application;
use super::deployment::Deployment;
use super::layout::{Layout, Place};
use super::operator::Operator;
use super::pe::Pe;
use super::time::Millis;

/// A running application.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) application: Application,
    /// That of the application.
    pub(super) layout: Layout,
    pub(crate) group: String,
    pub(crate) data_directory: Option<String>,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) deployment: Deployment,
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
        let at = self.layout.operator(name)?;
        Some((at, self.application.operators.get(at)?))
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
    pub(crate) fn pe_outputs(&self, pe: usize) -> &[Place] {
        self.layout.pe_outputs.get(pe).map_or(&[], Vec::as_slice)
    }

    /// The ports of a PE where tuples arrive in it, as ports of operators.
    pub(crate) fn pe_inputs(&self, pe: usize) -> &[Place] {
        self.layout.pe_inputs.get(pe).map_or(&[], Vec::as_slice)
    }
}
