//! The file of an outbox.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use redb::{StorageBackend, backends::FileBackend};
use tempfile::NamedTempFile;

use super::store::{Failure, Store};

/// Opens the file. One that is not there is put into place when it is whole, readable by its owner only: a program that ends on the way
/// leaves none that could not be opened.
pub(super) fn open(path: &Path) -> Result<File, Failure> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return Ok(opened?),
    }
    create(path, FileBackend::new)
}

/// Puts an empty one into place, written through this.
fn create<B: StorageBackend>(
    path: &Path,
    backend: impl FnOnce(File) -> Result<B, redb::DatabaseError>,
) -> Result<File, Failure> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let new = NamedTempFile::new_in(folder)?;
    drop(Store::open(backend(new.reopen()?)?)?);
    match new.persist_noclobber(path) {
        Ok(file) => {
            // Of a file that is to outlast a failure of power the name has to as well.
            #[cfg(unix)]
            File::open(folder)?.sync_all()?;
            Ok(file)
        }
        // Another program was quicker.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(OpenOptions::new().read(true).write(true).open(path)?)
        }
        Err(error) => Err(error.error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    };

    use super::*;

    /// A file that takes so many more writes, as of a program that is killed at one of them.
    #[derive(Debug)]
    struct Failing {
        file: FileBackend,
        left: Arc<AtomicUsize>,
    }

    impl Failing {
        fn written(&self, write: impl FnOnce(&FileBackend) -> io::Result<()>) -> io::Result<()> {
            let left = self.left.load(SeqCst).checked_sub(1);
            let left = left.ok_or_else(|| io::Error::other("the disk has stopped"))?;
            self.left.store(left, SeqCst);
            write(&self.file)
        }
    }

    impl StorageBackend for Failing {
        fn len(&self) -> io::Result<u64> {
            self.file.len()
        }

        fn read(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
            self.file.read(offset, len)
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.written(|file| file.set_len(len))
        }

        fn sync_data(&self, eventual: bool) -> io::Result<()> {
            self.written(|file| file.sync_data(eventual))
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.written(|file| file.write(offset, data))
        }
    }

    #[test]
    fn a_creation_that_stops_at_any_write_leaves_no_file_that_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drops");
        let mut writes = 0;
        let created = loop {
            let left = Arc::new(AtomicUsize::new(writes));
            let counting = Arc::clone(&left);
            let created = create(&path, |file| {
                let file = FileBackend::new(file)?;
                Ok(Failing {
                    file,
                    left: counting,
                })
            });
            if let Ok(created) = created {
                // What stops as the file is closed is not in it.
                break created;
            }
            assert!(!path.exists(), "stopped at write {writes}");
            writes += 1;
        };
        assert!(writes > 5, "{writes}");
        drop(created);
        let mut store = Store::open(FileBackend::new(open(&path).unwrap()).unwrap()).unwrap();
        assert_eq!(store.count(), 0);
        store.push(b"{}").unwrap();
    }
}
