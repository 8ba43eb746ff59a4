//! Circles, in whatever points at each other.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
};

/// Files or rooms of which each imports the next, and the last the first.
#[derive(Debug)]
pub(super) struct Circle {
    /// The shortest way around.
    way: Vec<String>,
    /// All that lie on a circle with these.
    pub(super) members: BTreeSet<String>,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.way.join(" -> "))?;
        let others = self.members.iter().filter(|file| !self.way.contains(file));
        let others: Vec<&str> = others.map(String::as_str).collect();
        match others.is_empty() {
            true => Ok(()),
            false => write!(f, " (and in it: {})", others.join(", ")),
        }
    }
}

/// The circles among these: each with each other to which it points.
pub(super) fn circles(arrows: impl IntoIterator<Item = (String, String)>) -> Vec<Circle> {
    let mut next: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(from).or_default().insert(to);
    }
    let mut circles: Vec<Circle> = Vec::new();
    for member in next.keys() {
        if circles.iter().any(|circle| circle.members.contains(member)) {
            continue;
        }
        let mut members = reachable(&next, member);
        members.retain(|other| reachable(&next, other).contains(member));
        let ways = members
            .iter()
            .filter_map(|member| way_around(&next, member));
        if let Some(way) = ways.min_by_key(Vec::len) {
            circles.push(Circle { way, members });
        }
    }
    circles
}

/// What can be got to from here, in one step or more.
fn reachable(next: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from.to_owned()];
    while let Some(file) = waiting.pop() {
        for other in next.get(&file).into_iter().flatten() {
            if reached.insert(other.clone()) {
                waiting.push(other.clone());
            }
        }
    }
    reached
}

/// The shortest way from here back to here.
fn way_around(next: &BTreeMap<String, BTreeSet<String>>, from: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from([vec![from.to_owned()]]);
    while let Some(way) = waiting.pop_front() {
        for other in next.get(way.last()?).into_iter().flatten() {
            let longer = [way.as_slice(), std::slice::from_ref(other)].concat();
            if other == from {
                return Some(longer);
            }
            if seen.insert(other.clone()) {
                waiting.push_back(longer);
            }
        }
    }
    None
}
