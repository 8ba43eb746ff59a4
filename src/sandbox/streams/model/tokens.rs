//! Tokens, by which a client is known until they expire.

use std::collections::BTreeMap;

use super::time::Millis;
use crate::sandbox::ids::Ids;

/// The tokens that have been given.
#[derive(Debug)]
pub(crate) struct Tokens {
    given: BTreeMap<String, Millis>,
    /// How long each is good for.
    pub(crate) lifetime: Millis,
}

impl Tokens {
    pub(crate) fn lasting(lifetime: Millis) -> Self {
        Self {
            given: BTreeMap::new(),
            lifetime,
        }
    }

    /// A new one, and when it expires.
    pub(crate) fn give(&mut self, ids: &mut Ids, now: Millis) -> (String, Millis) {
        let token = format!("eyJ{}.{}.{}", ids.hex32(), ids.hex32(), ids.hex32());
        let expires = now.saturating_add(self.lifetime);
        self.given.retain(|_, expires| *expires > now);
        self.given.insert(token.clone(), expires);
        (token, expires)
    }

    pub(crate) fn knows(&self, token: &str, now: Millis) -> bool {
        self.given.get(token).is_some_and(|expires| now < *expires)
    }

    /// Lets every token expire at once.
    pub(crate) fn expire(&mut self) {
        self.given.clear();
    }
}
