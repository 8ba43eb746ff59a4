//! The platforms of this build, for tests that hold for each.

use std::{fs, path::Path};

use headwaters::{
    Config, Operation, PLATFORMS, Result,
    dynamic::{self, Answer, Server},
};

use crate::{
    document::{Described, Document, Wish},
    manual,
};

/// The key that a test's server has, where it wants one.
pub const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A platform as a spec, as a table and as code.
pub struct Platform {
    pub name: &'static str,
    pub operations: &'static [Operation],
    pub spec: String,
    pub code: String,
    pub outline: String,
    row: &'static dynamic::Platform,
}

/// The key that carries this secret to a server of the platform.
pub fn key(platform: &str, secret: &str) -> String {
    match platform {
        "flowthings" => format!("account:{secret}"),
        _ => secret.to_owned(),
    }
}

/// The platform's server at this URL; calls with one configuration share connections, and the certificates that it has read.
pub fn server(platform: &str, url: &str, config: &Config) -> Server {
    let key = key(platform, KEY);
    Server::new(url).with_key(key).with_config(config.clone())
}

impl Platform {
    pub fn all() -> Vec<Self> {
        PLATFORMS.iter().map(Self::of).collect()
    }

    pub fn named(name: &str) -> Self {
        let mut rows = PLATFORMS.iter();
        Self::of(rows.find(|row| row.name == name).unwrap())
    }

    fn of(row: &'static dynamic::Platform) -> Self {
        let name = row.name;
        let read =
            |folder: &str, file: String| fs::read_to_string(Path::new(folder).join(file)).unwrap();
        Self {
            name,
            operations: row.operations,
            spec: read(env!("CARGO_MANIFEST_DIR"), format!("specs/{name}.yaml")),
            code: read(env!("OUT_DIR"), format!("{name}.rs")),
            outline: read(env!("OUT_DIR"), format!("{name}.txt")),
            row,
        }
    }

    /// The Rust type of its client.
    pub fn client(&self) -> String {
        let spec: serde_norway::Value = serde_norway::from_str(&self.spec).unwrap();
        spec["servers"][0]["x-client"].as_str().unwrap().to_owned()
    }

    pub fn document(&self) -> Document {
        Document::read(&self.spec)
    }

    /// A call with made-up arguments.
    pub async fn call_as_wished(
        &self,
        server: &Server,
        document: &Document,
        described: &Described<'_>,
        operation: &Operation,
        wish: Wish,
    ) -> Result<Answer> {
        if described.is_manual() {
            let answer = manual::call(server.clone(), operation.id, wish).await?;
            return Ok(Answer::Json(answer.into()));
        }
        let arguments = document.arguments(described, wish, &[]);
        self.row.call(server.clone(), operation.id, arguments).await
    }
}
