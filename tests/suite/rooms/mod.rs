//! The rooms of the source: no circle of files or of rooms, and arrows that run one way.
//!
//! A file imports another where it names it in a `use` or in any other path, macros included. Only between a room's door
//! (`mod.rs`, `x.rs` beside a folder `x`, the root of a crate) and what is behind it imports go both ways: the door declares
//! the files, and they may use what it shows. Where the root of a crate shows an item of a room, who imports it imports the room.

mod circle;
mod scan;
mod source;

use std::collections::BTreeSet;

use circle::Circle;
use source::Source;

/// The folders that must have no circle. Circles elsewhere are printed.
const HELD: [&str; 2] = ["src", "codegen"];

#[test]
fn no_files_and_no_rooms_import_each_other_in_circles() {
    let is_held = |member: &String| {
        let mut held = HELD.iter();
        held.any(|folder| member == folder || is_below(member, folder))
    };
    let (refused, printed): (Vec<Circle>, Vec<Circle>) = sources()
        .iter()
        .flat_map(Source::circles)
        .partition(|circle| circle.members.iter().any(is_held));
    for circle in printed {
        println!("{circle}");
    }
    let refused: Vec<String> = refused.iter().map(Circle::to_string).collect();
    assert!(refused.is_empty(), "circles:\n{}", refused.join("\n"));
}

/// The rooms that platforms share, the lowest first: each knows those below it, and nothing of one beside it. What is none of them is a
/// platform, or the sandboxes, which have arrows of their own.
const SHARED: [&[&str]; 5] = [
    &["value"],
    &["error"],
    &["body", "config"],
    &["transport"],
    &["call"],
];

