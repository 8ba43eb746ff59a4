//! The JSON schemas of the types, held against the spec.

use std::{collections::BTreeSet, fmt::Debug, path::Path};

use headwaters::{
    PLATFORMS, Upload,
    flink::{Flink, types::JobStatus},
    probe, sandbox,
    schemars::{JsonSchema, Schema, schema_for},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{codegen, platform};

/// A spec and the schemas that were generated from it.
struct Platform {
    spec: Value,
    schemas: std::collections::BTreeMap<&'static str, Schema>,
}

/// A spec as the generator reads it: with what it says once for several operations written out.
fn written_out(spec: &str) -> Value {
    serde_json::to_value(codegen::load(spec).unwrap()).unwrap()
}

/// The platforms and the probe.
fn platforms() -> Vec<Platform> {
    let mut all: Vec<Platform> = PLATFORMS
        .iter()
        .map(|row| Platform {
            spec: written_out(&platform::Platform::named(row.name).spec),
            schemas: (row.schemas)(),
        })
        .collect();
    all.push(Platform {
        spec: written_out(include_str!("../specs/probe.yaml")),
        schemas: probe::schemas(),
    });
    all
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

/// What this value is in JSON fits the schema of its type, does not fit without one of its members, and comes back equal.
fn assert_schema<T: JsonSchema + Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let schema = schema_for!(T);
    let json = serde_json::to_value(value).unwrap();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    if let Err(error) = validator.validate(&json) {
        panic!("{json}: {error} at {}", error.instance_path());
    }
    let members = json.as_object().unwrap();
    assert_eq!(
        names(&schema.as_value()["properties"]),
        members.keys().map(String::as_str).collect()
    );
    for member in members.keys() {
        let mut broken = members.clone();
        broken.remove(member);
        assert!(!validator.is_valid(&broken.into()), "without {member}");
    }
    assert_eq!(serde_json::from_value::<T>(json).unwrap(), *value);
}

#[tokio::test]
async fn what_calls_that_are_written_by_hand_give_fits_its_schema() {
    let server = sandbox::Flink::start().await.unwrap();
    let flink = Flink::new(server.url()).unwrap();
    let jobs = flink.jobs();
    let jar = Upload::bytes("StreamJob.jar", "no real jar");
    let submission = flink.jars().upload_and_run(jar, |run| run).await.unwrap();
    assert_schema(&submission);
    let job = &submission.run.job_id;
    jobs.wait_for(job, JobStatus::Running).await.unwrap();
    assert_schema(&jobs.trigger_checkpoint(job).poll().await.unwrap());
    assert_schema(&jobs.trigger_savepoint(job).poll().await.unwrap());
    let mut sampling = jobs
        .sample(job, ["numRecordsIn"])
        .every(std::time::Duration::ZERO);
    let sample = loop {
        let sample = sampling.next().await.unwrap().unwrap();
        if !sample.vertices.is_empty() {
            break sample;
        }
    };
    assert_schema(&sample);
    let restarted = jobs.restart(job, &submission.jar).await.unwrap();
    assert_schema(&restarted);
}

/// A struct that shows all its members holds data, which programs write down and describe.
#[test]
fn every_type_of_data_that_is_written_by_hand_has_a_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flink");
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for item in syn::parse_file(&text).unwrap().items {
            let syn::Item::Struct(item) = item else {
                continue;
            };
            let is_public =
                |visibility: &syn::Visibility| matches!(visibility, syn::Visibility::Public(_));
            if !is_public(&item.vis) || !item.fields.iter().all(|field| is_public(&field.vis)) {
                continue;
            }
            let attributes: String = item.attrs.iter().map(derived).collect();
            for derived in ["Serialize", "Deserialize", "JsonSchema"] {
                assert!(
                    attributes.contains(derived),
                    "{} lacks {derived}",
                    item.ident
                );
            }
            found.push(item.ident.to_string());
        }
    }
    found.sort();
    let data = [
        "Checkpoint",
        "Restarted",
        "Sample",
        "Savepoint",
        "Submission",
    ];
    assert_eq!(found, data);
}

/// What an attribute derives, as text.
fn derived(attribute: &syn::Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}
