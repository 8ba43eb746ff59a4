//! Deleting data sets, followed to its end.

use super::{
    asynchronous::{Status, done, follow},
    calls::{DatasetsDelete, DatasetsDeleteStatus},
    types::{AsynchronousOperationStatus, TriggerId},
};
use crate::{Poll, Result};

impl DatasetsDelete {
    /// Starts the deletion and follows it to its end. Flink takes an unknown data set for deleted.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`](crate::ErrorKind::Failed) with Flink's reason when it fails;
    /// [`is_timeout`](crate::Error::is_timeout) at the deadline.
    pub fn poll(self) -> Poll<()> {
        let draft = self.draft.clone();
        follow(Self::OPERATION, async move {
            let trigger_id = self.await?.request_id;
            Ok(DatasetsDeleteStatus::from_draft(draft, trigger_id))
        })
    }
}

impl DatasetsDeleteStatus {
    /// Follows a deletion that was started before.
    ///
    /// # Errors
    /// As [`DatasetsDelete::poll`]; [`is_not_found`](crate::Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<()> {
        follow(Self::OPERATION, async move { Ok(self) })
    }
}

impl Status for DatasetsDeleteStatus {
    type Outcome = ();

    fn outcome(answer: AsynchronousOperationStatus, _: TriggerId) -> Result<Option<()>> {
        done(Self::OPERATION, "deletion", answer)
    }

    fn trigger(&self) -> &TriggerId {
        &self.trigger_id
    }
}
