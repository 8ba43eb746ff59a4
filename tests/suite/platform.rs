//! The platforms that have a spec, for tests that hold for each.

use std::{fs, path::Path};

use headwaters::{
    Operation, Result,
    call::BoxFuture,
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
    /// Makes a call by name at the server of this URL.
    by_name: fn(String, &'static str, Arguments) -> BoxFuture<Result<Answer>>,
}

impl Platform {
    pub const FLINK: Self = Self {
        name: "flink",
        operations: &flink::OPERATIONS,
        spec: include_str!("../../specs/flink.yaml"),
        code: include_str!(concat!(env!("OUT_DIR"), "/flink.rs")),
        outline: include_str!(concat!(env!("OUT_DIR"), "/flink.txt")),
        by_name: |url, id, arguments| {
            Box::pin(async move { flink::Flink::new(url)?.call(id, arguments).await })
        },
    };

    pub const JOULE: Self = Self {
        name: "joule",
        operations: &joule::OPERATIONS,
        spec: include_str!("../../specs/joule.yaml"),
        code: include_str!(concat!(env!("OUT_DIR"), "/joule.rs")),
        outline: include_str!(concat!(env!("OUT_DIR"), "/joule.txt")),
        by_name: |url, id, arguments| {
            Box::pin(async move { joule::Node::new(url, KEY)?.call(id, arguments).await })
        },
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
            return Ok(Answer::Json(answer.into()));
        }
        let arguments = document.arguments(operation, wish, &[]);
        (self.by_name)(url.to_owned(), operation.id, arguments).await
    }
}

/// Every file that a platform needs beside its spec, so that none is forgotten; `CONTRIBUTING.md` tells them one by one.
#[test]
fn each_spec_is_a_whole_platform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_default();
    let manifest = read("Cargo.toml");
    let (default, _) = manifest.split_once("\n## ").unwrap();
    let mut names = Vec::new();
    for file in fs::read_dir(root.join("specs")).unwrap() {
        let path = file.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            names.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
        }
    }
    names.sort();
    let suite: Vec<&str> = Platform::ALL.iter().map(|platform| platform.name).collect();
    assert_eq!(names, suite, "tests/suite/platform.rs has each spec");
    let examples: Vec<String> = fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|example| fs::read_to_string(example.unwrap().path()).unwrap())
        .collect();
    for name in &names {
        let declared = format!("#[cfg(feature = \"{name}\")]\npub mod {name};");
        let feature = format!("\n{name} = [");
        let row = format!("name: \"{name}\"");
        let used = format!("{name}::");
        let shown = examples.iter().filter(|example| example.contains(&used));
        for (holds, what) in [
            (
                default.contains(&format!("\"{name}\"")),
                "a default feature in Cargo.toml",
            ),
            (manifest.contains(&feature), "its feature in Cargo.toml"),
            (
                read("src/lib.rs").contains(&declared),
                "its module in src/lib.rs",
            ),
            (
                read("README.md").contains(&format!("`{name}`")),
                "its row in README.md",
            ),
            (
                root.join(format!("docs/{name}-from-python.md")).exists(),
                "its table in docs",
            ),
            (
                root.join(format!("src/sandbox/{name}/mod.rs")).exists(),
                "its sandbox",
            ),
            (
                read("src/bin/headwaters/platform.rs").contains(&row),
                "its row in the command",
            ),
            (
                root.join(format!("src/bin/headwaters/tour/{name}.rs"))
                    .exists(),
                "its tour",
            ),
            (shown.count() >= 2, "two examples"),
        ] {
            assert!(holds, "{name} has {what}");
        }
    }
}
