//! The states of jobs.

/// The states in which a job can be. Two Ls in CANCELLING: tasks have one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Status {
    Initializing,
    Created,
    Running,
    Failing,
    Failed,
    Cancelling,
    Canceled,
    Finished,
    Restarting,
}

/// The name of each state on the wire; the last two are entered by nothing in the sandbox.
pub(crate) const STATUSES: [(&str, Option<Status>); 11] = [
    ("INITIALIZING", Some(Status::Initializing)),
    ("CREATED", Some(Status::Created)),
    ("RUNNING", Some(Status::Running)),
    ("FAILING", Some(Status::Failing)),
    ("FAILED", Some(Status::Failed)),
    ("CANCELLING", Some(Status::Cancelling)),
    ("CANCELED", Some(Status::Canceled)),
    ("FINISHED", Some(Status::Finished)),
    ("RESTARTING", Some(Status::Restarting)),
    ("RECONCILING", None),
    ("SUSPENDED", None),
];

impl Status {
    pub(crate) fn name(self) -> &'static str {
        STATUSES
            .iter()
            .find(|(_, status)| *status == Some(self))
            .map_or("", |(name, _)| name)
    }

    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled | Self::Finished)
    }
}
