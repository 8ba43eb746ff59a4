//! Operators: the steps of a job, with their ports.

use super::spl::SplType;

/// A step of a job.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    pub(crate) name: String,
    /// `spl.utility::Beacon`
    pub(crate) kind: &'static str,
    /// The place of its PE in the job.
    pub(crate) pe: usize,
    pub(crate) channel: Option<Channel>,
    pub(crate) inputs: Vec<InputPort>,
    pub(crate) outputs: Vec<OutputPort>,
    /// Metrics that its author has defined.
    pub(crate) metrics: Vec<CustomMetric>,
    /// Percent of the time of its PE.
    pub(crate) cost: i64,
}

/// Its copy in a parallel region.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) region: String,
    pub(crate) index: i64,
}

/// Where tuples arrive.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputPort {
    pub(crate) name: String,
    /// Tuples a second.
    pub(crate) rate: i64,
    /// How far the connection to it is congested, 0 to 100.
    pub(crate) congestion: i64,
    /// The topic to which it subscribes.
    pub(crate) import: Option<String>,
}

/// Where tuples leave.
#[derive(Clone, Debug)]
pub(crate) struct OutputPort {
    pub(crate) name: String,
    pub(crate) stream: String,
    pub(crate) schema: SplType,
    /// Tuples a second.
    pub(crate) rate: i64,
    pub(crate) export: Option<Export>,
}

/// How others may have the tuples of a port.
#[derive(Clone, Debug)]
pub(crate) enum Export {
    /// By a topic; `is_spl` where the class of the tuples is not that of Python or Java.
    Topic(String),
    /// By the name of the stream.
    Name(String),
}

/// A metric that the author of an operator has defined.
#[derive(Clone, Debug)]
pub(crate) struct CustomMetric {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) kind: &'static str,
    /// What is added a second; a gauge stays.
    pub(crate) rate: i64,
}

impl Operator {
    /// One without ports.
    pub(crate) fn new(name: &str, kind: &'static str, pe: usize) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            pe,
            channel: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
            metrics: Vec::new(),
            cost: 0,
        }
    }

    /// Adds a port at which so many tuples a second arrive.
    pub(crate) fn taking(mut self, rate: i64) -> Self {
        let name = match self.inputs.len() {
            0 => "IN".to_owned(),
            index => format!("IN{index}"),
        };
        self.inputs.push(InputPort {
            name,
            rate,
            ..InputPort::default()
        });
        self
    }

    /// Adds a port at which so many tuples a second leave.
    pub(crate) fn giving(mut self, stream: &str, schema: &SplType, rate: i64) -> Self {
        let name = match self.outputs.len() {
            0 => "OUT".to_owned(),
            index => format!("OUT{index}"),
        };
        self.outputs.push(OutputPort {
            name,
            stream: stream.to_owned(),
            schema: schema.clone(),
            rate,
            export: None,
        });
        self
    }

    /// Exports the last port.
    pub(crate) fn exported(mut self, export: Export) -> Self {
        if let Some(port) = self.outputs.last_mut() {
            port.export = Some(export);
        }
        self
    }

    /// Subscribes the last port to a topic.
    pub(crate) fn imported(mut self, topic: &str) -> Self {
        if let Some(port) = self.inputs.last_mut() {
            port.import = Some(topic.to_owned());
        }
        self
    }

    /// Congests the connection to the last port.
    pub(crate) fn congested(mut self, factor: i64) -> Self {
        if let Some(port) = self.inputs.last_mut() {
            port.congestion = factor;
        }
        self
    }

    pub(crate) fn in_channel(mut self, region: &str, index: i64) -> Self {
        let region = region.to_owned();
        self.channel = Some(Channel { region, index });
        self
    }

    pub(crate) fn costing(mut self, percent: i64) -> Self {
        self.cost = percent;
        self
    }

    pub(crate) fn with_metric(mut self, metric: CustomMetric) -> Self {
        self.metrics.push(metric);
        self
    }

    /// The name in the source, that of all copies in a parallel region.
    pub(crate) fn logical_name(&self) -> &str {
        match &self.channel {
            Some(channel) => &channel.region,
            None => &self.name,
        }
    }
}
