//! Rules on the document as a whole: version, client, tags, paths.

use std::collections::BTreeSet;

use serde_norway::Value;

use super::{Lint, site::Site, words};
use crate::codegen::{
    names,
    yaml::{
        like::{has_word, verb},
        node::{entries, items, optional, path_names, reference, segment_name, text},
    },
};

impl<'a> Lint<'a> {
    pub(super) fn document(&mut self) {
        let document = self.document;
        self.words("", document, words::DOCUMENT);
        for word in ["openapi", "info", "servers", "tags", "paths"] {
            if document.get(word).is_none() {
                self.fault("", format!("{word} is missing"));
            }
        }
        let version = text(&document["openapi"]);
        if !version.is_empty() && !version.starts_with("3.0.") {
            self.fault("", format!("openapi {version} is not 3.0.x"));
        }
        if document
            .get("x-path-encoding")
            .is_some_and(|encoding| encoding != "twice")
        {
            self.fault("", "x-path-encoding is `twice`, or left out");
        }
        if document
            .get("x-numbers")
            .is_some_and(|numbers| numbers != "python")
        {
            self.fault("", "x-numbers is `python`, or left out");
        }
        if let Some(info) = document.get("info") {
            self.words("info", info, words::INFO);
            self.prose("info", info, "title");
            if info.get("version").is_none() {
                self.fault("info", "version is missing");
            }
        }
        self.servers();
        self.words("components", &document["components"], words::COMPONENTS);
        self.tags();
        for (path, item) in entries(&document["paths"]) {
            self.path(&path, item);
        }
    }

    /// The servers: where each listens unless it is set up otherwise, the path under which its API lies, and its client.
    fn servers(&mut self) {
        let servers = &self.document["servers"];
        if servers.as_sequence().is_some_and(Vec::is_empty) {
            self.fault("servers", "there is none");
        }
        let mut clients = BTreeSet::new();
        for server in items(servers) {
            self.words("servers", server, words::SERVER);
            let client = text(&server["x-client"]);
            if server.get("x-client").is_none() {
                self.fault("servers", "x-client is missing");
            } else if server["x-client"].is_string()
                && (client.is_empty() || names::pascal(&client) != client)
            {
                let reason = format!("x-client {client:?} is not a Rust type in Pascal case");
                self.unusable("servers", &client, reason);
            } else if names::is_taken(&client) {
                self.fault("servers", format!("x-client {client:?} is taken by Rust"));
            } else if !clients.insert(client.clone()) {
                let reason = format!("x-client {client:?} is the client of another one");
                self.fault("servers", reason);
            } else if !items(&self.document["tags"]).any(|tag| self.client(tag) == client)
                && self.document.get("tags").is_some()
            {
                let reason = format!("x-client {client:?} has no tags");
                self.fault("servers", reason);
            }
            self.prose("servers", server, "description");
            let url = text(&server["url"]);
            self.variables(server, &url);
            let rest = url.strip_prefix("http://").or(url.strip_prefix("https://"));
            if !rest.is_some_and(|rest| {
                !rest.is_empty()
                    && !rest.starts_with('/')
                    && !rest.contains(['?', '#', '@'])
                    && !rest.split('/').next().unwrap_or_default().contains('{')
            }) {
                self.fault(
                    "servers",
                    format!("url {url:?} is not an origin of http or https, perhaps with a path"),
                );
            }
        }
    }

    /// The variables of a URL, which stand in its path: each once, and each described.
    fn variables(&mut self, server: &Value, url: &str) {
        let place = "servers: variables";
        let pieces: Vec<&str> = url.split('{').skip(1).collect();
        let names: Vec<&str> = pieces
            .iter()
            .filter_map(|piece| Some(piece.split_once('}')?.0))
            .collect();
        if names.len() < pieces.len() || url.matches('}').count() > names.len() {
            self.fault("servers", "url has a brace without its other half");
        }
        for (index, name) in names.iter().enumerate() {
            if server["variables"].get(*name).is_none() {
                self.fault(
                    "servers",
                    format!("url: the variable {name} is not declared"),
                );
            }
            if names.iter().take(index).any(|other| other == name) {
                self.fault("servers", format!("url has the variable {name} twice"));
            }
        }
        for (name, variable) in entries(&server["variables"]) {
            let place = format!("{place}: {name}");
            self.words(&place, variable, words::VARIABLE);
            self.prose(&place, variable, "description");
            if !names.contains(&name.as_str()) {
                self.fault(&place, "the url does not have it");
            }
            if !names::is_snake(&name) {
                self.unusable(&place, &name, "the name is not in snake case");
            }
        }
    }

