//! Masters: users and nodes that may control this node.

use serde_json::{Map, Value, json};

use super::unread::Unread;
use crate::sandbox::joule::{
    model::{
        master::Master,
        node::{Node, Shared},
    },
    wire::{Answer, error::Failure, peer, reply::Reply, request::Request},
};
use crate::sandbox::lock;

/// Characters of a key that a client brings.
const KEY_LENGTH: usize = 32;

/// The words for kinds of masters: of requests, of lists.
const KINDS: [(&str, &str); 3] = [
    ("user", "USER"),
    ("joule", "JOULE_NODE"),
    ("lumen", "LUMEN_NODE"),
];

/// GET /masters.json; keys are never told
pub(crate) fn list(node: &mut Node, _: &Request) -> Answer {
    let masters = node.masters.iter().map(|master| {
        json!({
            "id": master.id,
            "name": master.name,
            "type": master.kind,
            "grantor_id": master.grantor,
        })
    });
    Ok(masters.collect::<Value>().into())
}

/// POST /master.json
pub(crate) async fn add(unread: Unread) -> Answer {
    let (node, request) = unread.whole().await?;
    let body = request.json()?;
    let invalid = |key: &str| Failure::bad_request(format!("Invalid request '{key}'"));
    let member = |key: &str| body.get(key).and_then(Value::as_str);
    let asked = member("master_type")
        .ok_or_else(|| invalid("master_type"))?
        .to_lowercase();
    let kind = KINDS
        .into_iter()
        .find(|(word, _)| *word == asked)
        .ok_or_else(|| Failure::bad_request("master_type must be [user|joule|lumen]"))?;
    let missing = |key: &str| match asked.as_str() {
        "user" => invalid(key),
        _ => Failure::bad_request(format!("Cannot add master: ['{key}']")),
    };
    let identifier = member("identifier").ok_or_else(|| missing("identifier"))?;
    if asked == "lumen" && !body.contains_key("lumen_params") {
        return Err(missing("lumen_params"));
    }
    let grantor = {
        let node = lock(&node);
        let key = request.header("x-api-key");
        let mut masters = node.masters.iter();
        masters
            .find(|master| key == Some(&master.key))
            .map(|master| master.id)
    };
    let master = |key: String| Master {
        id: 0,
        name: identifier.to_owned(),
        kind: kind.1,
        key,
        grantor,
    };
    if asked == "user" {
        let mut node = lock(&node);
        let is_twin = |master: &Master| master.kind == "USER" && master.name == identifier;
        if node.masters.iter().any(is_twin) {
            return Err(Failure::bad_request("User already exists"));
        }
        let key = match member("api_key") {
            Some(key) if key.chars().count() < KEY_LENGTH => {
                let reason = "API Key must be at least 32 characters";
                return Err(Failure::bad_request(reason));
            }
            Some(key) if node.masters.iter().any(|master| master.key == key) => {
                let error = "sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation)";
                return Err(Failure::uncaught(error));
            }
            Some(key) => key.to_owned(),
            None => node.make_key(),
        };
        let answer = json!({"key": key, "name": node.name});
        node.add_master(master(key));
        return Ok(answer.into());
    }
    let (id, key) = {
        let mut node = lock(&node);
        let key = node.make_key();
        // The other node may use it before it answers.
        (node.add_master(master(key.clone())), key)
    };
    let joined = join(&node, &key, identifier, &asked, &body).await;
    // One that could not be reached stays a master.
    let name = joined.as_deref().unwrap_or(identifier);
    let mut node = lock(&node);
    // The key of an earlier time is void.
    node.masters
        .retain(|other| other.id == id || other.kind != kind.1 || other.name != name);
    if let Some(master) = node.masters.get_mut(id) {
        name.clone_into(&mut master.name);
    }
    joined
        .map(|name| json!({"name": name}).into())
        .map_err(Failure::object)
}

/// Brings a key to another node, which gives its name.
async fn join(
    node: &Shared,
    key: &str,
    identifier: &str,
    kind: &str,
    body: &Map<String, Value>,
) -> Result<String, String> {
    if !identifier.starts_with("http") {
        return Err(format!(
            "cannot connect to {identifier}, try using a full URL like http(s)://..."
        ));
    }
    let mut offer = {
        let node = lock(node);
        json!({"port": node.port, "name": node.name, "base_uri": "", "scheme": "http"})
    };
    let lumen = kind == "lumen";
    if let Value::Object(offer) = &mut offer {
        let name = if lumen { "api_key" } else { "key" };
        offer.insert(name.to_owned(), key.into());
        if let (true, Some(Value::Object(more))) = (lumen, body.get("lumen_params")) {
            offer.extend(more.clone());
        }
    }
    let path = if lumen {
        "/nilms.json"
    } else {
        "/follower.json"
    };
    let answer = peer::call("POST", identifier, path, key, Some(&offer)).await?;
    Ok(match lumen {
        true => identifier.to_owned(),
        false => peer::name(&answer),
    })
}

/// DELETE /master.json
pub(crate) fn delete(node: &mut Node, request: &Request) -> Answer {
    let incomplete = || Failure::bad_request("specify name and master_type");
    let name = request.query("name").ok_or_else(incomplete)?;
    let asked = request.query("master_type").ok_or_else(incomplete)?;
    let mut kinds = KINDS.into_iter();
    let known = kinds.find(|(word, _)| word.eq_ignore_ascii_case(asked));
    let (_, kind) = known.ok_or_else(incomplete)?;
    let wanted = |master: &&Master| master.kind == kind && master.name == name;
    let Some(master) = node.masters.iter().find(wanted) else {
        let suffix = if asked == "user" { "" } else { "_node" };
        return Err(Failure::not_found(format!(
            "{asked}{suffix} [{name}] is not a master of node [{}]",
            node.name
        )));
    };
    if request.header("x-api-key") == Some(&master.key) {
        return Err(Failure::bad_request(
            "cannot delete yourself, this would lock you out of the node",
        ));
    }
    let id = master.id;
    node.masters.remove(id);
    Ok(Reply::ok())
}
