//! The domain: an instance, its hosts, and who may use them. In Streams 5 there is no such word, in the cloud it is out of sight.

use std::sync::{Arc, Mutex};

use super::flavour::Flavour;
use super::host::Host;
use super::instance::Instance;
use super::service::Service;
use super::time::Millis;
use super::tokens::Tokens;
use super::toolkit::{self, Toolkit};
use crate::sandbox::clock;
use crate::sandbox::ids::Ids;

/// The domain, shared by its requests.
pub(crate) type Shared = Arc<Mutex<Domain>>;

/// Everything that requests read and change.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) id: String,
    pub(crate) flavour: Flavour,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) created: Millis,
    pub(crate) hosts: Vec<Host>,
    pub(crate) instance: Instance,
    pub(crate) service: Service,
    pub(crate) tokens: Tokens,
    /// Those of the build service.
    pub(crate) toolkits: Vec<Toolkit>,
    pub(crate) ids: Ids,
    /// How far its time is ahead of everybody else's.
    ahead: Millis,
}

impl Domain {
    /// One that runs since now.
    pub(crate) fn new(
        flavour: Flavour,
        instance: &str,
        user: &str,
        password: &str,
        seed: u64,
        lifetime: Millis,
    ) -> Self {
        let now = clock::millis();
        let mut ids = Ids::new(seed);
        let hosts = vec![Host::new(1, false), Host::new(2, true), Host::new(3, true)];
        let places = hosts.iter().enumerate();
        let places = places.filter(|(_, host)| host.runs_jobs);
        Self {
            id: "StreamsDomain".to_owned(),
            flavour,
            user: user.to_owned(),
            password: password.to_owned(),
            created: now,
            instance: Instance::new(
                instance,
                user,
                places.map(|(place, _)| place).collect(),
                now,
            ),
            hosts,
            service: Service::new(&mut ids),
            tokens: Tokens::lasting(lifetime),
            toolkits: toolkit::installed(),
            ids,
            ahead: 0,
        }
    }

    pub(crate) fn now(&self) -> Millis {
        clock::millis().saturating_add(self.ahead)
    }

    /// Lets time pass at once.
    pub(crate) fn advance(&mut self, by: Millis) {
        self.ahead = self.ahead.saturating_add(by);
    }
}
