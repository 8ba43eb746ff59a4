//! Objects other than drops: made, read and changed.

use serde_json::{Map, Value, json};

use super::caller::Caller;
use super::contents::Contents;
use super::kind::{Kind, is_id};
use super::member::{self, destinations};
use super::permission::Deed;
use super::platform::{Platform, expires_in, is_in};
use super::refusal::Refusal;
use super::secrets::Secret;
use super::statistics::Statistic;
use super::value::text;

type Members = Map<String, Value>;

impl Platform {
    /// An object that the caller may read, as the platform keeps it.
    pub(crate) fn read(&self, caller: &Caller, kind: Kind, id: &str) -> Result<&Value, Refusal> {
        let object = self.find(kind, id)?;
        match may_read(caller, kind, object) {
            true => Ok(object),
            false => Err(Refusal::forbidden(Deed::Read.verb(), id)),
        }
    }

    /// The objects of a kind that the caller may read, in the order of their creation.
    pub(crate) fn readable(
        &self,
        caller: &Caller,
        kind: Kind,
    ) -> Result<impl DoubleEndedIterator<Item = &Value> + Clone, Refusal> {
        if kind != Kind::Flow && !caller.is_master() {
            return Err(Refusal::forbidden(Deed::Read.verb(), kind.service()));
        }
        Ok(self
            .all(kind)
            .filter(move |object| may_read(caller, kind, object)))
    }

    /// Makes an object of these members.
    pub(crate) fn create(
        &mut self,
        caller: &Caller,
        kind: Kind,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let object = self.make(caller, kind, body)?;
        self.count_track(kind, &object);
        Ok(object)
    }

    /// Makes an object of each of these, or none.
    pub(crate) fn create_all(
        &mut self,
        caller: &Caller,
        kind: Kind,
        bodies: &[Value],
    ) -> Result<Vec<Value>, Refusal> {
        let mut made = Vec::new();
        for body in bodies {
            match self.make(caller, kind, body) {
                Ok(object) => made.push(object),
                Err(refusal) => {
                    for object in &made {
                        self.remove(kind, text(object, "id"));
                    }
                    return Err(refusal);
                }
            }
        }
        for object in &made {
            self.count_track(kind, object);
        }
        Ok(made)
    }

    /// Counts that a flow is tracked, if this is a track.
    fn count_track(&mut self, kind: Kind, object: &Value) {
        let flow = self.paths.get(text(object, "source")).cloned();
        if let Some(flow) = flow.filter(|_| kind == Kind::Track) {
            let now = self.now();
            self.statistics.count(Statistic::FlowTracked, &flow, now);
        }
    }

    /// Makes an object, and counts nothing.
    fn make(&mut self, caller: &Caller, kind: Kind, body: &Value) -> Result<Value, Refusal> {
        let mut members = members(kind, body)?;
        members.retain(|name, value| !says_nothing(name, value));
        member::check(kind, &members, &self.effort)?;
        self.admit(caller, kind, &members, None)?;
        let (id, now) = (self.id(kind.letter()), self.now());
        let mut fill = |name: &str, value: Value| members.insert(name.to_owned(), value);
        fill("id", id.clone().into());
        fill("creationDate", now.into());
        fill("creatorId", caller.identity.clone().into());
        fill("lastEditDate", now.into());
        fill("lastEditorId", caller.identity.clone().into());
        fill_defaults(kind, &mut members);
        self.complete(caller, kind, &id, &mut members)?;
        let object = Value::Object(members);
        match kind {
            Kind::Flow => self.add_flow(&id, &object),
            Kind::Token | Kind::Share => self.remember_expiry(kind, &object),
            _ => {}
        }
        self.all_mut(kind).add(&id, object.clone());
        Ok(object)
    }

