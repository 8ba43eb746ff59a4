//! What a filter is asked about, and the values of its members.

use std::{
    cell::OnceCell,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{name::Name, numeral::Numeral, tree::Tree};

/// The member of a drop that has its elements.
const ELEMENTS: &str = "elems";

/// A drop, a flow or another object of the platform, and the time at which its ages are taken.
pub(super) struct Subject<'v, T> {
    object: &'v T,
    elements: Option<&'v T>,
    /// Milliseconds since the Unix epoch; they are not known before an age is wanted.
    now: OnceCell<i128>,
}

/// A value that is compared.
pub(super) struct Side<'v, T> {
    pub(super) value: &'v T,
    /// It is an element or in one, so that what is in it may be written with its type.
    pub(super) is_element: bool,
}

impl<T> Clone for Side<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Side<'_, T> {}

impl<'v, T: Tree> Side<'v, T> {
    /// What is in it.
    pub(super) fn with(self, inner: &'v T) -> Self {
        let value = match self.is_element {
            true => plain(inner),
            false => inner,
        };
        Self { value, ..self }
    }
}

impl<'v, T: Tree> Subject<'v, T> {
    /// With ages as they are now.
    pub(super) fn new(object: &'v T) -> Self {
        Self {
            object,
            elements: object.get(ELEMENTS),
            now: OnceCell::new(),
        }
    }

    /// With ages as they are at this time.
    pub(super) fn at(object: &'v T, now: SystemTime) -> Self {
        Self {
            now: OnceCell::from(ms(now)),
            ..Self::new(object)
        }
    }

    /// The value of a member, if it has one that is not null. A name that is not at the top is one of the elements.
    pub(super) fn value(&self, name: &Name) -> Option<&'v T> {
        let (first, rest) = name.parts();
        let top = || self.object.get(first).filter(|value| !value.is_null());
        let value = match (first, rest) {
            (ELEMENTS, Some(rest)) => self.element(rest)?,
            (ELEMENTS, None) => self.elements?,
            (_, rest) => match (top(), rest) {
                (Some(top), Some(rest)) => rest.split('.').try_fold(top, inside)?,
                (Some(top), None) => top,
                (None, _) => self.element(name.as_str())?,
            },
        };
        (!value.is_null()).then_some(value)
    }

    /// The value of a member, or one in it, as one side of a comparison.
    pub(super) fn side(&self, name: &Name, value: &'v T) -> Side<'v, T> {
        let (first, rest) = name.parts();
        let is_top = || self.object.get(first).is_some_and(|top| !top.is_null());
        let is_element = match first {
            ELEMENTS => rest.is_some(),
            _ => !is_top(),
        };
        Side { value, is_element }
    }

    /// The elements by name.
    pub(super) fn elements(&self) -> impl Iterator<Item = (&'v str, &'v T)> {
        self.elements.into_iter().flat_map(Tree::members)
    }

    pub(super) fn has_elements(&self) -> bool {
        self.elements.is_some_and(Tree::is_map)
    }

    /// How many milliseconds ago the time was that a member says, or its creation.
    pub(super) fn age(&self, field: Option<&Name>) -> Option<Numeral> {
        let time = match field {
            Some(field) => self.value(field)?,
            None => self.object.get("creationDate")?,
        };
        let now = *self.now.get_or_init(|| ms(SystemTime::now()));
        Some(match time.as_number()? {
            Numeral::Int(time) => Numeral::Int(now.saturating_sub(time)),
            time => Numeral::Float(now as f64 - time.as_f64()),
        })
    }

    /// The value of an element, or of what is in one.
    fn element(&self, way: &str) -> Option<&'v T> {
        let mut steps = way.split('.');
        let element = self.elements?.get(steps.next()?)?;
        let value = steps.try_fold(element, |value, step| {
            inside(plain(value), step).or_else(|| inside(value, step))
        })?;
        Some(plain(value))
    }
}

/// Since the Unix epoch.
fn ms(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_millis().try_into().unwrap_or(i128::MAX),
        Err(before) => before
            .duration()
            .as_millis()
            .try_into()
            .map_or(i128::MIN, |ms: i128| -ms),
    }
}

/// A member of an object, or an item of a list.
fn inside<'v, T: Tree>(value: &'v T, step: &str) -> Option<&'v T> {
    match value.as_list() {
        Some(items) => items.get(step.parse::<usize>().ok()?),
        None => value.get(step),
    }
}

/// The type and the value of an element that is written with both.
pub(super) fn typed<T: Tree>(element: &T) -> Option<(&str, &T)> {
    let (type_, value) = (element.get("type")?, element.get("value")?);
    (element.members().count() == 2).then_some((type_.as_str()?, value))
}

/// The value of an element, whether it is written with its type or not.
pub(super) fn plain<T: Tree>(element: &T) -> &T {
    typed(element).map_or(element, |(_, value)| value)
}
