//! One argument for an object, its id, or its path or name.

use std::marker::PhantomData;

use super::Sealed;

/// A thing that has an id on its server. The trait is sealed.
pub trait Located: Sealed {
    /// The id.
    fn id(&self) -> i32;
}

/// Says which `T` is meant: by the object itself, by its id, or by its path; where things have no paths, by its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Locator<T> {
    by: By,
    of: PhantomData<fn() -> T>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Id(i32),
    Path(String),
}

impl<T> Locator<T> {
    /// The id, if it is by id.
    pub fn id(&self) -> Option<i32> {
        match self.by {
            By::Id(id) => Some(id),
            By::Path(_) => None,
        }
    }

    /// The path or name, if it is by one.
    pub fn path(&self) -> Option<&str> {
        match &self.by {
            By::Id(_) => None,
            By::Path(path) => Some(path),
        }
    }

    /// Why no server understands the path, if it is by one: it is relative, has an empty segment, or a NUL, which no database
    /// takes.
    pub(crate) fn wrong(&self) -> Option<&'static str> {
        match self.path()?.strip_prefix('/') {
            None => Some("does not begin with a slash"),
            Some("") => None,
            Some(rest) if rest.split('/').any(str::is_empty) => Some("has an empty segment"),
            Some(rest) if rest.contains('\0') => Some("has a NUL in it"),
            Some(_) => None,
        }
    }

    fn new(by: By) -> Self {
        Self {
            by,
            of: PhantomData,
        }
    }
}

impl<T> Clone for Locator<T> {
    fn clone(&self) -> Self {
        Self::new(self.by.clone())
    }
}

impl<T: Located> From<&T> for Locator<T> {
    fn from(object: &T) -> Self {
        Self::new(By::Id(object.id()))
    }
}

impl<T> From<i32> for Locator<T> {
    fn from(id: i32) -> Self {
        Self::new(By::Id(id))
    }
}

impl<T> From<&str> for Locator<T> {
    fn from(path: &str) -> Self {
        path.to_owned().into()
    }
}

impl<T> From<&String> for Locator<T> {
    fn from(path: &String) -> Self {
        path.clone().into()
    }
}

impl<T> From<String> for Locator<T> {
    fn from(path: String) -> Self {
        Self::new(By::Path(path))
    }
}
