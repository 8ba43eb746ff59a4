//! What an update sends: a whole object, or what changes of it.

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer, ser};

use super::{Json, Sealed, Secret, secret::written_before};

/// An object that an update names by an id of its own. The trait is sealed.
pub trait Identified: Sealed {
    /// The member that is the id, by its name on the wire.
    #[doc(hidden)]
    const ID: &'static str;

    /// The id, if the object has one.
    #[doc(hidden)]
    fn identity(&self) -> Option<String>;
}

/// What an update does to a `T`: it sends the object as a whole, or its changed members alone.
///
/// An object becomes one by itself, `update(&flow)`. The id of the object says which one is updated. A change without an id, one that
/// gives the object another id, and one that is [empty](Self::is_empty) are refused before anything is sent.
#[derive(Clone)]
pub struct Change<T> {
    content: Content<T>,
    /// Secrets among the members, which are text already.
    secrets: Vec<Secret>,
}

#[derive(Clone)]
enum Content<T> {
    Whole(T),
    /// The object of this id, and its changed members in their order.
    Members(Option<String>, Vec<(String, Json)>),
    /// Why there is no such change.
    Impossible(String),
}

impl<T: Identified> Change<T> {
    /// These members of the object that has this id, by their names on the wire; its other members stay as they are.
    pub fn members<N, V>(id: Option<String>, members: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<Json>,
    {
        let members = members.into_iter();
        let members = members.map(|(name, value)| (name.into(), value.into()));
        Content::Members(id, members.collect()).into()
    }

    /// A change that is refused for this reason.
    #[cfg(feature = "flowthings")]
    pub(crate) fn impossible(reason: impl Into<String>) -> Self {
        Content::Impossible(reason.into()).into()
    }

    /// The same with members that have these secrets in them.
    #[cfg(any(feature = "flowthings", feature = "dynamic"))]
    pub(crate) fn with_secrets(self, secrets: Vec<Secret>) -> Self {
        Self { secrets, ..self }
    }

    /// The id of the object, if it has one.
    pub fn id(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::Whole(object) => object.identity().map(Cow::Owned),
            Content::Members(id, _) => id.as_deref().map(Cow::Borrowed),
            Content::Impossible(_) => None,
        }
    }

    /// Whether nothing changes: an update refuses it, since there is nothing to send.
    pub fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Members(_, members) if members.is_empty())
    }

    /// The id of the object, or why the change cannot be sent.
    pub(crate) fn checked(&self) -> Result<String, String> {
        if let Content::Impossible(reason) = &self.content {
            return Err(reason.clone());
        }
        let id = self.id().filter(|id| !id.is_empty());
        let Some(id) = id.map(Cow::into_owned) else {
            let name = T::ID;
            return Err(format!(
                "the change has no {name}, which says what it changes"
            ));
        };
        match &self.content {
            Content::Members(_, members) if members.is_empty() => {
                Err("the change is empty: there is nothing to send".to_owned())
            }
            Content::Members(_, members)
                if members
                    .iter()
                    .any(|(name, own)| name == T::ID && !is(own, &id)) =>
            {
                let name = T::ID;
                Err(format!(
                    "the change sets another {name}, which cannot change"
                ))
            }
            _ => Ok(id),
        }
    }
}

/// Whether the JSON is this id, be it a string or a number.
fn is(value: &Json, id: &str) -> bool {
    match value.as_str() {
        Some(text) => text == id,
        None => value
            .as_i64()
            .is_some_and(|number| id.parse() == Ok(number)),
    }
}

impl<T> Content<T> {
    fn into(self) -> Change<T> {
        Change {
            content: self,
            secrets: Vec::new(),
        }
    }
}

impl<T> From<T> for Change<T> {
    fn from(object: T) -> Self {
        Content::Whole(object).into()
    }
}

impl<T: Clone> From<&T> for Change<T> {
    fn from(object: &T) -> Self {
        Content::Whole(object.clone()).into()
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        written_before(&self.secrets);
        match &self.content {
            Content::Whole(object) => object.serialize(serializer),
            Content::Members(_, members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
            Content::Impossible(reason) => Err(ser::Error::custom(reason)),
        }
    }
}

fn names(members: &[(String, Json)]) -> Vec<&String> {
    members.iter().map(|(name, _)| name).collect()
}

/// The names of changed members alone: a value may be a secret.
impl<T: fmt::Debug> fmt::Debug for Change<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Whole(object) => f.debug_tuple("Change").field(object).finish(),
            Content::Members(id, members) => f
                .debug_struct("Change")
                .field("id", id)
                .field("members", &names(members))
                .finish(),
            Content::Impossible(reason) => f.debug_tuple("Change").field(reason).finish(),
        }
    }
}
