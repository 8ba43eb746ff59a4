//! Our spec against what a JobManager answers.

use std::{collections::BTreeMap, rc::Rc};

use headwaters::reqwest::StatusCode;
use serde_json::Value;

use super::{
    answer::Answers,
    document::{Document, Operation, anonymous, content},
    report::{Kind as Found, Report},
    server::{Answer, Server, encoded, filled},
    shape::Kind,
    version::Version,
};
use crate::failure::Failure;

/// So many metrics are asked for by name: all of them may be more than a request line carries.
const METRICS: usize = 20;

/// Ids that no server has given.
const NO_ID: &str = "00000000000000000000000000000000";
const NO_INDEX: &str = "99999";

/// Asks every GET operation that the server's own ids make possible, and holds all answers against the spec.
pub(super) async fn compare(ours: &Document, url: &str) -> Result<Report, Failure> {
    let mut server = Server::at(url)?;
    let version = server.version().await?;
    let mut answers = Answers::new(ours, version);
    let mut outcomes: BTreeMap<Outcome, Vec<&str>> = BTreeMap::new();
    for (index, operation) in ours.operations().enumerate() {
        let asking = Asking {
            index,
            operation,
            version,
            server: &mut server,
            answers: &mut answers,
        };
        let outcome = asking.run().await?;
        outcomes.entry(outcome).or_default().push(operation.id());
    }
    let version = version.map(|version| version.to_string());
    let mut report = Report::new(format!("the server at {url}"), version);
    for (outcome, operations) in outcomes {
        report.sum_up(outcome.line(&operations));
    }
    report.sum_up(format!("{} requests", server.requests()));
    for (component, members) in answers.never_seen() {
        report.sum_up(format!("never seen in {component}: {}", members.join(", ")));
    }
    for (index, operation) in ours.operations().enumerate() {
        report.add(operation.title(), answers.take(index));
    }
    Ok(report)
}

/// How it went with one operation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Answered,
    NotReading,
    NoIds,
    NoRoute,
    OtherVersion,
}

impl Outcome {
    /// What a report says of the operations with this outcome.
    fn line(self, operations: &[&str]) -> String {
        let (count, names) = (operations.len(), operations.join(", "));
        match self {
            Self::Answered => format!("{count} operations answered"),
            Self::NotReading => format!("{count} operations not asked: they change something"),
            Self::NoIds => format!("not asked, the server lists no id for them: {names}"),
            Self::NoRoute => format!("the server does not have: {names}"),
            Self::OtherVersion => format!("not in this version, as our spec says: {names}"),
        }
    }
}

/// One operation and those around it.
struct Asking<'a, 'b> {
    index: usize,
    operation: Operation<'a>,
    version: Option<Version>,
    server: &'b mut Server,
    answers: &'b mut Answers<'a>,
}

impl<'a> Asking<'a, '_> {
    async fn run(mut self) -> Result<Outcome, Failure> {
        if !self.operation.is_reading() {
            return Ok(Outcome::NotReading);
        }
        let path = anonymous(self.operation.path);
        let known = self.server.ids(&path).await?;
        let mut outcome = match known.is_empty() {
            true => Outcome::NoIds,
            false => Outcome::Answered,
        };
        for ids in self.unknown(known.first()) {
            let answer = self.ask(&filled(&path, &ids)).await?;
            if answer.is_no_route() {
                outcome = self.no_route(&answer);
            }
        }
        for ids in known {
            let target = filled(&path, &ids);
            let answer = self.ask(&target).await?;
            if answer.is_no_route() {
                outcome = self.no_route(&answer);
            } else if let Some(json) = &answer.json {
                for query in self.queries(json) {
                    self.ask(&format!("{target}?{query}")).await?;
                }
            }
        }
        Ok(outcome)
    }

    /// Ids of which the server has none, or not the last: they show the errors.
    fn unknown(&self, known: Option<&Vec<String>>) -> Vec<Vec<String>> {
        let none = self.parameters("path").map(|(_, kind)| match kind {
            Kind::Integer(_) => NO_INDEX.to_owned(),
            _ => NO_ID.to_owned(),
        });
        let none: Vec<String> = none.collect();
        let Some((last, _)) = none.split_last() else {
            return Vec::new();
        };
        let but_last = known.and_then(|ids| {
            let (_, first) = ids.split_last()?;
            Some([first, std::slice::from_ref(last)].concat())
        });
        [none].into_iter().chain(but_last).collect()
    }

    /// What else the operation can be asked, once it has answered.
    fn queries(&self, answer: &Value) -> Vec<String> {
        let query = self.parameters("query");
        query
            .filter_map(|(name, kind)| match kind {
                Kind::Boolean => Some(format!("{name}=true")),
                Kind::List(_) if name == "get" => Some(format!("get={}", metrics(answer))),
                _ => None,
            })
            .collect()
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = (&'a str, Kind<'a>)> {
        let document = self.operation.document;
        let parameters = self.operation.parameters().into_iter();
        parameters
            .filter(move |parameter| parameter.place == place)
            .map(|parameter| (parameter.name, document.shape(parameter.schema).kind))
    }

    fn no_route(&mut self, answer: &Answer) -> Outcome {
        if !self.operation.span().has(self.version) {
            return Outcome::OtherVersion;
        }
        // A sandbox says 501 to what it does not carry, which proves nothing.
        let is_told = self.operation.response(answer.status.as_str()).is_some();
        if !is_told && answer.status != StatusCode::NOT_IMPLEMENTED {
            let text = "the server does not have it".to_owned();
            self.find(Found::MissingThere, "", text);
        }
        Outcome::NoRoute
    }

    async fn ask(&mut self, target: &str) -> Result<Rc<Answer>, Failure> {
        let answer = self.server.get(target).await?;
        if !answer.is_no_route() {
            self.check(&answer);
        }
        Ok(answer)
    }

    fn check(&mut self, answer: &Answer) {
        let status = answer.status.as_str();
        let place = match answer.status.is_success() {
            true => "answer".to_owned(),
            false => format!("answer {status}"),
        };
        let span = self.operation.span();
        if answer.status.is_success() && !span.has(self.version) {
            let text = format!("there, though our spec has it in {span}");
            self.find(Found::Version, "", text);
        }
        let Some(response) = self.operation.response(status) else {
            let text = format!("not in our spec: {}", answer.message());
            return self.find(Found::Response, &place, text);
        };
        match (content(response), &answer.json) {
            (Some(content), _) if content.media != answer.media => {
                let text = format!("{} there, {} in our spec", answer.media, content.media);
                self.find(Found::Response, &place, text);
            }
            (Some(content), Some(json)) => {
                self.answers.check(self.index, &place, content.schema, json);
            }
            (Some(_), None) if answer.media == "application/json" => {
                self.find(Found::Response, &place, "the body is not JSON".to_owned());
            }
            (None, Some(Value::Object(members))) if !members.is_empty() => {
                let text = "it has a body, which our spec does not describe".to_owned();
                self.find(Found::Response, &place, text);
            }
            _ => {}
        }
    }

    fn find(&mut self, kind: Found, place: &str, text: String) {
        self.answers.find(self.index, kind, place, text);
    }
}

/// Some of the metrics that an answer lists, as a parameter takes them.
fn metrics(answer: &Value) -> String {
    let metrics = answer.as_array().into_iter().flatten();
    let names = metrics.filter_map(|metric| metric.get("id")?.as_str());
    let names: Vec<String> = names.take(METRICS).map(encoded).collect();
    names.join(",")
}
