//! Annotations: notes at a time, or on a range of times, of a data stream.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::sandbox::joule::{
    model::{
        annotation::Annotation,
        bounds::Bounds,
        data_stream::DataFacts,
        node::Node,
        time::{Micros, check_year, through_float},
    },
    wire::{
        Answer,
        attributes::number,
        error::Failure,
        id::{json_id, parse_id},
        python::integer,
        reply::Reply,
        request::Request,
    },
};

/// `start` and `end`, which need not be in order.
fn bounds(request: &Request) -> Result<Bounds, Failure> {
    let bound = |name| {
        let refused =
            || Failure::bad_request("[start] and [end] must be microsecond utc timestamps");
        let micros = |text| {
            let micros = integer(text).and_then(|micros| micros.try_into().ok());
            micros.ok_or_else(refused)
        };
        request.query(name).map(micros).transpose()
    };
    Ok(Bounds {
        start: bound("start")?,
        end: bound("end")?,
    })
}

/// POST /annotation.json
pub(crate) fn create(node: &mut Node, request: &Request) -> Answer {
    let body = request.trusted_json()?;
    let id = match (body.get("stream_id"), body.get("stream_path")) {
        (Some(id), _) => Some(json_id(id)?),
        (None, Some(path)) => node.stream_at::<DataFacts>(path.as_str().unwrap_or_default()),
        (None, None) => return Err(Failure::bad_request("specify a stream_id")),
    };
    let stream = id
        .and_then(|id| node.data_streams.get(id))
        .ok_or_else(Failure::no_stream)?
        .id;
    let annotation = parse(&body)?;
    let id = node.annotate(Annotation {
        stream,
        ..annotation
    });
    Ok(node.annotations.get(id).map_or(Value::Null, to_json).into())
}

/// GET /annotations.json; a path must exist, a number need not
pub(crate) fn list(node: &mut Node, request: &Request) -> Answer {
    let bounds = bounds(request)?;
    if request.query("stream_id").is_none() && request.query("stream_path").is_none() {
        return Err(Failure::bare(
            StatusCode::BAD_REQUEST,
            "must specify at least one stream_id or stream_path",
        ));
    }
    let mut streams = Vec::new();
    for id in request.all("stream_id") {
        streams.push(parse_id(id)?);
    }
    for path in request.all("stream_path") {
        streams.push(
            node.stream_at::<DataFacts>(path)
                .ok_or_else(Failure::no_stream)?,
        );
    }
    let of_stream = |stream: i64| {
        let all = node
            .annotations
            .iter()
            .filter(move |annotation| annotation.stream == stream);
        all.filter(|annotation| annotation.starts_within(bounds))
            .map(to_json)
    };
    Ok(streams
        .into_iter()
        .flat_map(of_stream)
        .collect::<Value>()
        .into())
}

/// PUT /annotation.json; times do not change
pub(crate) fn update(node: &mut Node, request: &Request) -> Answer {
    let body = request.trusted_json()?;
    let Some(id) = body.get("id") else {
        return Err(Failure::bad_request("specify an id"));
    };
    let annotation = node.annotations.get_mut(json_id(id)?);
    let annotation = annotation.ok_or_else(|| Failure::not_found("annotation does not exist"))?;
    if let Some(title) = body.get("title") {
        match title.as_str().filter(|title| !title.is_empty()) {
            Some(title) => annotation.title = title.to_owned(),
            None => return Err(Failure::bad_request("annotation title is reqiured")),
        }
    }
    if let Some(content) = body.get("content") {
        annotation.content = content.as_str().map(str::to_owned);
    }
    Ok(to_json(annotation).into())
}

/// DELETE /annotation.json
pub(crate) fn delete(node: &mut Node, request: &Request) -> Answer {
    let Some(id) = request.query("id") else {
        return Err(Failure::bad_request("specify an id"));
    };
    match node.annotations.remove(parse_id(id)?) {
        Some(_) => Ok(Reply::ok()),
        None => Err(Failure::not_found("annotation does not exist")),
    }
}

/// DELETE /stream/annotations.json
pub(crate) fn delete_all(node: &mut Node, request: &Request) -> Answer {
    let bounds = bounds(request)?;
    let stream = annotated(node, request)?;
    node.annotations
        .retain(|annotation| annotation.stream != stream || !annotation.starts_within(bounds));
    Ok(Reply::ok())
}

/// GET /annotations/info.json; both times are of starts
pub(crate) fn info(node: &mut Node, request: &Request) -> Answer {
    let stream = annotated(node, request)?;
    let all = || {
        node.annotations
            .iter()
            .filter(|annotation| annotation.stream == stream)
    };
    let starts = || all().map(|annotation| through_float(annotation.start));
    Ok(json!({"start": starts().min(), "end": starts().max(), "count": all().count()}).into())
}

/// The data stream that the query names by `stream_id` or `stream_path`.
fn annotated(node: &Node, request: &Request) -> Result<i64, Failure> {
    let id = match (request.query("stream_id"), request.query("stream_path")) {
        (Some(id), _) => Some(parse_id(id)?),
        (None, Some(path)) => node.stream_at::<DataFacts>(path),
        (None, None) => return Err(Failure::unaddressed()),
    };
    let stream = id.and_then(|id| node.data_streams.get(id));
    stream
        .map(|stream| stream.id)
        .ok_or_else(Failure::no_stream)
}

fn parse(body: &Map<String, Value>) -> Result<Annotation, Failure> {
    let invalid = || Failure::bad_request("invalid values for annotation");
    let title = body.get("title").ok_or_else(invalid)?;
    let micros = |value: &Value| {
        let micros = number(value).map_err(|_| invalid())?.round() as Micros;
        check_year(micros)?;
        Ok::<_, Failure>(micros)
    };
    let start = micros(body.get("start").ok_or_else(invalid)?)?;
    let end = body.get("end").filter(|end| !end.is_null());
    let end = end.map(micros).transpose()?;
    let title = title.as_str().unwrap_or_default();
    if title.is_empty() {
        return Err(Failure::bad_request("title is reqiured"));
    }
    if end.is_some_and(|end| start >= end) {
        return Err(Failure::bad_request("[start] must be before [end]"));
    }
    let content = body.get("content").and_then(Value::as_str);
    Ok(Annotation {
        content: content.map(str::to_owned),
        ..Annotation::new(0, title, "", start, end)
    })
}

fn to_json(annotation: &Annotation) -> Value {
    json!({
        "id": annotation.id,
        "title": annotation.title,
        "content": annotation.content,
        "start": through_float(annotation.start),
        "end": annotation.end.map(through_float),
        "stream_id": annotation.stream,
    })
}
