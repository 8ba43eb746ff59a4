//! Files on their way to a server.

use std::{
    fmt,
    fs::FileType,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use tokio::io::AsyncReadExt as _;

use super::lease::Pieces;
use crate::{Error, Operation, Result};

/// Bytes that are read from a file at a time.
const PIECE: usize = 64 << 10;

pub(super) type Report = Arc<dyn Fn(u64, Option<u64>) + Send + Sync>;

/// A file to upload: from a path, from memory, or from a stream. It is sent piece by piece, so memory does
/// not grow with its size.
///
/// ```no_run
/// # async fn f(flink: headwaters::flink::Flink) -> headwaters::Result<()> {
/// flink.jars().upload("target/job.jar").await?;
/// flink.jars().upload(headwaters::Upload::bytes("job.jar", vec![1, 2, 3])).await?;
/// # Ok(()) }
/// ```
pub struct Upload {
    name: Option<String>,
    content: Content,
    report: Option<Report>,
}

enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    Stream(
        Box<dyn Stream<Item = io::Result<Bytes>> + Send + Sync + Unpin>,
        Option<u64>,
    ),
}

impl Upload {
    /// The file at this path, under its own name. It must be a regular file: a named pipe, a device or a directory is refused
    /// before anything is sent. What another program writes into a pipe can be sent as a [`stream`](Self::stream).
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(None, Content::Path(path.into()))
    }

    /// Bytes in memory.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Some(name.into()), Content::Bytes(bytes.into()))
    }

    /// A stream of pieces, with the number of bytes where it is known: a call whose stream has more or fewer fails.
    pub fn stream(
        name: impl Into<String>,
        length: Option<u64>,
        stream: impl Stream<Item = io::Result<Bytes>> + Send + Sync + Unpin + 'static,
    ) -> Self {
        Self::new(Some(name.into()), Content::Stream(Box::new(stream), length))
    }

    /// Another name than the file's own.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Reports the bytes handed to the connection so far, and their total where it is known.
    pub fn on_progress(
        mut self,
        report: impl Fn(u64, Option<u64>) + Send + Sync + 'static,
    ) -> Self {
        self.report = Some(Arc::new(report));
        self
    }

    fn new(name: Option<String>, content: Content) -> Self {
        Self {
            name,
            content,
            report: None,
        }
    }

    /// The name that goes to the server.
    pub(crate) fn file_name(&self, operation: &'static Operation) -> Result<&str> {
        let name = match (&self.name, &self.content) {
            (Some(name), _) => name,
            (None, Content::Path(path)) => path
                .file_name()
                .and_then(|name| name.to_str())
                .ok_or_else(|| {
                    let reason = format!("{} has no file name in UTF-8", path.display());
                    Error::request(operation, reason)
                })?,
            (None, _) => "",
        };
        let leads_elsewhere = matches!(name, "" | "." | "..") || name.contains(['/', '\\']);
        if leads_elsewhere || name.chars().any(char::is_control) {
            let reason = "the name of the upload is not one of a file";
            return Err(Error::request(operation, reason));
        }
        Ok(name)
    }

    /// The pieces, and the number of their bytes where it is known.
    pub(super) async fn open(
        self,
        operation: &'static Operation,
    ) -> Result<(Pieces, Option<u64>, Option<Report>)> {
        let refuse = |reason: String| Error::request(operation, reason);
        let (pieces, length) = match self.content {
            Content::Path(path) => {
                let unreadable = |error: io::Error| {
                    refuse(format!("{} cannot be read", path.display())).with_source(error)
                };
                // Opening a pipe waits for its writer, and opening a device may do things.
                let metadata = tokio::fs::metadata(&path).await.map_err(unreadable)?;
                if !metadata.is_file() {
                    let (path, kind) = (path.display(), kind(metadata.file_type()));
                    let what = "only a regular file can be uploaded by its path";
                    return Err(refuse(format!("{path} is {kind}: {what}")));
                }
                let file = tokio::fs::File::open(&path).await.map_err(unreadable)?;
                let metadata = file.metadata().await.map_err(unreadable)?;
                (read(file), Some(metadata.len()))
            }
            Content::Bytes(bytes) => {
                let length = bytes.len() as u64;
                (cut(bytes), Some(length))
            }
            Content::Stream(stream, length) => (stream.boxed(), length),
        };
        Ok((pieces, length, self.report))
    }
}

/// What stands at a path where no regular file does.
fn kind(kind: FileType) -> &'static str {
    if kind.is_dir() {
        return "a directory";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;

        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    "not a file"
}

fn read(file: tokio::fs::File) -> Pieces {
    futures_util::stream::try_unfold(file, async |mut file| {
        let mut piece = bytes::BytesMut::with_capacity(PIECE);
        let count = file.read_buf(&mut piece).await?;
        Ok((count > 0).then(|| (piece.freeze(), file)))
    })
    .boxed()
}

fn cut(bytes: Bytes) -> Pieces {
    futures_util::stream::unfold(bytes, async |mut bytes| {
        let piece = bytes.split_to(bytes.len().min(PIECE));
        (!piece.is_empty()).then(|| (Ok(piece), bytes))
    })
    .boxed()
}

impl From<&Path> for Upload {
    fn from(path: &Path) -> Self {
        Self::file(path)
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::file(path)
    }
}

impl From<&str> for Upload {
    fn from(path: &str) -> Self {
        Self::file(path)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content: &dyn fmt::Debug = match &self.content {
            Content::Path(path) => path,
            Content::Bytes(bytes) => &bytes.len(),
            Content::Stream(_, length) => length,
        };
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("content", content)
            .finish()
    }
}
