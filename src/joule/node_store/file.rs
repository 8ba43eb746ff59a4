//! Files that several programs write.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Makes the folder, for its owner only, unless it is there.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The file itself where the path is a link, as in a folder of settings that is kept elsewhere: it is written, and the link stays.
pub(super) fn behind_links(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if path.is_symlink() {
                let reason = "it is a link to a file that does not exist";
                return Err(io::Error::new(ErrorKind::NotFound, reason));
            }
            Ok(path.to_owned())
        }
        found => found,
    }
}

/// Waits until no other thread or process that asks so writes the file, and keeps them off until the answer is dropped. The file
/// beside it that stands for the lock stays: whoever removes one that another waits for lets two in.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    let mut newly = options.clone();
    newly.create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut newly, 0o600);
    let lock = path.with_extension("lock");
    // What a link at this place leads to is not created.
    let file = match newly.open(&lock) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => options.open(&lock)?,
        opened => {
            let file = opened?;
            keep_owner(&file, path)?;
            file
        }
    };
    fs4::FileExt::lock(&file)?;
    Ok(file)
}

/// Writes the text beside the file, readable by its owner only and safe on the disk. [`NamedTempFile::persist`] puts it into
/// place in one step, so that nobody reads half of it; dropping it removes it.
pub(super) fn write_beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix(".nodes-")
        .tempfile_in(folder_of(path))?;
    file.write_all(text.as_bytes())?;
    keep_owner(file.as_file(), path)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Whoever owned the file before, or else owns the folder, owns the new one: with `sudo` it would be lost to the user. Who may not
/// give files away may still write into a folder of others.
#[cfg(unix)]
fn keep_owner(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let before = fs::metadata(path).or_else(|_| fs::metadata(folder_of(path)))?;
    if file.metadata()?.uid() == before.uid() {
        return Ok(());
    }
    match fchown(file, Some(before.uid()), None) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        outcome => outcome,
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _path: &Path) -> io::Result<()> {
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
