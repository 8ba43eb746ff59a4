//! What a flow holds: its drops, and the hashes that it has seen.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::collection::Collection;
use super::value::text;

/// How many hashes a flow remembers of drops that it does not keep: as many as it may keep drops.
const REMEMBERED: usize = 100_000;

/// The drops of a flow, and the hashes that it has seen.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    drops: Collection,
    seen: Seen,
}

impl Contents {
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.drops.get(id)
    }

    /// From the first to the last.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> + Clone {
        self.drops.iter()
    }

    /// The id of the drop that has had this hash first.
    pub(crate) fn first_with(&self, hash: &str) -> Option<&str> {
        self.seen.by_hash.get(hash).map(String::as_str)
    }

    /// Adds a drop, in a flow that keeps so many.
    pub(crate) fn add(&mut self, drop: Arc<Value>, capacity: usize) {
        self.seen.add(&drop);
        match capacity {
            0 => self.seen.leave(&drop),
            _ => {
                let id = text(&drop, "id").to_owned();
                self.drops.add(&id, drop);
                self.trim(capacity);
            }
        }
    }

    /// Puts a drop in the place of the one with its id.
    pub(crate) fn replace(&mut self, drop: &Value) {
        if let Some(kept) = self.drops.get_mut(text(drop, "id")) {
            if text(kept, "fhash") != text(drop, "fhash") {
                self.seen.leave(kept);
                self.seen.add(drop);
            }
            kept.clone_from(drop);
        }
    }

    /// Removes a drop, if there is one with this id.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Arc<Value>> {
        let drop = self.drops.remove(id)?;
        self.seen.leave(&drop);
        Some(drop)
    }

    /// Removes the oldest until there are no more than so many.
    pub(crate) fn trim(&mut self, capacity: usize) {
        while self.drops.len() > capacity
            && let Some(oldest) = self.drops.pop_first()
        {
            self.seen.leave(&oldest);
        }
    }

    /// Says where the flow stands from now on.
    pub(crate) fn move_to(&mut self, path: &str) {
        for drop in self.drops.iter_mut().filter_map(Value::as_object_mut) {
            drop.insert("path".to_owned(), path.into());
        }
    }
}

/// The hashes of the drops that a flow keeps, and the latest of those that it kept or took.
#[derive(Debug, Default)]
struct Seen {
    /// The id of the drop that has had it first.
    by_hash: HashMap<String, String>,
    /// Those of drops that are not kept, in the order in which they went.
    gone: VecDeque<String>,
}

impl Seen {
    /// The flow has a drop now.
    fn add(&mut self, drop: &Value) {
        let Some(hash) = drop.get("fhash").and_then(Value::as_str) else {
            return;
        };
        let id = text(drop, "id");
        match self.by_hash.get(hash) {
            None => {
                self.by_hash.insert(hash.to_owned(), id.to_owned());
            }
            // It has the hash again that a change took from it.
            Some(first) if first == id => self.gone.retain(|gone| gone != hash),
            Some(_) => {}
        }
    }

    /// The flow has a drop no more, or not with this hash.
    fn leave(&mut self, drop: &Value) {
        let hash = text(drop, "fhash");
        if self.by_hash.get(hash).map(String::as_str) != Some(text(drop, "id")) {
            return;
        }
        self.gone.push_back(hash.to_owned());
        if self.gone.len() > REMEMBERED
            && let Some(oldest) = self.gone.pop_front()
        {
            self.by_hash.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drop(number: usize, hash: &str) -> Value {
        json!({"id": format!("d{number:024x}"), "fhash": hash})
    }

    fn hash(number: usize) -> String {
        format!("h{number}")
    }

    #[test]
    fn the_hashes_of_kept_drops_and_the_latest_others_are_remembered() {
        let mut contents = Contents::default();
        contents.add(drop(0, "kept").into(), 2);
        for number in 1..=REMEMBERED + 2 {
            contents.add(drop(number, &hash(number)).into(), 2);
            contents.remove(text(&drop(number, ""), "id"));
        }
        assert!(contents.first_with("kept").is_some());
        assert_eq!(contents.first_with(&hash(2)), None);
        assert!(contents.first_with(&hash(3)).is_some());
        assert_eq!(contents.seen.by_hash.len(), REMEMBERED + 1);
    }

    #[test]
    fn a_flow_that_keeps_nothing_remembers_no_more_than_another() {
        let mut contents = Contents::default();
        for number in 0..=REMEMBERED {
            contents.add(drop(number, &hash(number)).into(), 0);
        }
        assert_eq!(contents.first_with(&hash(0)), None);
        assert!(contents.first_with(&hash(1)).is_some());
        assert_eq!(contents.seen.by_hash.len(), REMEMBERED);
        assert_eq!(contents.iter().count(), 0);
    }

    #[test]
    fn a_hash_that_a_change_takes_away_and_gives_back_is_that_of_a_kept_drop() {
        let mut contents = Contents::default();
        contents.add(drop(0, "a").into(), 5);
        contents.replace(&drop(0, "b"));
        assert_eq!(contents.seen.gone, ["a"]);
        contents.replace(&drop(0, "a"));
        assert_eq!(contents.seen.gone, ["b"]);
        // The hash of another drop stays that of the first one.
        contents.add(drop(1, "c").into(), 5);
        contents.replace(&drop(1, "a"));
        let first = drop(0, "");
        assert_eq!(contents.first_with("a"), Some(text(&first, "id")));
    }
}