    fn tags(&mut self) {
        let document = self.document;
        let mut before = BTreeSet::new();
        let mut roots = BTreeSet::new();
        for tag in items(&document["tags"]) {
            let name = text(&tag["name"]);
            let place = format!("tag {name}");
            self.words(&place, tag, words::TAG);
            self.prose(&place, tag, "description");
            if !names::is_snake(&name) {
                let reason = "the name cannot be a method in Rust; write it in snake case";
                self.unusable(&place, &name, reason);
            }
            if tag["x-root"].as_bool() == Some(true) {
                roots.insert(name.clone());
                if tag.get("x-binds").is_some() || tag.get("x-within").is_some() {
                    self.fault(&place, "x-root goes with neither x-binds nor x-within");
                }
            }
            self.tag_server(&place, tag);
            self.like(&place, tag, &before);
            if let Some(parent) = tag["x-within"].as_str() {
                if roots.contains(parent) {
                    self.fault(
                        &place,
                        format!("x-within names {parent}, whose operations are on the client; leave it out"),
                    );
                } else if !before.contains(parent) {
                    self.fault(
                        &place,
                        format!("x-within names {parent}, which is not a tag before this one"),
                    );
                }
            }
            if !before.insert(name.clone()) {
                self.fault(&place, "the tag is declared twice");
            }
            let used = entries(&document["paths"])
                .flat_map(|(_, item)| entries(item))
                .any(|(_, operation)| text(&operation["tags"][0]) == name);
            if !used {
                self.fault(&place, "no operation has this tag");
            }
        }
    }

    /// The group whose operations the tag has too, and the words that differ.
    fn like(&mut self, place: &str, tag: &Value, before: &BTreeSet<String>) {
        let like = &tag["x-like"];
        if like.is_null() {
            return;
        }
        let place = &format!("{place}: x-like");
        self.words(place, like, words::LIKE);
        let original = text(&like["tag"]);
        if !before.contains(&original) {
            let reason = format!("the tag {original} is not one before this one");
            self.fault(place, reason);
            return;
        }
        let paths = self.document["paths"].as_mapping().into_iter().flatten();
        let is_own = |operation: &Value| operation["tags"][0] == original.as_str();
        let own: Vec<_> = paths
            .filter(|(_, item)| entries(item).any(|(_, operation)| is_own(operation)))
            .collect();
        for (word, other) in entries(&like["words"]) {
            if !other.is_string() {
                self.fault(place, format!("{word} is not replaced by a text"));
            } else if !own
                .iter()
                .any(|(path, item)| has_word(path, &word) || has_word(item, &word))
            {
                let reason = format!("no operation of {original} has the word {word:?}");
                self.fault(place, reason);
            }
        }
        for without in items(&like["without"]).map(text) {
            let mut operations = own.iter().flat_map(|(_, item)| entries(item));
            if !operations
                .any(|(_, operation)| is_own(operation) && verb(operation, &original) == without)
            {
                let reason = format!("without: there is no operation {original}_{without}");
                self.fault(place, reason);
            }
        }
    }

