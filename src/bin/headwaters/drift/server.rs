//! A JobManager, asked for what it has.

use std::{collections::BTreeMap, error::Error, rc::Rc};

use headwaters::{
    flink::Flink,
    reqwest::{self, StatusCode, header::CONTENT_TYPE},
    url::{Host, Url},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{ids::Source, version::Version};
use crate::failure::Failure;

const RESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A server and what it has answered so far.
pub(super) struct Server {
    http: reqwest::Client,
    base: String,
    /// By target; each is asked once.
    known: BTreeMap<String, Rc<Answer>>,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) media: String,
    /// The body, when it says that it is JSON and is.
    pub(super) json: Option<Value>,
}

impl Server {
    pub(super) fn at(url: &str) -> Result<Self, Failure> {
        // The typed client hides what it does not know, so it only checks the URL and chooses the TLS provider.
        let flink = Flink::new(url)?;
        let http = reqwest::Client::builder();
        // As the typed client has it: a proxy of the environment is nothing for this host.
        let http = match is_this_host(flink.url()) {
            true => http.no_proxy().build(),
            false => http.build(),
        };
        let http = http.map_err(|error| Failure::Failed(error.to_string()))?;
        Ok(Self {
            http,
            base: flink.url().as_str().trim_end_matches('/').to_owned(),
            known: BTreeMap::new(),
        })
    }

    /// How many requests it has answered.
    pub(super) fn requests(&self) -> usize {
        self.known.len()
    }

    pub(super) async fn version(&mut self) -> Result<Option<Version>, Failure> {
        let answer = self.get("/config").await?;
        let version = answer
            .json
            .as_ref()
            .and_then(|json| json.get("flink-version"));
        match version.and_then(Value::as_str) {
            Some(text) => Ok(Version::find(text)),
            None => {
                let why = format!("{}/config tells no version of Flink", self.base);
                Err(Failure::Failed(why))
            }
        }
    }

    pub(super) async fn get(&mut self, target: &str) -> Result<Rc<Answer>, Failure> {
        if let Some(answer) = self.known.get(target) {
            return Ok(answer.clone());
        }
        let url = format!("{}{target}", self.base);
        let failed = |error: reqwest::Error| {
            let mut cause: &dyn Error = &error;
            while let Some(next) = cause.source() {
                cause = next;
            }
            Failure::Failed(format!("GET {url}: {cause}"))
        };
        let response = self.http.get(&url).send().await.map_err(failed)?;
        let status = response.status();
        let media = response.headers().get(CONTENT_TYPE);
        let media = media
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().to_owned();
        // A log may be long, and nothing is known of its content.
        let json = match media.as_str() {
            "application/json" => {
                serde_json::from_slice(&response.bytes().await.map_err(failed)?).ok()
            }
            _ => None,
        };
        let answer = Rc::new(Answer {
            status,
            media,
            json,
        });
        self.known.insert(target.to_owned(), answer.clone());
        Ok(answer)
    }

    /// Ids for the parameters of a path, in as many combinations as the server's lists give; none where one is not listed.
    pub(super) async fn ids(&mut self, path: &str) -> Result<Vec<Vec<String>>, Failure> {
        let mut combinations = vec![Vec::new()];
        for (end, _) in path.match_indices("{}") {
            let Some(source) = path.get(..end + 2).and_then(Source::of) else {
                return Ok(Vec::new());
            };
            let mut longer = Vec::new();
            for ids in combinations {
                let answer = self.get(&filled(source.from, &ids)).await?;
                for id in answer.json.iter().flat_map(|json| source.ids(json)) {
                    longer.push([ids.as_slice(), &[id]].concat());
                }
            }
            combinations = longer;
        }
        Ok(combinations)
    }
}

fn is_this_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Answer {
    /// The first line of the error, where there is one.
    pub(super) fn message(&self) -> &str {
        let error = self
            .json
            .as_ref()
            .and_then(|json| json.pointer("/errors/0")?.as_str());
        error
            .and_then(|error| error.lines().next())
            .unwrap_or_default()
    }

    /// Whether the server does not know the path at all: Flink then looks for a file of its web page. A sandbox says 501.
    pub(super) fn is_no_route(&self) -> bool {
        let is_file = self.message().starts_with("Unable to load requested file");
        self.status == StatusCode::NOT_IMPLEMENTED
            || self.status == StatusCode::NOT_FOUND && is_file
    }
}

/// The path with ids for its first parameters. Flink decodes path segments twice.
pub(super) fn filled(path: &str, ids: &[String]) -> String {
    ids.iter().fold(path.to_owned(), |path, id| {
        path.replacen("{}", &encoded(&encoded(id)), 1)
    })
}

/// A text as a query holds it.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}
