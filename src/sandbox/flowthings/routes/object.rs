//! Flows, tracks, groups and so on: all that is not a drop is read and changed in the same ways.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{changes, ids};
use crate::sandbox::flowthings::model::kind::Kind;
use crate::sandbox::flowthings::model::object::may_read;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request, view::View};

/// GET /flow
pub(super) fn find(platform: &mut Platform, request: &Request, kind: Kind) -> Answer {
    let (caller, now, time) = (&request.caller, platform.now(), platform.time());
    let (selection, view) = (request.selection(&platform.effort)?, request.view()?);
    let readable = platform.readable(caller, kind)?;
    let seen = readable.map(|object| platform.seen(caller, kind, object, now));
    let found = selection.of(seen, time, &platform.effort)?;
    let found: Value = found.iter().map(|object| view.object(object)).collect();
    Reply::of(found).referring(platform, request)
}

/// GET /flow/{id}
pub(super) fn read(platform: &mut Platform, request: &Request, kind: Kind, id: &str) -> Answer {
    let view = request.view()?;
    let object = platform.read(&request.caller, kind, id)?.clone();
    Reply::of(show(platform, request, kind, &view, &object)).referring(platform, request)
}

/// MGET /flow; ids that nothing has are left out, which no document says
pub(super) fn read_many(platform: &mut Platform, request: &Request, kind: Kind) -> Answer {
    let (view, mut found) = (request.view()?, Map::new());
    for id in ids(request)? {
        match platform.read(&request.caller, kind, id) {
            Ok(object) => {
                let object = object.clone();
                found.insert(id.to_owned(), show(platform, request, kind, &view, &object));
            }
            Err(Refusal::NotFound) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Reply::of(found.into()).referring(platform, request)
}

/// POST /flow, with a model or a list of them
pub(super) fn create(platform: &mut Platform, request: &Request, kind: Kind) -> Answer {
    let (caller, view) = (&request.caller, request.view()?);
    let body = match request.body()? {
        Value::Array(models) => {
            let made = platform.create_all(caller, kind, models)?;
            let made = made.iter();
            made.map(|object| show(platform, request, kind, &view, object))
                .collect()
        }
        model => {
            let made = platform.create(caller, kind, model)?;
            show(platform, request, kind, &view, &made)
        }
    };
    Reply::created(body).referring(platform, request)
}

/// PUT /flow/{id}
pub(super) fn update(platform: &mut Platform, request: &Request, kind: Kind, id: &str) -> Answer {
    change(platform, request, kind, id, request.body()?)
}

/// PUT /flow/{id}/{member}
pub(super) fn update_member(
    platform: &mut Platform,
    request: &Request,
    kind: Kind,
    id: &str,
    member: &str,
) -> Answer {
    change(
        platform,
        request,
        kind,
        id,
        &json!({member: request.body()?}),
    )
}

fn change(
    platform: &mut Platform,
    request: &Request,
    kind: Kind,
    id: &str,
    changes: &Value,
) -> Answer {
    let view = request.view()?;
    let object = platform.update(&request.caller, kind, id, changes)?;
    Reply::of(shown(platform, request, kind, &view, &object)).referring(platform, request)
}

/// MPUT /flow; all changes are made or none
pub(super) fn update_many(platform: &mut Platform, request: &Request, kind: Kind) -> Answer {
    let (changes, view) = (changes(request)?, request.view()?);
    let mut places = HashSet::new();
    for (id, change) in changes {
        let object = platform.changed(&request.caller, kind, id, change)?;
        let unique = match kind {
            Kind::Flow => Some("path"),
            Kind::Identity => Some("name"),
            _ => None,
        };
        let place = unique.and_then(|name| Some((name, object.get(name)?.as_str()?)));
        if let Some((name, place)) = place
            && !places.insert(place.to_owned())
        {
            return Err(Refusal::Invalid(format!("{name}: two have the same")));
        }
    }
    let mut changed = Map::new();
    for (id, change) in changes {
        let object = platform.update(&request.caller, kind, id, change)?;
        changed.insert(id.clone(), shown(platform, request, kind, &view, &object));
    }
    Reply::of(changed.into()).referring(platform, request)
}

/// DELETE /flow/{id}; what the body says changes nothing
pub(super) fn delete(platform: &mut Platform, request: &Request, kind: Kind, id: &str) -> Answer {
    platform.delete(&request.caller, kind, id)?;
    Ok(Reply::gone())
}

/// An object that was there before, of which a caller who may not read it sees no more than the id.
fn shown(
    platform: &mut Platform,
    request: &Request,
    kind: Kind,
    view: &View,
    object: &Value,
) -> Value {
    match may_read(&request.caller, kind, object) {
        true => show(platform, request, kind, view, object),
        false => json!({"id": object.get("id")}),
    }
}

/// How a caller sees an object.
fn show(
    platform: &mut Platform,
    request: &Request,
    kind: Kind,
    view: &View,
    object: &Value,
) -> Value {
    let now = platform.now();
    view.object(&platform.seen(&request.caller, kind, object, now))
}
