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
            let bound = self.bound(file);
            for mention in &file.mentions {
                let target = self.home(mention, &bound);
                let target = target.and_then(|target| self.modules.get(&target));
                if let Some(target) = target.filter(|target| *target != path) {
                    imports.insert((path.clone(), target.clone()));
                }
            }
        }
        imports.into_iter().collect()
    }

    /// The modules that names stand for in a file.
    fn bound(&self, file: &File) -> BTreeMap<String, Vec<String>> {
        let mut bound = BTreeMap::new();
        // A second time for those that are made of others.
        for _ in 0..2 {
            for (name, mention) in &file.bindings {
                if let Some((target, [])) = self.resolve(mention, &bound) {
                    bound.insert(name.clone(), target);
                }
            }
        }
        bound
    }

    /// The module of what a path names: the room, where the root of the crate shows an item of one. `None` for other crates.
    fn home(
        &self,
        mention: &Mention,
        bound: &BTreeMap<String, Vec<String>>,
    ) -> Option<Vec<String>> {
        let (module, item) = self.resolve(mention, bound)?;
        if !module.is_empty() {
            return Some(module);
        }
        let root = self
            .modules
            .get(&module)
            .and_then(|path| self.files.get(path));
        let shown = item.first().zip(root).and_then(|(item, root)| {
            let mut bindings = root.bindings.iter();
            let (_, shown) = bindings.find(|(name, own)| name == item && own.module.is_empty())?;
            let (room, _) = self.resolve(shown, &BTreeMap::new())?;
            Some(room)
        });
        shown.or(Some(module))
    }

    /// Each file with each path that it names, as it stands there.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&str, &[String])> {
        let files = self.files.iter();
        files.flat_map(|(file, scanned)| {
            let mentions = scanned.mentions.iter();
            mentions.map(move |mention| (file.as_str(), mention.path.as_slice()))
        })
    }

    /// The module that a path leads to or through, and what follows: an item in it. `None` for other crates.
    fn resolve<'a>(
        &self,
        mention: &'a Mention,
        bound: &BTreeMap<String, Vec<String>>,
    ) -> Option<(Vec<String>, &'a [String])> {
        let mut at = mention.module.clone();
        let mut rest = mention.path.as_slice();
        match rest.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    at.pop()?;
                    rest = &rest[1..];
                }
            }
            name => {
                at.push(name.to_owned());
                if !self.modules.contains_key(&at) {
                    at = bound.get(name)?.clone();
                }
                rest = &rest[1..];
            }
        }
        while let Some(name) = rest.first() {
            at.push(name.clone());
            if !self.modules.contains_key(&at) {
                at.pop();
                break;
            }
            rest = &rest[1..];
        }
        Some((at, rest))
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
