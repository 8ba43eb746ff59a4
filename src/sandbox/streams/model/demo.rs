//! Applications to look at, and jobs that run them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::application::{Application, Arc};
use super::application_configuration::ApplicationConfiguration;
use super::domain::Domain;
use super::operator::{CustomMetric, Export, Operator};
use super::spl::{Attribute, SplType, plain};
use super::submission::Submission;
use super::time::{Millis, SECOND};
use super::view::{Capacity, Content, Sample, View};

const HOUR: Millis = 3600 * SECOND;

const SOURCE: &str = "com.ibm.streamsx.topology.functional.python::Source";
const MAP: &str = "com.ibm.streamsx.topology.functional.python::Map";
const FOR_EACH: &str = "com.ibm.streamsx.topology.functional.python::ForEach";

/// The topic to which the first job gives, and from which the second takes.
const TOPIC: &str = "neural/predictions";

/// Lets two jobs run for an hour, and says what they read.
pub(crate) fn fill(domain: &mut Domain) {
    let now = domain.now();
    let begin = now - HOUR;
    domain.created = begin - HOUR;
    domain.instance.created = begin - HOUR;
    domain.instance.started = Some(begin - HOUR);
    domain.instance.groups.insert("nightly".to_owned());
    domain
        .instance
        .run(neural_net(), Submission::default(), begin);
    let submission = Submission {
        data_directory: Some("/home/streamsadmin/trades".to_owned()),
        parameters: vec![("symbols".to_owned(), "IBM,ACME".to_owned())],
        ..Submission::default()
    };
    domain.instance.run(trades(), submission, begin);
    let properties = [("server", "kafka.example.com:9092"), ("group", "trades")];
    let properties = properties.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let configuration = ApplicationConfiguration {
        name: "kafka".to_owned(),
        description: "where trades come from".to_owned(),
        properties: BTreeMap::from(properties),
        created: begin,
        modified: begin,
    };
    let name = configuration.name.clone();
    domain.instance.configurations.insert(name, configuration);
}

/// What a bundle runs, of whose content nothing is known but the name.
pub(crate) fn of_bundle(name: &str) -> Application {
    let schema = SplType::Tuple(plain(&[("serial", "int64")]));
    let mut application = Application::chain(
        name,
        vec![
            Operator::new("Source", "spl.utility::Beacon", 0).giving("Source", &schema, 10),
            Operator::new("Work", "spl.relational::Functor", 0)
                .taking(10)
                .giving("Work", &schema, 10),
            Operator::new("Sink", "spl.utility::Custom", 1).taking(10),
        ],
    );
    let view = view("Work", (1, 0), &[("serial", "int64")], 10, serial);
    application.views.push(view);
    application
}

/// A chain of so many operators.
pub(crate) fn of_operators(count: usize) -> Application {
    let schema = SplType::Tuple(plain(&[("serial", "int64")]));
    let per_pe = count.div_ceil(8).max(1);
    let operator = |at: usize| {
        let operator = Operator::new(&format!("Op_{at:05}"), MAP, at / per_pe);
        let operator = match at {
            0 => operator,
            _ => operator.taking(100),
        };
        operator.giving(&format!("Op_{at:05}"), &schema, 100)
    };
    Application::chain("sandbox::Operators", (0..count).map(operator).collect())
}

/// So many views on one stream.
pub(crate) fn of_views(count: usize) -> Application {
    let schema = SplType::Tuple(plain(&[("serial", "int64")]));
    let numbers = Operator::new("Numbers", "spl.utility::Beacon", 0).giving("Numbers", &schema, 10);
    let mut application = Application::chain("sandbox::Views", vec![numbers]);
    application.views = (0..count)
        .map(|at| {
            let name = format!("view_{at:04}");
            view(&name, (0, 0), &[("serial", "int64")], 10, serial)
        })
        .collect();
    application
}

