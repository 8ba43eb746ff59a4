//! How the tuples of a job flow: which operators give how many of them to which, and where they are held up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::types::{JobId, PeId};

/// From this congestion on, of 100, or with this percentage of its queue full, a connection holds tuples up.
const HELD_UP: i64 = 10;

/// How the tuples of a job flow. It prints as a table, and [`to_dot`](Self::to_dot) as a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Flow {
    /// The job.
    pub job: JobId,
    /// Its operators.
    pub operators: Vec<FlowOperator>,
    /// The connections between them, and those with operators of other jobs.
    pub connections: Vec<FlowConnection>,
}

/// An operator of a job, and how fast it works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FlowOperator {
    /// Its name.
    pub name: String,
    /// Its kind, such as `spl.relational::Filter`.
    pub kind: Option<String>,
    /// The PE in which it runs.
    pub pe: Option<PeId>,
    /// Its share of the work of its PE, in percent.
    pub cost: Option<i64>,
    /// Tuples a second that its input ports take; `None` where it has none, or the server has not counted them twice.
    pub processed: Option<f64>,
    /// Tuples a second that its output ports give; `None` where it has none, or the server has not counted them twice.
    pub submitted: Option<f64>,
}

/// A connection from an output port to an input port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FlowConnection {
    /// Where tuples come from.
    pub from: FlowEnd,
    /// The stream.
    pub stream: Option<String>,
    /// Where they go.
    pub to: FlowEnd,
    /// Tuples a second on the stream; `None` where it is another job's, or the server has not counted them twice.
    pub rate: Option<f64>,
    /// Tuples that wait in the queue of the input port, from all of its connections; `None` where the port has no queue.
    pub queued: Option<i64>,
    /// How many the queue can hold.
    pub queue_size: Option<i64>,
    /// How far the sending PE waits for the receiving one, from 0 to 100; `None` within a PE.
    pub congestion: Option<i64>,
}

/// An operator at the end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FlowEnd {
    /// Its job.
    pub job: JobId,
    /// Its name.
    pub operator: String,
}

impl Flow {
    /// The operator that is too slow for what it gets, if tuples are held up anywhere: it stands behind the last connection, seen in
    /// the direction of the flow, that is congested or has a filling queue. Of the operators that share its PE and work on the same
    /// tuples, it is the one that costs most. It can be one of another job.
    pub fn bottleneck(&self) -> Option<FlowEnd> {
        let graph = Graph::of(self);
        let first = most_held_up(self.connections.iter())?;
        let (mut seen, mut slow) = (BTreeSet::from([&first.from]), &first.to);
        loop {
            let called = graph.called_from(slow);
            seen.extend(&called);
            // Who waits for somebody further down is not slow.
            let onward = called.iter().flat_map(|end| graph.connections_from(end));
            match most_held_up(onward.filter(|connection| !seen.contains(&connection.to))) {
                Some(connection) => slow = &connection.to,
                None => {
                    // With equal costs it is the first.
                    let cost = |end: &&FlowEnd| (graph.cost(end), *end == slow);
                    return called.into_iter().max_by_key(cost).cloned();
                }
            }
        }
    }

    /// The graph in the language of Graphviz: a box for each PE with its operators, an arrow for each connection, red where it holds
    /// tuples up.
    pub fn to_dot(&self) -> String {
        Dot(self).to_string()
    }

    /// The name of an operator, with its job if that is another one.
    fn shown(&self, end: &FlowEnd) -> String {
        match end.job == self.job {
            true => end.operator.clone(),
            false => end.to_string(),
        }
    }
}

/// The connection that holds most tuples up, the first of several that are equal.
fn most_held_up<'a>(
    connections: impl Iterator<Item = &'a FlowConnection>,
) -> Option<&'a FlowConnection> {
    let held_up = connections.filter(|connection| connection.pressure() >= HELD_UP);
    held_up.reduce(|one, other| match other.pressure() > one.pressure() {
        true => other,
        false => one,
    })
}

