//! The service around an instance: Streaming Analytics of IBM Cloud, or Cloud Pak for Data.

use crate::sandbox::ids::Ids;

/// What a service is called by.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// Its own id.
    pub(crate) id: String,
    /// Its own id in Cloud Pak for Data, which is a number.
    pub(crate) number: u64,
    /// The id of its credentials.
    pub(crate) binding: String,
    /// What its tokens are got for.
    pub(crate) api_key: String,
}

impl Service {
    pub(crate) fn new(ids: &mut Ids) -> Self {
        Self {
            id: ids.uuid(),
            number: 1_500_000_000_000 + ids.next() % 1_000_000_000,
            binding: ids.uuid(),
            api_key: format!("{}_sandbox-{:08x}", ids.hex32(), ids.next() >> 32),
        }
    }
}
