//! How objects are shown: some members or all of them, elements with their types or without.

use serde_json::{Map, Value};

use crate::sandbox::flowthings::model::element::{with_types, without_types};

/// How objects are to be shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// The members to show, with dots for those of members. The id comes with them.
    pub(crate) only: Option<Vec<String>>,
    /// Whether elements come with their types. As long as nobody asks for them, they come without where JSON has the type.
    pub(crate) hints: bool,
    /// Whether the answer comes with the objects that it refers to.
    pub(crate) refs: bool,
}

impl View {
    pub(crate) fn object(&self, object: &Value) -> Value {
        let Some(only) = &self.only else {
            return object.clone();
        };
        let mut shown = Map::new();
        for name in ["id"].into_iter().chain(only.iter().map(String::as_str)) {
            let names: Vec<&str> = name.split('.').collect();
            copy(object, &names, &mut shown);
        }
        Value::Object(shown)
    }

    pub(crate) fn drop(&self, drop: &Value) -> Value {
        self.object(&match self.hints {
            true => with_types(drop),
            false => without_types(drop),
        })
    }
}

/// Copies one member, and what is on the way to it.
fn copy(from: &Value, names: &[&str], to: &mut Map<String, Value>) {
    let Some((first, rest)) = names.split_first() else {
        return;
    };
    let Some(value) = from.get(first) else { return };
    if rest.is_empty() {
        to.insert((*first).to_owned(), value.clone());
        return;
    }
    // What has no members shows none.
    if !value.is_object() {
        return;
    }
    let inner = to
        .entry(*first)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        copy(value, rest, inner);
    }
}
