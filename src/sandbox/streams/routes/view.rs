//! Views, under their names of today and of before.

use serde_json::Value;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::model::job::Job;
use crate::sandbox::streams::model::view::View;
use crate::sandbox::streams::wire::collection::{Collection, element};
use crate::sandbox::streams::wire::error::Failure;
use crate::sandbox::streams::wire::links::Links;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::{Answer, configured_view, view};

/// The view that the path names, with its job.
fn named<'a>(domain: &'a Domain, request: &Request) -> Result<(&'a Job, &'a View), Failure> {
    let found = domain.instance.view(request.number(0)?);
    found.ok_or_else(|| request.not_found())
}

/// The views in the scope of the query, with their jobs.
fn scoped<'a>(domain: &'a Domain, request: &Request) -> Vec<(&'a Job, &'a View)> {
    let views = domain.instance.views();
    let views = views.filter(|(job, view)| {
        request.has_in_scope("job.restid", &job.id.to_string())
            && request.has_in_scope("configuredView.restid", &view.id.to_string())
    });
    views.collect()
}

/// The same as JSON.
fn all(
    domain: &Domain,
    request: &Request,
    to_json: fn(&Job, &View, &Links) -> Value,
) -> Vec<Value> {
    let views = scoped(domain, request).into_iter();
    views
        .map(|(job, view)| to_json(job, view, &request.links))
        .collect()
}

/// GET /instances/{instance}/views
pub(crate) fn list(domain: &mut Domain, request: &Request) -> Answer {
    let all = all(domain, request, view::to_json);
    Ok(Collection::new("views", "viewList", all).reply(request))
}

/// GET /instances/{instance}/views/{view}
pub(crate) fn get(domain: &mut Domain, request: &Request) -> Answer {
    let (job, found) = named(domain, request)?;
    Ok(element(view::to_json(job, found, &request.links), request))
}

/// GET /instances/{instance}/views/{view}/viewitems; to look starts a view that waits for it
pub(crate) fn items(domain: &mut Domain, request: &Request) -> Answer {
    let id = request.number(0)?;
    let found = domain.instance.view_mut(|view| view.id == id);
    let found = found.ok_or_else(|| request.not_found())?;
    let link = view::link(found, &request.links);
    let items = found.look(request.now);
    let items = items.iter().map(view::ViewItem::from);
    let items = Collection::new("viewItems", "viewItemList", items);
    Ok(items.with("view", link).reply(request))
}

/// GET /instances/{instance}/activeviews
pub(crate) fn active(domain: &mut Domain, request: &Request) -> Answer {
    let all = all(domain, request, configured_view::active);
    Ok(Collection::new("activeViews", "activeViewList", all).reply(request))
}

/// GET /instances/{instance}/activeviews/{view}
pub(crate) fn active_one(domain: &mut Domain, request: &Request) -> Answer {
    let (job, found) = named(domain, request)?;
    let active = configured_view::active(job, found, &request.links);
    Ok(element(active, request))
}

/// GET /instances/{instance}/configuredviews
pub(crate) fn configured(domain: &mut Domain, request: &Request) -> Answer {
    let mut views = scoped(domain, request);
    views.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
    let views = views.into_iter();
    let all = views.map(|(job, view)| configured_view::configured(job, view, &request.links));
    Ok(Collection::new("configuredViews", "configuredViewList", all).reply(request))
}

/// GET /instances/{instance}/configuredviews/{view}
pub(crate) fn configured_one(domain: &mut Domain, request: &Request) -> Answer {
    let (job, found) = named(domain, request)?;
    let configured = configured_view::configured(job, found, &request.links);
    Ok(element(configured, request))
}
