//! A folder of a test's own.

use std::{fs, path::PathBuf};

use headwaters::joule::NodeStore;

/// Empty at the start, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let name = format!("headwaters-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn store(&self) -> NodeStore {
        NodeStore::at(&self.0)
    }

    pub fn list(&self) -> PathBuf {
        self.0.join("nodes.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
