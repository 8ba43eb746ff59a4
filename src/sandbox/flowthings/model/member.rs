//! What the members of objects have to be.

use serde_json::{Map, Value};

use super::effort::Effort;
use super::filter::Filter;
use super::kind::{Kind, is_id};
use super::path;
use super::permission::{self, Deed};
use super::refusal::Refusal;

/// Members that the platform fills in, whatever a request says.
pub(crate) fn is_read_only(kind: Kind, name: &str) -> bool {
    match name {
        "id" | "creationDate" | "creatorId" | "lastEditDate" | "lastEditorId" => true,
        "tokenString" | "issuedBy" | "expiresInMs" => !kind.is_mutable(),
        "groupIds" | "shares" | "masterToken" => kind == Kind::Identity,
        "reportFlowId" | "reportPath" | "status" => {
            kind.is_task() || (kind == Kind::Device && name == "status")
        }
        "lastRun" | "nextRun" | "runCt" => kind.is_task(),
        "tokenId" | "lastSeen" | "timeSinceLastSeen" => kind == Kind::Device,
        _ => false,
    }
}

/// Why the members of an object are not those of its kind, if they are not. Others than these may have any value.
pub(crate) fn check(
    kind: Kind,
    members: &Map<String, Value>,
    effort: &Effort,
) -> Result<(), Refusal> {
    for (name, needed, is_it, what) in table(kind) {
        match members.get(*name) {
            Some(value) if !is_it(value) => return Err(format!("{name} is not {what}").into()),
            None if *needed => return Err(Refusal::missing(name)),
            _ => {}
        }
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if let Some(text) = text("filter") {
        Filter::read(text, effort).map_err(|refusal| refusal.of("filter"))?;
    }
    for name in ["path", "source", "destination"] {
        // What a task fetches is no path.
        if let Some(text) = text(name).filter(|_| (kind, name) != (Kind::ApiTask, "source")) {
            path::check(text).map_err(|why| format!("{name}: {why}"))?;
        }
    }
    let paths = members.get("paths").unwrap_or(&Value::Null);
    match kind {
        Kind::Track => {
            for destination in destinations(members) {
                path::check(destination).map_err(|why| format!("destination: {why}"))?;
            }
            Ok(())
        }
        Kind::MqttTask => match (text("source"), text("destination")) {
            (Some(_), Some(_)) => Err("source and destination exclude each other".into()),
            (None, None) => Err("source or destination is missing".into()),
            _ => Ok(()),
        },
        Kind::Token => Ok(permission::check(paths, &Deed::OF_TOKENS)?),
        Kind::Share => Ok(permission::check(paths, &Deed::OF_SHARES)?),
        _ => Ok(()),
    }
}

/// Where a track forwards to.
pub(crate) fn destinations(members: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let destination = members.get("destination");
    let one = destination.and_then(Value::as_str);
    let many = destination.and_then(Value::as_array);
    one.into_iter()
        .chain(many.into_iter().flatten().filter_map(Value::as_str))
}

/// A member: its name, whether it has to be there, and what it has to be.
type Row = (&'static str, bool, fn(&Value) -> bool, &'static str);

#[rustfmt::skip]
fn table(kind: Kind) -> &'static [Row] {
    const NEEDED: bool = true;
    const FREE: bool = false;
    const TEXT: &str = "a text";
    const FLAG: &str = "true or false";
    match kind {
        Kind::Flow => &[
            ("path", NEEDED, Value::is_string, TEXT),
            ("capacity", FREE, is_capacity, "a number from 0 to 100000"),
            ("filter", FREE, Value::is_string, TEXT),
            ("public", FREE, Value::is_boolean, FLAG),
            ("displayName", FREE, Value::is_string, TEXT),
            ("description", FREE, Value::is_string, TEXT),
        ],
        Kind::Track => &[
            ("source", NEEDED, Value::is_string, TEXT),
            ("destination", NEEDED, is_destination, "a path or a list of paths"),
            ("filter", FREE, Value::is_string, TEXT),
            ("js", FREE, Value::is_string, TEXT),
            ("disabled", FREE, Value::is_boolean, FLAG),
            ("description", FREE, Value::is_string, TEXT),
        ],
        Kind::Group => &[
            ("memberIds", NEEDED, are_identities, "a list of ids of identities"),
            ("displayName", FREE, Value::is_string, TEXT),
            ("description", FREE, Value::is_string, TEXT),
        ],
        Kind::Identity => &[
            ("name", FREE, is_name, "a text of a-z, 0-9, '-', '_' and ':'"),
            ("email", FREE, Value::is_string, TEXT),
            ("salutation", FREE, Value::is_string, TEXT),
            ("firstName", FREE, Value::is_string, TEXT),
            ("middleName", FREE, Value::is_string, TEXT),
            ("lastName", FREE, Value::is_string, TEXT),
            ("icon", FREE, Value::is_string, TEXT),
        ],
        Kind::ApiTask => &[
            ("destination", NEEDED, Value::is_string, TEXT),
            ("js", NEEDED, Value::is_string, TEXT),
            ("periodicity", FREE, is_period, "a number of milliseconds, at least 60000"),
            ("displayName", FREE, is_display_name, "a text of at most 2048 characters"),
            ("description", FREE, Value::is_string, TEXT),
            ("disabled", FREE, Value::is_boolean, FLAG),
        ],
        Kind::MqttTask => &[
            ("uri", NEEDED, Value::is_string, TEXT),
            ("host", FREE, Value::is_string, TEXT),
            ("topic", NEEDED, Value::is_string, TEXT),
            ("source", FREE, Value::is_string, TEXT),
            ("destination", FREE, Value::is_string, TEXT),
            ("clientId", FREE, Value::is_string, TEXT),
            ("username", FREE, Value::is_string, TEXT),
            ("password", FREE, Value::is_string, TEXT),
            ("qos", FREE, is_quality, "0, 1 or 2"),
            ("inputFormat", FREE, Value::is_string, TEXT),
            ("outputFormat", FREE, Value::is_string, TEXT),
            ("reportFrequency", FREE, is_duration, "a number of milliseconds"),
        ],
        Kind::RssTask => &[
            ("url", NEEDED, Value::is_string, TEXT),
            ("destination", NEEDED, Value::is_string, TEXT),
            ("periodicity", FREE, is_duration, "a number of milliseconds"),
            ("category", FREE, Value::is_string, TEXT),
            ("icon", FREE, Value::is_string, TEXT),
            ("favicon", FREE, Value::is_string, TEXT),
            ("isFeatured", FREE, Value::is_boolean, FLAG),
            ("displayName", FREE, Value::is_string, TEXT),
            ("description", FREE, Value::is_string, TEXT),
            ("disabled", FREE, Value::is_boolean, FLAG),
        ],
        Kind::Device => &[
            ("path", NEEDED, Value::is_string, TEXT),
            ("displayName", NEEDED, Value::is_string, TEXT),
            ("reportPeriodicity", FREE, is_duration, "a number of milliseconds"),
        ],
        Kind::Token => &[
            ("paths", NEEDED, Value::is_object, "an object of permissions by path"),
            ("duration", FREE, is_duration, "a number of milliseconds"),
            ("description", FREE, Value::is_string, TEXT),
        ],
        Kind::Share => &[
            ("issuedTo", NEEDED, is_recipient, "the id of an identity or of a group"),
            ("paths", NEEDED, Value::is_object, "an object of permissions by path"),
            ("duration", FREE, is_duration, "a number of milliseconds"),
            ("description", FREE, Value::is_string, TEXT),
        ],
    }
}

fn is_capacity(value: &Value) -> bool {
    value.as_u64().is_some_and(|capacity| capacity <= 100_000)
}

fn is_duration(value: &Value) -> bool {
    value.as_i64().is_some_and(|ms| ms > 0)
}

fn is_period(value: &Value) -> bool {
    value.as_i64().is_some_and(|ms| ms >= 60_000)
}

fn is_quality(value: &Value) -> bool {
    value.as_u64().is_some_and(|qos| qos <= 2)
}

fn is_display_name(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.chars().count() <= 2048)
}

fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(path::is_segment)
}

fn is_destination(value: &Value) -> bool {
    match value {
        Value::Array(paths) => !paths.is_empty() && paths.iter().all(Value::is_string),
        value => value.is_string(),
    }
}

fn is_identity(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|id| is_id(id) && id.starts_with(Kind::Identity.letter()))
}

fn are_identities(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|ids| ids.iter().all(is_identity))
}

fn is_recipient(value: &Value) -> bool {
    let is_group = |id: &str| is_id(id) && id.starts_with(Kind::Group.letter());
    is_identity(value) || value.as_str().is_some_and(is_group)
}
