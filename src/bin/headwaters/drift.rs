//! `headwaters drift`: our spec of Flink against what Flink says itself, in its own document or on a live server.
//!
//! [`official`] compares two documents, [`asking`] asks a server and holds its answers against ours. Both fill a
//! [`report`], whose gaps are what our spec lacks or has wrong.

mod answer;
mod asking;
mod document;
mod ids;
mod known;
mod official;
mod report;
mod server;
mod shape;
mod version;

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use document::Document;

/// The spec that this build was generated from.
static SPEC: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/specs/flink.yaml"));

/// Compares our spec with what Flink says itself.
///
/// The report names, operation by operation, what is missing on either side and what differs. Lines that begin with `!`
/// are gaps: our spec lacks something or has it wrong. Each schema is reported at the first operation that has it.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 without gaps, 1 with gaps or when there is no comparison, 2 for a wrong command \
line.

With --official, a gap is an operation, parameter, member or value of the document that our spec lacks, unless it is known \
that no server has it. The document is wrong in many other ways, so other differences are told but are no gaps.
With --url, a gap is whatever an answer has that our spec does not describe, or describes otherwise. Only GET operations are \
asked, with ids that the server lists: nothing is changed.

Examples:
  headwaters drift flink --official rest_v1_dispatcher.yml
  headwaters drift flink --url http://localhost:8081 --json"
)]
pub(crate) struct Drift {
    /// The platform.
    #[arg(value_parser = ["flink"])]
    platform: String,
    #[command(flatten)]
    against: Against,
    /// The report as one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Against {
    /// Compares with this OpenAPI document, such as the `rest_v1_dispatcher.yml` of a Flink release.
    #[arg(long, value_name = "FILE")]
    official: Option<PathBuf>,
    /// Compares with what the JobManager at this base URL answers.
    #[arg(long)]
    url: Option<String>,
}

impl Drift {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let ours = Document::parse(SPEC)
            .map_err(|reason| Failure::Failed(format!("the spec of this build: {reason}")))?;
        let report = match (self.against.official, self.against.url) {
            (Some(file), _) => {
                let name = file.display();
                let text = std::fs::read_to_string(&file)
                    .map_err(|error| Failure::Usage(format!("{name} cannot be read: {error}")))?;
                let theirs = Document::parse(&text)
                    .map_err(|reason| Failure::Usage(format!("{name}: {reason}")))?;
                let name = file.file_name().unwrap_or(file.as_os_str());
                official::compare(&ours, &theirs, &name.to_string_lossy())
            }
            (None, Some(url)) => asking::compare(&ours, &url).await?,
            (None, None) => return Err(Failure::Usage("give --official or --url".to_owned())),
        };
        report.write(self.json)?;
        match report.gaps() {
            0 => Ok(()),
            1 => Err(Failure::Failed("There is one gap in our spec.".to_owned())),
            count => Err(Failure::Failed(format!(
                "There are {count} gaps in our spec."
            ))),
        }
    }
}
