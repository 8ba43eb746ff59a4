//! Tracks, which forward what is written, and whoever is told of it.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};

use super::caller::Caller;
use super::drop::{Content, Written, content};
use super::element::with_types;
use super::filter::Filter;
use super::kind::Kind;
use super::member::destinations;
use super::object::is_public;
use super::permission::Deed;
use super::platform::Platform;
use super::refusal::Refusal;
use super::session::Resource;
use super::statistics::Statistic;
use super::undelivered::Undelivered;
use super::value::text;

/// How many tracks in a row forward a drop at most.
const DEPTH: usize = 16;

/// How many drops come of one at most: tracks that meet in a loop double them with each round.
const CROWD: usize = 5000;

/// What has not been forwarded is remembered so often at most.
const REMEMBERED: usize = 10_000;

/// What comes of one drop.
#[derive(Default)]
struct Journey {
    waiting: VecDeque<Parcel>,
    sent: usize,
}

/// A drop on its way.
struct Parcel {
    /// The track that forwards it.
    track: String,
    flow: String,
    /// What comes of one drop shares it, as long as no script makes something else of it.
    content: Arc<Content>,
    creator: String,
    parent: Value,
    depth: usize,
}

impl Platform {
    /// Writes a drop to a flow, and whatever comes of it.
    pub(crate) fn write(
        &mut self,
        caller: &Caller,
        flow: &str,
        content: Content,
    ) -> Result<Written, Refusal> {
        self.permit(caller, flow, Deed::DropWrite)?;
        let first = self.store(flow, content.into(), &caller.identity, None)?;
        let mut journey = Journey::default();
        if first.is_taken {
            self.announce(&first.drop);
            self.track(&first.drop, None, 0, &mut journey);
        }
        while let Some(parcel) = journey.waiting.pop_front() {
            let Parcel {
                track,
                flow,
                content,
                creator,
                parent,
                depth,
            } = parcel;
            match self.store(&flow, Arc::clone(&content), &creator, Some(&parent)) {
                Ok(written) if written.is_taken => {
                    self.announce(&written.drop);
                    self.track(&written.drop, Some(content), depth, &mut journey);
                }
                Ok(_) => {}
                Err(refusal) => self.regret(&track, &parent, reason(refusal)),
            }
        }
        Ok(first)
    }

    /// Lets the tracks of a flow forward a drop that so many have forwarded already. `copy` is what it has of its writer, where that is at
    /// hand.
    fn track(
        &mut self,
        drop: &Value,
        mut copy: Option<Arc<Content>>,
        depth: usize,
        journey: &mut Journey,
    ) {
        let path = text(drop, "path");
        let is_on = |track: &&Value| {
            text(track, "source") == path && track.get("disabled") != Some(&Value::Bool(true))
        };
        let tracks: Vec<Value> = self.all(Kind::Track).filter(is_on).cloned().collect();
        let (now, time) = (self.now(), self.time());
        for track in tracks {
            let id = text(&track, "id").to_owned();
            self.statistics.count(Statistic::TrackHit, &id, now);
            let filter = track.get("filter").and_then(Value::as_str);
            let passes = filter.map_or(Ok(true), |filter| {
                let filter = Filter::read(filter, &self.effort)?;
                filter.takes(drop, time, &self.effort)
            });
            match passes {
                Ok(true) => {}
                Ok(false) => continue,
                Err(refusal) => {
                    self.regret(&id, drop, reason(refusal));
                    continue;
                }
            }
            let creator = text(&track, "creatorId").to_owned();
            // Nobody lets another forward what they may not forward themselves.
            let senders = [&creator, text(&track, "lastEditorId")].map(|id| self.identity(id));
            let [Some(maker), Some(editor)] = senders else {
                let why = "whoever has made the track, or has changed it, is gone";
                self.regret(&id, drop, why.to_owned());
                continue;
            };
            let senders = [maker, editor];
            let flow = text(drop, "flowId");
            let may_read = |sender| self.permit(sender, flow, Deed::DropRead).is_ok();
            // Neither what passes nor what a script makes of it tells them anything of the drop then.
            if !senders.iter().all(may_read) {
                self.regret(&id, drop, format!("it may not read {path}"));
                continue;
            }
            self.statistics.count(Statistic::TrackPass, &id, now);
            if depth == DEPTH {
                self.regret(
                    &id,
                    drop,
                    format!("{DEPTH} tracks in a row have forwarded it"),
                );
                continue;
            }
            let parcels = match self.process(&track, drop, &mut copy) {
                Ok(parcels) => parcels,
                Err(why) => {
                    self.regret(&id, drop, why);
                    continue;
                }
            };
            for (path, content) in parcels {
                let Ok(flow) = self.flow_at(&path).map(str::to_owned) else {
                    self.regret(&id, drop, format!("there is no flow at {path}"));
                    continue;
                };
                if !senders
                    .iter()
                    .all(|sender| sender.may(Deed::DropWrite, &path))
                {
                    self.regret(&id, drop, format!("it may not write to {path}"));
                } else if journey.sent == CROWD {
                    self.regret(&id, drop, format!("{CROWD} drops have come of one"));
                } else {
                    journey.sent += 1;
                    journey.waiting.push_back(Parcel {
                        track: id.clone(),
                        flow,
                        content,
                        creator: creator.clone(),
                        // What a child tells of it.
                        parent: json!({"flowId": drop.get("flowId"), "id": drop.get("id")}),
                        depth: depth + 1,
                    });
                }
            }
        }
    }

