//! Tracks, which forward what is written, and whoever is told of it.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::caller::Caller;
use super::drop::{Content, Written, content};
use super::element::with_types;
use super::filter;
use super::kind::Kind;
use super::member::destinations;
use super::object::is_public;
use super::permission::Deed;
use super::platform::{Platform, text};
use super::refusal::Refusal;
use super::session::Resource;
use super::statistics::Statistic;
use super::undelivered::Undelivered;

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
    flow: String,
    content: Content,
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
        let first = self.store(flow, content, &caller.identity, None)?;
        let mut journey = Journey::default();
        if first.is_taken {
            self.announce(&first.drop);
            self.track(&first.drop, 0, &mut journey);
        }
        while let Some(parcel) = journey.waiting.pop_front() {
            let Parcel {
                flow,
                content,
                creator,
                parent,
                depth,
            } = parcel;
            let written = self.store(&flow, content, &creator, Some(&parent));
            if let Ok(written) = written
                && written.is_taken
            {
                self.announce(&written.drop);
                self.track(&written.drop, depth, &mut journey);
            }
        }
        Ok(first)
    }

    /// Lets the tracks of a flow forward a drop that so many have forwarded already.
    fn track(&mut self, drop: &Value, depth: usize, journey: &mut Journey) {
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
            let passes = filter.is_none_or(|filter| {
                filter::read(filter).is_ok_and(|filter| filter.matches_at(drop, time) == Ok(true))
            });
            if !passes {
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
            let parcels = match self.process(&track, drop) {
                Ok(parcels) => parcels,
                Err(why) => {
                    self.regret(&id, drop, why);
                    continue;
                }
            };
            let creator = text(&track, "creatorId").to_owned();
            let Some(sender) = self.identity(&creator) else {
                self.regret(&id, drop, "whoever has made the track is gone".to_owned());
                continue;
            };
            let flow = text(drop, "flowId");
            if self.permit(&sender, flow, Deed::DropRead).is_err() {
                self.regret(&id, drop, format!("it may not read {path}"));
                continue;
            }
            for (path, content) in parcels {
                let Ok(flow) = self.flow_at(&path).map(str::to_owned) else {
                    self.regret(&id, drop, format!("there is no flow at {path}"));
                    continue;
                };
                if !sender.may(Deed::DropWrite, &path) {
                    self.regret(&id, drop, format!("it may not write to {path}"));
                } else if journey.sent == CROWD {
                    self.regret(&id, drop, format!("{CROWD} drops have come of one"));
                } else {
                    journey.sent += 1;
                    journey.waiting.push_back(Parcel {
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

    /// What a track makes of a drop, and where it is to go.
    fn process(&self, track: &Value, drop: &Value) -> Result<Vec<(String, Content)>, String> {
        let destinations = track.as_object().into_iter().flat_map(destinations);
        let made = match track.get("js").and_then(Value::as_str) {
            None => drop.clone(),
            Some(js) => {
                let script = self
                    .script
                    .as_ref()
                    .ok_or("there is nothing to run its script")?;
                script
                    .run(js, drop)
                    .map_err(|why| format!("its script fails: {why}"))?
            }
        };
        let mut parcels = Vec::new();
        let mut send = |path: &str, made: &Value| {
            let mut content = content(made).map_err(|why| match why {
                Refusal::Invalid(why) => why,
                other => format!("{other:?}"),
            })?;
            content.retain(|name, _| matches!(name.as_str(), "elems" | "location" | "fhash"));
            parcels.push((path.to_owned(), content));
            Ok::<_, String>(())
        };
        match &made {
            // The script has returned nothing.
            Value::Null | Value::Bool(false) => {}
            Value::Object(paths) if !paths.contains_key("elems") => {
                for (path, made) in paths {
                    for made in each(made) {
                        send(path, made)?;
                    }
                }
            }
            made => {
                for path in destinations {
                    for made in each(made) {
                        send(path, made)?;
                    }
                }
            }
        }
        Ok(parcels)
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
        let listeners = self.sessions.listeners(concerns);
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

/// A drop, or each of several.
fn each(made: &Value) -> impl Iterator<Item = &Value> {
    let many = made.as_array();
    let one = many.is_none().then_some(made);
    many.into_iter().flatten().chain(one)
}
