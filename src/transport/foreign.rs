//! Answers that something before the server gave: a proxy, a gateway, a sign-in page.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

/// Members in which gateways say in JSON what is wrong, the most telling first.
const TELLING: [&str; 6] = [
    "message",
    "error_description",
    "detail",
    "error",
    "title",
    "reason",
];

/// Whether this is a page for people: HTML or XML.
pub(super) fn is_page(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().starts_with(b"<")
}

/// Whether the headers announce a page of HTML.
pub(super) fn announces_page(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let media = media.and_then(|media| media.split(|byte| *byte == b';').next());
    media.is_some_and(|media| media.trim_ascii().eq_ignore_ascii_case(b"text/html"))
}

/// What the answer says of itself: the title of a page, the message in a JSON object, the first line of a text.
pub(super) fn words(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let words = if is_page(body) {
        title(&text)?
    } else if let Ok(Value::Object(object)) = serde_json::from_slice(body) {
        let mut members = TELLING.iter().filter_map(|name| object.get(*name));
        members
            .find_map(message)
            .unwrap_or_else(|| first_line(&text))
    } else {
        first_line(&text)
    };
    (!words.is_empty()).then_some(words)
}

fn message(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("message")?.as_str())?;
    Some(first_line(text)).filter(|line| !line.is_empty())
}

fn first_line(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    lines
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .to_owned()
}

fn title(page: &str) -> Option<String> {
    // Lower case of ASCII alone leaves every byte in its place.
    let lower = page.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let from = open + lower.get(open..)?.find('>')? + 1;
    let end = from + lower.get(from..)?.find("</title")?;
    let words: Vec<&str> = page.get(from..end)?.split_whitespace().collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        words(body.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn a_page_is_reduced_to_its_title() {
        assert_eq!(
            said(
                "<html>\r\n<HEAD><Title lang=\"en\">\n 403\n Forbidden </TITLE></head><body><h1>Log in"
            ),
            "403 Forbidden"
        );
        for page in [
            "<html>",
            "<title",
            "<title>",
            "<title>no end",
            "<title></title>",
            "\u{feff}<?xml?>",
        ] {
            assert_eq!(said(page), "", "{page}");
        }
    }

    #[test]
    fn a_gateways_json_is_reduced_to_its_message() {
        for (json, message) in [
            (
                r#"{"message":"no Route matched with those values"}"#,
                "no Route matched with those values",
            ),
            (r#"{"code":7,"error":"upstream\nfailed"}"#, "upstream"),
            (r#"{"error":{"code":403,"message":"denied"}}"#, "denied"),
            (
                r#"{"error":"invalid_token","error_description":"it has expired"}"#,
                "it has expired",
            ),
            (r#"{"message":"","detail":"gone"}"#, "gone"),
            (r#"{"code":7}"#, r#"{"code":7}"#),
            (r#"["a"]"#, r#"["a"]"#),
        ] {
            assert_eq!(said(json), message);
        }
    }

    #[test]
    fn a_text_is_reduced_to_its_first_line() {
        assert_eq!(
            said("\r\n  no healthy upstream\r\nmore"),
            "no healthy upstream"
        );
        assert_eq!(said(" \n "), "");
    }
}
