//! What the official documents describe and no server has: checked on 1.20.5, 2.2.1 and 2.3.0.

/// Operations, by key.
const OPERATIONS: [(&str, &str); 0] = [];

/// Members, by component.
const MEMBERS: [(&str, &[&str], &str); 0] = [];

/// Why an operation of theirs is none.
pub(super) fn operation(key: &str) -> Option<&'static str> {
    let known = OPERATIONS.iter().find(|(known, _)| *known == key)?;
    Some(known.1)
}

/// Why a member of theirs is none.
pub(super) fn member(component: &str, name: &str) -> Option<&'static str> {
    let known = MEMBERS
        .iter()
        .find(|(known, names, _)| *known == component && names.contains(&name))?;
    Some(known.2)
}
