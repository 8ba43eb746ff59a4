//! Application configurations.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sandbox::streams::model::application_configuration::ApplicationConfiguration;
use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::reply::Reply;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, application_configuration as wire};

/// GET /instances/{instance}/applicationconfigurations
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let owner = &domain.user;
    let all = domain.instance.configurations.values();
    let all = all.map(|found| wire::to_json(found, owner, &request.links));
    let all = Collection::new(
        "applicationConfigurations",
        "applicationConfigurationList",
        all,
    );
    Ok(all.reply(request))
}

/// GET /instances/{instance}/applicationconfigurations/{name}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let found = domain.instance.configurations.get(request.place(0));
    let found = found.ok_or_else(|| request.not_found())?;
    let json = wire::to_json(found, &domain.user, &request.links);
    Ok(element(json, request))
}

/// POST /instances/{instance}/applicationconfigurations
pub(crate) fn create(domain: &mut Domain, request: &Request) -> Answer {
    let body = request.json()?;
    let name = body.get("name").and_then(Value::as_str);
    let name = name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Failure::bad_body("the name is missing"))?;
    let configurations = &mut domain.instance.configurations;
    if configurations.contains_key(name) {
        let text = format!("The application configuration {name} exists already.");
        return Err(Failure::conflict(text));
    }
    let mut made = ApplicationConfiguration {
        name: name.to_owned(),
        description: String::new(),
        properties: BTreeMap::new(),
        created: request.now,
        modified: request.now,
    };
    wire::change(&mut made, &body)?;
    let json = wire::to_json(&made, &domain.user, &request.links);
    let link = wire::link(name, &request.links);
    configurations.insert(name.to_owned(), made);
    Ok(Reply::created(&link, json))
}

/// PATCH /instances/{instance}/applicationconfigurations/{name}
pub(crate) fn update(domain: &mut Domain, request: &Request) -> Answer {
    let body = request.json()?;
    let found = domain.instance.configurations.get_mut(request.place(0));
    let found = found.ok_or_else(|| request.not_found())?;
    let mut changed = found.clone();
    wire::change(&mut changed, &body)?;
    changed.modified = request.now;
    *found = changed;
    Ok(wire::to_json(found, &domain.user, &request.links).into())
}

/// DELETE /instances/{instance}/applicationconfigurations/{name}
pub(crate) fn delete(domain: &mut Domain, request: &Request) -> Answer {
    match domain.instance.configurations.remove(request.place(0)) {
        Some(_) => Ok(Reply::nothing()),
        None => Err(request.not_found()),
    }
}
