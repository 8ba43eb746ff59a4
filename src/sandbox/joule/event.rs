//! Events: what happened from one time to another.

use serde_json::{Map, Value, json};

use super::attributes::number;
use super::error::{Failure, UNADDRESSED};
use super::event_stream::EventStream;
use super::filter::Filter;
use super::histogram;
use super::node::Node;
use super::records::{Records, json_id};
use super::reply::{Answer, Reply};
use super::request::{Bounds, Request, integer};
use super::time::{Micros, check_year, through_float};

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: i64,
    pub(super) start: Micros,
    pub(super) end: Micros,
    pub(super) content: Value,
}

impl Event {
    /// The times and the content of an object.
    fn parse(value: &Map<String, Value>) -> Result<Self, Failure> {
        let member = |key: &str| {
            let missing = || Failure::uncaught(format!("KeyError: '{key}'"));
            value.get(key).ok_or_else(missing)
        };
        let time = |key: &str| {
            let wrong = |_| Failure::uncaught(format!("TypeError: {key} is no number"));
            let time = number(member(key)?).map_err(wrong)?;
            let time = time.round() as Micros;
            check_year(time).map(|()| time)
        };
        let (start, end) = (time("start_time")?, time("end_time")?);
        if start >= end {
            return Err(Failure::uncaught(format!(
                "ValueError: Event end [{end}] cannot be before start [{start}]"
            )));
        }
        let content = member("content")?.clone();
        Ok(Self {
            id: 0,
            start,
            end,
            content,
        })
    }

    fn to_json(&self, stream: i64) -> Value {
        json!({
            "id": self.id,
            "event_stream_id": stream,
            "start_time": through_float(self.start),
            "end_time": through_float(self.end),
            "content": self.content,
        })
    }
}

/// Which events a request is about.
struct Choice {
    bounds: Bounds,
    /// Whether events count that began before the bounds and have not ended there.
    ongoing: bool,
    filter: Filter,
}

impl Choice {
    fn parse(request: &Request) -> Result<Self, Failure> {
        let bounds = request.bounds()?;
        let ongoing = request
            .integer("include-ongoing-events")?
            .unwrap_or_default();
        let filter = Filter::parse(request.query("filter").unwrap_or_default())?;
        request.bounds_in_years()?;
        Ok(Self {
            bounds,
            ongoing: ongoing != 0,
            filter,
        })
    }

    fn takes(&self, event: &Event) -> Result<bool, Failure> {
        let reach = if self.ongoing { event.end } else { event.start };
        let within = self.bounds.start.is_none_or(|start| reach >= start)
            && self.bounds.end.is_none_or(|end| event.start < end);
        Ok(within && self.filter.takes(&event.content)?)
    }

    /// The events of a stream, in the order of their start.
    fn of<'a>(&self, stream: &'a EventStream) -> Result<Vec<&'a Event>, Failure> {
        let mut chosen = Vec::new();
        for event in stream.events()?.iter() {
            if self.takes(event)? {
                chosen.push(event);
            }
        }
        chosen.sort_by_key(|event| event.start);
        Ok(chosen)
    }
}

/// GET /event/data.json
pub(super) fn read(node: &mut Node, request: &Request) -> Answer {
    let stream = EventStream::of(node, request)?;
    let Some(limit) = request.query("limit") else {
        return Err(Failure::bad_request("limit parameter is required"));
    };
    let limit = integer(limit).and_then(|limit| usize::try_from(limit).ok());
    let limit =
        limit.ok_or_else(|| Failure::bad_request("limit parameter must be an integer > 0"))?;
    let choice = Choice::parse(request)?;
    let mut events = choice.of(stream)?;
    if request.query("return-subset").is_none() && events.len() > limit {
        let all = stream.events()?;
        let counted = all
            .iter()
            .filter(|event| choice.filter.takes(&event.content).is_ok_and(|taken| taken));
        let histogram = histogram::of(all, counted, choice.bounds)?;
        return Ok(json!({"count": events.len(), "events": histogram, "type": "histogram"}).into());
    }
    if limit == 0 {
        return Err(Failure::uncaught("AssertionError: limit must be > 0"));
    }
    let Bounds { start, end } = choice.bounds;
    if start.is_none() && end.is_some() {
        // With an end alone the last ones are meant.
        events.drain(..events.len().saturating_sub(limit));
    }
    events.truncate(limit);
    let events: Vec<Value> = events
        .into_iter()
        .map(|event| event.to_json(stream.id))
        .collect();
    Ok(json!({"count": events.len(), "events": events, "type": "events"}).into())
}

