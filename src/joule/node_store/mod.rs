//! The nodes that a user has access to, as the Joule command line keeps them.

mod entry;
mod file;
mod nodes;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

pub use entry::NodeEntry;
use nodes::Nodes;

use super::Node;
use crate::{Config, Error, Result, error::JsonError};

/// How long another program may take to write a file that it has emptied: so often, and this long between two looks.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// How often another program may be faster.
const ATTEMPTS: u32 = 100;

/// The folder with a user's nodes: `nodes.json`, `default_node.txt`, `ca.crt`.
///
/// Reading never writes. What is written can be read by its owner only; members and entries that other programs keep in
/// `nodes.json` stay as they are. Where `nodes.json` is a symbolic link, the file behind it is written.
///
/// Any number of threads and processes may save and delete at the same time: each waits for the others at a lock, the file
/// `nodes.lock` beside `nodes.json`. Joule's Python client takes no lock. What it writes while a change is prepared here is
/// noticed and kept, but when it writes a list that it read earlier, it undoes what was saved since.
///
/// All of this waits for the disk. In async code save and delete in [`spawn_blocking`](tokio::task::spawn_blocking).
#[derive(Clone, Debug)]
pub struct NodeStore {
    folder: PathBuf,
}

impl NodeStore {
    /// The user's own: `JOULE_USER_CONFIG_DIR`, or `.joule` in the home folder, or `.joule` in `APPDATA`.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the environment names none of them.
    pub fn of_user() -> Result<Self> {
        let set = |name: &str| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        set("JOULE_USER_CONFIG_DIR")
            .or_else(|| set("HOME").map(|home| home.join(".joule")))
            .or_else(|| set("APPDATA").map(|data| data.join(".joule")))
            .map(Self::at)
            .ok_or_else(|| {
                Error::config(
                    "neither JOULE_USER_CONFIG_DIR nor HOME says where the nodes are kept",
                )
            })
    }

    /// This folder.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All nodes, one of each name; none where nothing has been kept.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when `nodes.json` cannot be read or is not a list of nodes.
    pub fn nodes(&self) -> Result<Vec<NodeEntry>> {
        Ok(self.parse(&self.text()?)?.entries())
    }

    /// The node of this name. Space around names does not count.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is none.
    pub fn node(&self, name: &str) -> Result<NodeEntry> {
        let found = self.nodes()?.into_iter().find(|node| node.is_called(name));
        found.ok_or_else(|| self.unknown(name))
    }

    /// The node that was chosen as the default, or the first where none was or it is gone.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is no node.
    pub fn default_node(&self) -> Result<NodeEntry> {
        let chosen = read(&self.folder.join("default_node.txt"))?.unwrap_or_default();
        let chosen = chosen.lines().next().unwrap_or_default();
        let mut nodes = self.nodes()?;
        let index = nodes
            .iter()
            .position(|node| node.is_called(chosen))
            .unwrap_or(0);
        if nodes.is_empty() {
            return Err(Error::config(format!(
                "no node is kept in {}",
                self.folder.display()
            )));
        }
        Ok(nodes.swap_remove(index))
    }

    /// The certificate authority of all nodes, in PEM, where there is one.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when `ca.crt` cannot be read.
    pub fn certificate_authority(&self) -> Result<Option<String>> {
        read(&self.folder.join("ca.crt"))
    }

    /// A client of a node that is kept, which trusts the [`certificate_authority`](Self::certificate_authority) beside the
    /// system's. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Node::with_config`], and when `ca.crt` cannot be read.
    pub fn open(&self, node: &NodeEntry) -> Result<Node> {
        self.open_with(node, Config::new())
    }