/// Operators and connections by where they are.
struct Graph<'a> {
    operators: BTreeMap<FlowEnd, &'a FlowOperator>,
    connections: BTreeMap<&'a FlowEnd, Vec<&'a FlowConnection>>,
}

impl<'a> Graph<'a> {
    fn of(flow: &'a Flow) -> Self {
        let mut connections: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for connection in &flow.connections {
            let from = connections.entry(&connection.from).or_default();
            from.push(connection);
        }
        let operators = flow.operators.iter().map(|operator| {
            let end = FlowEnd {
                job: flow.job.clone(),
                operator: operator.name.clone(),
            };
            (end, operator)
        });
        Self {
            operators: operators.collect(),
            connections,
        }
    }

    fn connections_from(&self, end: &FlowEnd) -> impl Iterator<Item = &'a FlowConnection> {
        self.connections.get(end).into_iter().flatten().copied()
    }

    fn cost(&self, end: &FlowEnd) -> Option<i64> {
        self.operators.get(end)?.cost
    }

    /// The operators that work on a tuple of this one before it takes the next: those of its PE to which it leads without a queue.
    fn called_from(&self, end: &'a FlowEnd) -> BTreeSet<&'a FlowEnd> {
        let mut called = BTreeSet::new();
        let mut waiting = vec![end];
        while let Some(end) = waiting.pop() {
            if called.insert(end) {
                let calls = self.connections_from(end).filter(|connection| {
                    connection.queue_size.is_none() && self.is_within_a_pe(connection)
                });
                waiting.extend(calls.map(|connection| &connection.to));
            }
        }
        called
    }

    fn is_within_a_pe(&self, connection: &FlowConnection) -> bool {
        let pe = |end| self.operators.get(end)?.pe.as_ref();
        pe(&connection.from).is_some_and(|one| pe(&connection.to) == Some(one))
    }
}

impl FlowConnection {
    /// How far it is congested, or how full its queue is, in percent.
    fn pressure(&self) -> i64 {
        let fill = self.queued.zip(self.queue_size);
        let fill = fill.and_then(|(queued, size)| queued.checked_mul(100)?.checked_div(size));
        self.congestion.max(fill).unwrap_or_default()
    }
}

impl fmt::Display for FlowEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of job {}", self.operator, self.job)
    }
}

/// Two tables, of operators and of connections, and the bottleneck.
impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operators = self.operators.iter().map(|operator| {
            [
                operator.name.clone(),
                shown(operator.pe.as_ref()),
                shown(operator.cost.map(|cost| format!("{cost} %"))),
                shown_rate(operator.processed),
                shown_rate(operator.submitted),
            ]
        });
        let title = ["operator", "PE", "cost", "in", "out"];
        table(f, title, operators.collect())?;
        f.write_str("\n")?;
        let connections = self.connections.iter().map(|connection| {
            [
                self.shown(&connection.from),
                self.shown(&connection.to),
                shown(connection.stream.as_ref()),
                shown_rate(connection.rate),
                shown(connection.queued),
                shown(connection.congestion),
            ]
        });
        let title = ["from", "to", "stream", "rate", "queued", "congestion"];
        table(f, title, connections.collect())?;
        match self.bottleneck() {
            Some(end) => write!(f, "\nbottleneck: {}", self.shown(&end)),
            None => f.write_str("\nno tuples are held up"),
        }
    }
}

