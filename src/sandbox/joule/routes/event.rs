//! Events: read, counted, removed and written.

use serde_json::{Map, Value, json};

use super::address;
use crate::sandbox::joule::{
    model::{
        bounds::Bounds,
        event::Event,
        event_selection::EventSelection,
        event_stream::EventFacts,
        histogram::{self, Bucket},
        node::Node,
        records::Records,
    },
    wire::{
        Answer,
        error::{Failure, UNADDRESSED},
        event::{parse, to_json},
        filter,
        id::json_id,
        python::integer,
        reply::Reply,
        request::Request,
    },
};

/// GET /event/data.json
pub(crate) fn read(node: &mut Node, request: &Request) -> Answer {
    let stream = address::event_stream(node, request)?;
    let Some(limit) = request.query("limit") else {
        return Err(Failure::bad_request("limit parameter is required"));
    };
    let limit = integer(limit).and_then(|limit| usize::try_from(limit).ok());
    let limit =
        limit.ok_or_else(|| Failure::bad_request("limit parameter must be an integer > 0"))?;
    let selection = selected(request)?;
    let mut events = selection.of(stream)?;
    if request.query("return-subset").is_none() && events.len() > limit {
        let all = stream.events()?;
        let counted = all.iter().filter(|event| {
            selection
                .filter
                .takes(&event.content)
                .is_ok_and(|taken| taken)
        });
        let histogram = histogram::of(all, counted, selection.bounds)?;
        let histogram: Vec<Value> = histogram.iter().map(bucket_json).collect();
        return Ok(json!({"count": events.len(), "events": histogram, "type": "histogram"}).into());
    }
    if limit == 0 {
        return Err(Failure::uncaught("AssertionError: limit must be > 0"));
    }
    let Bounds { start, end } = selection.bounds;
    if start.is_none() && end.is_some() {
        // With an end alone the last ones are meant.
        events.drain(..events.len().saturating_sub(limit));
    }
    events.truncate(limit);
    let events: Vec<Value> = events
        .into_iter()
        .map(|event| to_json(event, stream.id))
        .collect();
    Ok(json!({"count": events.len(), "events": events, "type": "events"}).into())
}

/// GET /event/data/count.json
pub(crate) fn count(node: &mut Node, request: &Request) -> Answer {
    let stream = address::event_stream(node, request)?;
    let selection = selected(request)?;
    Ok(json!({"count": selection.of(stream)?.len()}).into())
}

/// DELETE /event/data.json; events that began before the bounds go too, if they reach into them
pub(crate) fn remove(node: &mut Node, request: &Request) -> Answer {
    let stream = address::event_stream(node, request)?;
    let selection = EventSelection {
        ongoing: true,
        ..selected(request)?
    };
    let chosen: Vec<i64> = selection.of(stream)?.iter().map(|event| event.id).collect();
    let events = stream.events_mut()?;
    for id in chosen {
        events.remove(id);
    }
    Ok(Reply::ok())
}

/// POST /event/data.json: an event that is there is changed, any other is added
pub(crate) fn write(node: &mut Node, request: &Request) -> Answer {
    let body = request.json()?;
    let stream = address::stream_in_body::<EventFacts>(node, &body, ("path", "id"), UNADDRESSED)?;
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
    let parsed: Vec<_> = unnumbered.iter().map(|event| parse(event)).collect();
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
                ..parse(event)?
            };
        }
    }
    Ok(())
}

/// Which events a request is about.
fn selected(request: &Request) -> Result<EventSelection, Failure> {
    let bounds = request.bounds()?;
    let ongoing = request
        .integer("include-ongoing-events")?
        .unwrap_or_default();
    let filter = filter::parse(request.query("filter").unwrap_or_default())?;
    request.bounds_in_years()?;
    Ok(EventSelection {
        bounds,
        ongoing: ongoing != 0,
        filter,
    })
}

/// Counts look like events.
fn bucket_json(bucket: &Bucket) -> Value {
    json!({
        "id": -1,
        "start_time": bucket.start,
        "end_time": bucket.end,
        "content": {"count": bucket.count},
    })
}