    /// The same with timeouts and so on. Nodes that are opened with clones of one `Config` share connections where it trusts the
    /// [`certificate_authority`](Self::certificate_authority) already.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(&self, node: &NodeEntry, config: Config) -> Result<Node> {
        let config = match self.certificate_authority()? {
            Some(pem) => config.with_certificate_authority(pem),
            None => config,
        };
        Node::with_config(&node.url, node.key.clone(), config)
    }

    /// Keeps a node. One of the same name is replaced: its URL and its key are, and what other programs keep beside them stays.
    /// Space around the name is removed.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the name is empty or more than a line, or the folder cannot be written.
    pub fn save(&self, mut node: NodeEntry) -> Result<()> {
        node.name = node.name.trim().to_owned();
        if node.name.is_empty() || node.name.contains(char::is_control) {
            let reason = format!("a node's name is a line of text, not {:?}", node.name);
            return Err(Error::config(reason));
        }
        self.change(|nodes| {
            let saved = nodes.save(&node);
            saved.map_err(unwritable_as_json)
        })
    }

    /// Forgets a node.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is none of this name, or the folder cannot be written.
    pub fn delete(&self, name: &str) -> Result<()> {
        self.change(|nodes| match nodes.delete(name) {
            true => Ok(()),
            false => Err(self.unknown(name)),
        })
    }

    /// Chooses the default node.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn set_default(&self, name: &str) -> Result<()> {
        let _lock = self.lock()?;
        let node = self.node(name)?;
        let path = self.folder.join("default_node.txt");
        let written = file::behind_links(&path).and_then(|path| {
            let file = file::write_beside(&path, &format!("{}\n", node.name.trim()))?;
            Ok(file.persist(&path)?)
        });
        written.map(drop).map_err(|error| unwritable(&path, error))
    }

    /// Makes a change to the list as it is at the moment when the changed one takes its place.
    fn change(&self, mut edit: impl FnMut(&mut Nodes) -> Result<()>) -> Result<()> {
        let (_lock, path) = self.lock()?;
        for _ in 0..ATTEMPTS {
            let before = self.text()?;
            let mut nodes = self.parse(&before)?;
            edit(&mut nodes)?;
            let text = nodes.to_text().map_err(unwritable_as_json)?;
            let file =
                file::write_beside(&path, &text).map_err(|error| unwritable(&path, error))?;
            // Some programs take no lock.
            if self.text()? == before {
                let placed = file.persist(&path);
                return placed
                    .map(drop)
                    .map_err(|error| unwritable(&path, error.error));
            }
        }
        let reason = format!(
            "{} is changed by another program all the time",
            path.display()
        );
        Err(Error::config(reason))
    }

    /// The right to write the list, until it is dropped, and the file that holds the list.
    fn lock(&self) -> Result<(fs::File, PathBuf)> {
        let path = self.list();
        let locked = file::create_folder(&self.folder).and_then(|()| {
            let file = file::behind_links(&path)?;
            Ok((file::lock(&file)?, file))
        });
        locked.map_err(|error| unwritable(&path, error))
    }

    fn list(&self) -> PathBuf {
        self.folder.join("nodes.json")
    }

    /// The list as it is written; of no nodes where there is none. The Python client empties the file and then fills it.
    fn text(&self) -> Result<String> {
        let path = self.list();
        let mut text = read(&path)?;
        for _ in 0..LOOKS {
            if text.as_deref().is_none_or(Nodes::is_whole) {
                break;
            }
            thread::sleep(BETWEEN_LOOKS);
            text = read(&path)?;
        }
        Ok(text.unwrap_or_else(|| "[]".to_owned()))
    }

    fn parse<'a>(&self, text: &'a str) -> Result<Nodes<'a>> {
        Nodes::parse(text).map_err(|error| {
            Error::config(format!("{} is not a list of nodes", self.list().display()))
                .with_source(JsonError::from(error))
        })
    }

    fn unknown(&self, name: &str) -> Error {
        let folder = self.folder.display();
        Error::config(format!("node {name:?} is not among those kept in {folder}"))
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Error::config(format!("{} cannot be read", path.display())).with_source(error))
        }
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::config(format!("{} cannot be written", path.display())).with_source(error)
}

