//! What identities share with others.

use serde_json::{Map, Value};

use super::kind::Kind;
use super::path::is_below;
use super::permission::Deed;
use super::platform::{Platform, is_in};
use super::value::text;

/// A path of a share.
#[derive(Clone, Copy)]
struct Gift<'p> {
    share: &'p Value,
    path: &'p str,
    permissions: &'p Value,
}

impl Platform {
    /// The shares that are issued to an identity, or to a group that it is in.
    pub(crate) fn shares_with(&self, identity: &str) -> impl Iterator<Item = &Value> {
        self.all(Kind::Share)
            .filter(move |share| self.is_with(share, identity))
    }

    /// What an identity may do at the paths of others, one object of permissions by path for each of its shares. Nobody passes on what
    /// they have lost: of a share those paths count that whoever issued it owns, or may administer by another such share.
    pub(crate) fn shared_with(&self, identity: &str) -> Vec<Map<String, Value>> {
        let gifts = self.gifts().into_iter();
        let own = gifts.filter(|gift| self.is_with(gift.share, identity));
        own.map(|gift| Map::from_iter([(gift.path.to_owned(), gift.permissions.clone())]))
            .collect()
    }

    /// All paths of shares at which those who issued them may still issue some.
    fn gifts(&self) -> Vec<Gift<'_>> {
        let all = self.all(Kind::Share).flat_map(|share| {
            let paths = share.get("paths").and_then(Value::as_object);
            paths
                .into_iter()
                .flatten()
                .map(move |(path, permissions)| Gift {
                    share,
                    path,
                    permissions,
                })
        });
        let is_own = |gift: &Gift<'_>| {
            let issuer = self.get(Kind::Identity, text(gift.share, "issuedBy"));
            let name = issuer.map(|issuer| text(issuer, "name"));
            name.is_some_and(|name| is_below(gift.path, &format!("/{name}")))
        };
        let (mut valid, mut others): (Vec<Gift<'_>>, Vec<Gift<'_>>) = all.partition(is_own);
        loop {
            let (more, rest) = others.into_iter().partition(|gift| {
                let issuer = text(gift.share, "issuedBy");
                let mut given = valid.iter();
                given.any(|other| {
                    self.is_with(other.share, issuer)
                        && is_below(gift.path, other.path)
                        && Deed::Administer.is_in(other.permissions)
                })
            });
            let more: Vec<Gift<'_>> = more;
            if more.is_empty() {
                return valid;
            }
            valid.extend(more);
            others = rest;
        }
    }

    /// Whether a share is issued to an identity, or to a group that it is in.
    fn is_with(&self, share: &Value, identity: &str) -> bool {
        let recipient = text(share, "issuedTo");
        let group = self.get(Kind::Group, recipient);
        recipient == identity || group.is_some_and(|group| is_in(group, identity))
    }
}
