//! Metrics: what is measured of hosts, operators, PEs, their ports and connections.
//!
//! The product collects them every three seconds. Between two collections nothing changes.

use super::connection;
use super::domain::Domain;
use super::operator::{CustomMetric, Operator};
use super::owner::Owner;
use super::pe::Pe;
use super::time::{Millis, SECOND};

/// From one collection to the next.
const PERIOD: Millis = 3 * SECOND;

/// Bytes of a tuple.
const TUPLE: i64 = 64;

/// A measured value.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) description: String,
    /// `counter`, `gauge` or `time`.
    pub(crate) kind: &'static str,
    pub(crate) is_custom: bool,
    pub(crate) value: i64,
}

/// Metrics of one owner, and when they were collected.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) time: Millis,
    pub(crate) metrics: Vec<Metric>,
}

/// The metrics of an owner at the last collection, sorted by name; none where there is no such owner.
pub(crate) fn collected(domain: &Domain, owner: Owner, now: Millis) -> Option<Collected> {
    let origin = domain.created;
    let time = origin + (now - origin).div_euclid(PERIOD) * PERIOD;
    let mut metrics = measured(domain, owner, time)?;
    for ((whose, name), value) in &domain.instance.set_metrics {
        if *whose != owner {
            continue;
        }
        match metrics.iter_mut().find(|metric| metric.name == *name) {
            Some(metric) => metric.value = *value,
            None => metrics.push(Metric {
                is_custom: true,
                ..metric(name, "set from outside", "gauge", *value)
            }),
        }
    }
    metrics.sort_by(|one, other| one.name.cmp(&other.name));
    Some(Collected { time, metrics })
}

fn measured(domain: &Domain, owner: Owner, time: Millis) -> Option<Vec<Metric>> {
    let instance = &domain.instance;
    let operator = |job: u64, operator: usize| {
        let job = instance.jobs.get(&job)?;
        Some((
            job.application.operators.get(operator)?,
            job.pe_of(operator)?,
        ))
    };
    Some(match owner {
        Owner::Host(place) => of_host(domain.hosts.get(place)?.processors, time),
        Owner::Operator(job, at) => {
            let (operator, pe) = operator(job, at)?;
            since(pe, time).map_or_else(Vec::new, |ran| of_operator(operator, ran))
        }
        Owner::Input(job, at, port) => {
            let (operator, pe) = operator(job, at)?;
            let port = operator.inputs.get(port)?;
            let ran = since(pe, time);
            ran.map_or_else(Vec::new, |ran| of_input(port.rate, port.congestion, ran))
        }
        Owner::Output(job, at, port) => {
            let (operator, pe) = operator(job, at)?;
            let rate = operator.outputs.get(port)?.rate;
            since(pe, time).map_or_else(Vec::new, |ran| of_output(rate, ran))
        }
        Owner::Pe(id) => {
            let (_, _, pe) = instance.pe(id)?;
            since(pe, time).map_or_else(Vec::new, of_pe)
        }
        Owner::PeInput(id, port) => {
            let (job, place, pe) = instance.pe(id)?;
            let (at, port) = job.pe_inputs(place).get(port).copied()?;
            let rate = job.application.operators.get(at)?.inputs.get(port)?.rate;
            since(pe, time).map_or_else(Vec::new, |ran| of_pe_input(rate, ran))
        }
        Owner::PeOutput(id, port) => {
            let (job, place, pe) = instance.pe(id)?;
            let (at, port) = job.pe_outputs(place).get(port).copied()?;
            let rate = job.application.operators.get(at)?.outputs.get(port)?.rate;
            since(pe, time).map_or_else(Vec::new, |ran| of_pe_output(rate, ran))
        }
        Owner::PeConnection(..) => {
            let connections = connection::of_pes(instance);
            let mut connections = connections.iter();
            let connection = connections.find(|connection| Owner::from(*connection) == owner)?;
            let (_, _, pe) = instance.pe(connection.source.pe)?;
            let ran = since(pe, time);
            ran.map_or_else(Vec::new, |ran| of_connection(connection.congestion, ran))
        }
    })
}

/// For how long a PE has run at a collection; none where it did not run then.
fn since(pe: &Pe, time: Millis) -> Option<Millis> {
    (pe.status(time) == "running").then(|| time - pe.launched)
}

/// A count of what happens so often a second.
fn count(rate: i64, ran: Millis) -> i64 {
    ran * rate / SECOND
}

/// Something that goes up and down between 0 and `top`.
fn wave(top: i64, ran: Millis) -> i64 {
    let phase = ran / PERIOD % 8;
    top * (4 - (phase - 4).abs()) / 4
}

fn metric(name: &str, description: &str, kind: &'static str, value: i64) -> Metric {
    Metric {
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        is_custom: false,
        value,
    }
}

