//! Events, as JSON.

use serde_json::{Map, Value, json};

use super::attributes::number;
use super::error::Failure;
use crate::sandbox::joule::model::{
    event::Event,
    time::{Micros, check_year, through_float},
};

/// The times and the content of an object.
pub(crate) fn parse(value: &Map<String, Value>) -> Result<Event, Failure> {
    let member = |key: &str| {
        let missing = || Failure::uncaught(format!("KeyError: '{key}'"));
        value.get(key).ok_or_else(missing)
    };
    let time = |key: &str| {
        let wrong = |_| Failure::uncaught(format!("TypeError: {key} is no number"));
        let time = number(member(key)?).map_err(wrong)?;
        let time = time.round() as Micros;
        check_year(time)?;
        Ok::<_, Failure>(time)
    };
    let (start, end) = (time("start_time")?, time("end_time")?);
    if start >= end {
        return Err(Failure::uncaught(format!(
            "ValueError: Event end [{end}] cannot be before start [{start}]"
        )));
    }
    let content = member("content")?.clone();
    Ok(Event {
        id: 0,
        start,
        end,
        content,
    })
}

pub(crate) fn to_json(event: &Event, stream: i64) -> Value {
    json!({
        "id": event.id,
        "event_stream_id": stream,
        "start_time": through_float(event.start),
        "end_time": through_float(event.end),
        "content": event.content,
    })
}
