//! From the document to our own nouns.
//!
//! Reading cannot fail: it takes documents that lint has found sound.

use serde_norway::Value;

use super::{
    Base, Beside, Body, BodyKind, Change, Component, Envelope, Idempotence, Locator, Member,
    Operation, Parameter, Part, Place, Response, Schema, Server, Spec, Tag, Timeout, Type,
};
use crate::codegen::{
    names,
    yaml::node::{
        Form, VERBS, at_way, entries, envelope_value, is_spread, is_success, items, keeps_unknown,
        optional, path_names, reference, resolve, rust_name, text,
    },
};

/// `http://host:1/v1` is an origin and a path.
fn server(server: &Value) -> Server {
    let url = text(&server["url"]);
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let slash = url
        .char_indices()
        .find(|(at, c)| *at >= after_scheme && *c == '/');
    let (origin, prefix) = url.split_at(slash.map_or(url.len(), |(at, _)| at));
    Server {
        client: text(&server["x-client"]),
        url: origin.to_owned(),
        prefix: prefix.trim_end_matches('/').to_owned(),
        variables: entries(&server["variables"])
            .filter_map(|(name, variable)| Some((name, optional(&variable["default"])?)))
            .collect(),
    }
}

impl Spec {
    pub fn read(document: &Value, module: &str) -> Self {
        let reader = Reader { document };
        let mut tags = Vec::new();
        for tag in items(&document["tags"]) {
            tags.push(reader.tag(tag, &tags));
        }
        let mut operations = Vec::new();
        for (path, item) in entries(&document["paths"]) {
            for (key, operation) in entries(item) {
                if let Some((_, method)) = VERBS.iter().find(|(verb, _)| *verb == key) {
                    operations.push(reader.operation(&path, method, item, operation));
                }
            }
        }
        Self {
            module: module.to_owned(),
            title: text(&document["info"]["title"]),
            bare_numbers: document["x-numbers"] == "python",
            servers: items(&document["servers"]).map(server).collect(),
            tags,
            operations,
            schemas: entries(&document["components"]["schemas"])
                .map(|(name, schema)| reader.component(name, schema))
                .collect(),
        }
    }
}

struct Reader<'a> {
    document: &'a Value,
}

impl<'a> Reader<'a> {
    fn tag(&self, tag: &Value, before: &[Tag]) -> Tag {
        let within = optional(&tag["x-within"]);
        let mut binds = within
            .as_ref()
            .and_then(|name| before.iter().find(|tag| &tag.name == name))
            .map(|tag| tag.binds.clone())
            .unwrap_or_default();
        let inherited = binds.len();
        binds.extend(items(&tag["x-binds"]).map(text));
        Tag {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            client: optional(&tag["x-server"])
                .unwrap_or_else(|| text(&self.document["servers"][0]["x-client"])),
            root: tag["x-root"].as_bool() == Some(true),
            on: optional(&tag["x-on"]).and_then(|id| self.base(id)),
            within,
            binds,
            inherited,
        }
    }

    fn base(&self, id: String) -> Option<Base> {
        let mut paths = entries(&self.document["paths"]);
        let (path, _) = paths.find(|(_, item)| {
            let mut operations = entries(item);
            operations.any(|(_, operation)| operation["operationId"] == id.as_str())
        })?;
        Some(Base { id, path })
    }

