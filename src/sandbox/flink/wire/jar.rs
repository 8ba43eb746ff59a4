//! Jars, as JSON.

use serde_json::{Value, json};

use crate::sandbox::flink::model::{jar::Jar, program::Program};

pub(crate) fn to_json(jar: &Jar) -> Value {
    let entry = Program::of_file(&jar.name)
        .map(|program| json!({"name": program.class(), "description": program.description()}));
    json!({"id": jar.id, "name": jar.name, "uploaded": jar.uploaded, "entry": Vec::from_iter(entry)})
}