/// A view of a stream with so many tuples a second, that keeps ten seconds.
fn view(
    name: &str,
    port: (usize, usize),
    attributes: &[(&str, &'static str)],
    rate: i64,
    sample: Sample,
) -> View {
    View {
        id: 0,
        name: name.to_owned(),
        description: None,
        port,
        attributes: plain(attributes),
        capacity: Capacity::Seconds(10),
        maximum_rate: 1000,
        on_first_access: false,
        started: None,
        content: Content::Stream {
            rate,
            channels: 0,
            sample,
        },
    }
}

fn serial(number: u64) -> Value {
    json!({"serial": number})
}

/// Python operators, as streamsx makes them.
fn neural_net() -> Application {
    let object = SplType::Tuple(plain(&[("__spl_po", "blob")]));
    let text = SplType::Tuple(plain(&[("string", "rstring")]));
    let json = SplType::Tuple(plain(&[("jsonString", "rstring")]));
    let operators = vec![
        Operator::new("periodicSource", SOURCE, 0)
            .giving("stream1", &object, 50)
            .costing(20),
        Operator::new("identity", MAP, 0)
            .taking(50)
            .giving("stream2", &text, 50)
            .costing(80),
        Operator::new("neural_net_model", MAP, 1)
            .taking(50)
            .congested(70)
            .giving("stream3", &json, 20)
            .costing(100)
            .with_metric(CustomMetric {
                name: "nPredictions",
                description: "Predictions made.",
                kind: "counter",
                rate: 20,
            })
            .with_metric(CustomMetric {
                name: "modelVersion",
                description: "Version of the model in use.",
                kind: "gauge",
                rate: 3,
            }),
        Operator::new(
            "Op.PublishTopic.TopicProperties",
            "spl.relational::Functor",
            2,
        )
        .taking(20)
        .giving("Op.PublishTopic.TopicProperties", &json, 20)
        .exported(Export::Topic(TOPIC.to_owned()))
        .costing(40),
        Operator::new("print_flush", FOR_EACH, 2)
            .taking(20)
            .costing(60),
    ];
    let mut application = Application::chain("application::NeuralNet", operators);
    // The last two both take what the model gives.
    if let Some(last) = application.connections.last_mut() {
        *last = Arc {
            source: (2, 0),
            target: (4, 0),
        };
    }
    let predictions = View {
        description: Some("What the model predicts".to_owned()),
        ..view(
            "predictions",
            (2, 0),
            &[("jsonString", "rstring")],
            20,
            prediction,
        )
    };
    let words = View {
        capacity: Capacity::Tuples(100),
        on_first_access: true,
        ..view("words", (1, 0), &[("string", "rstring")], 50, word)
    };
    application.views = vec![predictions, words];
    application
}

fn prediction(number: u64) -> Value {
    let class = if number.is_multiple_of(3) {
        "cat"
    } else {
        "dog"
    };
    let text =
        json!({"serial": number, "class": class, "confidence": 0.5 + (number % 50) as f64 / 100.0});
    json!({"jsonString": text.to_string()})
}

fn word(number: u64) -> Value {
    json!({"string": format!("word {number}")})
}

/// SPL operators, two of them in a parallel region.
fn trades() -> Application {
    let trade = SplType::Tuple(plain(&[
        ("symbol", "rstring"),
        ("price", "float64"),
        ("volume", "int64"),
        ("isFinal", "boolean"),
    ]));
    let filter = |index: i64| {
        Operator::new(
            &format!("Filter[{index}]"),
            "spl.relational::Filter",
            1 + usize::try_from(index).unwrap_or_default(),
        )
        .taking(100)
        .giving(&format!("Filter[{index}]"), &trade, 40)
        .in_channel("Filter", index)
        .costing(100)
    };
    let application = Application {
        name: "application::Trades".to_owned(),
        operators: vec![
            Operator::new("Trades", "spl.utility::Beacon", 0)
                .giving("Trades", &trade, 200)
                .costing(100),
            filter(0),
            filter(1),
            Operator::new("Averages", "spl.relational::Aggregate", 3)
                .taking(80)
                .giving("Averages", &average(), 8)
                .exported(Export::Name("averages".to_owned()))
                .costing(70),
            Operator::new("Report", "spl.utility::Custom", 3)
                .taking(8)
                .taking(20)
                .imported(TOPIC)
                .costing(30),
        ],
        connections: [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)]
            .map(|(from, to)| Arc {
                source: (from, 0),
                target: (to, 0),
            })
            .to_vec(),
        views: Vec::new(),
    };
    let attributes = [
        ("symbol", "rstring"),
        ("price", "float64"),
        ("volume", "int64"),
    ];
    let mut trades = view("trades", (1, 0), &attributes, 40, trade_of);
    trades.capacity = Capacity::Tuples(50);
    if let Content::Stream { channels, .. } = &mut trades.content {
        *channels = 2;
    }
    Application {
        views: vec![trades],
        ..application
    }
}

/// One attribute of nearly every kind.
fn average() -> SplType {
    let kind = |kind| Box::new(SplType::Plain(kind));
    let range = SplType::Tuple(plain(&[("low", "float64"), ("high", "float64")]));
    SplType::Tuple(vec![
        Attribute::new("symbol", SplType::Bounded("rstring", 8)),
        Attribute::new("average", SplType::Plain("float64")),
        Attribute::new("side", SplType::Enum(vec!["buy", "sell"])),
        Attribute::new("prices", SplType::Of("list", kind("float64"))),
        Attribute::new("volumes", SplType::Map(kind("rstring"), kind("int64"))),
        Attribute::new("range", range),
        Attribute::new("note", SplType::Of("optional", kind("ustring"))),
        Attribute::new("time", SplType::Plain("timestamp")),
    ])
}

fn trade_of(number: u64) -> Value {
    let symbol = if number.is_multiple_of(2) {
        "IBM"
    } else {
        "ACME"
    };
    json!({
        "symbol": symbol,
        "price": 100.0 + (number % 400) as f64 / 4.0,
        "volume": 10 + number % 90,
        "isFinal": false,
    })
}