fn of_host(processors: i64, time: Millis) -> Vec<Metric> {
    let gauge = |name, description, value| metric(name, description, "gauge", value);
    vec![
        gauge("nProcessors", "Number of processors.", processors),
        gauge("cpuSpeed", "Speed of the processors in BogoMips.", 4800),
        gauge(
            "loadAverage",
            "Load average of the last minute, times 100.",
            25 + wave(60, time),
        ),
        gauge(
            "cpuUtilization",
            "Percent of the processors in use.",
            10 + wave(40, time),
        ),
        gauge("memoryUtilization", "Percent of the memory in use.", 41),
        gauge("memoryCapacity", "Memory in KB.", 16_777_216),
        gauge(
            "appNetworkUtilization",
            "Percent of the network in use.",
            wave(12, time),
        ),
        gauge(
            "appNetworkCapacity",
            "Capacity of the network in MB/s.",
            1250,
        ),
    ]
}

fn of_operator(operator: &Operator, ran: Millis) -> Vec<Metric> {
    let cost = metric(
        "relativeOperatorCost",
        "Percent of the time of the PE that the operator takes.",
        "gauge",
        operator.cost,
    );
    let custom = |custom: &CustomMetric| Metric {
        is_custom: true,
        ..metric(
            custom.name,
            custom.description,
            custom.kind,
            match custom.kind {
                "counter" => count(custom.rate, ran),
                _ => custom.rate,
            },
        )
    };
    let mut metrics = vec![cost];
    metrics.extend(operator.metrics.iter().map(custom));
    metrics
}

fn of_input(rate: i64, congestion: i64, ran: Millis) -> Vec<Metric> {
    let counter = |name, value| metric(name, "Counted since the PE started.", "counter", value);
    let gauge = |name, value| metric(name, "Items in the queue of the port.", "gauge", value);
    let queued = congestion * 10 + wave(congestion, ran);
    vec![
        counter("nTuplesProcessed", count(rate, ran)),
        counter("nTuplesDropped", 0),
        counter("nWindowPunctsProcessed", 0),
        counter("nFinalPunctsProcessed", 0),
        counter("nEnqueueWaits", count(congestion, ran)),
        gauge("nTuplesQueued", queued),
        gauge("nWindowPunctsQueued", 0),
        gauge("nFinalPunctsQueued", 0),
        gauge("queueSize", if congestion > 0 { 1000 } else { 0 }),
        gauge("maxItemsQueued", queued.max(congestion * 11)),
        gauge("recentMaxItemsQueued", queued),
        metric(
            "recentMaxItemsQueuedInterval",
            "For how long recentMaxItemsQueued holds, in ms.",
            "time",
            300_000,
        ),
    ]
}

fn of_output(rate: i64, ran: Millis) -> Vec<Metric> {
    let counter = |name, value| metric(name, "Counted since the PE started.", "counter", value);
    vec![
        counter("nTuplesSubmitted", count(rate, ran)),
        counter("nWindowPunctsSubmitted", 0),
        counter("nFinalPunctsSubmitted", 0),
    ]
}

fn of_pe(ran: Millis) -> Vec<Metric> {
    let gauge = |name, description, value| metric(name, description, "gauge", value);
    vec![
        gauge(
            "nCpuMilliseconds",
            "Processor time, of the user and the kernel, in ms.",
            ran / 20,
        ),
        gauge(
            "nMemoryConsumption",
            "Memory in KB.",
            410_000 + wave(9000, ran),
        ),
        gauge(
            "nResidentMemoryConsumption",
            "Resident memory in KB.",
            96_000 + wave(4000, ran),
        ),
    ]
}

fn of_pe_input(rate: i64, ran: Millis) -> Vec<Metric> {
    let counter = |name, value| metric(name, "Counted since the PE started.", "counter", value);
    vec![
        counter("nTuplesProcessed", count(rate, ran)),
        counter("nTupleBytesProcessed", count(rate, ran) * TUPLE),
        counter("nWindowPunctsProcessed", 0),
        counter("nFinalPunctsProcessed", 0),
    ]
}

fn of_pe_output(rate: i64, ran: Millis) -> Vec<Metric> {
    let counter = |name, value| metric(name, "Counted since the PE started.", "counter", value);
    let gauge = |name, value| metric(name, "Connections of the port.", "gauge", value);
    let tuples = count(rate, ran);
    vec![
        counter("nTuplesSubmitted", tuples),
        counter("nTupleBytesSubmitted", tuples * TUPLE),
        counter("nTuplesTransmitted", tuples),
        counter("nTupleBytesTransmitted", tuples * TUPLE),
        counter("nWindowPunctsSubmitted", 0),
        counter("nFinalPunctsSubmitted", 0),
        counter("nBrokenConnections", 0),
        gauge("nRequiredConnecting", 0),
        gauge("nOptionalConnecting", 0),
        gauge("nConnections", 1),
    ]
}

fn of_connection(congestion: i64, ran: Millis) -> Vec<Metric> {
    let factor = match congestion {
        0 => 0,
        some => (some - 5 + wave(10, ran)).clamp(0, 100),
    };
    vec![
        metric(
            "congestionFactor",
            "How far the connection is congested: 0 is not at all, 100 is as far as can be.",
            "gauge",
            factor,
        ),
        metric(
            "nTuplesFilteredOut",
            "Tuples that the filter of the import has kept back.",
            "counter",
            0,
        ),
    ]
}