fn shown(value: Option<impl fmt::Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn shown_rate(rate: Option<f64>) -> String {
    shown(rate.map(|rate| format!("{rate:.1}/s")))
}

/// Columns as wide as what is in them.
fn table<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    title: [&str; N],
    rows: Vec<[String; N]>,
) -> fmt::Result {
    let title = title.map(str::to_owned);
    let mut widths = [0; N];
    for row in std::iter::once(&title).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in std::iter::once(&title).chain(&rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A flow as Graphviz reads it.
struct Dot<'a>(&'a Flow);

impl fmt::Display for Dot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(flow) = self;
        writeln!(f, "digraph {} {{", quoted(&format!("job {}", flow.job)))?;
        f.write_str("    rankdir=LR;\n    node [shape=box];\n")?;
        let slow = flow.bottleneck();
        let mut pes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for operator in &flow.operators {
            pes.entry(&operator.pe).or_default().push(operator);
        }
        for (pe, operators) in pes {
            let mut within = "";
            if let Some(pe) = pe {
                let label = quoted(&format!("PE {pe}"));
                let name = quoted(&format!("cluster {pe}"));
                writeln!(f, "    subgraph {name} {{\n        label={label};")?;
                within = "    ";
            }
            for operator in operators {
                let is_slow = |end: &FlowEnd| end.job == flow.job && end.operator == operator.name;
                let color = match slow.as_ref().is_some_and(is_slow) {
                    true => " [color=red]",
                    false => "",
                };
                writeln!(f, "    {within}{}{color};", quoted(&operator.name))?;
            }
            if pe.is_some() {
                f.write_str("    }\n")?;
            }
        }
        for connection in &flow.connections {
            let ends = [&connection.from, &connection.to].map(|end| quoted(&flow.shown(end)));
            let [from, to] = ends;
            let label = quoted(&shown_rate(connection.rate));
            let color = match connection.pressure() >= HELD_UP {
                true => ", color=red",
                false => "",
            };
            writeln!(f, "    {from} -> {to} [label={label}{color}];")?;
        }
        f.write_str("}\n")
    }
}