    /// The client that has the group, and the operation on whose URL it stands.
    fn tag_server(&mut self, place: &str, tag: &Value) {
        let document = self.document;
        if let Some(client) = tag["x-server"].as_str()
            && !items(&document["servers"]).any(|server| server["x-client"] == client)
        {
            let reason = format!("x-server {client} is the x-client of no server");
            self.fault(place, reason);
        }
        let parent = items(&document["tags"]).find(|other| other["name"] == tag["x-within"]);
        if parent.is_some_and(|parent| self.client(parent) != self.client(tag)) {
            self.fault(place, "x-within names a tag of another server");
        }
        let Some(base) = tag["x-on"].as_str() else {
            return;
        };
        if ["x-root", "x-binds", "x-within"]
            .iter()
            .any(|word| tag.get(word).is_some())
        {
            self.fault(place, "x-on goes with none of x-root, x-binds and x-within");
        }
        let sites = self.sites();
        match sites.iter().find(|site| site.id() == base) {
            None => self.fault(place, format!("x-on: there is no operation {base}")),
            Some(site) if site.method != "GET" && text(&tag["name"]) == site.tag() => {
                self.link_of_group(place, site);
            }
            Some(site) if site.method != "GET" || path_names(site.path).is_empty() => {
                let reason = format!("x-on: {base} is not the GET of one object");
                self.fault(place, reason);
            }
            Some(site) => self.base(place, tag, site),
        }
    }

    /// What a group stands on: an object of the same server that links to itself.
    fn base(&mut self, place: &str, tag: &Value, site: &Site<'a>) {
        let base = site.id();
        let mut tags = items(&self.document["tags"]);
        let own = tags.find(|other| text(&other["name"]) == site.tag());
        if own.is_some_and(|own| self.client(own) != self.client(tag)) {
            self.fault(place, format!("x-on: {base} is of another server"));
        }
        if site.operation["x-manual"] == true {
            let reason = format!("x-on: the call of {base} is written by hand");
            self.fault(place, reason);
        }
        let success = &site.operation["responses"]["200"]["content"]["application/json"];
        let object = self.schema_named(&reference(&success["schema"]).unwrap_or_default());
        let is_required = items(&object["required"]).any(|name| name == "self");
        if !is_required || object["properties"]["self"]["x-link"] != base.as_str() {
            let reason = format!(
                "x-on: what {base} returns has no required member self with x-link: {base}"
            );
            self.fault(place, reason);
        }
    }

    /// What a group stands on whose link takes requests only: some object has such a link.
    fn link_of_group(&mut self, place: &str, site: &Site<'a>) {
        let base = site.id();
        let schemas = entries(&self.document["components"]["schemas"]);
        let mut properties = schemas.flat_map(|(_, schema)| entries(&schema["properties"]));
        if !properties.any(|(_, property)| property["x-link"] == base.as_str()) {
            let reason = format!("x-on: no property has x-link: {base}");
            self.fault(place, reason);
        }
    }

    /// The client that has a tag.
    pub(super) fn client(&self, tag: &Value) -> String {
        optional(&tag["x-server"]).unwrap_or_else(|| text(&self.document["servers"][0]["x-client"]))
    }

    fn path(&mut self, path: &str, item: &'a Value) {
        self.words(path, item, words::PATH);
        if !entries(item).any(|(key, _)| key != "parameters") {
            self.fault(path, "the path has no operation");
        }
        for parameter in items(&item["parameters"]) {
            if reference(parameter).is_none() {
                let place = format!("{path}: parameter {}", text(&parameter["name"]));
                self.parameter(&place, parameter);
            }
        }
        let (route, query) = path.split_once('?').unwrap_or((path, "always=sent"));
        if !path.starts_with('/') || path.contains('#') || !is_fixed_query(query) {
            self.fault(
                path,
                "a path begins with a slash and has no fragment; its query is name=value as it is sent",
            );
        }
        let mut names = BTreeSet::new();
        for segment in route.split('/') {
            let reason = match segment_name(segment) {
                Some(name) if !names.insert(name) => "stands twice in the path",
                None if segment.contains(['{', '}']) => "is only partly a parameter",
                _ => continue,
            };
            self.fault(path, format!("{segment} {reason}"));
        }
    }
}

/// `name=value`, in letters that need no encoding.
fn is_fixed_query(query: &str) -> bool {
    let is_plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    query.split('&').all(|pair| {
        pair.split_once('=')
            .is_some_and(|(name, value)| is_plain(name) && is_plain(value))
    })
}
