//! The source of a crate: its modules, and which file imports which.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use proc_macro2::TokenStream;

use super::circle::{self, Circle};
use super::scan::{File, Mention};

/// The files of a crate, or of a folder that is a module of one.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The file of each module, also of those that stand within a file.
    modules: BTreeMap<Vec<String>, String>,
    /// What each file imports, by its own path.
    files: BTreeMap<String, File>,
    /// The files that are doors.
    doors: BTreeSet<String>,
}

impl Source {
    /// All files of a folder that stands for the module at `prefix`.
    pub(super) fn read(folder: &str, prefix: &[&str], without: Option<&str>) -> Self {
        let mut found = Vec::new();
        collect(folder, without, &mut found);
        let found = found.iter();
        let files = found.map(|(path, text)| (path.as_str(), text.as_str()));
        Self::of(folder, prefix, files)
    }

    /// The same of these files, by their paths.
    pub(super) fn of<'a>(
        folder: &str,
        prefix: &[&str],
        files: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut source = Self::default();
        let mut texts = Vec::new();
        for (path, text) in files {
            let inner = path.strip_prefix(folder).unwrap().trim_start_matches('/');
            let mut module: Vec<String> = prefix.iter().map(ToString::to_string).collect();
            module.extend(inner.trim_end_matches(".rs").split('/').map(str::to_owned));
            let name = module.last().map(String::as_str);
            let is_root = module.len() == prefix.len() + 1;
            if name == Some("mod") || (is_root && matches!(name, Some("lib" | "main"))) {
                module.pop();
                source.doors.insert(path.to_owned());
            }
            source.modules.insert(module.clone(), path.to_owned());
            texts.push((path, module, text));
        }
        for (path, module, text) in texts {
            let has_folder = |other: &Vec<String>| {
                other.len() > module.len() && other.starts_with(&module) && !module.is_empty()
            };
            if source.modules.keys().any(has_folder) {
                source.doors.insert(path.to_owned());
            }
            let tokens: TokenStream = text.parse().unwrap();
            let mut file = File::default();
            let mut inline = Vec::new();
            file.scan(tokens, &module, &mut inline);
            for module in inline {
                source.modules.insert(module, path.to_owned());
            }
            source.files.insert(path.to_owned(), file);
        }
        source
    }

    /// Each file with each other that it imports.
    pub(super) fn imports(&self) -> Vec<(String, String)> {
        let mut imports = BTreeSet::new();
        for (path, file) in &self.files {
            let mut bound = BTreeMap::new();
            // A second time for those that are made of others.
            for _ in 0..2 {
                for (name, mention) in &file.bindings {
                    if let Some(target) = self.resolve(mention, &bound)
                        && is_whole(&target, mention)
                    {
                        bound.insert(name.clone(), target);
                    }
                }
            }
            for mention in &file.mentions {
                let target = self.resolve(mention, &bound);
                let target = target.and_then(|target| self.modules.get(&target));
                if let Some(target) = target.filter(|target| *target != path) {
                    imports.insert((path.clone(), target.clone()));
                }
            }
        }
        imports.into_iter().collect()
    }

    /// Each file with each path that it names, as it stands there.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&str, &[String])> {
        let files = self.files.iter();
        files.flat_map(|(file, scanned)| {
            let mentions = scanned.mentions.iter();
            mentions.map(move |mention| (file.as_str(), mention.path.as_slice()))
        })
    }

    /// The module that a path leads to or through: what follows is an item in it. `None` for other crates.
    fn resolve(
        &self,
        mention: &Mention,
        bound: &BTreeMap<String, Vec<String>>,
    ) -> Option<Vec<String>> {
        let mut at = mention.module.clone();
        let mut rest = mention.path.iter().peekable();
        let first = rest.peek()?.as_str();
        match first {
            "crate" => {
                at.clear();
                rest.next();
            }
            "self" => {
                rest.next();
            }
            "super" => {
                while rest.next_if(|name| *name == "super").is_some() {
                    at.pop()?;
                }
            }
            name => {
                at.push(name.to_owned());
                if !self.modules.contains_key(&at) {
                    at = bound.get(name)?.clone();
                }
                rest.next();
            }
        }
        for name in rest {
            at.push(name.clone());
            if !self.modules.contains_key(&at) {
                at.pop();
                break;
            }
        }
        Some(at)
    }

    /// The circles of files and of rooms. Between a file or a room and what stands beside it, a room is one with all that
    /// is in it, its door too: who imports what the door shows imports the room.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let imports = self.imports().into_iter();
        circle::circles(imports.filter_map(|(from, to)| self.neighbours(&from, &to)))
    }

    /// The two neighbours in which two files are; `None` where they are in the same one, or one is the door of both.
    fn neighbours(&self, from: &str, to: &str) -> Option<(String, String)> {
        let (from, to) = (self.place(from), self.place(to));
        let shared = from.iter().zip(&to).take_while(|(one, other)| one == other);
        let length = shared.count() + 1;
        let neighbour = |place: &[String]| Some(place.get(..length)?.join("/"));
        Some((neighbour(&from)?, neighbour(&to)?))
    }

    /// The names of the folders in which a file is, and its own; a door goes by the name of its room.
    fn place(&self, file: &str) -> Vec<String> {
        let names = file.split('/').map(str::to_owned);
        let mut names: Vec<String> = names.collect();
        if self.doors.contains(file)
            && let Some(own) = names.pop()
            && !matches!(own.as_str(), "mod.rs" | "lib.rs" | "main.rs")
        {
            names.push(own.trim_end_matches(".rs").to_owned());
        }
        names
    }
}

/// Whether the whole path is this module, so that a name bound to it stands for the module.
fn is_whole(module: &[String], mention: &Mention) -> bool {
    match mention
        .path
        .iter()
        .rfind(|name| *name != "self")
        .map(String::as_str)
    {
        Some("crate" | "super") | None => true,
        Some(name) => module.last().is_some_and(|last| last == name),
    }
}

fn collect(folder: &str, without: Option<&str>, into: &mut Vec<(String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if without == Some(&path) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            collect(&path, without, into);
        } else if path.ends_with(".rs") {
            into.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}
