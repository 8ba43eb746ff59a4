//! A drop that waits for the platform.

use serde::{Deserialize, Serialize};

use crate::{
    Result,
    flowthings::{
        Api,
        calls::{DropCreate, DropsCreate},
        types::{FlowId, NewDrop},
    },
};

/// A drop in an [`Outbox`](super::Outbox), and where it goes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// The flow that it is for.
    pub flow: Recipient,
    /// The drop; its `fhash` is the one that it is sent with, each time.
    pub drop: NewDrop,
    /// Its place in the outbox.
    pub(super) place: u64,
}

/// A flow, named by its id or by its path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Recipient {
    /// The flow of this id.
    Id(FlowId),
    /// The flow of this path.
    Path(String),
}

/// What begins with a slash is a path.
impl From<&str> for Recipient {
    fn from(text: &str) -> Self {
        match text.starts_with('/') {
            true => Self::Path(text.to_owned()),
            false => Self::Id(text.into()),
        }
    }
}

impl From<String> for Recipient {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<FlowId> for Recipient {
    fn from(id: FlowId) -> Self {
        Self::Id(id)
    }
}

impl From<&FlowId> for Recipient {
    fn from(id: &FlowId) -> Self {
        Self::Id(id.clone())
    }
}

/// What is on the disk of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    flow: Recipient,
    drop: NewDrop,
}

impl Record {
    pub(super) fn new(flow: Recipient, drop: NewDrop) -> Self {
        Self { flow, drop }
    }

    pub(super) fn at(self, place: u64) -> Waiting {
        Waiting {
            flow: self.flow,
            drop: self.drop,
            place,
        }
    }

    /// Refuses what could never be sent.
    pub(super) fn check(&self, api: &Api) -> Result<()> {
        let mut request = match &self.flow {
            Recipient::Id(id) => by_id(api, id, self.drop.clone()).into_request(),
            Recipient::Path(path) => by_path(api, path, self.drop.clone()).into_request(),
        };
        request.fault().map_or(Ok(()), Err)
    }
}

impl Waiting {
    /// Writes it to its flow.
    pub(super) async fn send(&self, api: &Api) -> Result<()> {
        match &self.flow {
            Recipient::Id(id) => by_id(api, id, self.drop.clone()).await.map(drop),
            Recipient::Path(path) => by_path(api, path, self.drop.clone()).await.map(drop),
        }
    }
}

fn by_id(api: &Api, id: &FlowId, drop: NewDrop) -> DropCreate {
    api.drop(id).save(drop)
}

fn by_path(api: &Api, path: &str, drop: NewDrop) -> DropsCreate {
    let mut call = DropsCreate::from_draft(api.client.draft(), path, drop.elems);
    call.body.location = drop.location;
    call.body.fhash = drop.fhash;
    call.body.extra = drop.extra;
    call
}
