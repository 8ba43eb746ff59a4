//! Objects by id, in the order of their creation.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// Objects by id, in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    objects: BTreeMap<u64, Value>,
    numbers: HashMap<String, u64>,
    next: u64,
}

impl Collection {
    /// Adds an object at the end.
    pub(crate) fn add(&mut self, id: &str, object: Value) {
        self.numbers.insert(id.to_owned(), self.next);
        self.objects.insert(self.next, object);
        self.next += 1;
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(self.numbers.get(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.objects.get_mut(self.numbers.get(id)?)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Value> {
        self.objects.remove(&self.numbers.remove(id)?)
    }

    /// Removes the oldest until there are no more than so many.
    pub(crate) fn trim(&mut self, capacity: usize) {
        while self.objects.len() > capacity
            && let Some((_, oldest)) = self.objects.pop_first()
        {
            let id = oldest.get("id").and_then(Value::as_str);
            self.numbers.remove(id.unwrap_or_default());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.objects.clear();
        self.numbers.clear();
    }

    /// From the first to the last.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> + Clone {
        self.objects.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.objects.values_mut()
    }
}
