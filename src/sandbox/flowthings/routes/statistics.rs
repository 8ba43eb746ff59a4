//! How often something happened.

use serde_json::Value;

use crate::sandbox::clock::calendar;
use crate::sandbox::flowthings::model::kind::Kind;
use crate::sandbox::flowthings::model::platform::Platform;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::model::statistics::{Level, Span, Statistic, days};
use crate::sandbox::flowthings::wire::{Answer, reply::Reply, request::Request};

/// GET /statistics/{type}/{id}/{year}/{month}/{day}; without a year there is a count for each one since the object was made, which no
/// document says
pub(super) fn count(
    platform: &mut Platform,
    request: &Request,
    name: &str,
    id: &str,
    date: &[&str],
) -> Answer {
    let statistic = Statistic::named(name).ok_or(Refusal::NotFound)?;
    let kind = match statistic {
        Statistic::FlowDropAdded | Statistic::FlowTracked => Kind::Flow,
        Statistic::TrackHit | Statistic::TrackPass => Kind::Track,
        Statistic::ApiCallByIdentity | Statistic::DropCreatedBy => Kind::Identity,
    };
    let now = platform.now();
    let object = platform.read(&request.caller, kind, id)?;
    let part = |name: &str, text: &str, range: std::ops::RangeInclusive<i64>| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or(Refusal::Invalid(format!("{name}: {text} is not one")))
    };
    let year = |text: &str| part("year", text, 1970..=9999);
    let month = |text: &str| part("month", text, 1..=12);
    let span = match date {
        [] => {
            let created = object.get("creationDate").and_then(Value::as_i64);
            let [first, ..] = calendar(created.unwrap_or(now));
            let [last, ..] = calendar(now);
            Span::Years(first, last)
        }
        [y] => Span::Year(year(y)?),
        [y, m] => Span::Month(year(y)?, month(m)?),
        [y, m, d] => {
            let (year, month) = (year(y)?, month(m)?);
            Span::Day(year, month, part("day", d, 1..=days(year, month))?)
        }
        _ => return Err(Refusal::NotFound),
    };
    let level = match request.query("level") {
        None => span.next_level(),
        Some(level) => match level.to_ascii_uppercase().as_str() {
            "YEAR" => Level::Year,
            "MONTH" => Level::Month,
            "DAY" => Level::Day,
            "HOUR" => Level::Hour,
            _ => {
                let why = format!("level: {level} is not YEAR, MONTH, DAY or HOUR");
                return Err(Refusal::Invalid(why));
            }
        },
    };
    let counts = platform.statistics.of(statistic, id, span, level);
    Ok(Reply::of(counts.into()))
}