    fn operation(
        &self,
        path: &str,
        method: &str,
        item: &'a Value,
        operation: &'a Value,
    ) -> Operation {
        let id = text(&operation["operationId"]);
        let tag = text(&operation["tags"][0]);
        let verb = names::snake(id.strip_prefix(&format!("{tag}_")).unwrap_or(&id));
        let parameters = items(&item["parameters"])
            .chain(items(&operation["parameters"]))
            .map(|parameter| self.parameter(self.resolve(parameter)))
            .collect();
        let locators = entries(&operation["x-locator"])
            .map(|(name, locator)| Locator {
                rust: names::snake(&name),
                type_: text(&locator["type"]),
                id: text(&locator["id"]),
                text: optional(&locator["path"]).unwrap_or_else(|| text(&locator["name"])),
                is_path: locator.get("path").is_some(),
            })
            .collect();
        let (mut success, mut response, mut next) = (200, Response::Empty, None);
        let mut errors = Vec::new();
        for (status, value) in entries(&operation["responses"]) {
            let value = self.resolve(value);
            if is_success(&status) {
                success = status.parse().unwrap_or(success);
                response = self.response(value);
                next = optional(&value["x-next"]);
            } else {
                errors.push((status, text(&value["description"])));
            }
        }
        Operation {
            verb: verb.to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            source: text(&operation["x-source"]),
            since: optional(&operation["x-since"]),
            until: optional(&operation["x-until"]),
            idempotent: match &operation["x-idempotent"] {
                Value::Bool(true) => Idempotence::Always,
                Value::Bool(false) => Idempotence::Never,
                Value::Mapping(_) => Idempotence::With(text(&operation["x-idempotent"]["with"])),
                _ if matches!(method, "POST" | "PATCH") => Idempotence::Never,
                _ => Idempotence::Always,
            },
            timeout: match operation["x-timeout"].as_str() {
                Some("long") => Timeout::Long,
                Some("stream") => Timeout::Stream,
                Some("endless") => Timeout::Endless,
                _ => Timeout::Normal,
            },
            parameters,
            locators,
            body: operation
                .get("requestBody")
                .and_then(|body| self.body(path, self.resolve(body))),
            success,
            response,
            next,
            errors,
            manual: operation["x-manual"].as_bool() == Some(true),
            id,
            tag,
        }
    }

    fn parameter(&self, parameter: &'a Value) -> Parameter {
        let wire = text(&parameter["name"]);
        let comma = parameter["x-list"].as_str() == Some("comma");
        Parameter {
            rust: rust_name(parameter, &wire),
            place: match parameter["in"].as_str() {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                _ => Place::Header,
            },
            required: parameter["required"].as_bool() == Some(true),
            description: text(&parameter["description"]),
            since: optional(&parameter["x-since"]),
            until: optional(&parameter["x-until"]),
            type_: self.type_of(&parameter["schema"]),
            comma,
            split: parameter["x-split"].as_u64().map(|bytes| bytes as usize),
            twin_of: optional(&parameter["x-twin-of"]),
            encoded_twice: parameter["in"] == "path"
                && self.document["x-path-encoding"].as_str() == Some("twice"),
            flag: optional(&parameter["x-flag"]),
            minimum: parameter["schema"]["minimum"].as_i64(),
            maximum: parameter["schema"]["maximum"].as_i64(),
            wire,
        }
    }

    fn body(&self, path: &str, body: &'a Value) -> Option<Body> {
        let (media, content) = entries(&body["content"]).next()?;
        let schema = &content["schema"];
        let kind = match media.as_str() {
            "application/json" => match self.type_of(schema) {
                Type::Ref(object) if body.get("x-change").is_some() => BodyKind::Change(Change {
                    object,
                    id: text(&body["x-change"]),
                    parameter: path_names(path).pop(),
                }),
                Type::Map(value) if body.get("x-change").is_some() => BodyKind::Change(Change {
                    object: value.label(),
                    id: text(&body["x-change"]),
                    parameter: None,
                }),
                Type::Ref(name) if is_spread(self.schema_named(&name)) => BodyKind::Members(name),
                other => BodyKind::Json(other),
            },
            "application/x-www-form-urlencoded" => BodyKind::Fields(reference(schema)?),
            "multipart/form-data" => BodyKind::Form(
                entries(&schema["properties"])
                    .map(|(wire, part)| Part {
                        json: (part["format"] != "binary").then(|| self.type_of(part)),
                        wire,
                    })
                    .collect(),
            ),
            "text/plain" => BodyKind::Text,
            _ => BodyKind::Raw(media),
        };
        Some(Body {
            required: body["required"].as_bool() == Some(true),
            kind,
        })
    }

