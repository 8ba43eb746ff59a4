//! Objects other than drops, on their way out: deleted, expired, or gone with others.

use serde_json::Value;

use super::caller::Caller;
use super::kind::Kind;
use super::object::{may, place};
use super::path::is_below;
use super::permission::Deed;
use super::platform::{Platform, expires_in};
use super::refusal::Refusal;
use super::value::text;

impl Platform {
    /// Deletes an object, and a flow with its drops.
    pub(crate) fn delete(&mut self, caller: &Caller, kind: Kind, id: &str) -> Result<(), Refusal> {
        let object = self.find(kind, id)?;
        // Nobody would be left who could use the token.
        if !may(caller, kind, Deed::Write, object) || id == caller.identity {
            return Err(Refusal::forbidden("deleting", id));
        }
        self.remove(kind, id);
        Ok(())
    }

    /// Removes an object, what belongs to it, and what is known of it.
    pub(super) fn remove(&mut self, kind: Kind, id: &str) {
        let Some(object) = self.all_mut(kind).remove(id) else {
            return;
        };
        self.statistics.forget(id);
        if let Some(time) = expires_in(&object, 0) {
            self.expiries.remove(&(time, kind, id.to_owned()));
        }
        match kind {
            Kind::Flow => {
                self.paths.remove(text(&object, "path"));
                self.contents.remove(id);
                self.sessions.forget(id);
            }
            Kind::ApiTask | Kind::MqttTask | Kind::RssTask => {
                self.remove(Kind::Flow, text(&object, "reportFlowId"));
            }
            Kind::Device => self.remove(Kind::Token, text(&object, "tokenId")),
            Kind::Token => self.secrets.forget(text(&object, "tokenString")),
            Kind::Identity => {
                let master = self.secrets.master_of(id).map(str::to_owned);
                self.secrets.forget(&master.unwrap_or_default());
                self.remove_account(id, text(&object, "name"));
            }
            Kind::Track | Kind::Group | Kind::Share => {}
        }
    }

    /// Removes what was an identity's: all that stands in its account, and what it has made elsewhere or nowhere, but for flows and tracks.
    fn remove_account(&mut self, identity: &str, name: &str) {
        let account = format!("/{name}");
        for kind in Kind::ALL {
            let is_its = |object: &&Value| match object.as_object().and_then(|it| place(kind, it)) {
                Some(place) if is_below(place, &account) => true,
                // What belongs to it goes with the account.
                Some(_) if !matches!(kind, Kind::Flow | Kind::Track) => {
                    text(object, "creatorId") == identity
                }
                Some(_) => false,
                None => kind != Kind::Identity && text(object, "creatorId") == identity,
            };
            let its = self.all(kind).filter(is_its);
            let its: Vec<String> = its.map(|object| text(object, "id").to_owned()).collect();
            its.iter().for_each(|id| self.remove(kind, id));
        }
    }

    /// Removes a token or a share whose time is over.
    pub(super) fn expire(&mut self, kind: Kind, id: &str) {
        let object = self.get(kind, id);
        let secret = object.map(|object| text(object, "tokenString").to_owned());
        self.remove(kind, id);
        if let Some(secret) = secret.filter(|_| kind == Kind::Token) {
            self.secrets.expire(&secret);
        }
    }
}
