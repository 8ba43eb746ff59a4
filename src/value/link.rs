//! Links in answers, with the type of what they lead to.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::Sealed;

/// A type that comes in collections. The trait is sealed.
pub trait Listed: Sealed {
    /// The member of the collection that holds the list.
    const KEY: &'static str;
}

macro_rules! link {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name<T> {
            url: String,
            #[serde(skip)]
            to: PhantomData<fn() -> T>,
        }

        impl<T> $name<T> {
            /// The URL, as the server wrote it.
            pub fn as_str(&self) -> &str {
                &self.url
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { url: self.url.clone(), to: PhantomData }
            }
        }

        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.url == other.url
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.url).finish()
            }
        }

        impl<T> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.url)
            }
        }

        #[cfg(feature = "schemars")]
        impl<T> schemars::JsonSchema for $name<T> {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "format": "uri"})
            }
        }
    };
}

link! {
    /// A link to one `T`.
    Link
}

link! {
    /// A link to a collection of `T`.
    Links
}

/// The answer behind a link to many: an object whose member [`Listed::KEY`] is the list.
pub(crate) struct Collection<T> {
    pub(crate) items: Vec<T>,
}

impl<'de, T: Listed + Deserialize<'de>> Deserialize<'de> for Collection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CollectionVisitor(PhantomData))
    }
}

struct CollectionVisitor<T>(PhantomData<T>);

impl<'de, T: Listed + Deserialize<'de>> de::Visitor<'de> for CollectionVisitor<T> {
    type Value = Collection<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list `{}`", T::KEY)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = None;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == T::KEY {
                items = Some(map.next_value()?);
            } else {
                map.next_value::<de::IgnoredAny>()?;
            }
        }
        let items = items.ok_or_else(|| de::Error::missing_field(T::KEY))?;
        Ok(Collection { items })
    }
}
