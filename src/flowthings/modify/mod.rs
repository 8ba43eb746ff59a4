//! Modifications: the new state of an object, and only what has changed.

mod changes;
mod error;
mod members;

use std::{fmt, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Json, Secret,
    flowthings::filter::Exact,
    value::{
        Change, Identified,
        json::{Numbers, decode},
        written,
    },
};
pub use changes::Changes;
pub use error::ModifyError;
use members::Members;

/// The member that names an object.
const ID: &str = "id";

/// Changes to an object, of which only those members travel that have been changed.
///
/// The platform changes the members at the top of an object that it is sent and keeps the others. A member can be set to null, but not
/// removed. A part of a member is changed by setting the whole member.
///
/// ```
/// use headwaters::flowthings::Modify;
/// use serde_json::json;
///
/// let flow = json!({"id": "f1", "path": "/acc/foo", "capacity": 10});
/// let (flow, changes) = Modify::new(flow).set("displayName", "Foo").set("capacity", 5).done()?;
/// assert_eq!(flow, json!({"id": "f1", "path": "/acc/foo", "capacity": 5, "displayName": "Foo"}));
/// assert_eq!(changes.to_string(), r#"{"displayName":"Foo","capacity":5}"#);
/// # Ok::<(), headwaters::flowthings::ModifyError>(())
/// ```
///
/// As with a filter, a step that is not possible is told at the end: by [`done`](Self::done), or by the call that is given the
/// modification, before anything is sent. Nothing is sent either where nothing has changed.
///
/// # Differences to Python
/// As in Python a member that is set to what it was counts as changed with [`set`](Self::set); with [`with`](Self::with) and
/// [`from_pair`](Self::from_pair), which Python does not have, it does not. The id cannot change: Python would change the object that
/// has the new id.
pub struct Modify<T> {
    state: Result<State, ModifyError>,
    model: PhantomData<fn() -> T>,
}

#[derive(Clone)]
struct State {
    /// As they are by now.
    members: Members,
    changes: Members,
    /// Those in the members, so that no error shows them.
    secrets: Vec<Secret>,
}

impl<T: Serialize + DeserializeOwned> Modify<T> {
    /// No changes yet.
    pub fn new(model: T) -> Self {
        Self::of(State::of(&model))
    }

    /// What has to change of the old object to make it the new one. A member that the new one lacks is set to null.
    ///
    /// The ids must be the same.
    pub fn from_pair(old: &T, new: &T) -> Self {
        Self::of(State::of(old).and_then(|state| {
            let before = state.members.clone();
            state.differ(&before, new)
        }))
    }

    /// Sets a member by its name on the wire.
    #[must_use]
    pub fn set(self, name: impl Into<String>, value: impl Serialize) -> Self {
        let name = name.into();
        Self::of(self.state.and_then(|mut state| {
            let (value, secrets) = json(&name, &value)?;
            state.secrets.extend(secrets);
            state.set(name, value)
        }))
    }

    /// Lets the object's own setters change it: what they change is found out.
    ///
    /// ```
    /// use headwaters::flowthings::Modify;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Flow {
    ///     id: String,
    ///     path: String,
    ///     capacity: u64,
    /// }
    ///
    /// let flow = Flow { id: "f1".into(), path: "/acc/foo".into(), capacity: 10 };
    /// let (flow, changes) = Modify::new(flow).with(|flow| Flow { capacity: 5, ..flow }).done()?;
    /// assert_eq!((flow.capacity, changes.to_string().as_str()), (5, r#"{"capacity":5}"#));
    /// # Ok::<(), headwaters::flowthings::ModifyError>(())
    /// ```
    #[must_use]
    pub fn with(self, change: impl FnOnce(T) -> T) -> Self {
        Self::of(self.state.and_then(|state| {
            let model: T = state.model()?;
            // What the type does not keep is not removed by the change.
            let (before, _) = members(&model)?;
            state.differ(&before, &change(model))
        }))
    }

