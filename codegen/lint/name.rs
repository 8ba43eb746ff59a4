//! Rules on Rust names that meet: methods of a group, types of the calls, what a call is told.

use std::collections::BTreeMap;

use super::{Lint, site::Site};
use crate::codegen::{
    names,
    yaml::node::{entries, items, keeps_unknown, optional, rust_name, text},
};

/// Methods that every client has.
const CLIENT: [&str; 7] = [
    "call",
    "follow",
    "from_env",
    "new",
    "request",
    "url",
    "with_config",
];
/// Methods that every call has, and what it holds beside its arguments.
const CALL: [&str; 10] = [
    "address",
    "draft",
    "from_draft",
    "from_link",
    "into_future",
    "into_request",
    "link",
    "optional",
    "pages",
    "respond",
];

/// Rust names and who has them.
struct Taken(BTreeMap<String, String>);

impl Taken {
    fn by(owner: &str, names: &[&str]) -> Self {
        Self(
            names
                .iter()
                .map(|name| ((*name).to_owned(), owner.to_owned()))
                .collect(),
        )
    }

    /// Who has the name already.
    fn take(&mut self, name: String, owner: String) -> Option<String> {
        match self.0.get(&name) {
            Some(other) => Some(other.clone()),
            None => {
                self.0.insert(name, owner);
                None
            }
        }
    }
}

impl<'a> Lint<'a> {
    pub(super) fn names(&mut self) {
        let sites = self.sites();
        self.methods(&sites);
        self.types(&sites);
        for site in &sites {
            self.told_names(site);
        }
        self.held_names(&sites);
    }

    /// A group holds its bound parameters beside the client.
    fn held_names(&mut self, sites: &[Site<'a>]) {
        for tag in items(&self.document["tags"]) {
            let place = format!("tag {}", text(&tag["name"]));
            for wire in items(&tag["x-binds"]).map(text) {
                let mut parameters = sites.iter().flat_map(|site| &site.parameters);
                let bound = parameters.find(|parameter| {
                    text(&parameter["name"]) == wire && parameter["in"] == "path"
                });
                if bound.is_some_and(|bound| rust_name(bound, &wire) == "client") {
                    let reason = format!(
                        "x-binds {wire}: `client` is taken by the group itself; give the parameter an x-name"
                    );
                    self.fault(&place, reason);
                }
            }
        }
    }

    /// Calls and doors of one group, or of the client, are methods of one type.
    fn methods(&mut self, sites: &[Site<'a>]) {
        let mut groups: BTreeMap<String, Taken> = BTreeMap::new();
        let tags = &self.document["tags"];
        // Clients are in Pascal case, and tags in snake case: no two of them have one name.
        let mut owners: BTreeMap<String, String> = BTreeMap::new();
        for tag in items(tags) {
            let name = text(&tag["name"]);
            let owner = match tag["x-root"].as_bool() {
                Some(true) => self.client(tag),
                _ => name.clone(),
            };
            owners.insert(name, owner);
        }
        let owner = |name: &str| owners.get(name).cloned().unwrap_or_else(|| name.to_owned());
        for server in items(&self.document["servers"]) {
            let taken = Taken::by("the client itself", &CLIENT);
            groups.insert(text(&server["x-client"]), taken);
        }
        for tag in items(tags) {
            let name = text(&tag["name"]);
            if tag["x-root"].as_bool() == Some(true) {
                continue;
            }
            let place = format!("tag {name}");
            let parent = optional(&tag["x-within"]).unwrap_or_else(|| self.client(tag));
            let group = groups.entry(parent).or_insert_with(|| Taken::by("", &[]));
            if let Some(other) = group.take(name.clone(), place.clone()) {
                self.fault(&place, format!("the method `{name}` is taken by {other}"));
            }
        }
        for site in sites {
            let tag = site.tag();
            let id = site.id();
            let Some(verb) = id.strip_prefix(&format!("{tag}_")) else {
                continue;
            };
            let group = groups
                .entry(owner(&tag))
                .or_insert_with(|| Taken::by("", &[]));
            if let Some(other) = group.take(verb.to_owned(), site.place.clone()) {
                self.fault(
                    &site.place,
                    format!("the method `{verb}` is taken by {other}"),
                );
            }
        }
    }

    /// Groups and calls are types of one module.
    fn types(&mut self, sites: &[Site<'a>]) {
        let mut taken = Taken(BTreeMap::new());
        let tags = items(&self.document["tags"])
            .filter(|tag| tag["x-root"].as_bool() != Some(true))
            .map(|tag| text(&tag["name"]))
            .map(|name| (format!("tag {name}"), names::pascal(&name)));
        let calls = sites
            .iter()
            .map(|site| (site.place.clone(), names::pascal(&site.id())));
        for (place, type_) in tags.chain(calls).collect::<Vec<_>>() {
            if names::is_taken(&type_) {
                self.fault(&place, format!("the type `{type_}` is taken by Rust"));
            } else if let Some(other) = taken.take(type_.clone(), place.clone()) {
                // The same id, or the same tag, is a fault of its own.
                if other != place {
                    self.fault(&place, format!("the type `{type_}` is taken by {other}"));
                }
            }
        }
    }

    /// What a caller tells a call, as an argument or by a setter.
    fn told_names(&mut self, site: &Site<'a>) {
        let mut taken = Taken::by("the call itself", &CALL);
        let body = self.target(&site.operation["requestBody"]);
        let form = body.map(|body| &body["content"]["multipart/form-data"]["schema"]["properties"]);
        let parts: Vec<_> = form.into_iter().flat_map(entries).collect();
        if !parts.is_empty() {
            taken.take("on_progress".into(), "the call itself".into());
        } else if body.is_some() {
            let is_change = body.is_some_and(|body| body.get("x-change").is_some());
            let names: &[&str] = match is_change {
                true => &["change", "changes"],
                false => &["body"],
            };
            for name in names {
                taken.take((*name).into(), "the request body".into());
            }
        }
        for parameter in &site.parameters {
            let wire = text(&parameter["name"]);
            if parameter.get("x-twin-of").is_none() && !site.is_located(&wire) {
                let rust = rust_name(parameter, &wire);
                self.told(site, &mut taken, rust, format!("parameter {wire}"));
            }
        }
        for (name, _) in entries(&site.operation["x-locator"]) {
            let owner = format!("x-locator {name}");
            self.told(site, &mut taken, name, owner);
        }
        for (part, _) in parts {
            let owner = format!("part {part}");
            self.told(site, &mut taken, names::snake(&part), owner);
        }
        if let Some((body, members)) = self.spread(site) {
            // Members are fields of the body, not of the call; `draft` is what the call is made of.
            taken.0.retain(|name, _| name != "body");
            if keeps_unknown(self.schema_named(&body)) {
                let owner = format!("the unknown members of {body}");
                self.told(site, &mut taken, "extra".to_owned(), owner);
            }
            for (wire, member) in members {
                if !site.is_located(&wire) {
                    let rust = rust_name(member, &wire);
                    let owner = format!("property {wire} of {body}");
                    self.told(site, &mut taken, rust, owner);
                }
            }
        }
    }

    fn told(&mut self, site: &Site<'a>, taken: &mut Taken, rust: String, owner: String) {
        let reason = if rust.starts_with("with_") {
            "looks like an option of the call".to_owned()
        } else if let Some(other) = taken.take(rust.clone(), owner.clone()) {
            format!("is taken by {other}")
        } else {
            return;
        };
        self.fault(
            &site.place,
            format!("{owner}: `{rust}` {reason}; give it an x-name, or say x-twin-of"),
        );
    }
}
