//! The operators of a job and what connects them, and how fast tuples flow there.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::{
    Sample, SampledMetric, Sampling, StreamsConnection,
    calls::{Job, JobGet},
    flow::{Flow, FlowConnection, FlowEnd, FlowOperator},
    types::{self, JobId, Operator, OperatorConnection, OperatorInputPort, OperatorOutputPort},
};
use crate::{Batch, Error, ErrorKind, Link, Poll, Result, call::BoxFuture};

const PROCESSED: &str = "nTuplesProcessed";
const SUBMITTED: &str = "nTuplesSubmitted";
const QUEUED: &str = "nTuplesQueued";
const QUEUE_SIZE: &str = "queueSize";
const COST: &str = "relativeOperatorCost";
const CONGESTION: &str = "congestionFactor";

/// How long rates are waited for after the first metrics: the server collects anew every three seconds.
const PATIENCE: Duration = Duration::from_secs(8);

impl Job {
    /// How its tuples flow: rates, queues and congestion of its operators and connections, and the operator that holds the others up.
    ///
    /// All operators are listed with their ports and connections, which takes two requests for each, and their metrics are asked for
    /// until the server has collected them twice. Where it does not within eight seconds of the first ones, rates are left out.
    ///
    /// ```
    /// # use headwaters::streams::StreamsConnection;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = headwaters::sandbox::Streams::builder().demo(true).start().await?;
    /// # let sc = StreamsConnection::new(server.url(), server.user(), server.password())?;
    /// # let instance = sc.instances().list().await?.remove(0);
    /// # let job = sc.instance(&instance).jobs().await?.remove(0);
    /// let flow = sc.job(&job).flow().await?;
    /// println!("{flow}");
    /// if let Some(slow) = flow.bottleneck() {
    ///     println!("{slow} holds the others up");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] when the job changes meanwhile; [`is_timeout`](Error::is_timeout) when the poll times out; otherwise as
    /// any call.
    pub fn flow(&self) -> Poll<Flow> {
        let (connection, job) = (StreamsConnection::of(self.client.clone()), self.get());
        let poll = Poll::new(JobGet::OPERATION, async move {
            let topology = Topology::find(connection, job.await?).await;
            let topology = topology.map_err(changed)?;
            let metrics = topology.metrics();
            let state = Arc::new(Mutex::new((topology, metrics, None)));
            let ask = move || -> BoxFuture<Result<Option<Flow>>> {
                let state = Arc::clone(&state);
                Box::pin(async move {
                    let (topology, metrics, first) = &mut *state.lock().await;
                    let Some(sample) = metrics.next().await? else {
                        return Ok(Some(topology.flow(&Measured(BTreeMap::new()))));
                    };
                    let measured = Measured::of(sample)?;
                    let first = *first.get_or_insert_with(Instant::now);
                    let is_done = topology.is_counted(&measured) || first.elapsed() > PATIENCE;
                    Ok(is_done.then(|| topology.flow(&measured)))
                })
            };
            Ok((None, ask))
        });
        poll.with_interval(Duration::from_millis(500), Duration::from_secs(1))
    }
}

/// What a job is made of.
struct Topology {
    connection: StreamsConnection,
    job: JobId,
    operators: Vec<Place>,
    connections: Vec<OperatorConnection>,
    /// The operators, those of other jobs to which connections lead included, by their links.
    ends: BTreeMap<String, FlowEnd>,
}

/// An operator and its ports.
struct Place {
    operator: Operator,
    inputs: Vec<OperatorInputPort>,
    outputs: Vec<OperatorOutputPort>,
}

impl Topology {
    async fn find(connection: StreamsConnection, job: types::Job) -> Result<Self> {
        let operators = connection.follow(&job.operators).await?;
        let groups = || {
            operators
                .iter()
                .map(|operator| connection.operator(operator))
        };
        let inputs: Batch<_> = groups().map(|operator| operator.input_ports()).collect();
        let outputs: Batch<_> = groups().map(|operator| operator.output_ports()).collect();
        let (inputs, outputs) = (inputs.await?, outputs.await?);
        let connections = connection.follow(&job.operator_connections).await?;
        let mut ends = BTreeMap::new();
        let ports = inputs.into_iter().zip(outputs);
        let places = operators.into_iter().zip(ports);
        let places = places.map(|(operator, (inputs, outputs))| {
            let end = FlowEnd {
                job: job.id.clone(),
                operator: operator.name.clone(),
            };
            ends.insert(operator.self_.to_string(), end);
            Place {
                operator,
                inputs,
                outputs,
            }
        });
        let operators = places.collect();
        let mut topology = Self {
            connection,
            job: job.id,
            operators,
            connections,
            ends,
        };
        topology.find_others().await?;
        Ok(topology)
    }

    /// Adds the operators of other jobs: connections lead to them by exports and imports. What cannot be seen is left out.
    async fn find_others(&mut self) -> Result<()> {
        let mut others = BTreeMap::new();
        for connection in &self.connections {
            let source = connection.source.as_ref();
            let source = source.map(|end| (end.operator.as_ref(), end.job.as_ref()));
            let target = connection.target.as_ref();
            let target = target.map(|end| (end.operator.as_ref(), end.job.as_ref()));
            for (operator, job) in source.into_iter().chain(target) {
                if let (Some(operator), Some(job)) = (operator, job)
                    && !self.ends.contains_key(operator.as_str())
                {
                    others.insert(operator.as_str(), (operator, job));
                }
            }
        }
        let operators = others.values();
        let operators = operators.map(|(operator, _)| self.connection.follow(*operator));
        let found = operators.collect::<Batch<_>>().all().await;
        for ((link, (_, job)), operator) in others.into_iter().zip(found) {
            let operator = match operator {
                // Another job may end, or be nobody's business.
                Err(error) if error.is_not_found() || error.is_forbidden() => continue,
                operator => operator?,
            };
            let end = FlowEnd {
                job: last_segment(job).into(),
                operator: operator.name,
            };
            self.ends.insert(link.to_owned(), end);
        }
        Ok(())
    }

