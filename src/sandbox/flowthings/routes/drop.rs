//! The drops of one flow.

use serde_json::{Map, Value, json};

use super::{changes, ids};
use crate::sandbox::flowthings::model::drop::content;
use crate::sandbox::flowthings::model::permission::Deed;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request, view::View};

/// GET /drop/{flowId}
pub(super) fn find(platform: &mut Platform, request: &Request, flow: &str) -> Answer {
    let time = platform.time();
    let (selection, view) = (request.selection(&platform.effort)?, request.view()?);
    let contents = platform.drops(&request.caller, flow)?;
    let found = selection.of(contents.iter(), time, &platform.effort)?;
    let found = found.into_iter();
    let found: Value = found.map(|drop| view.drop(drop)).collect();
    Reply::of(found).referring(platform, request)
}

/// GET /drop/{flowId}/{dropId}
pub(super) fn read(platform: &mut Platform, request: &Request, flow: &str, id: &str) -> Answer {
    let drop = platform.drop(&request.caller, flow, id)?;
    let drop = request.view()?.drop(drop);
    Reply::of(drop).referring(platform, request)
}

/// MGET /drop/{flowId}; ids that nothing has are left out, which no document says
pub(super) fn read_many(platform: &mut Platform, request: &Request, flow: &str) -> Answer {
    let view = request.view()?;
    let mut found = Map::new();
    for id in ids(request)? {
        match platform.drop(&request.caller, flow, id) {
            Ok(drop) => {
                found.insert(id.to_owned(), view.drop(drop));
            }
            Err(Refusal::NotFound) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Reply::of(found.into()).referring(platform, request)
}

/// POST /drop/{flowId}, with a drop or a list of them
pub(super) fn create(platform: &mut Platform, request: &Request, flow: &str) -> Answer {
    write(platform, request, |_, _| Ok(flow.to_owned()))
}

/// Writes the drop in the body or the list of them, each to the flow that it names. A drop that its flow does not take, by its filter,
/// is answered like any other; one whose hash has been seen is answered 200 with the first. Octave does not say either.
pub(super) fn write(
    platform: &mut Platform,
    request: &Request,
    flow: impl Fn(&Platform, &Value) -> Result<String, Refusal>,
) -> Answer {
    let (view, body) = (request.view()?, request.body()?);
    let models = body
        .as_array()
        .map_or(std::slice::from_ref(body), Vec::as_slice);
    let models = models.iter();
    // All of them are read before the first is written.
    let models = models.map(|model| Ok((flow(platform, model)?, content(model)?)));
    let models = models.collect::<Result<Vec<_>, Refusal>>()?;
    for (flow, _) in &models {
        platform.permit(&request.caller, flow, Deed::DropWrite)?;
    }
    let mut drops = Vec::new();
    let mut is_new = false;
    for (flow, content) in models {
        let written = platform.write(&request.caller, &flow, content)?;
        is_new |= written.is_new;
        drops.push(match written.is_new {
            true => view.drop(&written.drop),
            false => shown(platform, request, &flow, &view, &written.drop),
        });
    }
    let shown = match body {
        Value::Array(_) => drops.into(),
        _ => drops.pop().unwrap_or_default(),
    };
    let reply = match is_new {
        true => Reply::created(shown),
        false => Reply::of(shown),
    };
    reply.referring(platform, request)
}

/// PUT /drop/{flowId}/{dropId}
pub(super) fn update(platform: &mut Platform, request: &Request, flow: &str, id: &str) -> Answer {
    change(platform, request, flow, id, request.body()?)
}

/// PUT /drop/{flowId}/{dropId}/{member}
pub(super) fn update_member(
    platform: &mut Platform,
    request: &Request,
    flow: &str,
    id: &str,
    member: &str,
) -> Answer {
    let changes = json!({member: request.body()?});
    change(platform, request, flow, id, &changes)
}

fn change(
    platform: &mut Platform,
    request: &Request,
    flow: &str,
    id: &str,
    changes: &Value,
) -> Answer {
    let view = request.view()?;
    let drop = platform.update_drop(&request.caller, flow, id, changes)?;
    let shown = shown(platform, request, flow, &view, &drop);
    Reply::of(shown).referring(platform, request)
}

/// A drop that was there before, of which a caller who may only write sees no more than the id.
fn shown(platform: &Platform, request: &Request, flow: &str, view: &View, drop: &Value) -> Value {
    match platform.permit(&request.caller, flow, Deed::DropRead) {
        Ok(_) => view.drop(drop),
        Err(_) => json!({"id": drop.get("id"), "flowId": flow}),
    }
}

/// MPUT /drop/{flowId}; all changes are made or none
pub(super) fn update_many(platform: &mut Platform, request: &Request, flow: &str) -> Answer {
    let (changes, view) = (changes(request)?, request.view()?);
    for (id, change) in changes {
        platform.changed_drop(&request.caller, flow, id, change)?;
    }
    let mut changed = Map::new();
    for (id, change) in changes {
        let drop = platform.update_drop(&request.caller, flow, id, change)?;
        let drop = shown(platform, request, flow, &view, &drop);
        changed.insert(id.clone(), drop);
    }
    Reply::of(changed.into()).referring(platform, request)
}

/// DELETE /drop/{flowId}/{dropId}
pub(super) fn delete(platform: &mut Platform, request: &Request, flow: &str, id: &str) -> Answer {
    platform.delete_drop(&request.caller, flow, id)?;
    Ok(Reply::gone())
}

/// DELETE /drop/{flowId}
pub(super) fn delete_all(platform: &mut Platform, request: &Request, flow: &str) -> Answer {
    platform.delete_drops(&request.caller, flow)?;
    Ok(Reply::gone())
}
