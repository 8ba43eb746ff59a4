//! Cancelling a job of a Streaming Analytics service of version 1, which has to be named.

use super::{
    calls::ServiceV1,
    generated::rows::SERVICE_V1_CANCEL,
    job_selector::JobSelector,
    types::{BindingId, ServiceId},
};
use crate::{
    Json, Operation,
    transport::{Address, Answer, Draft, Request},
};

/// Cancels a job of a service instance, by its id or its name.
///
/// What the service does with a request that has neither is not documented, so such a request cannot be made. A name may belong to
/// another job when it comes again, so a request is not repeated. The shape of the answer is not documented.
///
/// `DELETE /jax-rs/jobs/service_instances/{service}/service_bindings/{binding}`. It may take long. Source: official client on 1.14.15.
///
/// # Errors
/// - [`is_request`](crate::Error::is_request): the id or the name is empty; nothing was sent.
/// - 400: The request is not valid.
/// - 401: User or password are missing or wrong.
/// - 404: There is no such job or service instance.
/// - 500: The service has failed.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct ServiceV1Cancel {
    draft: Draft,
    address: Option<Address>,
    service: ServiceId,
    binding: BindingId,
    job: JobSelector,
}

impl ServiceV1 {
    /// Cancels a job of a service instance; see [`ServiceV1Cancel`].
    pub fn cancel(
        &self,
        service: impl Into<ServiceId>,
        binding: impl Into<BindingId>,
        job: impl Into<JobSelector>,
    ) -> ServiceV1Cancel {
        ServiceV1Cancel {
            draft: self.client.draft(),
            address: None,
            service: service.into(),
            binding: binding.into(),
            job: job.into(),
        }
    }
}

impl ServiceV1Cancel {
    /// Its row in the table of operations.
    pub const OPERATION: &'static Operation = SERVICE_V1_CANCEL;

    /// The same by the URL of the jobs of a service instance.
    pub(super) fn from_link(draft: Draft, link: impl AsRef<str>, job: JobSelector) -> Self {
        Self {
            draft,
            address: Some(Address::of(Some(link.as_ref()), Self::OPERATION.path)),
            service: "".into(),
            binding: "".into(),
            job,
        }
    }

    fn into_request(self) -> Request {
        let request = self.draft.request(Self::OPERATION).at_link(self.address);
        let request = request.segment(&self.service).segment(&self.binding);
        let mut request = match &self.job {
            JobSelector::Id(id) => request.query("job_id", Some(id)),
            JobSelector::Name(name) => request.query("job_name", Some(name)),
        };
        if let Err(fault) = self.job.checked(Self::OPERATION) {
            request.refuse(fault);
        }
        request
    }
}

crate::call::call!(ServiceV1Cancel -> Json, Answer::json);