/// GET /event/data/count.json
pub(super) fn count(node: &mut Node, request: &Request) -> Answer {
    let stream = EventStream::of(node, request)?;
    let choice = Choice::parse(request)?;
    Ok(json!({"count": choice.of(stream)?.len()}).into())
}

/// DELETE /event/data.json; events that began before the bounds go too, if they reach into them
pub(super) fn remove(node: &mut Node, request: &Request) -> Answer {
    let stream = EventStream::of(node, request)?;
    let choice = Choice {
        ongoing: true,
        ..Choice::parse(request)?
    };
    let chosen: Vec<i64> = choice.of(stream)?.iter().map(|event| event.id).collect();
    let events = stream.events_mut()?;
    for id in chosen {
        events.remove(id);
    }
    Ok(Reply::ok())
}

/// POST /event/data.json: an event that is there is changed, any other is added
pub(super) fn write(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let stream = EventStream::in_body(node, &body, ("path", "id"), UNADDRESSED)?;
    let id = stream.id;
    let Some(events) = body.get("events") else {
        return Err(Failure::bad_request("specify events to add"));
    };
    let mut events = objects(events)?;
    for event in &mut events {
        let Some(owner) = event.get("event_stream_id") else {
            return Err(Failure::bad_request(
                "all events must have an event_stream_id",
            ));
        };
        if *owner != id {
            event.insert("id".to_owned(), Value::Null);
            event.insert("event_stream_id".to_owned(), id.into());
        }
    }
    if !events.is_empty() {
        let stored = stream.events_mut()?;
        add(stored, &mut events)?;
        update(stored, &events)?;
    }
    Ok(json!({"count": events.len(), "events": events}).into())
}

fn objects(events: &Value) -> Result<Vec<Map<String, Value>>, Failure> {
    let wrong = || Failure::uncaught("TypeError: events must be a list of objects");
    let events = events.as_array().ok_or_else(wrong)?;
    let object = |event: &Value| event.as_object().cloned().ok_or_else(wrong);
    events.iter().map(object).collect()
}

/// Adds the events whose numbers are not there, all or none, and numbers them; those without a number come first.
fn add(stored: &mut Records<Event>, events: &mut [Map<String, Value>]) -> Result<(), Failure> {
    let mut unnumbered = Vec::new();
    let mut unknown = Vec::new();
    for event in events {
        match event.get("id") {
            None | Some(Value::Null) => unnumbered.push(event),
            Some(id) if stored.get(json_id(id)?).is_none() => unknown.push(event),
            Some(_) => {}
        }
    }
    unnumbered.append(&mut unknown);
    let parsed: Vec<_> = unnumbered.iter().map(|event| Event::parse(event)).collect();
    if let Some(failure) = parsed.iter().position(Result::is_err) {
        // Their numbers are spent all the same.
        for _ in &unnumbered {
            stored.skip();
        }
        return parsed
            .into_iter()
            .nth(failure)
            .map_or(Ok(()), |failed| failed.map(drop));
    }
    for (event, parsed) in unnumbered.into_iter().zip(parsed.into_iter().flatten()) {
        let id = stored.add(|id| Event { id, ..parsed });
        event.insert("id".to_owned(), id.into());
    }
    Ok(())
}

/// Changes the events whose numbers are there, one by one. Those just added are themselves by now.
fn update(stored: &mut Records<Event>, events: &[Map<String, Value>]) -> Result<(), Failure> {
    for event in events {
        let id = json_id(event.get("id").unwrap_or(&Value::Null))?;
        if let Some(place) = stored.get_mut(id) {
            *place = Event {
                id,
                ..Event::parse(event)?
            };
        }
    }
    Ok(())
}
