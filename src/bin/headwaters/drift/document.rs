//! An OpenAPI document, read for comparing: ours or a foreign one.

use serde_json::Value;

use super::version::{Span, Version};

const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

#[derive(Debug)]
pub(super) struct Document {
    root: Value,
}

/// One operation and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) document: &'a Document,
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    item: &'a Value,
    node: &'a Value,
}

#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) place: &'a str,
    pub(super) schema: &'a Value,
    pub(super) required: bool,
    pub(super) span: Span,
}

/// A body: its media type and, for JSON, its schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content<'a> {
    pub(super) media: &'a str,
    pub(super) schema: &'a Value,
}

impl Content<'_> {
    pub(super) fn is_form(&self) -> bool {
        self.media.starts_with("multipart/")
    }
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let root: Value = serde_norway::from_str(text).map_err(|error| error.to_string())?;
        match root.get("paths") {
            Some(Value::Object(_)) => Ok(Self { root }),
            _ => Err("it is no OpenAPI document: it has no paths".to_owned()),
        }
    }

    /// The server's version that the document is of.
    pub(super) fn version(&self) -> Option<Version> {
        Version::find(self.root.pointer("/info/version")?.as_str()?)
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        entries(self.root.get("paths")).flat_map(move |(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                Some(Operation {
                    document: self,
                    method,
                    path,
                    node: item.get(method)?,
                    item,
                })
            })
        })
    }

    /// Follows `$ref` inside the document.
    pub(super) fn resolved<'a>(&'a self, node: &'a Value) -> &'a Value {
        let reference = node.get("$ref").and_then(Value::as_str);
        reference
            .and_then(|reference| self.target(reference))
            .unwrap_or(node)
    }

    /// What a reference such as `#/components/schemas/JobDetails` leads to.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }
}

impl<'a> Operation<'a> {
    /// What makes two operations the same: method and path, whatever the parameters are called.
    pub(super) fn key(&self) -> String {
        format!("{} {}", self.method, anonymous(self.path))
    }

    pub(super) fn id(&self) -> &'a str {
        self.node
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// `GET /jobs/{jobid}  jobs_get`, as reports head it.
    pub(super) fn title(&self) -> String {
        let (method, path) = (self.method.to_uppercase(), self.path);
        format!("{method} {path}  {}", self.id())
    }

    /// Whether asking it changes nothing: a GET, unless our spec says of it that a repeat is not safe.
    pub(super) fn is_reading(&self) -> bool {
        let idempotent = self.node.get("x-idempotent").and_then(Value::as_bool);
        self.method == "get" && idempotent != Some(false)
    }

    pub(super) fn span(&self) -> Span {
        span(self.node)
    }

    pub(super) fn parameters(&self) -> Vec<Parameter<'a>> {
        let shared = items(self.item.get("parameters"));
        let own = items(self.node.get("parameters"));
        shared
            .chain(own)
            .map(|node| self.document.resolved(node))
            .map(|node| Parameter {
                name: text(node, "name"),
                place: text(node, "in"),
                schema: node.get("schema").unwrap_or(&Value::Null),
                required: node.get("required").and_then(Value::as_bool) == Some(true),
                span: span(node),
            })
            .collect()
    }

    pub(super) fn body(&self) -> Option<Content<'a>> {
        content(self.document.resolved(self.node.get("requestBody")?))
    }

    /// Statuses and their responses.
    pub(super) fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let document = self.document;
        entries(self.node.get("responses"))
            .map(move |(status, node)| (status, document.resolved(node)))
    }

    /// The response that the document gives for a status.
    pub(super) fn response(&self, status: &str) -> Option<&'a Value> {
        let found = self.responses().find(|(known, _)| *known == status)?;
        Some(found.1)
    }

    pub(super) fn success(&self) -> Option<(&'a str, &'a Value)> {
        self.responses().find(|(status, _)| status.starts_with('2'))
    }
}

/// A path as both documents and servers write it: without the version prefix, and with nameless parameters.
pub(super) fn anonymous(path: &str) -> String {
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The content of a body; JSON where there are several.
pub(super) fn content(node: &Value) -> Option<Content<'_>> {
    let contents = || {
        entries(node.get("content")).map(|(media, content)| Content {
            media,
            schema: content.get("schema").unwrap_or(&Value::Null),
        })
    };
    contents()
        .find(|content| content.media == "application/json")
        .or_else(|| contents().next())
}

pub(super) fn span(node: &Value) -> Span {
    let version = |key| Version::find(node.get(key)?.as_str()?);
    Span {
        since: version("x-since"),
        until: version("x-until"),
    }
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn items(node: Option<&Value>) -> impl Iterator<Item = &Value> {
    node.and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn entries(node: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let entries = node.and_then(Value::as_object).into_iter().flatten();
    entries.map(|(key, value)| (key.as_str(), value))
}