#[test]
fn the_arrows_between_rooms_run_one_way() {
    let offences = offences(&Source::read("src", &[], Some("src/bin")));
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

/// The imports of a room beside or above.
fn offences(source: &Source) -> Vec<String> {
    let imports = source.imports().into_iter();
    let against = imports.filter(|(from, to)| match (room(from), room(to)) {
        (Some(from), Some(to)) => from != to && from != "sandbox" && height(from) <= height(to),
        _ => false,
    });
    against
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect()
}

/// The room of a file; none for the root of the crate.
fn room(file: &str) -> Option<&str> {
    let name = file.strip_prefix("src/")?.split('/').next()?;
    let room = name.trim_end_matches(".rs");
    (room != "lib").then_some(room)
}

fn height(room: &str) -> usize {
    let mut shared = SHARED.iter();
    let height = shared.position(|rooms| rooms.contains(&room));
    height.unwrap_or(SHARED.len())
}

/// A sandbox's model knows neither the wire nor the routes, its wire knows no route, and what all sandboxes share knows none
/// of them.
#[test]
fn the_arrows_of_a_sandbox_run_one_way() {
    let sources = sources();
    let imports = sources.iter().flat_map(Source::imports);
    let offences: Vec<String> = imports
        .filter(|(from, to)| is_below(from, "src/sandbox") && !may_know(from, to))
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

fn may_know(from: &str, to: &str) -> bool {
    if is_below(from, "src/sandbox/flowthings") && to == "src/flowthings/mod.rs" {
        // The filters, and nothing else: the next test.
        return true;
    }
    // The clients are out of sight.
    let (Some((platform, height)), Some((other, depth))) = (floor(from), floor(to)) else {
        return false;
    };
    // What the door of all sandboxes shows is for all.
    height == DOOR || depth == DOOR || depth == 0 || (platform == other && height >= depth)
}

/// The filters of flowthings.io are shared ground: its sandbox evaluates them, and knows nothing else of the client.
#[test]
fn the_sandbox_of_flowthings_knows_the_filters_of_the_client_alone() {
    let source = Source::read("src", &[], Some("src/bin"));
    let door = ["crate", "flowthings"];
    let mut named = BTreeSet::new();
    for (file, path) in source.paths() {
        if is_below(file, "src/sandbox/flowthings") && path.iter().take(2).eq(door) {
            named.insert(path.get(2).map_or("", String::as_str));
        }
    }
    assert_eq!(named, BTreeSet::from(["Filter", "Member", "mem"]));
}

/// The platform of a file of the sandboxes, none where they share it, and how high it stands.
fn floor(file: &str) -> Option<(&str, usize)> {
    let parts: Vec<&str> = file.strip_prefix("src/sandbox/")?.split('/').collect();
    Some(match parts.as_slice() {
        ["mod.rs"] => ("", DOOR),
        [_] => ("", 0),
        [platform, "model", ..] => (platform, 1),
        [platform, "wire", ..] => (platform, 2),
        [platform, "routes", ..] => (platform, 3),
        [platform, ..] => (platform, 4),
        [] => return None,
    })
}

/// The door of all sandboxes.
const DOOR: usize = 5;

fn is_below(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The crates of the package, as far as they have rooms.
fn sources() -> [Source; 3] {
    [
        Source::read("src", &[], Some("src/bin")),
        Source::read("src/bin/headwaters", &[], None),
        Source::read("codegen", &["codegen"], None),
    ]
}

/// The circles of a made-up crate.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let source = Source::of("src", &[], files.iter().copied());
    source.circles().iter().map(Circle::to_string).collect()
}

#[test]
fn a_circle_is_found_however_the_files_name_each_other() {
    let others = [
        "use super::a::A;",
        "use crate::room::{other::Other, a::{self, A}};",
        "use super::{a as b};",
        "use super::a::*;",
        "use crate::room::a;",
        "fn f() { super::a::f() }",
        "fn f() { crate::room::a::shout!(1) }",
        "macro_rules! m { () => { $crate::room::a::f() } }",
        "mod tests { use super::super::a; }",
        "mod tests { use super::*; fn f() { crate::room::a::f() } }",
        "use crate::room; fn f() { room::a::f() }",
        "use super::super::room::{a}; pub(crate) fn f() -> impl Fn() + use<> {}",
    ];
    for text in others {
        let circles = circles_of(&[
            ("src/lib.rs", "mod room;"),
            ("src/room/mod.rs", "mod a; mod b;"),
            ("src/room/a.rs", "use std::fmt; use super::b::B;"),
            ("src/room/b.rs", text),
        ]);
        let circle = "src/room/a.rs -> src/room/b.rs -> src/room/a.rs";
        assert_eq!(circles, [circle], "{text}");
    }
}

#[test]
fn a_longer_circle_is_told_by_its_shortest_way_and_what_hangs_on_it() {
    let circles = circles_of(&[
        ("src/lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("src/a.rs", "use crate::b::B; use crate::d::D;"),
        ("src/b.rs", "use crate::c::C;"),
        ("src/c.rs", "use crate::a::A;"),
        ("src/d.rs", "use crate::c::C; use crate::a::A;"),
        ("src/e.rs", "use crate::a::A;"),
    ]);
    let circle = "src/a.rs -> src/d.rs -> src/a.rs (and in it: src/b.rs, src/c.rs)";
    assert_eq!(circles, [circle]);
}

#[test]
fn what_leads_through_a_door_or_elsewhere_is_no_circle() {
    let circles = circles_of(&[
        ("src/lib.rs", "mod room; mod wing; pub use room::A;"),
        ("src/room/mod.rs", "mod a; mod b; pub use a::A; use b::B;"),
        // An item that the door shows; the root's; another crate's of the same name; its own.
        (
            "src/room/a.rs",
            "use super::B; use crate::A; use ::b::B; mod tests { use super::*; }",
        ),
        // Comments and texts name nothing: [`super::a`].
        (
            "src/room/b.rs",
            "//! See [`super::c`].\nuse super::a::A; const C: &str = \"super::c::C\";",
        ),
        ("src/room/c.rs", "use super::b::B; fn f() { other::b::f() }"),
        ("src/wing.rs", "mod deep; use deep::Deep;"),
        ("src/wing/deep.rs", "use crate::wing::Wing;"),
    ]);
    assert_eq!(circles, Vec::<String>::new());
}

#[test]
fn rooms_that_import_each_other_through_the_root_of_the_crate_are_a_circle() {
    let others = [
        "use crate::Wing;",
        "fn f() -> crate::Wing { todo!() }",
        "use crate::deep::Feather;",
        "use crate::{Feather as Quill};",
    ];
    for text in others {
        let circles = circles_of(&[
            (
                "src/lib.rs",
                "mod room; mod wing; pub use room::A; pub use wing::{Wing, deep, deep::Feather}; pub use bytes;",
            ),
            ("src/room/mod.rs", "mod a; pub use a::A;"),
            ("src/room/a.rs", text),
            ("src/wing/mod.rs", "pub mod deep; use crate::{A, bytes};"),
            ("src/wing/deep.rs", "struct Feather;"),
        ]);
        assert_eq!(circles, ["src/room -> src/wing -> src/room"], "{text}");
    }
}

#[test]
fn an_arrow_to_a_room_beside_or_above_is_an_offence() {
    let lib = "mod value; mod error; mod body; mod config; mod sea; mod lake; mod sandbox; pub use error::Error; pub use config::Config;";
    let files = [
        ("src/lib.rs", lib),
        ("src/value/mod.rs", "mod id;"),
        ("src/value/id.rs", "fn f() -> crate::Error { todo!() }"),
        ("src/error.rs", "use crate::value::Id;"),
        ("src/body.rs", "use crate::{Config, Error};"),
        ("src/config.rs", "use crate::sea::Sea;"),
        ("src/sea.rs", "use crate::{Config, lake::Lake};"),
        ("src/lake.rs", "use crate::Config;"),
        ("src/sandbox.rs", "use crate::lake::Filter;"),
    ];
    let source = Source::of("src", &[], files.into_iter());
    assert_eq!(
        offences(&source),
        [
            "src/body.rs -> src/config.rs",
            "src/config.rs -> src/sea.rs",
            "src/sea.rs -> src/lake.rs",
            "src/value/id.rs -> src/error.rs",
        ]
    );
}

#[test]
fn a_room_and_a_file_that_import_each_other_through_the_door_are_a_circle() {
    let circles = circles_of(&[
        ("src/lib.rs", "mod room; mod wing; mod other;"),
        ("src/room/mod.rs", "mod a; mod b; pub use a::A;"),
        ("src/room/a.rs", "struct A;"),
        (
            "src/room/b.rs",
            "use crate::wing::Wing; use crate::other::B;",
        ),
        ("src/wing.rs", "use crate::room::A;"),
        ("src/other.rs", "use crate::Root;"),
    ]);
    assert_eq!(circles, ["src/room -> src/wing.rs -> src/room"]);
}
