//! Homes: whose words an error has is decided by its path.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::service;
use crate::sandbox::streams::model::flavour::Flavour;

/// Streams, or a service around it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Home {
    /// Streams 4, which tells one message.
    Four,
    /// Streams 5, which tells a list of them.
    Five,
    /// Streaming Analytics, version 1.
    Service1,
    /// Streaming Analytics, version 2.
    Service2,
    /// Cloud Pak for Data.
    CloudPak,
}

impl Home {
    pub(crate) fn of(path: &str, flavour: Flavour) -> Self {
        let first = path.split('/').nth(1).unwrap_or_default();
        match (flavour, first) {
            (Flavour::Sas1, "jax-rs") => Self::Service1,
            (Flavour::Sas2, "v2") => Self::Service2,
            (Flavour::Cp4d, "icp4d-api" | "zen-data") => Self::CloudPak,
            _ if flavour.is_five() => Self::Five,
            _ => Self::Four,
        }
    }

    /// An error as it is told there. Only Streams itself has ids of messages.
    pub(super) fn error(self, status: StatusCode, id: &str, text: &str) -> Value {
        match self {
            Self::Four => json!({"id": id, "message": format!("{id} {text}")}),
            Self::Five => json!({
                "messages": [{"id": id, "severity": "error", "message": format!("{id} {text}")}],
            }),
            Self::Service1 => service::error1(status, text),
            Self::Service2 => service::error2(status, text),
            Self::CloudPak => of_cloud_pak(status, text),
        }
    }
}

/// An error in the words of Cloud Pak for Data.
pub(super) fn of_cloud_pak(status: StatusCode, message: &str) -> Value {
    let code = status.as_u16();
    json!({"_statusCode_": code, "_messageCode_": code.to_string(), "message": message})
}
