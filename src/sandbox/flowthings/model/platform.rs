//! The platform: everything that requests read and change, its time, and who asks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::caller::{Caller, Grant};
use super::collection::Collection;
use super::contents::Contents;
use super::effort::Effort;
use super::kind::Kind;
use super::permission::Deed;
use super::refusal::Refusal;
use super::script::Script;
use super::secrets::{Secret, Secrets};
use super::session::Sessions;
use super::statistics::Statistics;
use super::undelivered::Undelivered;
use super::value::text;
use crate::sandbox::clock;
use crate::sandbox::ids::Ids;

/// The platform, shared by its requests and sockets.
pub(crate) type Shared = Arc<Mutex<Platform>>;

/// Everything that requests read and change.
#[derive(Debug)]
pub(crate) struct Platform {
    objects: BTreeMap<Kind, Collection>,
    /// By the id of the flow.
    pub(crate) contents: HashMap<String, Contents>,
    /// The ids of flows by path.
    pub(crate) paths: HashMap<String, String>,
    pub(crate) secrets: Secrets,
    /// When which tokens and shares expire.
    pub(super) expiries: BTreeSet<(i64, Kind, String)>,
    pub(crate) statistics: Statistics,
    pub(crate) sessions: Sessions,
    pub(crate) undelivered: Vec<Undelivered>,
    pub(crate) script: Option<Script>,
    /// Of the request that is being answered.
    pub(crate) effort: Effort,
    ids: Ids,
    /// Ids end with it.
    serial: u64,
    /// How far its time is ahead of everybody else's.
    ahead: i64,
    /// The latest time that it has told.
    latest: i64,
}

impl Platform {
    /// One with this account and its master token.
    pub(crate) fn new(account: &str, token: &str, script: Option<Script>, seed: u64) -> Self {
        let mut platform = Self {
            objects: BTreeMap::new(),
            contents: HashMap::new(),
            paths: HashMap::new(),
            secrets: Secrets::default(),
            expiries: BTreeSet::new(),
            statistics: Statistics::default(),
            sessions: Sessions::default(),
            undelivered: Vec::new(),
            script,
            effort: Effort::default(),
            ids: Ids::new(seed),
            serial: 0,
            ahead: 0,
            latest: 0,
        };
        let id = platform.id(Kind::Identity.letter());
        let now = platform.now();
        let identity = json!({
            "id": id,
            "name": account,
            "creationDate": now,
            "creatorId": id,
            "lastEditDate": now,
            "lastEditorId": id,
        });
        platform.all_mut(Kind::Identity).add(&id, identity);
        let secret = Secret::Master(id);
        platform.secrets.add(token.to_owned(), secret);
        platform
    }

    /// Milliseconds since the Unix epoch. It never goes back. What has expired by then is gone.
    pub(crate) fn now(&mut self) -> i64 {
        self.latest = self.latest.max(clock::millis().saturating_add(self.ahead));
        while let Some((_, kind, id)) = self.next_expired() {
            self.expire(kind, &id);
        }
        self.latest
    }

    fn next_expired(&mut self) -> Option<(i64, Kind, String)> {
        let (time, ..) = self.expiries.first()?;
        match *time <= self.latest {
            true => self.expiries.pop_first(),
            false => None,
        }
    }

    /// Lets a token or a share be until it expires, if it does.
    pub(crate) fn remember_expiry(&mut self, kind: Kind, object: &Value) {
        if let Some(left) = expires_in(object, 0) {
            let id = text(object, "id").to_owned();
            self.expiries.insert((left, kind, id));
        }
    }

    /// The same for filters.
    pub(crate) fn time(&mut self) -> SystemTime {
        let ms = u64::try_from(self.now()).unwrap_or_default();
        UNIX_EPOCH + Duration::from_millis(ms)
    }

    /// Lets time pass at once.
    pub(crate) fn advance(&mut self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // Ids and filters have no later times.
        self.ahead = self
            .ahead
            .saturating_add(by)
            .min(i64::from(u32::MAX) * 1000);
    }

    /// A new id that begins with this letter: the seconds, a random part, a serial number.
    pub(crate) fn id(&mut self, letter: char) -> String {
        let seconds = (self.now() / 1000) & 0xffff_ffff;
        let random = self.ids.next() & 0xff_ffff_ffff;
        self.serial += 1;
        let serial = self.serial & 0xff_ffff;
        format!("{letter}{seconds:08x}{random:010x}{serial:06x}")
    }

    /// A text that nobody guesses.
    pub(crate) fn secret(&mut self) -> String {
        self.ids.hex32()
    }

    pub(crate) fn all(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Value> + Clone {
        self.objects
            .get(&kind)
            .into_iter()
            .flat_map(Collection::iter)
    }

    pub(crate) fn all_mut(&mut self, kind: Kind) -> &mut Collection {
        self.objects.entry(kind).or_default()
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.objects.get(&kind)?.get(id)
    }

    /// Who has this token.
    pub(crate) fn caller(&mut self, token: Option<&str>) -> Result<Caller, Refusal> {
        let token = token.ok_or(Refusal::Unauthorized("The token is missing"))?;
        const UNKNOWN: Refusal = Refusal::Unauthorized("The token is not known");
        self.now();
        match self.secrets.get(token).cloned().ok_or(UNKNOWN)? {
            Secret::Master(identity) => self.identity(&identity).ok_or(UNKNOWN),
            Secret::Expired => Err(Refusal::Unauthorized("The token has expired")),
            Secret::Token(id) => {
                let token = self.get(Kind::Token, &id).ok_or(UNKNOWN)?;
                let paths = token.get("paths").and_then(Value::as_object);
                let mut paths = paths.cloned().unwrap_or_default();
                let issuer = text(token, "issuedBy").to_owned();
                // Nobody passes on what they have lost.
                let own = self.identity(&issuer).ok_or(UNKNOWN)?;
                paths.retain(|path, _| own.may(Deed::Administer, path));
                let account = self.get(Kind::Identity, &issuer).ok_or(UNKNOWN)?;
                Ok(Caller {
                    account: text(account, "name").to_owned(),
                    identity: issuer,
                    grant: Grant::Drops(paths),
                })
            }
        }
    }

    /// An identity with all that it may do.
    pub(crate) fn identity(&self, id: &str) -> Option<Caller> {
        let account = text(self.get(Kind::Identity, id)?, "name").to_owned();
        Some(Caller {
            account,
            identity: id.to_owned(),
            grant: Grant::Master {
                shared: self.shared_with(id),
            },
        })
    }
}

/// Whether an identity is in a group.
pub(crate) fn is_in(group: &Value, identity: &str) -> bool {
    let members = group.get("memberIds").and_then(Value::as_array);
    members.is_some_and(|members| members.iter().any(|member| member == identity))
}

/// In how many milliseconds a token or a share expires, if it does.
pub(crate) fn expires_in(object: &Value, now: i64) -> Option<i64> {
    let duration = object.get("duration")?.as_i64()?;
    let created = object.get("creationDate")?.as_i64()?;
    Some(created.saturating_add(duration).saturating_sub(now))
}
