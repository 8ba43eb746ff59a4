//! Instances: finding one, and whether it takes jobs.

use super::{
    StreamsConnection,
    types::{Instance, InstanceId, InstanceStatus},
};
use crate::Result;

impl StreamsConnection {
    /// The instance with this id; `None` when there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_instance(&self, id: impl Into<InstanceId>) -> Result<Option<Instance>> {
        let id = id.into();
        // Servers that do not filter give all of them.
        let instances = match id.as_str().contains(',') {
            // A comma would stand between two ids.
            true => self.instances().list(),
            false => self.instances().list().with_query("id", id.as_str()),
        };
        let instances = instances.await?;
        Ok(instances.into_iter().find(|instance| instance.id == id))
    }
}

impl Instance {
    /// Whether it is running, so that jobs can be submitted.
    pub fn is_running(&self) -> bool {
        self.status == Some(InstanceStatus::Running)
    }
}
