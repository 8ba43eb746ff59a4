//! Proxies: other sites that the node shows under its own address.

use serde_json::{Value, json};

use super::error::Failure;
use super::module::not_an_int;
use super::node::Node;
use super::reply::Answer;
use super::request::{Request, integer};

/// A site; its number is its place.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) name: &'static str,
    /// Ends with a slash.
    pub(super) url: &'static str,
}

impl Proxy {
    fn to_json(&self, id: usize) -> Value {
        json!({"id": id, "name": self.name, "url": self.url})
    }
}

/// GET /proxies.json
pub(super) fn list(node: &mut Node, _: &Request) -> Answer {
    let proxies = node.proxies.iter().enumerate();
    let proxies = proxies.map(|(id, proxy)| proxy.to_json(id));
    Ok(proxies.collect::<Value>().into())
}

/// GET /proxy.json
pub(super) fn get(node: &mut Node, request: &Request) -> Answer {
    let mut proxies = node.proxies.iter().enumerate();
    let found = match (request.query("name"), request.query("id")) {
        (Some(name), _) => proxies.find(|(_, proxy)| proxy.name == name),
        (None, Some(id)) => {
            let wanted = integer(id).ok_or_else(|| not_an_int(id))?;
            proxies.find(|(id, _)| *id as i128 == wanted)
        }
        (None, None) => return Err(Failure::unaddressed()),
    };
    let (id, proxy) = found.ok_or_else(|| Failure::not_found("proxy does not exist"))?;
    Ok(proxy.to_json(id).into())
}
