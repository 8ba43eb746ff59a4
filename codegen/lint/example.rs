//! Examples fit the schemas that they illustrate.

use serde_norway::Value;

use super::Lint;
use crate::codegen::yaml::node::{Form, entries, items, keeps_unknown, reference, text};

impl Lint<'_> {
    /// The first thing in the value that the schema does not allow.
    pub(super) fn example(&mut self, place: &str, schema: &Value, value: &Value) {
        if let Err(reason) = self.fits(schema, value, "") {
            self.fault(place, reason);
        }
    }

    fn fits(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        if let Some(name) = reference(schema).or_else(|| reference(&schema["allOf"][0])) {
            return match value.is_null() {
                true if is_nullable(schema) => Ok(()),
                _ => self.fits_component(&name, value, path),
            };
        }
        let expected = match (
            text(&schema["type"]).as_str(),
            text(&schema["format"]).as_str(),
        ) {
            _ if value.is_null() && is_nullable(schema) => return Ok(()),
            ("boolean", _) if !value.is_bool() => "is not a boolean",
            ("integer", "int32")
                if value
                    .as_i64()
                    .is_none_or(|number| i32::try_from(number).is_err()) =>
            {
                "is not an int32"
            }
            ("integer", _) if value.as_i64().is_none() => "is not an int64",
            ("integer", _) if value.as_i64() < schema["minimum"].as_i64() => "is below the minimum",
            ("integer", _)
                if schema["maximum"]
                    .as_i64()
                    .is_some_and(|most| value.as_i64() > Some(most)) =>
            {
                "is above the maximum"
            }
            ("number", _) if !value.is_number() => "is not a number",
            ("string", _) if !value.is_string() => "is not a string",
            ("string", _) if schema.get("enum").is_some() && schema["enum"][0] != *value => {
                "is not the one value of its enum"
            }
            ("array", _) => return self.fits_items(schema, value, path),
            ("object", _) if !value.is_mapping() => "is not an object",
            ("object", _) if schema.get("properties").is_some() => {
                return self.fits_members(schema, value, path);
            }
            ("object", _) => {
                return entries(value).try_for_each(|(key, value)| {
                    self.fits(&schema["additionalProperties"], value, &member(path, &key))
                });
            }
            _ => return Ok(()),
        };
        Err(at(path, expected))
    }

    fn fits_component(&self, name: &str, value: &Value, path: &str) -> Result<(), String> {
        let schema = self.schema_named(name);
        match Form::of(schema) {
            Some(Form::Object) if !value.is_mapping() => Err(at(path, &format!("is not a {name}"))),
            Some(Form::Object) => self.fits_members(schema, value, path),
            Some(Form::Id) if !value.is_string() => Err(at(path, "is not a string")),
            Some(Form::Enum) if !items(&schema["enum"]).any(|known| known == value) => {
                Err(at(path, &format!("is not a value of {name}")))
            }
            Some(Form::Double)
                if !value.is_number()
                    && !items(&schema["oneOf"][1]["enum"]).any(|odd| odd == value) =>
            {
                Err(at(path, "is not a number, NaN, Infinity or -Infinity"))
            }
            Some(Form::Union) => {
                let branch = items(&schema["oneOf"])
                    .filter_map(reference)
                    .find(|branch| {
                        entries(&self.schema_named(branch)["properties"]).any(|(wire, property)| {
                            property.get("enum").is_some()
                                && value.get(wire.as_str()) == Some(&property["enum"][0])
                        })
                    });
                match branch {
                    Some(branch) => self.fits_component(&branch, value, path),
                    None => Err(at(path, &format!("is no branch of {name}"))),
                }
            }
            Some(Form::Map | Form::List) => self.fits(schema, value, path),
            _ => Ok(()),
        }
    }

    fn fits_items(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        let Some(list) = value.as_sequence() else {
            return Err(at(path, "is not a list"));
        };
        list.iter().enumerate().try_for_each(|(index, item)| {
            self.fits(&schema["items"], item, &format!("{path}[{index}]"))
        })
    }

    fn fits_members(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        for required in items(&schema["required"]).map(text) {
            if value.get(required.as_str()).is_none() {
                return Err(at(&member(path, &required), "is missing"));
            }
        }
        let keeps_unknown = keeps_unknown(schema);
        for (key, child) in entries(value) {
            let path = member(path, &key);
            match schema["properties"].get(key.as_str()) {
                Some(property) => self.fits(property, child, &path)?,
                None if keeps_unknown => {}
                None => return Err(at(&path, "is not a property")),
            }
        }
        Ok(())
    }
}

fn at(path: &str, reason: &str) -> String {
    match path {
        "" => format!("the value {reason}"),
        _ => format!("`{path}` {reason}"),
    }
}

fn is_nullable(property: &Value) -> bool {
    property["nullable"].as_bool() == Some(true)
}

fn member(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    }
}
