//! Ports of PEs.

use serde_json::{Value, json};

use super::links::Links;
use crate::sandbox::streams::model::connection::PeEnd;

/// On which side of a PE a port is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Input,
    Output,
}

impl Side {
    /// `input` in `inputports`.
    fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

pub(crate) fn to_json(side: Side, end: PeEnd, links: &Links) -> Value {
    let PeEnd { job, pe, port } = end;
    let word = side.word();
    let own = links.pe(pe, format_args!("/{word}ports/{port}"));
    let kind = match side {
        Side::Input => "peInputPort",
        Side::Output => "peOutputPort",
    };
    json!({
        "resourceType": kind,
        "id": format!("{pe}.{port}"),
        "restid": port.to_string(),
        "indexWithinPE": port,
        "transportType": "tcp",
        "job": links.job(job, ""),
        "pe": links.pe(pe, ""),
        "connections": links.instance(format_args!(
            "/peconnections?{word}port.restid={port}&pe.restid={pe}"
        )),
        "metrics": format!("{own}/metrics"),
        "self": own,
    })
}
