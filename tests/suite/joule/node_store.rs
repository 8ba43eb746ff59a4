//! The file of nodes, which any number of threads and processes write.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
};

use headwaters::joule::{NodeEntry, NodeStore};

use super::folder::Folder;

fn entry(name: impl Into<String>) -> NodeEntry {
    let name = name.into();
    let key = format!("key of {name}");
    NodeEntry::new(name, "http://x", key)
}

fn names(store: &NodeStore) -> Vec<String> {
    let nodes = store.nodes().unwrap().into_iter();
    let mut names: Vec<String> = nodes.map(|node| node.name).collect();
    names.sort();
    names
}

fn files(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    files
}

#[test]
fn no_save_and_no_delete_of_many_threads_is_lost() {
    let folder = Folder::new("threads");
    let store = folder.store();
    for thread in 0..6 {
        for number in 0..9 {
            store.save(entry(format!("old {thread} {number}"))).unwrap();
        }
    }
    thread::scope(|scope| {
        for thread in 0..6 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..9 {
                    store.save(entry(format!("new {thread} {number}"))).unwrap();
                    let gone = format!("old {thread} {number}");
                    store.delete(&gone).unwrap();
                    assert!(store.node(&gone).is_err(), "{gone} is back");
                }
            });
        }
    });
    let expected: Vec<String> = (0..54)
        .map(|number| format!("new {} {}", number / 9, number % 9))
        .collect();
    assert_eq!(names(&store), expected);
    assert_eq!(files(&folder.0), ["nodes.json", "nodes.lock"]);
}

/// Names the folder and the process to [`work_of_a_process`].
const PROCESS: &str = "HEADWATERS_TEST_PROCESS";
const FOLDER: &str = "HEADWATERS_TEST_FOLDER";

fn process(folder: &Path, number: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "joule::node_store::no_save_and_no_delete_of_several_processes_is_lost",
        ])
        .env(PROCESS, number.to_string())
        .env(FOLDER, folder)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

/// What one of them does.
fn work_of_a_process(process: &str) {
    let store = NodeStore::at(std::env::var_os(FOLDER).unwrap());
    for number in 0..40 {
        store.save(entry(format!("{process} {number:02}"))).unwrap();
        if number % 2 == 1 {
            store.delete(&format!("{process} {number:02}")).unwrap();
        }
    }
}

/// They make the folder at the same time, too.
#[test]
fn no_save_and_no_delete_of_several_processes_is_lost() {
    if let Ok(process) = std::env::var(PROCESS) {
        return work_of_a_process(&process);
    }
    let folder = Folder::new("processes");
    let store = NodeStore::at(folder.0.join("deep/below"));
    let processes: Vec<Child> = (0..3)
        .map(|number| process(store.folder(), number))
        .collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    let expected: Vec<String> = (0..60)
        .map(|number| format!("{} {:02}", number / 20, number % 20 * 2))
        .collect();
    assert_eq!(names(&store), expected);
    assert_eq!(files(store.folder()), ["nodes.json", "nodes.lock"]);
}

#[test]
fn many_threads_make_the_folder_at_the_same_time() {
    for round in 0..20 {
        let folder = Folder::new("making");
        let store = NodeStore::at(folder.0.join(format!("{round}/below")));
        thread::scope(|scope| {
            for thread in 0..4 {
                let store = &store;
                scope.spawn(move || store.save(entry(thread.to_string())).unwrap());
            }
        });
        assert_eq!(names(&store).len(), 4);
    }
}

