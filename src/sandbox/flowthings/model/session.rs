//! Sessions: who is told of which drops, and what has not been told yet.

use std::collections::{HashMap, VecDeque};

use tokio::sync::watch;

/// Bytes of messages that wait in a session at most. When there are more, the oldest go.
const WAITING: usize = 64 << 20;

/// For how long a session stays that nobody reads: a minute. The platform has not said how long its own do.
const GRACE_MS: i64 = 60_000;

/// How many sessions there are at most.
const MOST: usize = 1000;

/// What somebody is subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Flow(String),
    Path(String),
}

impl Resource {
    /// As it was named.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Flow(name) | Self::Path(name) => name,
        }
    }
}

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    /// The token of whoever opened it.
    pub(crate) token: String,
    pub(crate) resources: Vec<Resource>,
    messages: VecDeque<String>,
    /// Their bytes.
    waiting: usize,
    /// Whoever reads waits for it.
    news: watch::Sender<()>,
    /// How many sockets and requests read it.
    readers: usize,
    /// When it was read last.
    read: i64,
    /// The code with which sockets are to be closed.
    closing: Option<u16>,
}

impl Session {
    /// Adds a message for whoever reads.
    pub(crate) fn tell(&mut self, message: String) {
        self.waiting += message.len();
        self.messages.push_back(message);
        while self.waiting > WAITING
            && let Some(oldest) = self.messages.pop_front()
        {
            self.waiting -= oldest.len();
        }
        self.news.send_replace(());
    }
}

/// What is next in a session.
#[derive(Debug)]
pub(crate) enum Next {
    Messages(Vec<String>),
    /// Nothing until there is news.
    Wait,
    /// Sockets are to be closed with this code.
    Close(u16),
    /// There is no such session any more.
    Gone,
}

/// The sessions, by id.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_id: HashMap<String, Session>,
}

impl Sessions {
    /// Opens a session of whoever has this token. Where there are too many, the one that nobody has read for longest makes room;
    /// `false` where all of them are being read.
    pub(crate) fn open(&mut self, id: String, token: String, now: i64) -> bool {
        self.purge(now);
        if self.by_id.len() >= MOST {
            let idle = self
                .by_id
                .iter()
                .filter(|(_, session)| session.readers == 0);
            let oldest = idle.min_by_key(|(_, session)| session.read);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else {
                return false;
            };
            self.by_id.remove(&oldest);
        }
        let session = Session {
            token,
            resources: Vec::new(),
            messages: VecDeque::new(),
            waiting: 0,
            news: watch::Sender::new(()),
            readers: 0,
            read: now,
            closing: None,
        };
        self.by_id.insert(id, session);
        true
    }

    /// Ends those that nobody has read for too long.
    fn purge(&mut self, now: i64) {
        self.by_id
            .retain(|_, session| session.readers > 0 || now - session.read <= GRACE_MS);
    }

    /// Ends the subscriptions to a flow by its id.
    pub(crate) fn forget(&mut self, flow: &str) {
        for session in self.by_id.values_mut() {
            let is_it = |resource: &Resource| matches!(resource, Resource::Flow(id) if id == flow);
            session.resources.retain(|resource| !is_it(resource));
        }
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Session> {
        self.by_id.get_mut(id)
    }

    /// The sessions that are subscribed to what concerns them: their ids, tokens, and what they call it.
    pub(crate) fn listeners(
        &mut self,
        now: i64,
        concerns: impl Fn(&Resource) -> bool,
    ) -> Vec<(String, String, Vec<String>)> {
        self.purge(now);
        let listeners = self.by_id.iter().map(|(id, session)| {
            let resources = session
                .resources
                .iter()
                .filter(|resource| concerns(resource));
            let names: Vec<String> = resources
                .map(|resource| resource.name().to_owned())
                .collect();
            (id.clone(), session.token.clone(), names)
        });
        listeners
            .filter(|(_, _, names)| !names.is_empty())
            .collect()
    }

    /// What sessions are subscribed to.
    pub(crate) fn subscriptions(&mut self, now: i64) -> Vec<String> {
        self.purge(now);
        let resources = self.by_id.values().flat_map(|session| &session.resources);
        resources
            .map(|resource| resource.name().to_owned())
            .collect()
    }

    /// Tells all of them the same.
    pub(crate) fn say(&mut self, message: &str, now: i64) {
        self.purge(now);
        for session in self.by_id.values_mut() {
            session.tell(message.to_owned());
        }
    }

    /// Somebody begins to read, if there is such a session and its time is not over, and is told by this when there is news.
    pub(crate) fn enter(&mut self, id: &str, now: i64) -> Option<watch::Receiver<()>> {
        self.purge(now);
        let session = self.by_id.get_mut(id)?;
        session.readers += 1;
        Some(session.news.subscribe())
    }

    /// Somebody reads no more.
    pub(crate) fn leave(&mut self, id: &str, now: i64) {
        if let Some(session) = self.by_id.get_mut(id) {
            session.readers = session.readers.saturating_sub(1);
            session.read = now;
            if session.readers == 0 && session.closing.is_some() {
                self.by_id.remove(id);
            }
        }
    }

    /// What whoever reads has to do next.
    pub(crate) fn next(&mut self, id: &str) -> Next {
        let Some(session) = self.by_id.get_mut(id) else {
            return Next::Gone;
        };
        match session.closing {
            _ if !session.messages.is_empty() => {
                session.waiting = 0;
                Next::Messages(session.messages.drain(..).collect())
            }
            Some(code) => Next::Close(code),
            None => Next::Wait,
        }
    }

    /// Ends all of them: with this code, or without a word.
    pub(crate) fn end(&mut self, code: Option<u16>) {
        // Whoever reads one ends it with the code.
        self.by_id
            .retain(|_, session| code.is_some() && session.readers > 0);
        for session in self.by_id.values_mut() {
            session.closing = code;
            session.news.send_replace(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_that_nobody_has_read_for_longest_makes_room() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST {
            let now = i64::try_from(number).unwrap();
            assert!(sessions.open(number.to_string(), String::new(), now));
        }
        assert_eq!(sessions.by_id.len(), MOST);
        assert!(sessions.enter("0", 0).is_none());
        for number in 1..=MOST {
            assert!(sessions.enter(&number.to_string(), 0).is_some());
        }
        assert!(!sessions.open("one more".to_owned(), String::new(), 0));
        sessions.leave("1", 0);
        assert!(sessions.open("one more".to_owned(), String::new(), 0));
    }
}