    fn response(&self, response: &'a Value) -> Response {
        let Some((media, content)) = entries(&response["content"]).next() else {
            return Response::Empty;
        };
        if media != "application/json" {
            return Response::Bytes {
                media,
                opens: optional(&response["x-opens"]),
            };
        }
        let schema = &content["schema"];
        let envelope = &response["x-envelope"];
        let Some(value) = envelope_value(envelope) else {
            return Response::Json(self.type_of(schema));
        };
        let beside = optional(&envelope["beside"]).map(|member| Beside {
            type_: self.type_of(at_way(self.document, schema, &member)),
            asked: optional(&envelope["asked"]),
            member,
        });
        let property = &schema["properties"][value.as_str()];
        let is_nullable = property["nullable"].as_bool() == Some(true);
        Response::Envelope(Envelope {
            type_: self.type_of(property),
            empty: match Form::of(property).filter(|_| is_nullable) {
                Some(Form::List) => Some("[]"),
                Some(Form::Map) => Some("{}"),
                _ => None,
            },
            ok: optional(&envelope["ok"]),
            value,
            beside,
        })
    }

    fn component(&self, name: String, schema: &'a Value) -> Component {
        let kind = match Form::of(schema) {
            Some(Form::Object) => Schema::Object {
                members: entries(&schema["properties"])
                    .map(|(wire, property)| {
                        let required = items(&schema["required"]).any(|item| text(item) == wire);
                        self.member(wire, property, required)
                    })
                    .collect(),
                keep_unknown: keeps_unknown(schema),
                must_use: optional(&schema["x-must-use"]),
            },
            Some(Form::Id) if schema["format"] == "password" => Schema::SecretId,
            Some(Form::Id) => Schema::Id,
            Some(Form::Enum) => Schema::Enum(
                items(&schema["enum"])
                    .map(|value| {
                        let value = text(value);
                        let description = text(&schema["x-enum-descriptions"][value.as_str()]);
                        (value, description)
                    })
                    .collect(),
            ),
            Some(Form::Double) => Schema::Double,
            Some(Form::Union) => {
                Schema::Union(items(&schema["oneOf"]).filter_map(reference).collect())
            }
            Some(Form::Map | Form::List) | None => Schema::Alias(self.type_of(schema)),
        };
        Component {
            name,
            description: text(&schema["description"]),
            schema: kind,
        }
    }

    fn member(&self, wire: String, property: &'a Value, required: bool) -> Member {
        Member {
            rust: rust_name(property, &wire),
            type_: self.type_of(property),
            required,
            nullable: property["nullable"].as_bool() == Some(true),
            description: text(&property["description"]),
            since: optional(&property["x-since"]),
            until: optional(&property["x-until"]),
            default: property.get("x-default").cloned(),
            wire,
        }
    }

    fn type_of(&self, schema: &'a Value) -> Type {
        if let Some(name) = reference(schema).or_else(|| reference(&schema["allOf"][0])) {
            return Type::Ref(name);
        }
        if let Some(id) = optional(&schema["x-link"]) {
            return Type::Link(id);
        }
        let plain = self.plain_type_of(schema);
        match optional(&schema["x-type"]) {
            Some(name) if matches!(plain, Type::String) => Type::Own(name),
            Some(name) => Type::Said(Box::new(plain), name),
            None => plain,
        }
    }

    fn plain_type_of(&self, schema: &'a Value) -> Type {
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("boolean"), _) => Type::Bool,
            (Some("integer"), Some("int32")) => Type::I32,
            (Some("integer"), _) => Type::I64,
            (Some("number"), _) => Type::F64,
            (Some("string"), Some("password")) => Type::Secret,
            (Some("string"), _) => match schema["enum"][0].as_str() {
                Some(tag) => Type::Tag(tag.to_owned()),
                None => Type::String,
            },
            (Some("array"), _) => Type::Array(Box::new(self.type_of(&schema["items"]))),
            (Some("object"), _) => {
                let value = &schema["additionalProperties"];
                let type_ = Box::new(self.type_of(value));
                Type::Map(match value["nullable"].as_bool() {
                    Some(true) => Box::new(Type::Nullable(type_)),
                    _ => type_,
                })
            }
            _ => Type::Json,
        }
    }

    fn schema_named(&self, name: &str) -> &'a Value {
        &self.document["components"]["schemas"][name]
    }

    fn resolve(&self, value: &'a Value) -> &'a Value {
        resolve(self.document, value)
    }
}
