//! Followers: nodes that this node may control.

use serde_json::{Value, json};

use super::unread::Unread;
use crate::sandbox::joule::{
    model::{follower::Follower, node::Node},
    wire::{Answer, error::Failure, peer, reply::Reply, request::Request},
};
use crate::sandbox::lock;

/// GET /followers.json; keys are told
pub(crate) fn list(node: &mut Node, _: &Request) -> Answer {
    let followers = node.followers.iter().map(|follower| {
        json!({
            "id": follower.id,
            "name": follower.name,
            "location": follower.location,
            "key": follower.key,
        })
    });
    Ok(followers.collect::<Value>().into())
}

/// POST /follower.json, by which another node offers itself; it has to answer under its key
pub(crate) async fn add(unread: Unread) -> Answer {
    let (node, request) = unread.whole().await?;
    let body = request.trusted_json()?;
    let text = |key: &str| {
        let missing = || Failure::bad_request(format!("Invalid request, missing ['{key}']"));
        let member = body.get(key).ok_or_else(missing)?;
        let text = member.as_str().map(str::to_owned);
        Ok::<_, Failure>(text.unwrap_or_else(|| member.to_string()))
    };
    let (key, port, scheme, base_uri) = (
        text("key")?,
        text("port")?,
        text("scheme")?,
        text("base_uri")?,
    );
    let host = match request.header("x-forwarded-for") {
        _ if body.contains_key("name_is_host") => text("name")?,
        Some(host) => host.to_owned(),
        // The sandbox listens on loopback only.
        None => "127.0.0.1".to_owned(),
    };
    let location = format!("{scheme}://{host}:{port}{base_uri}");
    let unreachable = |_| Failure::bad_request(format!("no route to node at {location}"));
    let version = peer::call("GET", &location, "/version.json", &key, None);
    let version = version.await.map_err(unreachable)?;
    let database = peer::call("GET", &location, "/dbinfo", &key, None);
    database.await.map_err(unreachable)?;
    let mut node = lock(&node);
    node.followers.retain(|other| other.location != location);
    node.followers.add(|id| Follower {
        id,
        name: peer::name(&version),
        location,
        key,
    });
    Ok(json!({"name": node.name}).into())
}

/// DELETE /follower.json; it removes every follower, whatever the name
pub(crate) fn delete(node: &mut Node, request: &Request) -> Answer {
    let Some(name) = request.query("name") else {
        return Err(Failure::bad_request("specify name to remove"));
    };
    if !node.followers.iter().any(|follower| follower.name == name) {
        return Err(Failure::not_found("follower not found"));
    }
    node.followers.retain(|_| false);
    Ok(Reply::text("OK"))
}
