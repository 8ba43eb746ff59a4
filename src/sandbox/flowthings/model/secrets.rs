//! The texts of tokens, and what they stand for.

use std::collections::{HashMap, VecDeque};

/// How many tokens that have expired are told from unknown ones: the latest.
const REMEMBERED: usize = 10_000;

/// What the text of a token stands for.
#[derive(Clone, Debug)]
pub(crate) enum Secret {
    /// The master token of this identity.
    Master(String),
    /// The token with this id.
    Token(String),
    /// A token that there was.
    Expired,
}

/// What the texts of tokens stand for.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    by_text: HashMap<String, Secret>,
    /// The first of them expired first.
    expired: VecDeque<String>,
}

impl Secrets {
    pub(crate) fn get(&self, text: &str) -> Option<&Secret> {
        self.by_text.get(text)
    }

    pub(crate) fn add(&mut self, text: String, secret: Secret) {
        self.by_text.insert(text, secret);
    }

    /// From now on nobody knows it.
    pub(crate) fn forget(&mut self, text: &str) {
        self.by_text.remove(text);
    }

    /// From now on it is only known to have expired.
    pub(crate) fn expire(&mut self, text: &str) {
        self.by_text.insert(text.to_owned(), Secret::Expired);
        self.expired.push_back(text.to_owned());
        if self.expired.len() > REMEMBERED
            && let Some(oldest) = self.expired.pop_front()
        {
            self.by_text.remove(&oldest);
        }
    }

    /// The master token of an identity, if it has one.
    pub(crate) fn master_of(&self, identity: &str) -> Option<&str> {
        let mut secrets = self.by_text.iter();
        let is_it = |secret: &Secret| matches!(secret, Secret::Master(of) if of == identity);
        secrets.find_map(|(text, secret)| is_it(secret).then_some(text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_tokens_that_have_expired_are_known_to_have() {
        let mut secrets = Secrets::default();
        for number in 0..=REMEMBERED {
            let text = number.to_string();
            secrets.add(text.clone(), Secret::Token("k".to_owned()));
            secrets.expire(&text);
        }
        assert!(secrets.get("0").is_none());
        assert!(matches!(secrets.get("1"), Some(Secret::Expired)));
        assert_eq!(secrets.by_text.len(), REMEMBERED);
    }
}
