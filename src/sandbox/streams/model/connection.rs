//! Connections between operators, and between the PEs in which they run.

use super::instance::Instance;
use super::job::Job;
use super::layout::Place;
use super::operator::{Export, Operator};
use super::owner::Owner;
use super::time::Millis;

/// A port of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) job: u64,
    pub(crate) operator: usize,
    pub(crate) port: usize,
}

/// A connection between operators.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connection {
    pub(crate) source: End,
    pub(crate) target: End,
    /// Whether it is within a job; others come about by exports and imports.
    pub(crate) is_required: bool,
}

/// A port of a PE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PeEnd {
    pub(crate) job: u64,
    pub(crate) pe: u64,
    pub(crate) port: usize,
}

/// A connection between PEs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeConnection {
    pub(crate) source: PeEnd,
    pub(crate) target: PeEnd,
    pub(crate) is_required: bool,
    pub(crate) congestion: i64,
}

impl Connection {
    /// `j0o1p0-j0o2p0`
    pub(crate) fn id(&self) -> String {
        let end = |end: End| format!("j{}o{}p{}", end.job, end.operator, end.port);
        format!("{}-{}", end(self.source), end(self.target))
    }
}

impl PeConnection {
    /// `o0p1i0p2`: output port and PE, input port and PE.
    pub(crate) fn id(&self) -> String {
        format!(
            "o{}p{}i{}p{}",
            self.source.port, self.source.pe, self.target.port, self.target.pe
        )
    }

    /// `connected` while both processes run.
    pub(crate) fn status(&self, instance: &Instance, now: Millis) -> &'static str {
        let runs = |end: PeEnd| {
            let found = instance.pe(end.pe);
            found.is_some_and(|(_, _, pe)| pe.status(now) == "running")
        };
        match (runs(self.source), runs(self.target)) {
            (true, true) => "connected",
            (true, false) => "connecting",
            _ => "disconnected",
        }
    }
}

impl From<&PeConnection> for Owner {
    fn from(connection: &PeConnection) -> Self {
        let PeConnection { source, target, .. } = connection;
        Self::PeConnection(source.port, source.pe, target.port, target.pe)
    }
}

/// All connections of an instance, within jobs and between them.
pub(crate) fn of_operators(instance: &Instance) -> Vec<Connection> {
    let mut connections = Vec::new();
    for job in instance.jobs.values() {
        let end = |(operator, port): (usize, usize)| End {
            job: job.id,
            operator,
            port,
        };
        let arcs = job.application.connections.iter();
        connections.extend(arcs.map(|arc| Connection {
            source: end(arc.source),
            target: end(arc.target),
            is_required: true,
        }));
    }
    for (source, topic) in exports(instance) {
        let imports = imports(instance).into_iter();
        let matching = imports.filter(|(_, wanted)| *wanted == topic);
        connections.extend(matching.map(|(target, _)| Connection {
            source,
            target,
            is_required: false,
        }));
    }
    connections
}

/// All connections of an instance that lead from one process into another.
pub(crate) fn of_pes(instance: &Instance) -> Vec<PeConnection> {
    let connections = of_operators(instance).into_iter();
    connections
        .filter_map(|connection| between_pes(instance, connection))
        .collect()
}

/// The connection between PEs that carries one of operators, where it leads from one process into another.
pub(crate) fn between_pes(instance: &Instance, connection: Connection) -> Option<PeConnection> {
    let pe = |end: End| {
        let job = instance.jobs.get(&end.job)?;
        job.pe_of(end.operator).map(|pe| pe.id)
    };
    // Soon said of most.
    if pe(connection.source) == pe(connection.target) {
        return None;
    }
    let source = pe_end(instance, connection.source, Job::pe_outputs)?;
    let target = pe_end(instance, connection.target, Job::pe_inputs)?;
    let job = instance.jobs.get(&connection.target.job)?;
    let operator = job.application.operators.get(connection.target.operator)?;
    let port = operator.inputs.get(connection.target.port)?;
    Some(PeConnection {
        source,
        target,
        is_required: connection.is_required,
        congestion: port.congestion,
    })
}

/// The port of a PE behind a port of an operator.
pub(crate) fn pe_end(
    instance: &Instance,
    end: End,
    ports: fn(&Job, usize) -> &[Place],
) -> Option<PeEnd> {
    let job = instance.jobs.get(&end.job)?;
    let operator = job.application.operators.get(end.operator)?;
    let pe = job.pes.get(operator.pe)?;
    let ports = ports(job, operator.pe);
    let port = ports
        .iter()
        .position(|port| *port == (end.operator, end.port))?;
    Some(PeEnd {
        job: end.job,
        pe: pe.id,
        port,
    })
}

/// The ports that give to a topic.
fn exports(instance: &Instance) -> Vec<(End, &str)> {
    let mut found = Vec::new();
    for (job, at, operator) in operators(instance) {
        for (port, output) in operator.outputs.iter().enumerate() {
            if let Some(Export::Topic(topic)) = &output.export {
                let operator = at;
                found.push((
                    End {
                        job,
                        operator,
                        port,
                    },
                    topic.as_str(),
                ));
            }
        }
    }
    found
}

/// The ports that subscribe to a topic.
fn imports(instance: &Instance) -> Vec<(End, &str)> {
    let mut found = Vec::new();
    for (job, at, operator) in operators(instance) {
        for (port, input) in operator.inputs.iter().enumerate() {
            if let Some(topic) = &input.import {
                let operator = at;
                found.push((
                    End {
                        job,
                        operator,
                        port,
                    },
                    topic.as_str(),
                ));
            }
        }
    }
    found
}

fn operators(instance: &Instance) -> impl Iterator<Item = (u64, usize, &Operator)> {
    instance.jobs.values().flat_map(|job| {
        let operators = job.application.operators.iter().enumerate();
        operators.map(|(at, operator)| (job.id, at, operator))
    })
}
