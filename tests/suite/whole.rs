//! Each spec is a platform with all that belongs to one; `CONTRIBUTING.md` tells it piece by piece.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::platform::Platform;

/// What a finished platform has beside a client that works. One that is not finished names what it lacks in `Cargo.toml`, under
/// `[package.metadata.unfinished]`.
const PIECES: [(&str, IsThere); 5] = [
    ("sandbox", |name| {
        is_there(&format!("src/sandbox/{name}/mod.rs"))
    }),
    ("tour", |name| {
        is_there(&format!("src/bin/headwaters/tour/{name}.rs"))
    }),
    ("docs", |name| {
        is_there(&format!("docs/{name}-from-python.md"))
    }),
    ("examples", |name| {
        let examples = fs::read_dir(root().join("examples")).unwrap();
        let used = format!("{name}::");
        let shown = examples.filter(|example| {
            let text = fs::read_to_string(example.as_ref().unwrap().path()).unwrap();
            text.contains(&used)
        });
        shown.count() >= 2
    }),
    ("readme", |name| {
        let readme = read("README.md");
        let (_, features) = readme.split_once("| feature |").unwrap();
        features.contains(&format!("`{name}`"))
    }),
];

/// Whether a platform has a piece.
type IsThere = fn(&str) -> bool;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn is_there(file: &str) -> bool {
    root().join(file).exists()
}

/// The platforms that have a spec.
fn specs() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("specs")).unwrap();
    let names = files.filter_map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        Some(name.strip_suffix(".yaml")?.to_owned())
    });
    names.collect()
}

/// The texts of a list in a manifest, which begins after `start` and may go on for some lines.
fn list(manifest: &str, start: &str) -> BTreeSet<String> {
    let rest = manifest.split_once(start).map_or("", |(_, rest)| rest);
    let (items, _) = rest.split_once(']').unwrap_or_default();
    let quoted = items.split('"').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// What stands in a manifest below the head of this name.
fn section<'a>(manifest: &'a str, head: &str) -> &'a str {
    let head = format!("{head}]\n");
    let mut sections = manifest.split("\n[");
    let section = sections.find_map(|section| section.strip_prefix(&head));
    section.unwrap_or_default()
}

/// What each unfinished platform lacks.
fn unfinished(manifest: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lines = section(manifest, "package.metadata.unfinished").lines();
    let rows = lines.filter_map(|line| line.split_once(" = ["));
    rows.map(|(name, pieces)| (name.to_owned(), list(pieces, "")))
        .collect()
}

#[test]
fn each_spec_is_a_platform_of_the_build() {
    let manifest = read("Cargo.toml");
    let features = section(&manifest, "features");
    let documented = section(&manifest, "package.metadata.docs.rs");
    for name in specs() {
        for (holds, what) in [
            (
                features.contains(&format!("\n{name} = [")),
                "a feature of its name",
            ),
            (
                list(features, "default = [").contains(&name),
                "its feature in `default`",
            ),
            (
                list(documented, "features = [").contains(&name),
                "its feature in the list for docs.rs",
            ),
        ] {
            assert!(holds, "Cargo.toml lacks {what}: {name}");
        }
    }
    // Without one of them its snapshots would not be looked at.
    for test in ["snapshot", "suite"] {
        let required = format!("name = \"{test}\"\nrequired-features = [");
        let required = list(&manifest, &required);
        assert!(
            required.is_superset(&specs()),
            "Cargo.toml: {test} requires {required:?}"
        );
    }
    let built = Platform::all().into_iter();
    let built: BTreeSet<String> = built.map(|platform| platform.name.to_owned()).collect();
    assert_eq!(built, specs());
}

#[test]
fn a_platform_has_every_piece_or_says_what_it_lacks() {
    let lacking = unfinished(&read("Cargo.toml"));
    let mut wrong = Vec::new();
    for name in specs() {
        let lacks = lacking.get(&name).cloned().unwrap_or_default();
        for (piece, is_there) in PIECES {
            match (is_there(&name), lacks.contains(piece)) {
                (false, false) => wrong.push(format!(
                    "{name} has no {piece}: make it, or say so in Cargo.toml under [package.metadata.unfinished]"
                )),
                (true, true) => wrong.push(format!(
                    "{name} has its {piece} by now: Cargo.toml says that it lacks it"
                )),
                _ => {}
            }
        }
        let known = PIECES.map(|(piece, _)| piece);
        let unknown = lacks
            .iter()
            .filter(|piece| !known.contains(&piece.as_str()));
        wrong.extend(unknown.map(|piece| {
            let known = known.join(", ");
            format!("{name} lacks {piece:?} in Cargo.toml, which is none of {known}")
        }));
    }
    let others = lacking.keys().filter(|name| !specs().contains(*name));
    wrong.extend(others.map(|name| format!("{name} has no spec, and stands in Cargo.toml")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_client_of_a_platform_is_made_in_the_same_ways_as_others() {
    for platform in Platform::all() {
        let folder = root().join("src").join(platform.name);
        let files = fs::read_dir(folder).unwrap();
        let texts = files.filter_map(|file| fs::read_to_string(file.unwrap().path()).ok());
        let head = format!("\nimpl {} {{\n", platform.client());
        let own = texts
            .filter_map(|text| {
                let (_, body) = text.split_once(&head)?;
                let (body, _) = body.split_once("\n}\n")?;
                Some(body.to_owned())
            })
            .collect::<String>();
        for way in ["new", "with_config", "from_env"] {
            let way = format!("    pub fn {way}(");
            assert!(own.contains(&way), "{} has no {way}", platform.client());
        }
    }
}

#[test]
fn an_unfinished_platform_is_read_from_a_manifest() {
    let manifest =
        "\n[package.metadata.unfinished]\na = [\"tour\", \"docs\"]\nb = []\n\n[lib]\nc = [\"x\"]\n";
    let pieces = BTreeSet::from(["docs".to_owned(), "tour".to_owned()]);
    let read = unfinished(manifest);
    assert_eq!(
        read,
        BTreeMap::from([("a".to_owned(), pieces), ("b".to_owned(), BTreeSet::new())])
    );
    assert_eq!(unfinished("\n[lib]\n"), BTreeMap::new());
}
