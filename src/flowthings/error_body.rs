//! The error bodies of the platform.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;

use super::types::Head;
use crate::error::ServerMessage;

/// The errors in the head of an answer; nothing where the body is not the platform's.
pub(super) fn read(_: StatusCode, body: &Bytes) -> Option<ServerMessage> {
    #[derive(Deserialize)]
    struct Envelope {
        head: Head,
    }
    let Envelope { head } = serde_json::from_slice(body).ok()?;
    let status = u16::try_from(head.status).ok();
    Some(ServerMessage {
        messages: head.errors.unwrap_or_default(),
        status: status.and_then(|status| StatusCode::from_u16(status).ok()),
        ..ServerMessage::default()
    })
}
