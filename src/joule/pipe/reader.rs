//! Reading a pipe block by block.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::{Mutex, MutexGuard},
    task::AbortHandle,
    time::{Instant, sleep_until},
};

use super::{
    columns::Columns,
    decoder::{Decoder, Piece},
    layout::Layout,
    rows::{Element, Rows},
    window::PipeWindow,
};
use crate::{
    ByteStream, ErrorKind, Operation, Response, Result, TimeoutClass, deadline::later,
    history::History,
};

/// Rows that stand together in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    rows: Rows,
    ends_interval: bool,
    decimation: u32,
}

impl Block {
    /// The rows; there may be none, where only a break was said.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The rows, without the block around them.
    pub fn into_rows(self) -> Rows {
        self.rows
    }

    /// Whether a break follows: the next row begins another interval.
    pub fn ends_interval(&self) -> bool {
        self.ends_interval
    }

    /// How many stored rows stand behind each row: 1, 4, 16 and so on.
    pub fn decimation(&self) -> u32 {
        self.decimation
    }

    /// The layout of the rows.
    pub fn layout(&self) -> Layout {
        self.rows.layout()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The rows of a stream as they arrive, zero-copy; memory does not grow with their number.
///
/// A node has ten database connections, and a historic read holds one until it is read to the end or dropped: a reader that
/// nobody asks for [a minute](Self::with_patience) closes its connection by itself, and says so at the next question.
/// A subscription holds none and waits for ever.
pub struct PipeReader {
    history: History,
    layout: Layout,
    decimation: u32,
    decoder: Decoder,
    source: Arc<Source>,
    runtime: Handle,
    watchman: Option<AbortHandle>,
    last: Option<i64>,
    /// How many breaks have been handed out since the last row.
    breaks: usize,
    /// What is left out until the first new row: another reader has handed it out.
    known: Option<Known>,
    ended: bool,
}

struct Known {
    /// The last row.
    last: Option<i64>,
    /// The breaks after it.
    breaks: usize,
}

struct Source {
    /// Taken out by the watchman when nobody asks.
    stream: Mutex<Option<ByteStream>>,
    opened: Instant,
    /// Milliseconds after `opened` when the reader was last asked.
    asked: AtomicU64,
}

/// A question that waits for bytes. Patience begins anew when it ends, be it answered or given up.
struct Question<'a> {
    source: &'a Source,
    stream: MutexGuard<'a, Option<ByteStream>>,
}

/// How long a historic read may go unasked.
const PATIENCE: Duration = Duration::from_secs(60);

impl PipeReader {
    pub(crate) fn open(response: Response<ByteStream>) -> Result<Response<Self>> {
        let history = response.value.history();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let refuse = |reason: String| history.error(ErrorKind::Decode, reason);
        let layout = header("joule-layout")
            .ok_or_else(|| refuse("the answer does not tell its layout".into()))?;
        let layout: Layout = layout
            .parse()
            .map_err(|error| refuse("the answer's layout".into()).with_source(error))?;
        let decimation = match header("joule-decimation") {
            None => 1,
            Some(text) => text
                .parse()
                .ok()
                .filter(|level| *level > 0)
                .ok_or_else(|| refuse(format!("{text:?} is not a decimation level")))?,
        };
        let runtime = Handle::try_current()
            .map_err(|error| refuse("a pipe needs a tokio runtime".into()).with_source(error))?;
        Ok(response.map(|stream| {
            let source = Arc::new(Source {
                stream: Mutex::new(Some(stream)),
                opened: Instant::now(),
                asked: AtomicU64::new(0),
            });
            Self {
                history,
                layout,
                decimation,
                decoder: Decoder::new(layout),
                source,
                runtime,
                watchman: None,
                last: None,
                breaks: 0,
                known: None,
                ended: false,
            }
            .watched(PATIENCE)
        }))
    }

    /// Another time after which a reader that nobody asks is closed; a subscription never is.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.dismiss();
        self.watched(patience)
    }

    fn watched(mut self, patience: Duration) -> Self {
        if self.history.operation.timeout != TimeoutClass::Endless {
            let watch = watch(self.source.clone(), patience);
            self.watchman = Some(self.runtime.spawn(watch).abort_handle());
        }
        self
    }

    /// The layout of the rows: `float32` with three values an element where they are decimated.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// How many stored rows stand behind each row: 1, 4, 16 and so on.
    pub fn decimation(&self) -> u32 {
        self.decimation
    }

    /// The timestamp of the last row that was handed out: reading from one microsecond later on misses nothing and repeats
    /// nothing.
    pub fn last_timestamp(&self) -> Option<i64> {
        self.last
    }