    /// The changed object, and the changes.
    ///
    /// # Errors
    /// Where a step was not possible: a value that is not JSON or does not fit the type of the object, another id, an object that is
    /// not an object in JSON.
    pub fn done(self) -> Result<(T, Changes), ModifyError> {
        let state = self.state?;
        Ok((state.model()?, Changes(state.changes)))
    }

    /// The id of the object, if it has one.
    pub fn id(&self) -> Option<String> {
        let state = self.state.as_ref().ok()?;
        let id = state.members.value(ID)?.as_str()?;
        (!id.is_empty()).then_some(id)
    }

    fn of(state: Result<State, ModifyError>) -> Self {
        Self {
            state,
            model: PhantomData,
        }
    }
}

/// For an update, which refuses a modification with a step that was not possible, and one that changes nothing.
impl<T: Identified + Serialize + DeserializeOwned> From<Modify<T>> for Change<T> {
    fn from(modify: Modify<T>) -> Self {
        let id = modify.id();
        let state = modify.state.as_ref();
        let secrets = state.map_or_else(|_| Vec::new(), |state| state.secrets.clone());
        match modify.done() {
            Ok((_, changes)) => Self::members(id, changes).with_secrets(secrets),
            Err(error) => Self::impossible(error.with_cause()),
        }
    }
}

impl State {
    fn of(model: &impl Serialize) -> Result<Self, ModifyError> {
        let (members, secrets) = members(model)?;
        Ok(Self {
            members,
            changes: Members::default(),
            secrets,
        })
    }

    fn set(mut self, name: String, value: Json) -> Result<Self, ModifyError> {
        if name == ID
            && let Some(id) = self.members.value(ID)
            && !is_same(id, &value)
        {
            return Err(ModifyError::new("the id of what is modified cannot change"));
        }
        self.members.set(name.clone(), value.clone());
        self.changes.set(name, value);
        Ok(self)
    }

    /// Notes what is different.
    fn differ(mut self, before: &Members, after: &impl Serialize) -> Result<Self, ModifyError> {
        let (after, secrets) = members(after)?;
        self.secrets.extend(secrets);
        for (name, value) in after.iter() {
            // An absent member and one that is null are the same.
            let is_same = match before.value(name) {
                Some(before) => is_same(before, value),
                None => value.is_null(),
            };
            if !is_same {
                self = self.set(name.to_owned(), value.clone())?;
            }
        }
        for (name, _) in before.iter() {
            if before.value(name).is_some() && after.get(name).is_none() {
                self = self.set(name.to_owned(), Json::default())?;
            }
        }
        Ok(self)
    }

    fn model<T: DeserializeOwned>(&self) -> Result<T, ModifyError> {
        let (text, _) = json("what is modified", &self.members)?;
        decode(text.text().as_bytes(), Numbers::Json).map_err(|error| {
            let place = match error.place.as_str() {
                "" => "a change",
                place => place,
            };
            ModifyError::new(format!("{place} does not fit the type of what is modified"))
                .with_source(error.source)
        })
    }
}

/// Whether both say the same, whatever the order of members and the white space. Whole numbers differ by more than a double tells.
fn is_same(one: &Json, other: &Json) -> bool {
    one.text() == other.text()
        || matches!((Exact::of(one), Exact::of(other)), (Ok(one), Ok(other)) if one == other)
}

/// The value as JSON, and the secrets in it.
fn json(name: &str, value: &impl Serialize) -> Result<(Json, Vec<Secret>), ModifyError> {
    let (text, secrets) = written(|| Json::new(value));
    let text = text.map_err(|error| {
        ModifyError::new(format!("{name} cannot be written as JSON")).with_source(error)
    })?;
    Ok((text, secrets))
}

fn members(model: &impl Serialize) -> Result<(Members, Vec<Secret>), ModifyError> {
    let (text, secrets) = json("what is modified", model)?;
    let members = text.read().map_err(|error| {
        ModifyError::new("what is modified is not an object in JSON").with_source(error)
    })?;
    Ok((members, secrets))
}

