//! Proxies: other sites that the node shows under its own address.

use serde_json::{Value, json};

use crate::sandbox::joule::{
    model::{node::Node, proxy::Proxy},
    wire::{Answer, error::Failure, python::integer, request::Request},
};

/// GET /proxies.json
pub(crate) fn list(node: &mut Node, _: &Request) -> Answer {
    let proxies = node.proxies.iter().enumerate();
    let proxies = proxies.map(|(id, proxy)| to_json(proxy, id));
    Ok(proxies.collect::<Value>().into())
}

/// GET /proxy.json
pub(crate) fn get(node: &mut Node, request: &Request) -> Answer {
    let mut proxies = node.proxies.iter().enumerate();
    let found = match (request.query("name"), request.query("id")) {
        (Some(name), _) => proxies.find(|(_, proxy)| proxy.name == name),
        (None, Some(id)) => {
            let wanted = integer(id).ok_or_else(|| Failure::not_an_int(id))?;
            proxies.find(|(id, _)| *id as i128 == wanted)
        }
        (None, None) => return Err(Failure::unaddressed()),
    };
    let (id, proxy) = found.ok_or_else(|| Failure::not_found("proxy does not exist"))?;
    Ok(to_json(proxy, id).into())
}

fn to_json(proxy: &Proxy, id: usize) -> Value {
    json!({"id": id, "name": proxy.name, "url": proxy.url})
}
