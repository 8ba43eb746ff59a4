//! Things that the node numbers, as a table of its database does.

use std::collections::BTreeMap;

/// Things by their number, which begins at 1 and is never given twice.
#[derive(Debug)]
pub(crate) struct Records<T> {
    given: i64,
    all: BTreeMap<i64, T>,
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Self {
            given: 0,
            all: BTreeMap::new(),
        }
    }
}

impl<T> Records<T> {
    /// Takes in what is made of its number, and tells that number.
    pub(crate) fn add(&mut self, make: impl FnOnce(i64) -> T) -> i64 {
        self.given += 1;
        self.all.insert(self.given, make(self.given));
        self.given
    }

    /// Spends a number on nothing.
    pub(crate) fn skip(&mut self) {
        self.given += 1;
    }

    pub(crate) fn get(&self, id: i64) -> Option<&T> {
        self.all.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: i64) -> Option<&mut T> {
        self.all.get_mut(&id)
    }

    pub(crate) fn remove(&mut self, id: i64) -> Option<T> {
        self.all.remove(&id)
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.all.retain(|_, record| keep(record));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.all.values()
    }
}
