//! `headwaters ops`: the operation table.

use clap::Args;
use headwaters::{Idempotence, Operation, PLATFORMS, ResponseKind, dynamic::Platform};
use serde::Serialize;

use crate::{failure::Failure, output, platform};

/// Lists the operations that `call` makes.
#[derive(Args)]
pub(crate) struct Ops {
    /// One platform only, such as flink.
    #[arg(value_parser = platform::find)]
    platform: Option<&'static Platform>,
    /// All there is to know of them, as a JSON array.
    #[arg(long)]
    json: bool,
}

impl Ops {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let platforms = match self.platform {
            Some(platform) => std::slice::from_ref(platform),
            None => PLATFORMS,
        };
        let operations = platforms.iter().flat_map(|platform| platform.operations);
        if self.json {
            Ok(output::json(&operations.map(Row::of).collect::<Vec<_>>())?)
        } else {
            Ok(output::line(table(operations).trim_end())?)
        }
    }
}

/// Platform, id, method, path and summary in columns.
fn table<'a>(operations: impl Iterator<Item = &'a Operation> + Clone) -> String {
    let width = |column: fn(&Operation) -> &str| {
        let cells = operations.clone().map(|row| column(row).len());
        cells.max().unwrap_or_default()
    };
    let (platform, id) = (width(|row| row.platform), width(|row| row.id));
    let (method, path) = (width(|row| row.method), width(|row| row.path));
    let line = |row: &Operation| {
        format!(
            "{:platform$}  {:id$}  {:method$}  {:path$}  {}\n",
            row.platform, row.id, row.method, row.path, row.summary
        )
    };
    operations.clone().map(line).collect()
}

/// An operation in JSON.
#[derive(Serialize)]
struct Row {
    id: &'static str,
    group: &'static str,
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    idempotent: bool,
    /// The body member that makes a repeat safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotent_with: Option<&'static str>,
    /// `normal`, `long`, `stream` or `endless`.
    timeout: &'static str,
    /// The first server version that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'static str>,
    /// The last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'static str>,
    parameters: Vec<Parameter>,
    body: Option<&'static str>,
    response: Option<&'static str>,
}

#[derive(Serialize)]
struct Parameter {
    name: &'static str,
    #[serde(rename = "in")]
    place: &'static str,
    required: bool,
    #[serde(rename = "type")]
    type_: &'static str,
}

impl Row {
    fn of(operation: &'static Operation) -> Self {
        let parameters = operation.parameters.iter().map(|parameter| Parameter {
            name: parameter.name,
            place: parameter.place.as_str(),
            required: parameter.required,
            type_: parameter.type_,
        });
        Self {
            id: operation.id,
            group: operation.group,
            method: operation.method,
            path: operation.path,
            summary: operation.summary,
            idempotent: operation.idempotent == Idempotence::Always,
            idempotent_with: match operation.idempotent {
                Idempotence::With(member) => Some(member),
                _ => None,
            },
            timeout: operation.timeout.as_str(),
            since: operation.since,
            until: operation.until,
            parameters: parameters.collect(),
            body: operation.body,
            response: match operation.response {
                ResponseKind::Json(type_) | ResponseKind::Envelope(_, type_) => Some(type_),
                ResponseKind::Bytes(media_type) => Some(media_type),
                _ => None,
            },
        }
    }
}