    /// Replaces members of an object, each as a whole.
    pub(crate) fn update(
        &mut self,
        caller: &Caller,
        kind: Kind,
        id: &str,
        changes: &Value,
    ) -> Result<Value, Refusal> {
        let object = self.changed(caller, kind, id, changes)?;
        let (old, new) = (self.find(kind, id)?, text(&object, "path"));
        if kind == Kind::Flow && text(old, "path") != new {
            let old = text(old, "path").to_owned();
            self.paths.remove(&old);
            self.paths.insert(new.to_owned(), id.to_owned());
            let contents = self.contents.entry(id.to_owned()).or_default();
            contents.move_to(new);
        }
        if kind == Kind::Flow {
            let contents = self.contents.entry(id.to_owned()).or_default();
            contents.trim(capacity(&object));
        }
        if kind == Kind::Device {
            let token = self.all_mut(Kind::Token).get_mut(text(&object, "tokenId"));
            if let Some(Value::Object(token)) = token {
                token.insert("paths".to_owned(), device_paths(text(&object, "path")));
            }
        }
        if let Some(kept) = self.all_mut(kind).get_mut(id) {
            kept.clone_from(&object);
        }
        Ok(object)
    }

    /// What an object would be with these changes, or why it cannot be.
    pub(crate) fn changed(
        &mut self,
        caller: &Caller,
        kind: Kind,
        id: &str,
        changes: &Value,
    ) -> Result<Value, Refusal> {
        if !kind.is_mutable() {
            return Err(Refusal::NotFound);
        }
        let now = self.now();
        let old = self.find(kind, id)?;
        if !may(caller, kind, Deed::Write, old) {
            return Err(Refusal::forbidden(Deed::Write.verb(), id));
        }
        let changes = same_id(changes, id).and_then(|()| members(kind, changes))?;
        let mut object = old.clone();
        if let Value::Object(members) = &mut object {
            members.extend(changes);
            members.retain(|name, value| !says_nothing(name, value));
            fill_defaults(kind, members);
            members.insert("lastEditDate".to_owned(), now.into());
            members.insert("lastEditorId".to_owned(), caller.identity.clone().into());
            member::check(kind, members, &self.effort)?;
            self.admit(caller, kind, members, Some(id))?;
        }
        Ok(object)
    }

    /// An object as a caller sees it: with what depends on the time, on others, and on who asks.
    pub(crate) fn seen(&self, caller: &Caller, kind: Kind, object: &Value, now: i64) -> Value {
        let mut seen = object.clone();
        let Some(members) = seen.as_object_mut() else {
            return seen;
        };
        if let Some(left) = expires_in(object, now).filter(|_| !kind.is_mutable()) {
            members.insert("expiresInMs".to_owned(), left.max(0).into());
        }
        if kind == Kind::Identity {
            let id = text(object, "id");
            let groups = self.all(Kind::Group).filter(|group| is_in(group, id));
            let groups = groups.map(|group| Value::from(text(group, "id")));
            members.insert("groupIds".to_owned(), groups.collect());
            let shares = self.shares_with(id);
            let shares = shares.map(|share| {
                let paths = json!({"paths": share.get("paths")});
                (text(share, "id").to_owned(), paths)
            });
            members.insert("shares".to_owned(), Value::Object(shares.collect()));
            if caller.is_master() && caller.identity == id {
                let token = self.secrets.master_of(id);
                members.extend(token.map(|token| ("masterToken".to_owned(), token.into())));
            }
        }
        seen
    }

    pub(super) fn find(&self, kind: Kind, id: &str) -> Result<&Value, Refusal> {
        check_id(id)?;
        self.get(kind, id).ok_or(Refusal::NotFound)
    }

