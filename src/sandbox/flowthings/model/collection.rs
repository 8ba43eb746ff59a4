//! Objects by id, in the order of their creation.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

/// Objects by id, in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    objects: BTreeMap<u64, Arc<Value>>,
    numbers: HashMap<String, u64>,
    next: u64,
}

impl Collection {
    /// Adds an object at the end.
    pub(crate) fn add(&mut self, id: &str, object: impl Into<Arc<Value>>) {
        self.numbers.insert(id.to_owned(), self.next);
        self.objects.insert(self.next, object.into());
        self.next += 1;
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(self.numbers.get(id)?).map(Arc::as_ref)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        let object = self.objects.get_mut(self.numbers.get(id)?);
        object.map(Arc::make_mut)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Arc<Value>> {
        self.objects.remove(&self.numbers.remove(id)?)
    }

    /// Removes the oldest.
    pub(crate) fn pop_first(&mut self) -> Option<Arc<Value>> {
        let (_, oldest) = self.objects.pop_first()?;
        let id = oldest.get("id").and_then(Value::as_str);
        self.numbers.remove(id.unwrap_or_default());
        Some(oldest)
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// From the first to the last.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> + Clone {
        self.objects.values().map(Arc::as_ref)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.objects.values_mut().map(Arc::make_mut)
    }
}
