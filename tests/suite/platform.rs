//! The platforms that have a spec, for tests that hold for each.

use headwaters::{
    Operation, Result,
    dynamic::{Answer, Arguments},
    flink, joule,
};

use crate::{
    document::{Described, Document, Wish},
    manual,
};

/// The key that a test's node has.
pub const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A platform as a spec, as a table and as code.
pub struct Platform {
    pub name: &'static str,
    pub operations: &'static [Operation],
    pub spec: &'static str,
    pub code: &'static str,
    pub outline: &'static str,
}

impl Platform {
    pub const FLINK: Self = Self {
        name: "flink",
        operations: &flink::OPERATIONS,
        spec: include_str!("../../specs/flink.yaml"),
        code: include_str!(concat!(env!("OUT_DIR"), "/flink.rs")),
        outline: include_str!(concat!(env!("OUT_DIR"), "/flink.txt")),
    };

    pub const JOULE: Self = Self {
        name: "joule",
        operations: &joule::OPERATIONS,
        spec: include_str!("../../specs/joule.yaml"),
        code: include_str!(concat!(env!("OUT_DIR"), "/joule.rs")),
        outline: include_str!(concat!(env!("OUT_DIR"), "/joule.txt")),
    };

    pub const ALL: [Self; 2] = [Self::FLINK, Self::JOULE];

    pub fn document(&self) -> Document {
        Document::read(self.spec)
    }

    /// A call with made-up arguments.
    pub async fn call_as_wished(
        &self,
        url: &str,
        document: &Document,
        described: &Described<'_>,
        operation: &Operation,
        wish: Wish,
    ) -> Result<Answer> {
        if described.is_manual() {
            let flink = flink::Flink::new(url)?;
            let answer = manual::call(&flink, operation.id, wish).await?;
            return Ok(Answer::Json(answer));
        }
        let arguments = document.arguments(operation, wish);
        self.call(url, operation.id, arguments).await
    }

    /// A call by name, through its types.
    async fn call(&self, url: &str, id: &str, arguments: Arguments) -> Result<Answer> {
        match self.name {
            "flink" => flink::Flink::new(url)?.call(id, arguments).await,
            _ => joule::Node::new(url, KEY)?.call(id, arguments).await,
        }
    }
}