    /// Whether an object may be as it is to be, of this caller.
    fn admit(
        &self,
        caller: &Caller,
        kind: Kind,
        members: &Members,
        own: Option<&str>,
    ) -> Result<(), Refusal> {
        let forbid = |deed: Deed, path: &str| Err(Refusal::forbidden(deed.verb(), path));
        if !caller.is_master() {
            return Err(Refusal::forbidden("creating or changing a", kind.service()));
        }
        if let Some(place) = place(kind, members).filter(|place| !caller.may(Deed::Write, place)) {
            return forbid(Deed::Write, place);
        }
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let old = own.and_then(|id| self.get(kind, id));
        // Else who may not read it would let themselves.
        if let Some(old) = old
            && let Some(from) = old.as_object().and_then(|old| place(kind, old))
            && place(kind, members) != Some(from)
            && !may_read(caller, kind, old)
        {
            return forbid(Deed::Read, from);
        }
        match kind {
            Kind::Flow => {
                let path = text("path").unwrap_or_default();
                let taken = self.paths.get(path).map(String::as_str);
                if taken.is_some() && taken != own {
                    return Err(Refusal::Invalid(format!("path: there is a flow at {path}")));
                }
                // The same of it and its drops, which everybody may read where it is public.
                if let Some(old) = old
                    && let from = self::text(old, "path")
                    && (from != path || members.get("public") == Some(&Value::Bool(true)))
                    && !is_public(kind, old)
                {
                    let mut deeds = [Deed::Read, Deed::DropRead].into_iter();
                    if let Some(deed) = deeds.find(|deed| !caller.may(*deed, from)) {
                        return forbid(deed, from);
                    }
                }
            }
            Kind::Track => {
                let mut all = destinations(members);
                if let Some(path) = all.find(|path| !caller.may(Deed::DropWrite, path)) {
                    return forbid(Deed::DropWrite, path);
                }
                if text("js").is_some() && self.script.is_none() {
                    let why = "The sandbox runs no JavaScript: give its builder a function";
                    return Err(Refusal::NotCarried(why.to_owned()));
                }
            }
            Kind::Token | Kind::Share => {
                let paths = members.get("paths").and_then(Value::as_object);
                let mut paths = paths.into_iter().flat_map(Members::keys);
                if let Some(path) = paths.find(|path| !caller.may(Deed::Administer, path)) {
                    return forbid(Deed::Administer, path);
                }
            }
            Kind::Identity => {
                let taken = |other: &Value| {
                    text("name") == other.get("name").and_then(Value::as_str)
                        && own != other.get("id").and_then(Value::as_str)
                };
                if text("name").is_some() && self.all(Kind::Identity).any(taken) {
                    return Err(Refusal::invalid("name: another identity has it"));
                }
                // Its flows would be nobody's any more.
                let old = old.and_then(|old| old.get("name")?.as_str());
                if old.is_some() && old != text("name") {
                    return Err(Refusal::invalid("name: an account has it, and keeps it"));
                }
            }
            Kind::Device => {
                // Its token reads and writes there.
                let path = text("path").unwrap_or_default();
                if old.is_some_and(|old| self::text(old, "path") != path)
                    && !caller.may(Deed::Administer, path)
                {
                    return forbid(Deed::Administer, path);
                }
            }
            Kind::MqttTask => {
                let flow = text("destination").filter(|path| !self.paths.contains_key(*path));
                if let Some(path) = flow {
                    return Err(Refusal::Invalid(format!(
                        "destination: there is no flow at {path}"
                    )));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Fills in what a new object has of its own, and makes what belongs to it.
    fn complete(
        &mut self,
        caller: &Caller,
        kind: Kind,
        id: &str,
        members: &mut Members,
    ) -> Result<(), Refusal> {
        let mut fill = |name: &str, value: Value| {
            members.entry(name).or_insert(value);
        };
        match kind {
            Kind::Identity => {
                let secret = self.secret();
                self.secrets.add(secret, Secret::Master(id.to_owned()));
            }
            Kind::ApiTask | Kind::MqttTask | Kind::RssTask => {
                if kind != Kind::MqttTask {
                    fill("runCt", 0.into());
                }
                let path = format!("/{}/:reports/{id}-report", caller.account);
                let report = self.make(caller, Kind::Flow, &json!({"path": path}))?;
                fill("reportFlowId", text(&report, "id").into());
                fill("reportPath", path.into());
            }
            Kind::Device => {
                fill("status", "UNSEEN".into());
                let path = members.get("path").and_then(Value::as_str);
                let paths = device_paths(path.unwrap_or_default());
                let token = self.make(caller, Kind::Token, &json!({"paths": paths}))?;
                members.insert("tokenId".to_owned(), text(&token, "id").into());
            }
            Kind::Token | Kind::Share => {
                fill("issuedBy", caller.identity.clone().into());
                if kind == Kind::Token {
                    let secret = self.secret();
                    let token = Secret::Token(id.to_owned());
                    self.secrets.add(secret.clone(), token);
                    members.insert("tokenString".to_owned(), secret.into());
                }
            }
            Kind::Flow | Kind::Track | Kind::Group => {}
        }
        Ok(())
    }

    fn add_flow(&mut self, id: &str, flow: &Value) {
        let path = text(flow, "path").to_owned();
        self.paths.insert(path, id.to_owned());
        self.contents.insert(id.to_owned(), Contents::default());
    }
}

/// Whether an object is to have no such member: null takes it away, and so does the empty text that is no filter.
fn says_nothing(name: &str, value: &Value) -> bool {
    value.is_null() || (name == "filter" && value == "")
}

/// Fills in what an object of this kind has where nobody says otherwise.
fn fill_defaults(kind: Kind, members: &mut Members) {
    let mut fill = |name: &str, value: Value| {
        members.entry(name).or_insert(value);
    };
    match kind {
        Kind::Flow => {
            fill("capacity", 1000.into());
            fill("public", false.into());
        }
        Kind::Track => fill("disabled", false.into()),
        Kind::ApiTask | Kind::RssTask => fill("periodicity", 3_600_000.into()),
        _ => {}
    }
}

/// What the token of a device at this path may do.
fn device_paths(path: &str) -> Value {
    json!({path: {"dropRead": true, "dropWrite": true}})
}

/// How many drops a flow keeps.
pub(crate) fn capacity(flow: &Value) -> usize {
    let capacity = flow.get("capacity").and_then(Value::as_u64);
    capacity.map_or(1000, |capacity| {
        usize::try_from(capacity).unwrap_or(usize::MAX)
    })
}

/// That a text is an id.
pub(crate) fn check_id(id: &str) -> Result<(), Refusal> {
    match is_id(id) {
        true => Ok(()),
        false => Err(Refusal::Invalid(format!("{id} is not an id"))),
    }
}

/// That changes are of the object that they are sent to.
pub(crate) fn same_id(changes: &Value, id: &str) -> Result<(), Refusal> {
    match changes.get("id") {
        Some(other) if other != id => Err(Refusal::Invalid(format!("id is {other}, and not {id}"))),
        _ => Ok(()),
    }
}

/// What a request says of an object, without what it cannot say.
fn members(kind: Kind, body: &Value) -> Result<Members, Refusal> {
    let members = body.as_object().cloned();
    let mut members = members.ok_or(Refusal::invalid("The body is not an object"))?;
    members.retain(|name, _| !member::is_read_only(kind, name));
    Ok(members)
}

/// Where an object stands in the tree of paths: a flow and a device at their own, a track at its source, a task at the flow that it
/// writes to or reads.
pub(super) fn place(kind: Kind, members: &Members) -> Option<&str> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    match kind {
        Kind::Flow | Kind::Device => text("path"),
        Kind::Track => text("source"),
        Kind::ApiTask | Kind::RssTask => text("destination"),
        Kind::MqttTask => text("destination").or_else(|| text("source")),
        Kind::Group | Kind::Identity | Kind::Token | Kind::Share => None,
    }
}

/// Whether the caller may read an object. What is public everybody may.
pub(crate) fn may_read(caller: &Caller, kind: Kind, object: &Value) -> bool {
    may(caller, kind, Deed::Read, object) || is_public(kind, object)
}

/// Whether everybody may read a flow and its drops.
pub(crate) fn is_public(kind: Kind, object: &Value) -> bool {
    kind == Kind::Flow && object.get("public") == Some(&Value::Bool(true))
}

/// Whether the caller may do something with an object. Without a place in the tree it is a matter of whoever has made it; an identity
/// is its own matter too.
pub(super) fn may(caller: &Caller, kind: Kind, deed: Deed, object: &Value) -> bool {
    let place = object.as_object().and_then(|members| place(kind, members));
    let is_own =
        text(object, "creatorId") == caller.identity || text(object, "id") == caller.identity;
    match place {
        Some(place) => (caller.is_master() || kind == Kind::Flow) && caller.may(deed, place),
        None => caller.is_master() && is_own,
    }
}
