//! A node with a past and a present, so that the first listing of a stranger is not empty.

use serde_json::{Value, json};

use super::annotation::Annotation;
use super::data_stream::DataFacts;
use super::event::Event;
use super::event_stream::EventFacts;
use super::inserter::Inserter;
use super::layout::Layout;
use super::module::Module;
use super::node::Node;
use super::producer::Producer;
use super::proxy::Proxy;
use super::time::{Micros, SECOND};

const HOUR: Micros = 3600 * SECOND;

/// Modules that write, a stream with a configuration file, meters with a day of readings, events, proxies.
pub(crate) fn fill(node: &mut Node, now: Micros) {
    configured(node, now);
    live(node, now);
    meters(node, now);
    node.proxies = vec![
        Proxy {
            name: "site1",
            url: "http://127.0.0.1:3000/",
        },
        Proxy {
            name: "site two",
            url: "https://127.0.0.2/path/",
        },
    ];
}

fn stream(
    node: &mut Node,
    path: &str,
    layout: &str,
    names: &[&str],
    now: Micros,
) -> Option<(i64, Layout)> {
    let layout = layout.parse().ok()?;
    let id = node.add_stream_at(path, |name| DataFacts::new(name, layout, names), now)?;
    Some((id, layout))
}

fn configured(node: &mut Node, now: Micros) -> Option<()> {
    let (id, _) = stream(node, "/configured/fixed", "int32_1", &["v"], now)?;
    let stream = node.data_streams.get_mut(id)?;
    stream.is_configured = true;
    stream.facts.description = Some("a stream with a configuration file".to_owned());
    stream.facts.keep_us = 7 * 24 * HOUR;
    let element = stream.facts.elements.first_mut()?;
    element.units = Some("W".to_owned());
    element.plottable = Some(true);
    Some(())
}

fn live(node: &mut Node, now: Micros) -> Option<()> {
    let breaks = stream(node, "/live/breaks", "int16_3", &["a", "b", "c"], now)?;
    let random = stream(node, "/live/rand", "float32_2", &["x", "y"], now)?;
    let seed = node.ids.next();
    let modules = [
        (
            "breaker",
            "rows with interval breaks",
            true,
            breaks,
            Producer::breaker(now),
        ),
        (
            "random",
            "random numbers",
            false,
            random,
            Producer::random(seed, now),
        ),
    ];
    for (name, description, is_app, (output, layout), producer) in modules {
        node.data_streams.get_mut(output)?.is_destination = true;
        let mut module = Module::new(name, description, output, layout, producer, now);
        module.is_app = is_app;
        node.modules.push(module);
    }
    Some(())
}

/// A day of power and voltage, once a second, with a break of an hour at noon.
fn meters(node: &mut Node, now: Micros) -> Option<()> {
    let (id, layout) = stream(
        node,
        "/plugs/meter",
        "float32_2",
        &["power", "voltage"],
        now,
    )?;
    let stream = node.data_streams.get_mut(id)?;
    stream.facts.description = Some("the meter in the kitchen".to_owned());
    for (element, unit) in stream.facts.elements.iter_mut().zip(["W", "V"]) {
        element.units = Some(unit.to_owned());
        element.plottable = Some(true);
    }
    let start = (now - 25 * HOUR) / HOUR * HOUR;
    let mut rows = Vec::new();
    for second in (0..12 * 3600).chain(13 * 3600..24 * 3600) {
        if second == 13 * 3600 {
            rows.extend(vec![0; layout.row_size()]);
        }
        rows.extend((start + second * SECOND).to_le_bytes());
        let phase = second as f64 / 1800.0;
        for value in [120.0 + 80.0 * phase.sin(), 230.0 + phase.cos()] {
            layout.datatype.write(value, &mut rows);
        }
    }
    rows.extend(vec![0; layout.row_size()]);
    Inserter::new(layout, 0).take(stream, &rows).ok()?;
    let note = |title: &str, content: &str, from: i64, hours: Option<i64>| {
        let begin = start + from * HOUR;
        Annotation::new(
            id,
            title,
            content,
            begin,
            hours.map(|hours| begin + hours * HOUR),
        )
    };
    node.annotate(note("maintenance", "the meter was off", 12, Some(1)));
    node.annotate(note("breakfast", "", 7, None));
    events(node, start, now)
}

fn events(node: &mut Node, start: Micros, now: Micros) -> Option<()> {
    let fields =
        json!({"device": "category:[\"kettle\",\"oven\"]", "power": "numeric", "note": "string"});
    let Value::Object(event_fields) = fields else {
        return None;
    };
    let facts = |name: &str| EventFacts {
        name: name.to_owned(),
        description: Some("when something was on".to_owned()),
        event_fields,
        chunk_duration_us: 0,
        keep_us: -1,
    };
    let id = node.add_stream_at("/plugs/switched", facts, now)?;
    let stream = node.event_streams.get_mut(id)?;
    for hour in 0..24 {
        let (device, power) = [("kettle", 1800), ("oven", 2400)]
            .into_iter()
            .nth(hour as usize % 2)?;
        let begin = start + hour * HOUR;
        stream.content.add(|id| Event {
            id,
            start: begin,
            end: begin + 10 * 60 * SECOND,
            content: json!({"device": device, "power": power, "note": format!("hour {hour}")}),
        });
    }
    Some(())
}
