//! Web applications: modules that have pages, and proxies.

use serde_json::{Value, json};

use super::error::Failure;
use super::node::Node;
use super::reply::{Answer, Reply};
use super::request::{Request, integer};

/// GET /app.json; no module of the sandbox has pages
pub(super) fn list(node: &mut Node, _: &Request) -> Answer {
    let proxies = node.proxies.iter().enumerate();
    let apps = proxies.map(|(id, proxy)| json!({"id": format!("p{id}"), "name": proxy.name}));
    Ok(apps.collect::<Value>().into())
}

/// GET /app/auth, by which a reverse proxy finds an application
pub(super) fn authorize(node: &mut Node, request: &Request) -> Answer {
    let Some(app) = request.header("x-app-id") else {
        return Err(Failure::uncaught("KeyError: 'X-App-Id'"));
    };
    let invalid = || Failure::bad_request("invalid id");
    let (kind, number) = app.split_at_checked(1).ok_or_else(invalid)?;
    let number = integer(number).ok_or_else(invalid)?;
    let proxy = match kind {
        "p" => usize::try_from(number)
            .ok()
            .and_then(|number| node.proxies.get(number)),
        "m" => None,
        _ => return Err(invalid()),
    };
    let proxy = proxy.ok_or_else(|| Failure::not_found("id not found"))?;
    Ok(Reply::only("x-proxy-path", proxy.url))
}
