//! The node: what it says of itself and of its database.

use serde_json::json;

use crate::sandbox::joule::{
    model::node::Node,
    wire::{Answer, reply::Reply, request::Request},
};

const VERSION: &str = "1.0.1";

/// GET /
pub(crate) fn greet(_: &mut Node, _: &Request) -> Answer {
    Ok(Reply::text("Joule server"))
}

/// GET /version
pub(crate) fn version(_: &mut Node, _: &Request) -> Answer {
    Ok(Reply::text(VERSION))
}

/// GET /version.json
pub(crate) fn version_json(node: &mut Node, _: &Request) -> Answer {
    Ok(json!({"version": VERSION, "name": node.name, "uuid": node.uuid}).into())
}

/// GET /dbinfo
pub(crate) fn database(_: &mut Node, _: &Request) -> Answer {
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
pub(crate) fn database_connection(node: &mut Node, _: &Request) -> Answer {
    Ok(json!({
        "username": "joule_module",
        "password": node.database_password,
        "port": 5432,
        "database": "joule",
        "host": "127.0.0.1",
    })
    .into())
}
