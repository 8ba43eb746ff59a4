//! Deleting data sets, followed to its end.

use super::{
    calls::{DatasetsDelete, DatasetsDeleteStatus},
    savepoint::done,
};
use crate::{Poll, Result, call::BoxFuture};

impl DatasetsDelete {
    /// Starts the deletion and follows it to its end. Flink takes an unknown data set for deleted.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`](crate::ErrorKind::Failed) with Flink's reason when it fails;
    /// [`is_timeout`](crate::Error::is_timeout) at the deadline.
    pub fn poll(self) -> Poll<()> {
        let draft = self.draft.clone();
        Poll::new(Self::OPERATION, async move {
            let triggerid = self.await?.request_id;
            Ok(question(DatasetsDeleteStatus { draft, triggerid }))
        })
    }
}

impl DatasetsDeleteStatus {
    /// Follows a deletion that was started before.
    ///
    /// # Errors
    /// As [`DatasetsDelete::poll`]; [`is_not_found`](crate::Error::is_not_found) when Flink has forgotten the operation.
    pub fn poll(self) -> Poll<()> {
        Poll::new(Self::OPERATION, async move { Ok(question(self)) })
    }
}

fn question(status: DatasetsDeleteStatus) -> impl FnMut() -> BoxFuture<Result<Option<()>>> + Send {
    move || {
        let status = status.clone();
        let operation = DatasetsDeleteStatus::OPERATION;
        Box::pin(async move { done(operation, "the deletion failed", status.await?) })
    }
}
