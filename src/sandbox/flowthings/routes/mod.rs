//! The table of contents: every operation of the platform, and who answers it.

mod aggregate;
mod drop;
mod drops;
mod object;
mod reader;
mod reference;
pub(super) mod session;
mod simulation;
mod socket;
mod statistics;

use super::model::effort::Effort;
use super::model::kind::Kind;
use super::model::platform::Platform;
use super::model::refusal::Refusal;
use super::model::statistics::Statistic;
use super::wire::Answer;
use super::wire::request::Request;

/// Answers a request to the path below an account.
#[rustfmt::skip]
pub(super) fn answer(platform: &mut Platform, method: &str, path: &[&str], request: &Request) -> Answer {
    let (caller, now) = (&request.caller, platform.now());
    platform.effort = Effort::default();
    platform.statistics.count(Statistic::ApiCallByIdentity, &caller.identity, now);
    match (method, path) {
        ("GET", ["drop"]) => drops::find(platform, request),
        ("POST", ["drop"]) => drops::create(platform, request),
        ("MGET", ["drop"]) => drops::find_in_many(platform, request),
        //
        ("GET", ["drop", flow]) => drop::find(platform, request, flow),
        ("POST", ["drop", flow]) => drop::create(platform, request, flow),
        ("MGET", ["drop", flow]) => drop::read_many(platform, request, flow),
        ("MPUT", ["drop", flow]) => drop::update_many(platform, request, flow),
        ("DELETE", ["drop", flow]) => drop::delete_all(platform, request, flow),
        ("POST", ["drop", flow, "aggregate"]) => aggregate::aggregate(platform, request, flow),
        ("GET", ["drop", flow, id]) => drop::read(platform, request, flow, id),
        ("PUT", ["drop", flow, id]) => drop::update(platform, request, flow, id),
        ("DELETE", ["drop", flow, id]) => drop::delete(platform, request, flow, id),
        ("PUT", ["drop", flow, id, member]) if !member.is_empty() => drop::update_member(platform, request, flow, id, member),
        //
        ("POST", [service @ ("track" | "api-task"), "simulate"]) => simulation::simulate(platform, request, service),
        ("GET", ["statistics", name, id, date @ ..]) => statistics::count(platform, request, name, id, date),
        //
        (method, [service, rest @ ..]) => {
            let kind = Kind::of(service).ok_or(Refusal::NotFound)?;
            match (method, rest) {
                ("GET", []) => object::find(platform, request, kind),
                ("POST", []) => object::create(platform, request, kind),
                ("MGET", []) => object::read_many(platform, request, kind),
                ("MPUT", []) => object::update_many(platform, request, kind),
                ("GET", [id]) => object::read(platform, request, kind, id),
                ("PUT", [id]) => object::update(platform, request, kind, id),
                ("DELETE", [id]) => object::delete(platform, request, kind, id),
                ("PUT", [id, member]) if !member.is_empty() => object::update_member(platform, request, kind, id, member),
                _ => Err(Refusal::NotFound),
            }
        }
        (_, []) => Err(Refusal::NotFound),
    }
}

/// The ids in the body of a request.
fn ids(request: &Request) -> Result<Vec<&str>, Refusal> {
    let ids = request.body()?.as_array();
    let ids = ids.and_then(|ids| ids.iter().map(|id| id.as_str()).collect());
    ids.ok_or(Refusal::invalid("The body is not a list of ids"))
}

/// The changes by id in the body of a request.
fn changes(request: &Request) -> Result<&serde_json::Map<String, serde_json::Value>, Refusal> {
    let changes = request.body()?.as_object();
    changes.ok_or(Refusal::invalid(
        "The body is not an object of changes by id",
    ))
}
