//! How the operators of a job become PEs and threads.

/// What somebody wants of the PEs of a job.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub(crate) fusion_scheme: &'static str,
    /// PEs that are wanted, which counts where the scheme is `manual`.
    pub(crate) target_pes: Option<usize>,
    pub(crate) threading_model: &'static str,
    /// Threads in each PE.
    pub(crate) threads: Option<i64>,
    /// Whether the number of threads adapts to the load.
    pub(crate) is_elastic: Option<bool>,
    pub(crate) resource_sharing: &'static str,
}

impl Default for Deployment {
    fn default() -> Self {
        Self {
            fusion_scheme: "automatic",
            target_pes: None,
            threading_model: "automatic",
            threads: None,
            is_elastic: None,
            resource_sharing: "sameInstance",
        }
    }
}

impl Deployment {
    /// How many PEs there have to be, unless that is left to Streams.
    pub(super) fn pes(&self) -> Option<usize> {
        self.target_pes.filter(|_| self.fusion_scheme == "manual")
    }
}