    /// What a track makes of a drop, and where it is to go. Tracks without a script share one copy of what it has of its writer.
    fn process(
        &self,
        track: &Value,
        drop: &Value,
        copy: &mut Option<Arc<Content>>,
    ) -> Result<Vec<(String, Arc<Content>)>, String> {
        let destinations = track.as_object().into_iter().flat_map(destinations);
        let to = |made: Vec<Arc<Content>>| {
            destinations
                .flat_map(|path| {
                    made.iter()
                        .map(|content| (path.to_owned(), content.clone()))
                })
                .collect()
        };
        let Some(js) = track.get("js").and_then(Value::as_str) else {
            let copy = copy.get_or_insert_with(|| Arc::new(forwarded(drop)));
            return Ok(to(vec![Arc::clone(copy)]));
        };
        let script = self.script.as_ref();
        let script = script.ok_or("there is nothing to run its script")?;
        let made = script
            .run(js, drop)
            .map_err(|why| format!("its script fails: {why}"))?;
        Ok(match &made {
            // The script has returned nothing.
            Value::Null | Value::Bool(false) => Vec::new(),
            Value::Object(paths) if !paths.contains_key("elems") => {
                let mut parcels = Vec::new();
                for (path, made) in paths {
                    let made = contents(made)?;
                    parcels.extend(made.into_iter().map(|content| (path.clone(), content)));
                }
                parcels
            }
            made => to(contents(made)?),
        })
    }

    /// Remembers what has not been forwarded.
    fn regret(&mut self, track: &str, drop: &Value, reason: String) {
        if self.undelivered.len() < REMEMBERED {
            self.undelivered.push(Undelivered {
                track: track.to_owned(),
                drop: text(drop, "id").to_owned(),
                reason,
            });
        }
    }

    /// Tells the sessions that are subscribed to its flow of a drop, as far as they may read it.
    fn announce(&mut self, drop: &Value) {
        let (flow, path) = (text(drop, "flowId"), text(drop, "path"));
        let concerns = |resource: &Resource| match resource {
            Resource::Flow(id) => id == flow,
            Resource::Path(other) => other == path,
        };
        let now = self.now();
        let listeners = self.sessions.listeners(now, concerns);
        if listeners.is_empty() {
            return;
        }
        let flow = self.get(Kind::Flow, flow);
        let is_public = flow.is_some_and(|flow| is_public(Kind::Flow, flow));
        let value = with_types(drop);
        for (id, token, names) in listeners {
            let caller = self.caller(Some(&token));
            let may = caller.is_ok_and(|caller| is_public || caller.may(Deed::DropRead, path));
            if let Some(session) = self.sessions.get_mut(&id).filter(|_| may) {
                for name in names {
                    let message = json!({"type": "message", "resource": name, "value": value});
                    session.tell(message.to_string());
                }
            }
        }
    }
}

/// What a track forwards of a drop as it is.
fn forwarded(drop: &Value) -> Content {
    let members = drop.as_object().into_iter().flatten();
    let members = members.filter(|(name, value)| is_forwarded(name) && !value.is_null());
    members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_forwarded(name: &str) -> bool {
    matches!(name, "elems" | "location" | "fhash")
}

/// What a script has made, one drop or several, or why it is not a drop.
fn contents(made: &Value) -> Result<Vec<Arc<Content>>, String> {
    let many = made.as_array().map(Vec::as_slice);
    let many = many.unwrap_or(std::slice::from_ref(made)).iter();
    let read = |made| match content(made) {
        Ok(mut content) => {
            content.retain(|name, _| is_forwarded(name));
            Ok(Arc::new(content))
        }
        Err(refusal) => Err(reason(refusal)),
    };
    many.map(read).collect()
}

/// Why something is not forwarded.
fn reason(refusal: Refusal) -> String {
    match refusal {
        Refusal::Invalid(why) | Refusal::NotCarried(why) => why,
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_several_flows_is_copied_once() {
        let platform = Platform::new("a", "t", None, 0);
        let drop = json!({"elems": {"n": 1}, "fhash": "h", "location": null, "id": "d"});
        let track = json!({"source": "/a/s", "destination": ["/a/x", "/a/y"]});
        let mut copy = None;
        let mut parcels = platform.process(&track, &drop, &mut copy).unwrap();
        parcels.extend(platform.process(&track, &drop, &mut copy).unwrap());
        let paths: Vec<&str> = parcels.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/a/x", "/a/y", "/a/x", "/a/y"]);
        let copy = copy.unwrap();
        assert_eq!(json!(*copy), json!({"elems": {"n": 1}, "fhash": "h"}));
        let mut contents = parcels.iter().map(|(_, content)| content);
        assert!(contents.all(|content| Arc::ptr_eq(content, &copy)));
    }
}
