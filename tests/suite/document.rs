//! A spec as the tests read it: apart from the generator, so that the two can be compared.

use headwaters::dynamic::Arguments;
use serde_norway::Value;

use crate::codegen;

/// A platform's spec.
pub struct Document {
    root: Value,
}

/// An operation as the document describes it.
pub struct Described<'a> {
    pub method: String,
    pub path: &'a str,
    pub node: &'a Value,
    pub parameters: Vec<&'a Value>,
}

/// Which arguments to make up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// What is required, as the spec's examples have it.
    Least,
    /// Everything, with texts that need encoding.
    Most,
    /// What is required, and query parameters for which the body stands.
    #[allow(dead_code, reason = "only the snapshots of requests wish so")]
    Twins,
}

impl Described<'_> {
    /// Whether the call is written by hand: it has no call by name.
    pub fn is_manual(&self) -> bool {
        self.node["x-manual"].as_bool() == Some(true)
    }
}

/// Whether a status is that of a success; 101 goes on in another protocol.
pub fn is_success(status: &str) -> bool {
    status.starts_with('2') || status == "101"
}

impl Document {
    pub fn read(text: &str) -> Self {
        Self {
            root: codegen::load(text).unwrap(),
        }
    }

    /// The operations, in the document's order.
    pub fn operations(&self) -> Vec<Described<'_>> {
        let mut operations = Vec::new();
        for (path, item) in self.root["paths"].as_mapping().unwrap() {
            for (verb, node) in item.as_mapping().unwrap() {
                let verb = verb.as_str().unwrap();
                if verb == "parameters" {
                    continue;
                }
                let parameters = [&item["parameters"], &node["parameters"]]
                    .into_iter()
                    .filter_map(Value::as_sequence)
                    .flatten()
                    .map(|parameter| self.resolve(parameter))
                    .collect();
                operations.push(Described {
                    method: verb.trim_start_matches("x-").to_uppercase(),
                    path: path.as_str().unwrap(),
                    node,
                    parameters,
                });
            }
        }
        operations
    }

    /// Status and description of every response.
    pub fn responses<'a>(&'a self, described: &Described<'a>) -> Vec<(&'a str, &'a Value)> {
        let responses = described.node["responses"].as_mapping().unwrap();
        responses
            .iter()
            .map(|(status, response)| (status.as_str().unwrap(), self.resolve(response)))
            .collect()
    }

    /// Names and values of the examples of the success.
    pub fn examples(&self, described: &Described<'_>) -> Vec<(String, serde_json::Value)> {
        self.responses(described)
            .into_iter()
            .filter(|(status, _)| is_success(status))
            .filter_map(|(_, success)| {
                success["content"]["application/json"]["examples"].as_mapping()
            })
            .flatten()
            .map(|(name, example)| {
                let value = serde_json::to_value(&example["value"]).unwrap();
                (name.as_str().unwrap().to_owned(), value)
            })
            .collect()
    }

    /// Follows a `$ref`, also one inside `allOf`.
    pub fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let reference = node.get("$ref").or_else(|| node["allOf"][0].get("$ref"));
        match reference.and_then(Value::as_str) {
            Some(pointer) => pointer
                .trim_start_matches("#/")
                .split('/')
                .fold(&self.root, |node, key| &node[key]),
            None => node,
        }
    }

    /// Arguments for a call by name: these values for these parameters, for the others what the spec's examples have.
    pub fn arguments(
        &self,
        described: &Described<'_>,
        wish: Wish,
        values: &[(&str, &str)],
    ) -> Arguments {
        let mut arguments: Arguments = values.iter().copied().collect();
        let mut located: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let mut in_body = serde_json::Map::new();
        for (_, locator) in described.node["x-locator"]
            .as_mapping()
            .into_iter()
            .flatten()
        {
            let wire = |word: &str| locator[word].as_str();
            let (id, path, name) = (wire("id").unwrap(), wire("path"), wire("name"));
            let (word, value) = match (wish, path, name) {
                (Wish::Most, Some(path), _) => (path, serde_json::json!("/50% é/a")),
                (Wish::Most, _, Some(name)) => (name, serde_json::json!("50% é")),
                _ => (id, serde_json::json!(3)),
            };
            let is_parameter = |parameter: &&Value| parameter["name"] == word;
            if described.parameters.iter().any(is_parameter) {
                let text = value.as_str().unwrap_or("3");
                arguments = arguments.with(word, text);
            } else {
                in_body.insert(word.to_owned(), value);
            }
            located.extend([Some(id), path, name].into_iter().flatten());
        }
        for parameter in &described.parameters {
            if located.contains(&parameter["name"].as_str().unwrap()) {
                continue;
            }
            let is_required = parameter["required"].as_bool() == Some(true);
            let is_twin = parameter.get("x-twin-of").is_some();
            let wanted = match wish {
                Wish::Least => is_required,
                Wish::Most => !is_twin,
                Wish::Twins => is_required || is_twin,
            };
            if wanted {
                let name = parameter["name"].as_str().unwrap();
                for text in self.parameter_texts(parameter, wish) {
                    arguments = arguments.with(name, text);
                }
            }
        }
        let body = self.resolve(&described.node["requestBody"]);
        let Some((media, content)) = body["content"]
            .as_mapping()
            .and_then(|map| map.iter().next())
        else {
            return arguments;
        };
        match media.as_str().unwrap() {
            "application/json" | "application/x-www-form-urlencoded" => {
                let id = body["x-change"].as_str();
                // A change of nothing is refused.
                let everything = wish == Wish::Most || id.is_some();
                let mut json = self.body(&content["schema"], everything);
                if let (Some(id), Some(change)) = (id, json.get_mut("key")) {
                    change[id] = "key".into();
                }
                if let Some(members) = json.as_object_mut() {
                    members.retain(|name, _| !located.contains(&name.as_str()));
                    members.append(&mut in_body);
                }
                if json != serde_json::json!({}) {
                    arguments = arguments.with_body(json.to_string());
                }
                arguments
            }
            "multipart/form-data" => {
                let mut arguments = arguments;
                for (name, part) in content["schema"]["properties"].as_mapping().unwrap() {
                    arguments = match part["format"] == "binary" {
                        true => {
                            let file = headwaters::Upload::bytes("job.jar", &b"PK"[..]);
                            arguments.with_file(file)
                        }
                        false => {
                            let json = self.body(part, wish == Wish::Most);
                            arguments.with(name.as_str().unwrap(), json.to_string())
                        }
                    };
                }
                arguments
            }
            _ => arguments.with_body("bytes"),
        }
    }

    /// The texts of a parameter: one, or one for each item of a list.
    fn parameter_texts(&self, parameter: &Value, wish: Wish) -> Vec<String> {
        let schema = self.resolve(&parameter["schema"]);
        let is_list = schema["type"] == "array";
        let type_ = if is_list {
            self.resolve(&schema["items"])
        } else {
            schema
        };
        match (&parameter["example"], wish) {
            (Value::Sequence(items), Wish::Least) => items.iter().map(plain).collect(),
            (Value::Null, _) | (_, Wish::Most) => {
                let items = self.values(type_);
                let wanted = if is_list { items.len() } else { 1 };
                items.iter().take(wanted).map(plain).collect()
            }
            (example, _) => vec![plain(example)],
        }
    }

    /// Values of a plain type that differ from each other; texts need encoding.
    fn values(&self, type_: &Value) -> Vec<Value> {
        // A double, which is a number or one of some texts.
        if let Some(branches) = type_["oneOf"].as_sequence() {
            return branches
                .iter()
                .flat_map(|branch| self.values(branch))
                .collect();
        }
        if type_.get("type").is_none() && type_.get("enum").is_none() {
            return vec!["anything".into(), Value::Null];
        }
        if let Some(values) = type_["enum"].as_sequence() {
            return values.clone();
        }
        match type_["type"].as_str().unwrap() {
            // What the type takes: a filter.
            "string" if type_.get("x-type").is_some() => {
                vec!["path == '50% é'".into(), "a =~ /[a]+b&c=d/".into()]
            }
            "string" => vec!["50% é".into(), "[a]+b&c=d".into()],
            "boolean" => vec![true.into(), false.into()],
            "integer" => vec![3.into(), 4.into()],
            "number" => vec![1.5.into(), 2.into()],
            other => panic!("no value of type {other} is at hand"),
        }
    }

    fn body(&self, schema: &Value, everything: bool) -> serde_json::Value {
        let schema = self.resolve(schema);
        if let Some(value) = schema.get("additionalProperties") {
            return serde_json::json!({"key": self.body(value, everything)});
        }
        let json = |value: &Value| serde_json::to_value(value).unwrap();
        if schema["type"] == "array" {
            let item = self.resolve(&schema["items"]);
            return match item.get("properties") {
                Some(_) => vec![self.body(item, everything)].into(),
                None => self.values(item).iter().map(json).collect(),
            };
        }
        if schema.get("properties").is_none() {
            return json(&self.values(schema)[0]);
        }
        let required = schema["required"].as_sequence();
        let members = schema["properties"].as_mapping().unwrap().iter();
        members
            .filter(|(name, _)| everything || required.is_some_and(|list| list.contains(name)))
            .map(|(name, property)| {
                let name = name.as_str().unwrap().to_owned();
                let type_ = self.resolve(property);
                let value = match (type_["type"].as_str(), type_.get("additionalProperties")) {
                    (Some("object"), Some(value)) => {
                        serde_json::json!({"some.key": self.body(value, everything)})
                    }
                    (Some("array" | "object"), _) => self.body(type_, everything),
                    _ => json(&self.values(type_)[0]),
                };
                (name, value)
            })
            .collect()
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap(),
    }
}
