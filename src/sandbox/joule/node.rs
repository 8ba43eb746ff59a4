//! The node: all state, and what it says of itself.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::annotation::Annotation;
use super::connections::Connections;
use super::data_stream::DataStream;
use super::event_stream::EventStream;
use super::folder::Folder;
use super::follower::Follower;
use super::master::Master;
use super::module::Module;
use super::proxy::Proxy;
use super::records::Records;
use super::reply::{Answer, Reply};
use super::request::Request;
use super::time::Micros;
use crate::sandbox::ids::Ids;

const VERSION: &str = "1.0.1";

/// The node, where answers that take time find it again.
pub(super) type Shared = Arc<Mutex<Node>>;

/// Everything that requests read and change.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    /// The port on which it listens.
    pub(super) port: u16,
    uuid: String,
    database_password: String,
    pub(super) connections: Connections,
    /// Whether reads are cut at random.
    pub(super) scatter: bool,
    pub(super) ids: Ids,
    pub(super) folders: Records<Folder>,
    pub(super) data_streams: Records<DataStream>,
    pub(super) elements_given: i64,
    pub(super) event_streams: Records<EventStream>,
    pub(super) annotations: Records<Annotation>,
    pub(super) masters: Records<Master>,
    pub(super) followers: Records<Follower>,
    /// Their numbers, from 0, are their places.
    pub(super) modules: Vec<Module>,
    pub(super) proxies: Vec<Proxy>,
}

impl Node {
    /// A node with a root folder, and one user, whose key this is.
    pub(super) fn new(name: &str, key: &str, port: u16, seed: u64, now: Micros) -> Self {
        let mut ids = Ids::new(seed);
        let mut node = Self {
            name: name.to_owned(),
            port,
            uuid: ids.uuid(),
            database_password: format!("{:016x}", ids.next()),
            connections: None,
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
    pub(super) fn cuts(&mut self) -> Option<Ids> {
        self.scatter.then(|| Ids::new(self.ids.next()))
    }

    pub(super) fn uuid(&self) -> &str {
        &self.uuid
    }
}

/// GET /
pub(super) fn greet(_: &mut Node, _: &Request) -> Answer {
    Ok(Reply::text("Joule server"))
}

/// GET /version
pub(super) fn version(_: &mut Node, _: &Request) -> Answer {
    Ok(Reply::text(VERSION))
}

/// GET /version.json
pub(super) fn version_json(node: &mut Node, _: &Request) -> Answer {
    Ok(json!({"version": VERSION, "name": node.name, "uuid": node.uuid}).into())
}

/// GET /dbinfo
pub(super) fn database(_: &mut Node, _: &Request) -> Answer {
    Ok(json!({
        "path": "/var/lib/postgresql/15/main",
        "other": 21_474_836_480_i64,
        "reserved": 5_368_709_120_i64,
        "free": 80_530_636_800_i64,
        "size": 8_396_135,
    })
    .into())
}

/// GET /db/connection.json; nobody listens there
pub(super) fn database_connection(node: &mut Node, _: &Request) -> Answer {
    Ok(json!({
        "username": "joule_module",
        "password": node.database_password,
        "port": 5432,
        "database": "joule",
        "host": "127.0.0.1",
    })
    .into())
}
