//! Folders with toolkits, packed as the build service takes them.

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufWriter, Seek as _},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use tokio::{
    io::{AsyncRead as _, ReadBuf},
    runtime::Handle,
    task::spawn_blocking,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::calls::ToolkitsUpload;
use crate::{Body, Error, Result};

/// Bytes that are read from the disk at once.
const PIECE: usize = 64 << 10;

/// A toolkit, packed for [`toolkits().upload(..)`](crate::streams::calls::Toolkits::upload).
///
/// It is a ZIP archive in a temporary file that has no name and goes with the value; neither packing nor sending it takes memory for
/// the contents of files. Needs the feature `toolkits`.
///
/// ```no_run
/// # async fn f(builds: headwaters::streams::BuildService) -> headwaters::Result<()> {
/// use headwaters::streams::ToolkitArchive;
///
/// let archive = ToolkitArchive::of_folder("com.example.mine").await?;
/// match builds.toolkits().upload(archive).await?.first() {
///     Some(toolkit) => println!("{} is there now", toolkit.id),
///     None => println!("the server has that version already"),
/// }
/// # Ok(()) }
/// ```
pub struct ToolkitArchive {
    file: File,
    size: u64,
}

impl ToolkitArchive {
    /// Packs a folder: its own name is the top of the archive, and what is in it follows in the order of names, empty folders
    /// included, uncompressed. Files may be links to others in the folder, whose contents are packed then.
    ///
    /// The files are read on threads where waiting for a disk holds up no other task.
    ///
    /// # Errors
    /// [`is_request`](crate::Error::is_request) when the folder, or something in it, cannot be read or has no name in UTF-8; when
    /// something in it is neither a file nor a folder, is a link that leads out of it or to a folder; when the archive cannot be
    /// written. The error names the path.
    pub async fn of_folder(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        Handle::try_current().map_err(Error::no_runtime)?;
        let packed = spawn_blocking(move || Packing::of(&folder)?.finish()).await;
        packed.map_err(|error| refused("the packing was given up").with_source(error))?
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// With its length, which the service is told.
impl From<ToolkitArchive> for Body {
    fn from(archive: ToolkitArchive) -> Self {
        Self::wrap(Unsent {
            file: tokio::fs::File::from_std(archive.file),
            left: archive.size,
        })
    }
}

/// What is still to be sent of an archive.
struct Unsent {
    file: tokio::fs::File,
    left: u64,
}

impl http_body::Body for Unsent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let mut piece = BytesMut::zeroed(PIECE);
        let mut buffer = ReadBuf::new(&mut piece);
        ready!(Pin::new(&mut self.file).poll_read(context, &mut buffer))?;
        let read = buffer.filled().len();
        self.left = self.left.saturating_sub(read as u64);
        piece.truncate(read);
        let frame = (read > 0).then(|| Ok(Frame::data(piece.freeze())));
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl fmt::Debug for ToolkitArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolkitArchive")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

fn refused(reason: impl Into<String>) -> Error {
    Error::request(ToolkitsUpload::OPERATION, reason)
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| refused(format!("{} cannot be read", path.display())).with_source(error)
}

fn unwritten(error: impl Into<io::Error>) -> Error {
    refused("the archive cannot be written to a temporary file").with_source(error.into())
}

/// A name as it is told in an archive.
fn name_of(path: &Path) -> Result<&str> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| refused(format!("{} has no name in UTF-8", path.display())))
}

/// An archive while it is written.
struct Packing {
    archive: ZipWriter<BufWriter<File>>,
    /// The folder, without links on the way to it.
    root: PathBuf,
}

impl Packing {
    fn of(folder: &Path) -> Result<Self> {
        let root = fs::canonicalize(folder).map_err(unreadable(folder))?;
        let own = std::path::absolute(folder).map_err(unreadable(folder))?;
        let name = match own.file_name() {
            Some(_) => name_of(&own)?,
            None => name_of(&root)?,
        };
        let file = tempfile::tempfile().map_err(unwritten)?;
        let mut packing = Self {
            archive: ZipWriter::new(BufWriter::new(file)),
            root: root.clone(),
        };
        packing.folder(folder, name)?;
        Ok(packing)
    }

    /// Adds a folder and all that is in it, however deep: the folders on the way are kept in a list, not on the stack.
    fn folder(&mut self, path: &Path, name: &str) -> Result<()> {
        let mut open = vec![(self.entries(path, name)?, name.to_owned())];
        while let Some((entries, name)) = open.last_mut() {
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            let name = format!("{name}/{}", name_of(&entry)?);
            let metadata = fs::symlink_metadata(&entry).map_err(unreadable(&entry))?;
            if metadata.is_dir() {
                open.push((self.entries(&entry, &name)?, name));
            } else {
                self.file(&entry, &name)?;
            }
        }
        Ok(())
    }

    /// Adds a folder alone, and returns what is in it in the order of names.
    fn entries(&mut self, path: &Path, name: &str) -> Result<vec::IntoIter<PathBuf>> {
        let entries = fs::read_dir(path).map_err(unreadable(path))?;
        let entries = entries.map(|entry| entry.map(|entry| entry.path()));
        let entries: io::Result<Vec<PathBuf>> = entries.collect();
        let mut entries = entries.map_err(unreadable(path))?;
        entries.sort();
        let options = SimpleFileOptions::default().unix_permissions(0o755);
        let added = self.archive.add_directory(name, options);
        added.map_err(unwritten)?;
        Ok(entries.into_iter())
    }

    /// Adds a file.
    fn file(&mut self, path: &Path, name: &str) -> Result<()> {
        let shown = path.display();
        let real = fs::canonicalize(path).map_err(unreadable(path))?;
        if !real.starts_with(&self.root) {
            return Err(refused(format!(
                "{shown} is a link that leads out of the folder"
            )));
        }
        // Opening a pipe waits for its writer.
        let metadata = fs::symlink_metadata(&real).map_err(unreadable(path))?;
        if metadata.is_dir() {
            return Err(refused(format!("{shown} is a link to a folder")));
        }
        if !metadata.is_file() {
            return Err(refused(format!("{shown} is neither a file nor a folder")));
        }
        let mut file = File::open(&real).map_err(unreadable(path))?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(metadata.len() >= u64::from(u32::MAX))
            .unix_permissions(permissions(&metadata));
        self.archive.start_file(name, options).map_err(unwritten)?;
        let copied = io::copy(&mut file, &mut self.archive);
        copied.map_err(|error| refused(format!("{shown} cannot be packed")).with_source(error))?;
        Ok(())
    }

    fn finish(self) -> Result<ToolkitArchive> {
        let written = self.archive.finish().map_err(unwritten)?;
        let file = written.into_inner().map_err(|error| error.into_error());
        let mut file = file.map_err(unwritten)?;
        let size = file.stream_position().map_err(unwritten)?;
        file.rewind().map_err(unwritten)?;
        Ok(ToolkitArchive { file, size })
    }
}

/// Whether others may read and start it: toolkits have programs in them.
fn permissions(metadata: &fs::Metadata) -> u32 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        metadata.permissions().mode() & 0o777
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        0o644
    }
}
