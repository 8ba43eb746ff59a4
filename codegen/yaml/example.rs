//! Examples of answers, put together of those of their schemas.

use serde_norway::{Mapping, Value};

use super::node::{VERBS, entries, envelope_value, optional, resolve};

/// Gives an example to every JSON success that has none and whose schema shows what it looks like.
pub fn put_together(document: &mut Value) {
    let mut places = Vec::new();
    for (path, item) in entries(&document["paths"]) {
        for (verb, operation) in entries(item) {
            let is_operation = VERBS.iter().any(|(known, _)| *known == verb);
            for (status, response) in entries(&operation["responses"]) {
                let json = &response["content"]["application/json"];
                let lacks = json.is_mapping() && json.get("examples").is_none();
                if is_operation && status.starts_with('2') && lacks {
                    let value = answer(document, response, &status, &json["schema"]);
                    places.extend(value.map(|value| (path.clone(), verb.clone(), status, value)));
                }
            }
        }
    }
    for (path, verb, status, value) in places {
        let summary = Value::String("As its schema shows it.".to_owned());
        let example = [("summary", summary), ("value", value)];
        let response = &mut document["paths"][path][verb]["responses"][status];
        response["content"]["application/json"]["examples"] = object([("shown", object(example))]);
    }
}

/// What an answer looks like: its value, and around it what of the envelope is shown.
fn answer(document: &Value, response: &Value, status: &str, schema: &Value) -> Option<Value> {
    let envelope = &response["x-envelope"];
    let Some(member) = envelope_value(envelope) else {
        return shown(document, schema);
    };
    let members = entries(&schema["properties"]);
    let members = members.filter_map(|(name, schema)| Some((name, shown(document, schema)?)));
    let members: Mapping = members
        .map(|(name, value)| match name == member {
            true => (Value::String(name), value),
            false => (Value::String(name), with_status(value, status)),
        })
        .collect();
    members
        .contains_key(member)
        .then_some(Value::Mapping(members))
}

/// What stands around a value, with the status of its answer where it repeats that.
fn with_status(mut around: Value, status: &str) -> Value {
    if let Some(own) = around.get_mut("status")
        && let (true, Ok(status)) = (own.is_number(), status.parse::<u16>())
    {
        *own = status.into();
    }
    around
}

/// What a value of the schema looks like.
fn shown(document: &Value, schema: &Value) -> Option<Value> {
    let schema = resolve(document, schema);
    if let Some(example) = schema.get("example") {
        return Some(example.clone());
    }
    if let Some(item) = schema.get("items") {
        return Some(Value::Sequence(vec![shown(document, item)?]));
    }
    let value = shown(document, schema.get("additionalProperties")?)?;
    let key = optional(&value["id"]).unwrap_or_else(|| "one".to_owned());
    Some(object([(key, value)]))
}

fn object<K: Into<String>, const N: usize>(members: [(K, Value); N]) -> Value {
    let members = members.into_iter();
    let members = members.map(|(name, value)| (Value::String(name.into()), value));
    Value::Mapping(members.collect())
}
