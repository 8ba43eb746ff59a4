//! What a comparison found, for people and for machines.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use headwaters::printable;
use serde::Serialize;

use crate::{failure::Failure, output};

/// The outcome of one comparison.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// What our spec was compared with.
    against: String,
    /// Its version, where it tells one.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    gaps: usize,
    /// What holds for many operations is said once.
    summary: Vec<String>,
    operations: Vec<Section>,
}

/// The findings about one operation.
#[derive(Debug, Serialize)]
struct Section {
    /// `GET /jobs/{jobid}  jobs_get`.
    operation: String,
    findings: Vec<Finding>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Finding {
    /// Whether our spec lacks something or has it wrong.
    pub(super) gap: bool,
    pub(super) kind: Kind,
    /// Where in the request or the answer, such as `answer.vertices[].name`; empty for the operation itself.
    pub(super) place: String,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Our spec does not have it.
    MissingHere,
    /// The other side does not have it.
    MissingThere,
    /// Another type, or another width of integer.
    Type,
    /// Null where our spec has none.
    Null,
    /// A value that our spec does not list, or writes otherwise.
    Value,
    /// A status or a media type that our spec does not describe.
    Response,
    /// It exists in a version for which our spec says otherwise.
    Version,
}

impl Report {
    pub(super) fn new(against: impl Into<String>, version: Option<String>) -> Self {
        Self {
            against: against.into(),
            version,
            gaps: 0,
            summary: Vec::new(),
            operations: Vec::new(),
        }
    }

    /// Something that holds for many operations.
    pub(super) fn sum_up(&mut self, text: impl Into<String>) {
        self.summary.push(text.into());
    }

    /// What was found about an operation, the gaps first.
    pub(super) fn add(&mut self, operation: String, mut findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        findings.sort_by_key(|finding| !finding.gap);
        self.gaps += findings.iter().filter(|finding| finding.gap).count();
        self.operations.push(Section {
            operation,
            findings,
        });
    }

    pub(super) fn gaps(&self) -> usize {
        self.gaps
    }

    pub(super) fn write(&self, json: bool) -> Result<(), Failure> {
        if json {
            Ok(output::json(self)?)
        } else {
            Ok(output::line(self.text().trim_end())?)
        }
    }

    fn text(&self) -> String {
        // Names and values come from the other side: none ends a line.
        let mut text = printable(&format!("Our spec and {}", self.against));
        if let Some(version) = &self.version {
            let _ = write!(text, ", version {}", printable(version));
        }
        text.push('\n');
        for line in &self.summary {
            let _ = writeln!(text, "  {}", printable(line));
        }
        let mut after_line = false;
        for section in &self.operations {
            let lone = match section.findings.as_slice() {
                [finding] if finding.place.is_empty() => Some(finding),
                _ => None,
            };
            if !(after_line && lone.is_some()) {
                text.push('\n');
            }
            after_line = lone.is_some();
            if let Some(finding) = lone {
                let line = format!("{}: {}", section.operation, finding.text);
                let _ = writeln!(text, "{} {}", finding.mark(), printable(&line));
                continue;
            }
            let _ = writeln!(text, "  {}", printable(&section.operation));
            for finding in &section.findings {
                let line = printable(&finding.to_string());
                let _ = writeln!(text, "{}   {line}", finding.mark());
            }
        }
        text
    }
}

impl Finding {
    fn mark(&self) -> char {
        if self.gap { '!' } else { ' ' }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.text)
    }
}

/// Findings on their way into a report: each only once, however many operations share what it is about.
#[derive(Debug, Default)]
pub(super) struct Findings {
    seen: BTreeSet<(String, Kind, String)>,
    found: BTreeMap<usize, Vec<Finding>>,
}

impl Findings {
    /// Keeps the finding under the operation unless it is known; `owner` is what it is about: a schema's member or a place
    /// of one operation.
    pub(super) fn keep(&mut self, operation: usize, owner: String, finding: Finding) {
        if self
            .seen
            .insert((owner, finding.kind, finding.text.clone()))
        {
            self.found.entry(operation).or_default().push(finding);
        }
    }

    pub(super) fn take(&mut self, operation: usize) -> Vec<Finding> {
        self.found.remove(&operation).unwrap_or_default()
    }
}
