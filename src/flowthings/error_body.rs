//! The error bodies of the platform.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::{Json, error::ServerMessage, value::Braced};

/// What stands in the head of an answer; of any type, since clients take what comes.
#[derive(Deserialize)]
pub(super) struct Head {
    #[serde(default)]
    status: Json,
    #[serde(default)]
    ok: Json,
    #[serde(default)]
    errors: Json,
    /// Over a WebSocket, the id of the request.
    #[serde(default, rename = "msgId")]
    message_id: Json,
}

impl Head {
    /// The id of the request, if it is a number, or a text of one.
    pub(super) fn message_id(&self) -> Option<u64> {
        let text = self.message_id.as_str();
        text.as_deref()
            .unwrap_or(self.message_id.text())
            .parse()
            .ok()
    }

    /// Whether the answer is an error, by its own word or, where that is missing, by its status.
    pub(super) fn is_denied(&self) -> bool {
        let is_error = || self.status().is_some_and(|status| status.as_u16() >= 400);
        self.ok.as_bool().map_or_else(is_error, |ok| !ok)
    }

    /// What the server says.
    pub(super) fn into_message(self) -> ServerMessage {
        ServerMessage {
            messages: texts(&self.errors),
            status: self.status(),
            ..ServerMessage::default()
        }
    }

    fn status(&self) -> Option<StatusCode> {
        let status = u16::try_from(self.status.as_i64()?).ok()?;
        StatusCode::from_u16(status).ok()
    }
}

/// The errors in the head of an answer; nothing where the body is not the platform's.
pub(super) fn read(_: StatusCode, body: &Bytes) -> Option<ServerMessage> {
    #[derive(Deserialize)]
    struct Envelope {
        head: Braced<Head>,
    }
    let Braced(Envelope { head: Braced(head) }) = serde_json::from_slice(body).ok()?;
    if [&head.status, &head.ok, &head.errors]
        .into_iter()
        .all(Json::is_null)
    {
        return None;
    }
    Some(head.into_message())
}

/// A text, or all that stand in a list; what is no text is shown as JSON.
fn texts(errors: &Json) -> Vec<String> {
    let text = |error: &Json| error.as_str().unwrap_or_else(|| error.text().to_owned());
    match errors.read::<Vec<Json>>() {
        Ok(list) => list
            .iter()
            .filter(|error| !error.is_null())
            .map(text)
            .collect(),
        Err(_) if errors.is_null() => Vec::new(),
        Err(_) => vec![text(errors)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> Option<(Option<u16>, Vec<String>)> {
        let said = read(
            StatusCode::NOT_FOUND,
            &Bytes::copy_from_slice(body.as_bytes()),
        )?;
        Some((said.status.map(|status| status.as_u16()), said.messages))
    }

    #[test]
    fn heads_are_read_whatever_they_lack() {
        for (body, status, messages) in [
            (
                r#"{"head": {"status": 404, "ok": false, "errors": ["nf"], "messages": []}}"#,
                Some(404),
                &["nf"][..],
            ),
            (
                r#"{"head": {"status": 404, "errors": ["nf"], "messages": "x"}}"#,
                Some(404),
                &["nf"],
            ),
            (
                r#"{"head": {"ok": false, "errors": [{"code": 1}, null, "b"]}, "body": null}"#,
                None,
                &[r#"{"code": 1}"#, "b"],
            ),
            (
                r#"{"head": {"ok": false, "errors": "alone"}}"#,
                None,
                &["alone"],
            ),
            (r#"{"head": {"status": "404", "errors": null}}"#, None, &[]),
        ] {
            let messages = messages.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(told(body), Some((status, messages)), "{body}");
        }
    }

    #[test]
    fn what_has_no_head_is_not_the_platforms() {
        for body in [
            "",
            "x",
            "{}",
            r#"{"head": null}"#,
            r#"{"head": {}}"#,
            r#"["head"]"#,
            r#"[{"status": 404}]"#,
            r#"[{"status": 404, "ok": false, "errors": ["nf"]}]"#,
            r#"{"head": [404]}"#,
            r#"{"head": [404, false, ["nf"]]}"#,
            r#"{"errors": ["x"]}"#,
        ] {
            assert_eq!(told(body), None, "{body}");
        }
    }
}
