//! Who asks: headers, and what stands in the path below which the API lies.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use super::path;
use crate::config::Auth;

/// What a client tells of who asks.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(super) auth: Auth,
    /// Names and values of the variables in the prefix of the platform.
    variables: Vec<(&'static str, Arc<str>)>,
}

impl Credentials {
    pub(crate) fn new(auth: Auth) -> Self {
        Self {
            auth,
            variables: Vec::new(),
        }
    }

    /// What stands for a variable of the prefix.
    pub(crate) fn with(mut self, variable: &'static str, value: impl Into<Arc<str>>) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self.variables.push((variable, value.into()));
        self
    }

    /// The account of whoever asks, where the prefix has one.
    pub(super) fn account(&self) -> Option<Arc<str>> {
        let mut variables = self.variables.iter();
        let (_, account) = variables.find(|(name, _)| *name == "account")?;
        Some(Arc::clone(account))
    }

    /// The prefix with the values of its variables, or why there is none.
    pub(super) fn filled(&self, prefix: &str) -> Result<String, String> {
        let mut pieces = prefix.split('{');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, after) = piece.split_once('}').unwrap_or_default();
            let value = self.variables.iter().find(|(own, _)| *own == name);
            let value = value.map(|(_, value)| path::segment(value));
            match value {
                Some(Ok(value)) => filled.push_str(&value),
                Some(Err(reason)) => {
                    return Err(format!("{name} cannot stand in a path: {reason}"));
                }
                None => return Err(format!("the client has no {name}")),
            }
            filled.push_str(after);
        }
        Ok(filled)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("auth", &self.auth)
            .field("variables", &self.variables)
            .finish()
    }
}

/// Credentials that can be replaced while requests are on their way. Clones share them.
#[derive(Clone)]
pub(super) struct Live(Arc<RwLock<Arc<Credentials>>>);

impl Live {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(credentials))))
    }

    /// Those of now, for a request that keeps them.
    pub(super) fn now(&self) -> Arc<Credentials> {
        // Nothing panics while the lock is held.
        let now = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now)
    }

    pub(super) fn replace(&self, credentials: Credentials) {
        let mut now = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(credentials);
    }
}
