//! Who has metrics.

use super::job::Job;

/// Whose metrics they are: ids of jobs and PEs, places of operators, ports and hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Host(usize),
    Operator(u64, usize),
    Input(u64, usize, usize),
    Output(u64, usize, usize),
    Pe(u64),
    PeInput(u64, usize),
    PeOutput(u64, usize),
    /// Output port and PE, input port and PE.
    PeConnection(usize, u64, usize, u64),
}

impl Owner {
    /// Whether it goes when the job goes.
    pub(crate) fn is_of(&self, job: &Job) -> bool {
        let has = |id: u64| job.pes.iter().any(|pe| pe.id == id);
        match *self {
            Self::Host(_) => false,
            Self::Operator(id, ..) | Self::Input(id, ..) | Self::Output(id, ..) => id == job.id,
            Self::Pe(id) | Self::PeInput(id, _) | Self::PeOutput(id, _) => has(id),
            Self::PeConnection(_, source, _, target) => has(source) || has(target),
        }
    }
}
