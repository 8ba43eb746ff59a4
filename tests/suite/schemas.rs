//! The JSON schemas of the types, held against the spec.

use std::collections::BTreeSet;

use headwaters::{flink, joule, probe, schemars::Schema};
use serde_json::{Map, Value, json};

/// A spec and the schemas that were generated from it.
struct Platform {
    spec: Value,
    schemas: std::collections::BTreeMap<&'static str, Schema>,
}

fn platforms() -> [Platform; 3] {
    [
        Platform {
            spec: serde_norway::from_str(include_str!("../../specs/flink.yaml")).unwrap(),
            schemas: flink::schemas(),
        },
        Platform {
            spec: serde_norway::from_str(include_str!("../../specs/joule.yaml")).unwrap(),
            schemas: joule::schemas(),
        },
        Platform {
            spec: serde_norway::from_str(include_str!("../specs/probe.yaml")).unwrap(),
            schemas: probe::schemas(),
        },
    ]
}

impl Platform {
    fn components(&self) -> &Map<String, Value> {
        self.spec["components"]["schemas"].as_object().unwrap()
    }

    fn schema(&self, component: &str) -> &Value {
        let schema = self
            .schemas
            .get(component)
            .unwrap_or_else(|| panic!("{component} has no schema"));
        schema.as_value()
    }

    /// Follows `$ref` inside the spec.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.spec.pointer(&reference[1..]).unwrap(),
            None => value,
        }
    }

    /// The component, or the component of a list's items, with each example of a success and of a request body.
    fn examples(&self) -> Vec<(String, Value)> {
        let items = self.spec["paths"].as_object().unwrap().values();
        let operations = items.flat_map(|item| item.as_object().unwrap().values());
        operations
            .filter_map(Value::as_object)
            .flat_map(|operation| {
                let responses = operation.get("responses").and_then(Value::as_object);
                let responses = responses
                    .into_iter()
                    .flatten()
                    .map(|(_, response)| response);
                responses.chain(operation.get("requestBody"))
            })
            .flat_map(|message| {
                let content = &self.resolved(message)["content"]["application/json"];
                examples_of(&content["schema"], content)
            })
            .collect()
    }
}

fn examples_of(schema: &Value, content: &Value) -> Vec<(String, Value)> {
    let examples = content["examples"].as_object().into_iter().flatten();
    let values = examples.map(|(_, example)| &example["value"]);
    match (name(schema), name(&schema["items"])) {
        (Some(component), _) => values
            .map(|value| (component.clone(), value.clone()))
            .collect(),
        (_, Some(component)) => values
            .flat_map(|value| value.as_array().unwrap())
            .map(|value| (component.clone(), value.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

fn name(schema: &Value) -> Option<String> {
    Some(schema["$ref"].as_str()?.rsplit('/').next()?.to_owned())
}

fn names(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        Value::Object(members) => members.keys().map(String::as_str).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn every_component_has_a_schema_and_nothing_else_has() {
    for platform in platforms() {
        let components: Vec<&str> = platform.components().keys().map(String::as_str).collect();
        let schemas: Vec<&str> = platform.schemas.keys().copied().collect();
        assert_eq!(schemas, components);
    }
}

#[test]
fn the_members_of_a_schema_are_those_of_the_spec() {
    for platform in platforms() {
        for (component, spec) in platform.components() {
            assert_eq!(
                names(&platform.schema(component)["properties"]),
                names(&spec["properties"]),
                "{component}"
            );
        }
    }
}

/// A member that may be null counts as absent when it is: only the others are required.
#[test]
fn a_schema_requires_what_is_always_there_and_never_null() {
    for platform in platforms() {
        for (component, spec) in platform.components() {
            let mut required = names(&spec["required"]);
            required.retain(|member| spec["properties"][member]["nullable"] != json!(true));
            assert_eq!(
                names(&platform.schema(component)["required"]),
                required,
                "{component}"
            );
        }
    }
}

#[test]
fn the_schemas_accept_every_example() {
    let mut accepted = 0;
    for platform in platforms() {
        for (component, example) in platform.examples() {
            let validator = jsonschema::validator_for(platform.schema(&component)).unwrap();
            if let Err(error) = validator.validate(&example) {
                panic!("{component}: {error} at {}", error.instance_path());
            }
            accepted += 1;
        }
    }
    assert!(accepted > 50, "{accepted}");
}

#[test]
fn the_schemas_refuse_an_example_without_a_required_member() {
    let mut refused = 0;
    for platform in platforms() {
        for (component, example) in platform.examples() {
            let schema = platform.schema(&component);
            let validator = jsonschema::validator_for(schema).unwrap();
            for member in names(&schema["required"]) {
                let mut broken = example.clone();
                broken.as_object_mut().unwrap().remove(member).unwrap();
                assert!(!validator.is_valid(&broken), "{component} without {member}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "{refused}");
}
