//! The probe: what the spec language says is what goes over the wire.

mod deprecated;
mod lamp;
mod like;
mod link;
mod list;
mod locator;
mod path;
mod pipe;
mod query;
mod raw_request;
mod reading;
mod server;
mod table;
mod tenant;
mod thing;
mod vault;

use headwaters::{Config, probe::Probe};

use crate::recording_server::RecordingServer;

fn probe(stub: &RecordingServer) -> Probe {
    Probe::with_config(stub.url(), Config::new()).unwrap()
}
