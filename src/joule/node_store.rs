//! The nodes that a user has access to, as the Joule command line keeps them.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use serde::{Deserialize, Serialize};

use super::Node;
use crate::{Config, Error, Result, Secret, error::JsonError};

/// The folder with a user's nodes: `nodes.json`, `default_node.txt`, `ca.crt`.
///
/// Reading never writes. What is written can be read by its owner only.
#[derive(Clone, Debug)]
pub struct NodeStore {
    folder: PathBuf,
}

/// A node that a user has access to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeEntry {
    /// The name that the user knows it by.
    pub name: String,
    /// Its base URL.
    pub url: String,
    /// The key that opens it.
    pub key: Secret,
    /// What other programs keep beside it.
    #[serde(flatten)]
    extra: serde_json::Map<String, serde_json::Value>,
}

impl NodeEntry {
    /// A node of this name.
    pub fn new(name: impl Into<String>, url: impl Into<String>, key: impl Into<Secret>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            key: key.into(),
            extra: serde_json::Map::new(),
        }
    }
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

    /// All nodes; none where nothing has been kept.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when `nodes.json` cannot be read or is not a list of nodes.
    pub fn nodes(&self) -> Result<Vec<NodeEntry>> {
        let path = self.folder.join("nodes.json");
        match read(&path)? {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str(&text).map_err(|error| {
                Error::config(format!("{} is not a list of nodes", path.display()))
                    .with_source(JsonError::from(error))
            }),
        }
    }

    /// The node of this name.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is none.
    pub fn node(&self, name: &str) -> Result<NodeEntry> {
        let found = self.nodes()?.into_iter().find(|node| node.name == name);
        found.ok_or_else(|| {
            Error::config(format!(
                "node {name:?} is not among those kept in {}",
                self.folder.display()
            ))
        })
    }

    /// The node that was chosen as the default, or the first where none was or it is gone.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is no node.
    pub fn default_node(&self) -> Result<NodeEntry> {
        let chosen = read(&self.folder.join("default_node.txt"))?.unwrap_or_default();
        let mut nodes = self.nodes()?;
        let index = nodes
            .iter()
            .position(|node| node.name == chosen.trim())
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

    /// Keeps a node; one of the same name is replaced.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the folder cannot be written.
    pub fn save(&self, node: NodeEntry) -> Result<()> {
        let mut nodes = self.nodes()?;
        match nodes.iter_mut().find(|kept| kept.name == node.name) {
            Some(kept) => *kept = node,
            None => nodes.push(node),
        }
        self.write_nodes(&nodes)
    }

    /// Forgets a node.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when there is none of this name, or the folder cannot be written.
    pub fn delete(&self, name: &str) -> Result<()> {
        let gone = self.node(name)?;
        let nodes: Vec<_> = self
            .nodes()?
            .into_iter()
            .filter(|node| node.name != gone.name)
            .collect();
        self.write_nodes(&nodes)
    }

    /// Chooses the default node.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn set_default(&self, name: &str) -> Result<()> {
        let node = self.node(name)?;
        self.write("default_node.txt", &format!("{}\n", node.name))
    }

    fn write_nodes(&self, nodes: &[NodeEntry]) -> Result<()> {
        let text = serde_json::to_string_pretty(nodes).map_err(|error| {
            Error::config("the nodes cannot be written as JSON").with_source(error)
        })?;
        self.write("nodes.json", &text)
    }

    /// Writes beside the file and puts it into place in one step, so that nobody reads half of it.
    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        let unwritable = |error: io::Error| {
            Error::config(format!("{} cannot be written", path.display())).with_source(error)
        };
        create_folder(&self.folder).map_err(unwritable)?;
        // Two threads of one process write beside each other, too.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let beside = self.folder.join(format!(".{name}.{process}.{number}"));
        write_private(&beside, text)
            .and_then(|()| fs::rename(&beside, &path))
            .map_err(|error| {
                let _ = fs::remove_file(&beside);
                unwritable(error)
            })
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

fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
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
        assert!(store.set_default("b").unwrap_err().is_request());
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

    #[test]
    fn threads_that_save_at_the_same_time_leave_a_whole_file() {
        let folder = Folder::new("threads");
        let store = NodeStore::at(&folder.0);
        create_folder(&folder.0).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let store = &store;
                scope.spawn(move || {
                    for _ in 0..50 {
                        let key = "k".repeat(1000 * (thread + 1));
                        let entry = NodeEntry::new("x", "http://x", key);
                        store.save(entry).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.nodes().unwrap().len(), 1);
        let files = fs::read_dir(&folder.0).unwrap().count();
        assert_eq!(files, 1, "something is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_is_written() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = Folder::new("private");
        let store = NodeStore::at(&folder.0);
        store.save(NodeEntry::new("a", "http://a", "k")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.0), 0o700);
        assert_eq!(mode(&folder.0.join("nodes.json")), 0o600);
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