/// As a text in quotes, in which a backslash would begin an escape.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(name: &str, pe: &str, cost: i64) -> FlowOperator {
        FlowOperator {
            name: name.to_owned(),
            kind: None,
            pe: Some(pe.into()),
            cost: Some(cost),
            processed: Some(100.0),
            submitted: None,
        }
    }

    fn end(operator: &str) -> FlowEnd {
        FlowEnd {
            job: "1".into(),
            operator: operator.to_owned(),
        }
    }

    fn connection(from: &str, to: &str) -> FlowConnection {
        FlowConnection {
            from: end(from),
            stream: Some(from.to_owned()),
            to: end(to),
            rate: Some(12.345),
            queued: None,
            queue_size: None,
            congestion: None,
        }
    }

    fn congested(from: &str, to: &str, congestion: i64) -> FlowConnection {
        FlowConnection {
            congestion: Some(congestion),
            ..connection(from, to)
        }
    }

    fn queued(from: &str, to: &str, queued: i64) -> FlowConnection {
        FlowConnection {
            queued: Some(queued),
            queue_size: Some(1_000),
            ..connection(from, to)
        }
    }

    fn flow(operators: &[(&str, &str, i64)], connections: Vec<FlowConnection>) -> Flow {
        let operators = operators.iter();
        Flow {
            job: "1".into(),
            operators: operators
                .map(|(name, pe, cost)| operator(name, pe, *cost))
                .collect(),
            connections,
        }
    }

    #[test]
    fn the_bottleneck_is_what_others_wait_for_and_which_waits_for_nobody() {
        let each_in_its_pe = [
            ("a", "1", 100),
            ("b", "2", 100),
            ("c", "3", 100),
            ("d", "4", 100),
        ];
        for (connections, slow) in [
            (vec![congested("a", "b", 0), congested("b", "c", 9)], None),
            (
                vec![congested("a", "b", 10), congested("b", "c", 0)],
                Some("b"),
            ),
            // A waits since b does, which waits for c.
            (
                vec![congested("a", "b", 90), congested("b", "c", 40)],
                Some("c"),
            ),
            (
                vec![congested("a", "b", 40), congested("c", "d", 90)],
                Some("d"),
            ),
            (
                vec![queued("a", "b", 990), congested("b", "c", 3)],
                Some("b"),
            ),
            (vec![queued("a", "b", 99)], None),
            (vec![connection("a", "b")], None),
            (Vec::new(), None),
            // Around and around, and out of it.
            (
                vec![
                    congested("a", "b", 90),
                    congested("b", "c", 60),
                    congested("c", "b", 50),
                    congested("c", "d", 40),
                ],
                Some("d"),
            ),
            (
                vec![congested("a", "b", 50), congested("b", "a", 50)],
                Some("b"),
            ),
        ] {
            let flow = flow(&each_in_its_pe, connections);
            let found = flow.bottleneck().map(|end| end.operator);
            assert_eq!(found.as_deref(), slow, "{flow}");
        }
    }

    #[test]
    fn of_operators_that_work_on_the_same_tuples_the_costliest_is_the_bottleneck() {
        let operators = [
            ("a", "1", 100),
            ("b", "2", 5),
            ("c", "2", 80),
            ("d", "2", 95),
            ("e", "3", 99),
        ];
        let to_b = || congested("a", "b", 70);
        // D has a thread of its own, and e another process.
        let connections = vec![
            to_b(),
            connection("b", "c"),
            queued("c", "d", 0),
            connection("c", "e"),
        ];
        let slow = flow(&operators, connections).bottleneck();
        assert_eq!(slow, Some(end("c")));
        let connections = vec![to_b(), connection("c", "b"), connection("b", "e")];
        let slow = flow(&operators, connections).bottleneck();
        assert_eq!(slow, Some(end("b")));
    }

    #[test]
    fn an_operator_whose_pe_waits_further_down_is_not_the_bottleneck() {
        let operators = [
            ("a", "1", 100),
            ("b", "2", 5),
            ("c", "2", 80),
            ("d", "3", 100),
        ];
        let connections = vec![
            congested("a", "b", 95),
            connection("b", "c"),
            congested("c", "d", 60),
        ];
        assert_eq!(flow(&operators, connections).bottleneck(), Some(end("d")));
    }

    #[test]
    fn a_flow_of_many_operators_is_looked_through_at_once() {
        let names: Vec<String> = (0..20_000).map(|at| format!("op{at}")).collect();
        let operators: Vec<_> = names.iter().map(|name| (name.as_str(), "1", 1)).collect();
        let pairs = names.iter().zip(names.iter().skip(1));
        let mut connections: Vec<_> = pairs.map(|(from, to)| connection(from, to)).collect();
        connections.push(congested("before", "op0", 50));
        let flow = flow(&operators, connections);
        assert_eq!(flow.bottleneck(), Some(end("op0")));
        assert!(flow.to_dot().lines().count() > 40_000);
    }

    #[test]
    fn the_bottleneck_can_be_in_another_job() {
        let other = FlowEnd {
            job: "2".into(),
            operator: "b".to_owned(),
        };
        let to_other = FlowConnection {
            to: other.clone(),
            ..congested("a", "b", 70)
        };
        let flow = flow(&[("a", "1", 100), ("b", "2", 100)], vec![to_other]);
        assert_eq!(flow.bottleneck(), Some(other));
        assert!(
            flow.to_string().ends_with("bottleneck: b of job 2"),
            "{flow}"
        );
    }

    #[test]
    fn a_flow_prints_as_tables() {
        let operators = [("source", "1", 100), ("sink", "12", 7)];
        let flow = flow(&operators, vec![congested("source", "sink", 70)]);
        let expected = [
            "operator  PE  cost   in       out",
            "source    1   100 %  100.0/s  -",
            "sink      12  7 %    100.0/s  -",
            "",
            "from    to    stream  rate    queued  congestion",
            "source  sink  source  12.3/s  -       70",
            "",
            "bottleneck: sink",
        ];
        assert_eq!(flow.to_string(), expected.join("\n"));
    }

    #[test]
    fn a_flow_is_a_graph() {
        let operators = [("a", "1", 100), ("b", "1", 0), (r#"say "x" \n"#, "2", 7)];
        let connections = vec![connection("a", "b"), congested("b", r#"say "x" \n"#, 70)];
        let expected = r#"digraph "job 1" {
    rankdir=LR;
    node [shape=box];
    subgraph "cluster 1" {
        label="PE 1";
        "a";
        "b";
    }
    subgraph "cluster 2" {
        label="PE 2";
        "say \"x\" \\n" [color=red];
    }
    "a" -> "b" [label="12.3/s"];
    "b" -> "say \"x\" \\n" [label="12.3/s", color=red];
}
"#;
        assert_eq!(flow(&operators, connections).to_dot(), expected);
    }
}
