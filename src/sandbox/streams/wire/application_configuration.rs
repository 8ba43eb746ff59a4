//! Application configurations.

use serde_json::{Map, Value, json};

use super::error::Failure;
use super::links::{Links, encoded};
use crate::sandbox::streams::model::application_configuration::ApplicationConfiguration;

pub(crate) fn link(name: &str, links: &Links) -> String {
    links.instance(format_args!("/applicationconfigurations/{}", encoded(name)))
}

pub(crate) fn to_json(
    configuration: &ApplicationConfiguration,
    owner: &str,
    links: &Links,
) -> Value {
    json!({
        "resourceType": "applicationConfiguration",
        "name": configuration.name,
        "restid": configuration.name,
        "description": configuration.description,
        "properties": configuration.properties,
        "owner": owner,
        "creationTime": configuration.created,
        "lastModifiedTime": configuration.modified,
        "self": link(&configuration.name, links),
    })
}

/// Takes over what a body has; a property that is null goes.
pub(crate) fn change(
    configuration: &mut ApplicationConfiguration,
    body: &Map<String, Value>,
) -> Result<(), Failure> {
    match body.get("description") {
        None => {}
        Some(Value::Null) => configuration.description.clear(),
        Some(Value::String(text)) => text.clone_into(&mut configuration.description),
        Some(_) => return Err(Failure::bad_body("the description is not a string")),
    }
    let properties = match body.get("properties") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(properties)) => properties,
        Some(_) => return Err(Failure::bad_body("the properties are not an object")),
    };
    for (name, value) in properties {
        match value {
            Value::String(text) => {
                configuration.properties.insert(name.clone(), text.clone());
            }
            Value::Null => {
                configuration.properties.remove(name);
            }
            _ => {
                let why = format!("the property {name} is not a string");
                return Err(Failure::bad_body(&why));
            }
        }
    }
    Ok(())
}
