//! The node: all state.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::annotation::Annotation;
use super::connections::{Connection, Connections};
use super::data_stream::DataStream;
use super::event_stream::EventStream;
use super::folder::Folder;
use super::follower::Follower;
use super::master::Master;
use super::module::Module;
use super::proxy::Proxy;
use super::records::Records;
use super::time::Micros;
use crate::sandbox::ids::Ids;
use crate::sandbox::lock;

/// The node, where answers that take time find it again.
pub(crate) type Shared = Arc<Mutex<Node>>;

/// Everything that requests read and change.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// The port on which it listens.
    pub(crate) port: u16,
    pub(crate) uuid: String,
    pub(crate) database_password: String,
    pub(crate) connections: Connections,
    /// Whether reads are cut at random.
    pub(crate) scatter: bool,
    pub(crate) ids: Ids,
    pub(crate) folders: Records<Folder>,
    pub(crate) data_streams: Records<DataStream>,
    pub(crate) elements_given: i64,
    pub(crate) event_streams: Records<EventStream>,
    pub(crate) annotations: Records<Annotation>,
    pub(crate) masters: Records<Master>,
    pub(crate) followers: Records<Follower>,
    /// Their numbers, from 0, are their places.
    pub(crate) modules: Vec<Module>,
    pub(crate) proxies: Vec<Proxy>,
}

impl Node {
    /// A node with a root folder, and one user, whose key this is.
    pub(crate) fn new(name: &str, key: &str, port: u16, seed: u64, now: Micros) -> Self {
        let mut ids = Ids::new(seed);
        let mut node = Self {
            name: name.to_owned(),
            port,
            uuid: ids.uuid(),
            database_password: format!("{:016x}", ids.next()),
            connections: Connections::default(),
            scatter: false,
            ids,
            folders: Records::default(),
            data_streams: Records::default(),
            elements_given: 0,
            event_streams: Records::default(),
            annotations: Records::default(),
            masters: Records::default(),
            followers: Records::default(),
            modules: Vec::new(),
            proxies: Vec::new(),
        };
        node.folders.add(|_| Folder::root(now));
        node.masters.add(|id| Master::owner(id, key));
        node
    }

    /// Where the next read is to be cut, if it is.
    pub(crate) fn cuts(&mut self) -> Option<Ids> {
        self.scatter.then(|| Ids::new(self.ids.next()))
    }

    /// A key of 43 URL-safe characters, as the node makes them.
    pub(crate) fn make_key(&mut self) -> String {
        let bytes: Vec<u8> = (0..4).flat_map(|_| self.ids.next().to_le_bytes()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn add_master(&mut self, master: Master) -> i64 {
        self.masters.add(|id| Master { id, ..master })
    }

    pub(crate) fn annotate(&mut self, annotation: Annotation) -> i64 {
        self.annotations.add(|id| Annotation { id, ..annotation })
    }

    /// Stores what the modules have written until now.
    pub(crate) fn produce(&mut self, now: Micros) {
        for module in &mut self.modules {
            if let Some(stream) = self.data_streams.get_mut(module.output) {
                module.write(stream, now);
            }
        }
    }
}

/// A connection to the database of the node, as soon as one is free.
pub(crate) async fn connection(node: &Shared) -> Connection {
    let connections = lock(node).connections.clone();
    connections.free().await
}
