//! Conversions between the platform's own types.

use super::types::{GroupId, IdentityId, NewFlow, RecipientId};

/// A flow with this path.
impl From<&str> for NewFlow {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

/// A flow with this path.
impl From<String> for NewFlow {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

macro_rules! recipients {
    ($($id:ident),*) => {$(
        impl From<$id> for RecipientId {
            fn from(id: $id) -> Self {
                id.as_str().into()
            }
        }

        impl From<&$id> for RecipientId {
            fn from(id: &$id) -> Self {
                id.as_str().into()
            }
        }
    )*};
}

recipients!(GroupId, IdentityId);