#[test]
fn what_others_keep_stays_byte_by_byte() {
    let folder = Folder::new("bytes");
    let text = r#"[
  {
    "owner": {
      "b": 271828182845904523536028747135,
      "a": 1E5
    },
    "name": "x",
    "url": "http://x",
    "key": "\u006b"
  }
]"#;
    fs::write(folder.list(), text).unwrap();
    let store = folder.store();
    let kept = store.node("x").unwrap();
    assert_eq!(kept.key.expose(), "k");
    store.save(kept).unwrap();
    assert_eq!(fs::read_to_string(folder.list()).unwrap(), text);
    store.save(entry("y")).unwrap();
    store.delete("y").unwrap();
    assert_eq!(fs::read_to_string(folder.list()).unwrap(), text);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_reads_what_is_written() {
        let folder = Folder::new("private");
        let store = NodeStore::at(folder.0.join("joule"));
        store.save(entry("a")).unwrap();
        store.set_default("a").unwrap();
        assert_eq!(mode(store.folder()), 0o700);
        for file in files(store.folder()) {
            assert_eq!(mode(&store.folder().join(&file)), 0o600, "{file}");
        }
        // A file that everybody could read no longer is one that they can.
        let list = store.folder().join("nodes.json");
        fs::set_permissions(&list, PermissionsExt::from_mode(0o644)).unwrap();
        store.save(entry("b")).unwrap();
        assert_eq!(mode(&list), 0o600);
    }

    /// With `sudo` it would be root's.
    #[test]
    fn the_owner_stays() {
        use std::os::unix::fs::{MetadataExt as _, chown};

        let folder = Folder::new("owner");
        // Only root gives files away.
        let owner = match chown(&folder.0, Some(12345), None) {
            Ok(()) => 12345,
            Err(_) => fs::metadata(&folder.0).unwrap().uid(),
        };
        folder.store().save(entry("a")).unwrap();
        folder.store().set_default("a").unwrap();
        for file in files(&folder.0) {
            let found = fs::metadata(folder.0.join(&file)).unwrap().uid();
            assert_eq!(found, owner, "{file}");
        }
    }

    #[test]
    fn a_list_that_is_a_link_stays_one_and_the_file_behind_it_is_written() {
        let (folder, dotfiles) = (Folder::new("link"), Folder::new("dotfiles"));
        fs::write(dotfiles.0.join("joule.json"), "[]").unwrap();
        symlink(dotfiles.0.join("joule.json"), folder.list()).unwrap();
        let store = folder.store();
        thread::scope(|scope| {
            for thread in 0..4 {
                let store = &store;
                scope.spawn(move || store.save(entry(thread.to_string())).unwrap());
            }
        });
        store.set_default("2").unwrap();
        assert!(folder.list().is_symlink());
        assert_eq!(names(&store), ["0", "1", "2", "3"]);
        assert_eq!(files(&folder.0), ["default_node.txt", "nodes.json"]);
        assert_eq!(files(&dotfiles.0), ["joule.json", "joule.lock"]);
    }

    #[test]
    fn a_link_to_nothing_is_refused_and_nothing_is_made_behind_it() {
        for name in ["nodes.json", "nodes.lock"] {
            let folder = Folder::new("dangling");
            symlink(folder.0.join("elsewhere"), folder.0.join(name)).unwrap();
            let error = folder.store().save(entry("a")).unwrap_err();
            assert!(error.is_request(), "{error}");
            assert!(
                error.to_string().contains("nodes.json cannot be written"),
                "{error}"
            );
            assert_eq!(files(&folder.0), [name]);
        }
    }

    /// The name was that of the process and a number that counts up.
    #[test]
    fn a_link_that_is_planted_beside_the_list_is_not_followed() {
        let (folder, victim) = (Folder::new("planted"), Folder::new("victim"));
        let target = victim.0.join("file");
        fs::write(&target, "precious").unwrap();
        for number in 0..100 {
            for name in ["nodes.json", "default_node.txt"] {
                let name = format!(".{name}.{}.{number}", std::process::id());
                symlink(&target, folder.0.join(name)).unwrap();
            }
        }
        folder.store().save(entry("a")).unwrap();
        folder.store().set_default("a").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
        assert!(!folder.list().is_symlink());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let folder = Folder::new("read-only");
        fs::write(
            folder.list(),
            r#"[{"name": "a", "url": "http://a", "key": "s3cret"}]"#,
        )
        .unwrap();
        fs::set_permissions(&folder.0, PermissionsExt::from_mode(0o500)).unwrap();
        // Root writes everywhere but here.
        let unwritable: PathBuf = match fs::write(folder.0.join("trial"), "") {
            Ok(()) => "/sys/kernel".into(),
            Err(_) => folder.0.clone(),
        };
        let store = NodeStore::at(&unwritable);
        let error = store
            .save(NodeEntry::new("b", "http://b", "s3cret"))
            .unwrap_err();
        fs::set_permissions(&folder.0, PermissionsExt::from_mode(0o700)).unwrap();
        assert!(error.is_request(), "{error}");
        let report = error.report();
        assert!(report.contains("nodes.json cannot be written"), "{report}");
        assert!(
            report.contains("ermission denied") || report.contains("ead-only"),
            "{report}"
        );
        assert!(!report.contains("s3cret"), "{report}");
    }
}
