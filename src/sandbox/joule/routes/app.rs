//! Web applications: modules that have pages, and proxies. Whoever asks for the pages of one is sent on by a reverse
//! proxy in front of the node, which learns here where to.

use serde_json::{Value, json};

use crate::sandbox::joule::{
    model::node::Node,
    wire::{Answer, error::Failure, python::integer, reply::Reply, request::Request},
};

/// The default of Joule's `SocketDirectory`, where modules wait for those who want their pages; nobody does here.
const SOCKETS: &str = "/tmp/joule";

/// GET /app.json
pub(crate) fn list(node: &mut Node, _: &Request) -> Answer {
    let modules = node.modules.iter().enumerate();
    let modules = modules.filter(|(_, module)| module.is_app);
    let modules = modules.map(|(id, module)| json!({"id": format!("m{id}"), "name": module.name}));
    let proxies = node.proxies.iter().enumerate();
    let proxies = proxies.map(|(id, proxy)| json!({"id": format!("p{id}"), "name": proxy.name}));
    Ok(modules.chain(proxies).collect::<Value>().into())
}

/// GET /app/auth, by which a reverse proxy finds an application
pub(crate) fn authorize(node: &mut Node, request: &Request) -> Answer {
    let Some(app) = request.header("x-app-id") else {
        return Err(Failure::uncaught("KeyError: 'X-App-Id'"));
    };
    let invalid = || Failure::bad_request("invalid id");
    let (kind, number) = app.split_at_checked(1).ok_or_else(invalid)?;
    let number = integer(number).ok_or_else(invalid)?;
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let path = match kind {
        "m" => {
            let module = node.modules.get(number).filter(|module| module.is_app);
            module.map(|_| format!("http://unix:{SOCKETS}/module{number}:/"))
        }
        "p" => node.proxies.get(number).map(|proxy| proxy.url.to_owned()),
        _ => return Err(invalid()),
    };
    let path = path.ok_or_else(|| Failure::not_found("id not found"))?;
    Ok(Reply::only("x-proxy-path", &path))
}
