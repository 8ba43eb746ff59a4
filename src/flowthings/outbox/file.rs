//! The file of an outbox.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use tempfile::NamedTempFile;

use super::store::{Failure, Store};

/// Opens the file. One that is not there is put into place when it is whole, readable by its owner only: a program that ends on the way
/// leaves none that could not be opened.
pub(super) fn open(path: &Path) -> Result<File, Failure> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return Ok(opened?),
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let new = NamedTempFile::new_in(folder)?;
    drop(Store::open(redb::backends::FileBackend::new(
        new.reopen()?,
    )?)?);
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