fn unwritable_as_json(error: serde_json::Error) -> Error {
    Error::config("the nodes cannot be written as JSON").with_source(JsonError::from(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            Self(env::temp_dir().join(format!("headwaters-nodes-{}-{name}", std::process::id())))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn nodes_are_kept_chosen_and_forgotten() {
        let folder = Folder::new("kept");
        let store = NodeStore::at(&folder.0);
        assert!(store.nodes().unwrap().is_empty());
        assert!(store.default_node().unwrap_err().is_request());
        store
            .save(NodeEntry::new("a", "http://a", "key of a"))
            .unwrap();
        store
            .save(NodeEntry::new("b", "http://b", "key of b"))
            .unwrap();
        assert_eq!(store.default_node().unwrap().name, "a");
        store.set_default("b").unwrap();
        assert_eq!(store.default_node().unwrap().key.expose(), "key of b");
        store
            .save(NodeEntry::new("b", "http://c", "other"))
            .unwrap();
        assert_eq!(store.node("b").unwrap().url, "http://c");
        store.delete("b").unwrap();
        assert_eq!(store.default_node().unwrap().name, "a");
        assert!(store.delete("b").unwrap_err().is_request());
        assert!(store.delete("").unwrap_err().is_request());
        assert!(store.set_default("b").unwrap_err().is_request());
    }

    #[test]
    fn space_around_a_name_does_not_make_another_one() {
        let folder = Folder::new("space");
        let store = NodeStore::at(&folder.0);
        for name in ["m 1", " m 1", "m 1\t\n"] {
            store.save(NodeEntry::new(name, "http://m", name)).unwrap();
        }
        store.save(NodeEntry::new("m", "http://m", "k")).unwrap();
        assert_eq!(names(&store), ["m 1", "m"]);
        assert_eq!(store.node(" m 1 ").unwrap().key.expose(), "m 1\t\n");
        store.set_default(" m ").unwrap();
        let chosen = folder.0.join("default_node.txt");
        assert_eq!(fs::read_to_string(&chosen).unwrap(), "m\n");
        fs::write(&chosen, " m\nm 1\n").unwrap();
        assert_eq!(store.default_node().unwrap().name, "m");
        store.delete("m ").unwrap();
        for name in ["", " ", "a\nb", "a\0"] {
            let error = store.save(NodeEntry::new(name, "http://m", "s3cret"));
            let error = error.unwrap_err();
            assert!(error.is_request() && !error.report().contains("s3cret"));
        }
        assert_eq!(names(&store), ["m 1"]);
    }

    /// As the Python client writes it: indented by two, with whatever else another version keeps.
    #[test]
    fn what_others_keep_stays_and_reading_writes_nothing() {
        let folder = Folder::new("others");
        fs::create_dir(&folder.0).unwrap();
        let text = "[\n  {\n    \"name\": \"x\",\n    \"url\": \"http://x:8088\",\n    \"key\": \"k\",\n    \"novel\": 1\n  }\n]";
        fs::write(folder.0.join("nodes.json"), text).unwrap();
        fs::write(folder.0.join("default_node.txt"), "gone\n").unwrap();
        let store = NodeStore::at(&folder.0);
        assert_eq!(store.default_node().unwrap().name, "x");
        assert_eq!(
            fs::read_to_string(folder.0.join("nodes.json")).unwrap(),
            text
        );
        assert_eq!(
            fs::read_to_string(folder.0.join("default_node.txt")).unwrap(),
            "gone\n"
        );
        store.save(NodeEntry::new("y", "http://y", "k")).unwrap();
        assert!(
            fs::read_to_string(folder.0.join("nodes.json"))
                .unwrap()
                .contains("\"novel\": 1")
        );
    }

    /// What the Python client does: it reads, empties the file and fills it, and takes no lock.
    fn python_saves(folder: &Path, name: &str) {
        let path = folder.join("nodes.json");
        let mut nodes: Vec<serde_json::Value> =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        nodes.push(serde_json::json!({"name": name, "url": "http://p", "key": "k"}));
        fs::write(&path, serde_json::to_string_pretty(&nodes).unwrap()).unwrap();
    }

    fn names(store: &NodeStore) -> Vec<String> {
        let nodes = store.nodes().unwrap().into_iter();
        nodes.map(|node| node.name).collect()
    }

    #[test]
    fn a_change_of_another_program_between_reading_and_writing_is_kept() {
        let folder = Folder::new("between");
        let store = NodeStore::at(&folder.0);
        store.save(NodeEntry::new("a", "http://a", "k")).unwrap();
        let mut times = 0;
        let edited = store.change(|nodes| {
            times += 1;
            if times < 4 {
                python_saves(&folder.0, &format!("p{times}"));
            }
            nodes.delete("a");
            Ok(())
        });
        edited.unwrap();
        assert_eq!((times, names(&store).join(" ")), (4, "p1 p2 p3".to_owned()));
    }

    #[test]
    fn a_program_that_never_stops_is_told_and_loses_nothing() {
        let folder = Folder::new("restless");
        let store = NodeStore::at(&folder.0);
        store.save(NodeEntry::new("a", "http://a", "k")).unwrap();
        let mut times = 0;
        let error = store.change(|_| {
            times += 1;
            python_saves(&folder.0, &format!("p{times}"));
            Ok(())
        });
        let error = error.unwrap_err();
        assert!(error.is_request(), "{error}");
        assert_eq!(names(&store).len(), 1 + times);
        assert_eq!(
            fs::read_dir(&folder.0).unwrap().count(),
            2,
            "the list and the lock"
        );
    }

    #[test]
    fn a_file_that_is_half_there_is_waited_for() {
        let folder = Folder::new("half");
        let store = NodeStore::at(&folder.0);
        store.save(NodeEntry::new("a", "http://a", "k")).unwrap();
        let path = folder.0.join("nodes.json");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, "").unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(2 * BETWEEN_LOOKS);
                fs::write(&path, &whole[..20]).unwrap();
                thread::sleep(2 * BETWEEN_LOOKS);
                fs::write(&path, &whole).unwrap();
            });
            store.save(NodeEntry::new("b", "http://b", "k")).unwrap();
        });
        assert_eq!(names(&store), ["a", "b"]);
        fs::write(&path, &whole[..20]).unwrap();
        assert!(store.delete("a").unwrap_err().is_request());
        assert_eq!(fs::read_to_string(&path).unwrap(), whole[..20]);
    }

    #[test]
    fn a_broken_file_is_told_without_its_secrets() {
        let folder = Folder::new("broken");
        fs::create_dir(&folder.0).unwrap();
        fs::write(
            folder.0.join("nodes.json"),
            r#"[{"name": "x", "key": "s3cret""#,
        )
        .unwrap();
        let error = NodeStore::at(&folder.0).nodes().unwrap_err();
        assert!(error.is_request());
        assert!(!error.report().contains("s3cret"), "{}", error.report());
    }
}