impl<T> Clone for Modify<T> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            model: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Modify<T> {
    /// The names of the changed members alone: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = self.state.as_ref();
        let changes = changes.map(|state| {
            state
                .changes
                .iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        });
        f.debug_tuple("Modify").field(&changes).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    fn done(modify: Modify<Value>) -> (Value, String) {
        let (model, changes) = modify.done().unwrap();
        (model, changes.to_string())
    }

    /// What `M` of `flowthings` 1.0.5 gives for the same steps.
    #[test]
    fn a_modification_is_that_of_python() {
        let model = || json!({"b": 1, "a": {"x": 1}});
        for (modify, model, changes) in [
            (Modify::new(model()), model(), "{}"),
            (
                Modify::new(model()).set("z", 1).set("b", 2).set("z", 3),
                json!({"b": 2, "a": {"x": 1}, "z": 3}),
                r#"{"z":3,"b":2}"#,
            ),
            // What it was counts, and so does what is set back.
            (Modify::new(model()).set("b", 1), model(), r#"{"b":1}"#),
            (
                Modify::new(model()).set("b", 2).set("b", 1),
                model(),
                r#"{"b":1}"#,
            ),
            (
                Modify::new(model()).set("a.x", 9),
                json!({"b": 1, "a": {"x": 1}, "a.x": 9}),
                r#"{"a.x":9}"#,
            ),
            (
                Modify::new(model()).set("b", ()),
                json!({"b": null, "a": {"x": 1}}),
                r#"{"b":null}"#,
            ),
            (
                Modify::new(json!({})).set("model", [1]),
                json!({"model": [1]}),
                r#"{"model":[1]}"#,
            ),
            (
                Modify::new(json!({"id": "f1"})).set("id", "f1"),
                json!({"id": "f1"}),
                r#"{"id":"f1"}"#,
            ),
        ] {
            assert_eq!(done(modify), (model, changes.to_owned()));
        }
    }

    #[test]
    fn an_empty_diff_is_visible() {
        let modify = Modify::new(json!({"id": "f1"}));
        assert_eq!(modify.id().as_deref(), Some("f1"));
        let (_, changes) = modify.done().unwrap();
        assert!(changes.is_empty());
        let (_, changes) = Modify::new(json!({}))
            .set("a", 1)
            .set("b", 2)
            .done()
            .unwrap();
        assert!(!changes.is_empty());
        assert_eq!(changes.len(), 2);
        assert_eq!(changes.get("b"), Some(&2.into()));
        assert_eq!(changes.get("c"), None);
        assert_eq!(serde_json::to_string(&changes).unwrap(), r#"{"a":1,"b":2}"#);
    }

    #[test]
    fn a_pair_is_its_difference() {
        for (old, new, changes) in [
            (json!({"a": 1}), json!({"a": 1}), "{}"),
            (
                json!({"a": 1}),
                json!({"a": 2, "b": [1]}),
                r#"{"a":2,"b":[1]}"#,
            ),
            (json!({"a": 1, "b": 2}), json!({"b": 2}), r#"{"a":null}"#),
            (json!({"a": null}), json!({"b": null}), "{}"),
            (
                json!({"a": {"x": 1}}),
                json!({"a": {"x": 2}}),
                r#"{"a":{"x":2}}"#,
            ),
            (
                json!({"id": "f1", "a": 1}),
                json!({"id": "f1", "a": null}),
                r#"{"a":null}"#,
            ),
            (json!({}), json!({"id": "f1"}), r#"{"id":"f1"}"#),
        ] {
            let (_, diff) = done(Modify::from_pair(&old, &new));
            assert_eq!(diff, changes, "{old} {new}");
        }
    }

    #[test]
    fn what_is_only_written_in_another_way_is_no_change() {
        let json = |text: &str| text.parse::<Json>().unwrap();
        for (old, new, changes) in [
            (
                r#"{"a":{"x":1,"y":[1,2]}}"#,
                r#"{"a": {"y": [1, 2], "x": 1}}"#,
                "{}",
            ),
            (r#"{"a":"\u00e9"}"#, r#"{"a":"é"}"#, "{}"),
            // Doubles hold neither of these.
            (
                r#"{"a":[9007199254740993]}"#,
                r#"{"a":[9007199254740992]}"#,
                r#"{"a":[9007199254740992]}"#,
            ),
            (
                r#"{"a":{"x":123456789012345678901234567890}}"#,
                r#"{"a":{"x":123456789012345678901234567891}}"#,
                r#"{"a":{"x":123456789012345678901234567891}}"#,
            ),
            (
                r#"{"a":{"x":123456789012345678901234567890,"y":1}}"#,
                r#"{"a":{"y":1,"x":123456789012345678901234567890}}"#,
                "{}",
            ),
            // The platform tells a long from a float.
            (r#"{"a":1}"#, r#"{"a":1.0}"#, r#"{"a":1.0}"#),
        ] {
            let modify = Modify::from_pair(&json(old), &json(new));
            assert_eq!(modify.done().unwrap().1.to_string(), changes, "{old}");
            let modify = Modify::new(json(old)).with(|_| json(new));
            assert_eq!(modify.done().unwrap().1.to_string(), changes, "{old}");
        }
    }

    #[test]
    fn another_id_is_refused_however_it_comes() {
        let model = || json!({"id": "f1"});
        for modify in [
            Modify::new(model()).set("id", "f2").set("a", 1),
            Modify::new(model()).set("id", ()),
            Modify::from_pair(&model(), &json!({"id": "f2"})),
            Modify::from_pair(&model(), &json!({})),
            Modify::new(model()).with(|_| json!({"id": "f2"})),
        ] {
            let error = modify.done().unwrap_err();
            assert_eq!(
                error.to_string(),
                "the id of what is modified cannot change"
            );
        }
        assert_eq!(Modify::new(json!({"id": ""})).id(), None);
        assert_eq!(Modify::new(json!({"id": 5})).id(), None);
        assert_eq!(
            Modify::new(json!({})).set("id", "f1").id().as_deref(),
            Some("f1")
        );
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Flow {
        id: String,
        capacity: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
    }

    fn flow() -> Flow {
        Flow {
            id: "f1".to_owned(),
            capacity: 10,
            display_name: Some("Foo".to_owned()),
        }
    }

    #[test]
    fn a_typed_object_is_changed_by_itself_or_by_the_names_of_the_wire() {
        let modify = Modify::new(flow())
            .set("extra", [1.5])
            .with(|flow| Flow {
                display_name: None,
                ..flow
            })
            .with(|flow| Flow {
                capacity: 5,
                ..flow
            })
            .set("capacity", 6);
        assert_eq!(
            format!("{modify:?}"),
            r#"Modify(Ok(["extra", "displayName", "capacity"]))"#
        );
        let (changed, changes) = modify.clone().done().unwrap();
        assert_eq!(
            changed,
            Flow {
                capacity: 6,
                display_name: None,
                ..flow()
            }
        );
        assert_eq!(
            changes.to_string(),
            r#"{"extra":[1.5],"displayName":null,"capacity":6}"#
        );
        assert_eq!(
            format!("{changes:?}"),
            r#"{"extra", "displayName", "capacity"}"#
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (modify, reason, cause) in [
            (
                Modify::new(flow()).set("capacity", "many"),
                "capacity does not fit the type of what is modified",
                "invalid type: string, expected u64 at line 1 column 28",
            ),
            (
                Modify::new(flow()).set("capacity", f64::NAN),
                "capacity cannot be written as JSON",
                "NaN is not a number of JSON",
            ),
        ] {
            let error = modify.done().unwrap_err();
            assert_eq!(error.to_string(), reason);
            assert_eq!(error.source().unwrap().to_string(), cause);
        }
        let error = Modify::new(json!([1])).done().unwrap_err();
        assert_eq!(
            error.to_string(),
            "what is modified is not an object in JSON"
        );
    }
}