    /// Leaves out what another reader has handed out: its last row, from which this one reads on, and the breaks after it.
    pub(in crate::joule) fn after(mut self, before: &Self) -> Self {
        self.last = before.last;
        self.breaks = before.breaks;
        self.known = Some(Known {
            last: before.last,
            breaks: before.breaks,
        });
        self
    }

    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks, the body ends inside a row, the rows of a read go back in time, or the reader was closed since
    /// nobody asked. Nothing comes after an error.
    pub async fn next(&mut self) -> Result<Option<Block>> {
        if self.ended {
            return Ok(None);
        }
        self.source.touch();
        let outcome = self.advance().await;
        match &outcome {
            Ok(Some(block)) => {
                self.last = block.rows.timestamps().next_back().or(self.last);
                if !block.is_empty() {
                    self.breaks = 0;
                }
                self.breaks += usize::from(block.ends_interval);
            }
            Ok(None) | Err(_) => {
                self.ended = true;
                self.dismiss();
            }
        }
        outcome
    }

    async fn advance(&mut self) -> Result<Option<Block>> {
        loop {
            if let Some(Piece {
                rows,
                ends_interval,
            }) = self.decoder.piece()
            {
                let block = self.unread(Block {
                    rows,
                    ends_interval,
                    decimation: self.decimation,
                });
                if block.is_empty() && !block.ends_interval {
                    continue;
                }
                self.check_order(&block.rows)?;
                return Ok(Some(block));
            }
            let mut question = self.source.question().await;
            let Some(open) = question.stream.as_mut() else {
                return Err(self.history.error(
                    ErrorKind::Timeout,
                    "the reader was closed since nobody asked it for too long",
                ));
            };
            match open.next().await.transpose()? {
                Some(bytes) => self.decoder.push(bytes),
                None => {
                    *question.stream = None;
                    return if self.decoder.is_whole() {
                        Ok(None)
                    } else {
                        Err(self
                            .history
                            .error(ErrorKind::Broken, "the answer ends inside a row"))
                    };
                }
            }
        }
    }

    /// The same rows for work on a moving window: they stay until they are consumed.
    pub fn into_window(self) -> PipeWindow {
        PipeWindow::new(self)
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.history.operation
    }

    /// All rows as columns, breaks left out.
    ///
    /// # Errors
    /// [`is_too_large`](Error::is_too_large) past `limit` rows, [`is_decode`](Error::is_decode) when the elements are of another
    /// type; otherwise as [`next`](Self::next).
    pub async fn read_all<T: Element>(mut self, limit: usize) -> Result<Columns<T>> {
        let mut columns = Columns::new(self.layout.width());
        while let Some(block) = self.next().await? {
            if columns.len() + block.len() > limit {
                return Err(self.history.error(
                    ErrorKind::TooLarge,
                    format!("there are more than {limit} rows"),
                ));
            }
            if !columns.extend(&block.rows) {
                return Err(self.history.error(
                    ErrorKind::Decode,
                    format!("the rows are {}, not {}", self.layout, T::TYPE.as_str()),
                ));
            }
        }
        Ok(columns)
    }

    /// A node of 1.0.1 repeats an interval of 49,999 rows for ever where a break follows it.
    fn check_order(&self, rows: &Rows) -> Result<()> {
        let next = rows.timestamps().next();
        match self.last.zip(next).filter(|(last, next)| next <= last) {
            Some((last, next)) if self.history.operation.timeout != TimeoutClass::Endless => {
                Err(self.history.error(
                    ErrorKind::Decode,
                    format!("the node repeats rows: {next} comes after {last}"),
                ))
            }
            _ => Ok(()),
        }
    }

    /// What no other reader has handed out.
    fn unread(&mut self, mut block: Block) -> Block {
        let Some(known) = &mut self.known else {
            return block;
        };
        let is_known = |time: &i64| known.last.is_some_and(|last| *time <= last);
        let read = block.rows.timestamps().take_while(is_known).count();
        block.rows = block.rows.slice(read, block.rows.len());
        if !block.is_empty() {
            self.known = None;
        } else if block.ends_interval && known.breaks > 0 {
            known.breaks -= 1;
            block.ends_interval = false;
        }
        block
    }

    fn dismiss(&mut self) {
        if let Some(watchman) = self.watchman.take() {
            watchman.abort();
        }
    }
}

impl Source {
    async fn question(&self) -> Question<'_> {
        Question {
            source: self,
            stream: self.stream.lock().await,
        }
    }

    fn touch(&self) {
        self.asked
            .store(self.opened.elapsed().as_millis() as u64, Ordering::Relaxed);
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.source.touch();
    }
}

/// Closes the connection once nobody has asked for so long.
async fn watch(source: Arc<Source>, patience: Duration) {
    loop {
        let asked = source.opened + Duration::from_millis(source.asked.load(Ordering::Relaxed));
        let due = later(asked, patience);
        if Instant::now() < due {
            sleep_until(due).await;
            continue;
        }
        match source.stream.try_lock() {
            Ok(mut stream) => {
                *stream = None;
                return;
            }
            // Somebody is asking right now; their question may take long.
            Err(_) => drop(source.stream.lock().await),
        }
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        self.dismiss();
    }
}

impl fmt::Debug for PipeReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipeReader")
            .field("layout", &self.layout)
            .field("decimation", &self.decimation)
            .field("last", &self.last)
            .field("ended", &self.ended)
            .finish()
    }
}