    /// The metrics of all of it, by the links of what has them.
    fn metrics(&self) -> Sampling<String> {
        let connection = &self.connection;
        let mut metrics = Sampling::new()
            .only([PROCESSED, SUBMITTED, QUEUED, QUEUE_SIZE, COST, CONGESTION])
            .every(Duration::ZERO);
        for place in &self.operators {
            let link = &place.operator.self_;
            metrics.add(link.to_string(), connection.operator(link).metrics());
            for port in &place.inputs {
                let link = &port.self_;
                metrics.add(link.to_string(), connection.input_port(link).metrics());
            }
            for port in &place.outputs {
                let link = &port.self_;
                metrics.add(link.to_string(), connection.output_port(link).metrics());
            }
        }
        // Several connections of operators can share one of their PEs.
        let links = self.connections.iter();
        let links = links.filter_map(|connection| connection.pe_connection.as_ref());
        let links: BTreeMap<&str, _> = links.map(|link| (link.as_str(), link)).collect();
        for link in links.into_values() {
            metrics.add(link.to_string(), connection.pe_connection(link).metrics());
        }
        metrics
    }

    /// Whether all ports have been counted twice.
    fn is_counted(&self, measured: &Measured) -> bool {
        self.operators.iter().all(|place| {
            let mut inputs = place.inputs.iter();
            let mut outputs = place.outputs.iter();
            inputs.all(|port| measured.rate(&port.self_, PROCESSED).is_some())
                && outputs.all(|port| measured.rate(&port.self_, SUBMITTED).is_some())
        })
    }

    fn flow(&self, measured: &Measured) -> Flow {
        let operators = self.operators.iter().map(|place| {
            let inputs = place.inputs.iter();
            let outputs = place.outputs.iter();
            let pe = place.operator.pe.as_ref();
            FlowOperator {
                name: place.operator.name.clone(),
                kind: place.operator.operator_kind.clone(),
                pe: pe.map(|pe| last_segment(pe).into()),
                cost: measured.value(&place.operator.self_, COST),
                processed: sum(inputs.map(|port| measured.rate(&port.self_, PROCESSED))),
                submitted: sum(outputs.map(|port| measured.rate(&port.self_, SUBMITTED))),
            }
        });
        let ports = self.operators.iter().flat_map(|place| &place.outputs);
        let streams =
            ports.filter_map(|port| Some((port.self_.as_str(), port.stream_name.as_ref()?)));
        let streams: BTreeMap<&str, &String> = streams.collect();
        let connections = self.connections.iter().filter_map(|connection| {
            // Where the server does not say what is connected, there is nothing to tell.
            let (source, target) = (connection.source.as_ref()?, connection.target.as_ref()?);
            let (output, input) = (source.output_port.as_ref(), target.input_port.as_ref());
            let stream = output.and_then(|port| streams.get(port.as_str()).copied());
            // A port without a queue has one of size 0.
            let queue_size = input.and_then(|port| measured.value(port, QUEUE_SIZE));
            let queue_size = queue_size.filter(|size| *size > 0);
            let congestion = connection.pe_connection.as_ref();
            Some(FlowConnection {
                from: self.ends.get(source.operator.as_ref()?.as_str())?.clone(),
                stream: stream.cloned(),
                to: self.ends.get(target.operator.as_ref()?.as_str())?.clone(),
                rate: output.and_then(|port| measured.rate(port, SUBMITTED)),
                queued: queue_size.and_then(|_| measured.value(input?, QUEUED)),
                queue_size,
                congestion: congestion.and_then(|link| measured.value(link, CONGESTION)),
            })
        });
        Flow {
            job: self.job.clone(),
            operators: operators.collect(),
            connections: connections.collect(),
        }
    }
}

/// The metrics at one time, by the links of what has them.
struct Measured(BTreeMap<String, Vec<SampledMetric>>);

impl Measured {
    /// All of them, or why they are not.
    fn of(sample: Sample<String>) -> Result<Self> {
        if let Some((_, error)) = sample.failures.into_iter().next() {
            return Err(error);
        }
        if !sample.gone.is_empty() {
            return Err(Error::of(ErrorKind::Failed, JobGet::OPERATION, CHANGES));
        }
        Ok(Self(sample.objects.into_iter().collect()))
    }

    fn find<C>(&self, link: &Link<C>, name: &str) -> Option<&SampledMetric> {
        let mut metrics = self.0.get(link.as_str())?.iter();
        metrics.find(|sampled| sampled.metric.name == name)
    }

    fn value<C>(&self, link: &Link<C>, name: &str) -> Option<i64> {
        self.find(link, name)?.metric.value
    }

    fn rate<C>(&self, link: &Link<C>, name: &str) -> Option<f64> {
        self.find(link, name)?.rate
    }
}

/// Nothing where one is not known, or there are none.
fn sum(rates: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    rates.reduce(|one, other| Some(one? + other?)).flatten()
}

const CHANGES: &str = "the job changes while it is looked at: a part of it is gone";

/// The error of a job of which a part is gone.
fn changed(error: Error) -> Error {
    match error.is_not_found() {
        true => Error::of(ErrorKind::Failed, JobGet::OPERATION, CHANGES).with_source(error),
        false => error,
    }
}

/// The id of what a link leads to.
fn last_segment<C>(link: &Link<C>) -> &str {
    let url = link.as_str().trim_end_matches('/');
    url.rsplit('/').next().unwrap_or(url)
}
