//! Drops that are kept on disk until the platform has them.

mod file;
mod store;
mod waiting;

use std::{
    collections::hash_map::RandomState,
    convert::Infallible,
    fmt,
    hash::{BuildHasher as _, Hasher as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use redb::backends::FileBackend;
use tokio::{
    runtime::Handle,
    sync::{Mutex, Notify},
    task::spawn_blocking,
    time::sleep,
};

use super::{Api, calls::DropCreate, types::NewDrop};
use crate::{Error, ErrorKind, Result, value::json::encode};
use store::{Failure, Store};
use waiting::Record;

pub use waiting::{Recipient, Waiting};

/// Bytes of the drops that may wait, unless it is said otherwise.
const LIMIT: u64 = 64 << 20;
/// The waits after failures.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait that the platform may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// Drops that are kept on disk while the platform is away, and sent in their order when it is back.
///
/// [`push`](Self::push) returns when the drop is on the disk, whether the platform is there or not. [`run`](Self::run) sends what
/// waits, in the order in which it came, and a drop leaves the disk when the platform has said that it has it. A drop that was sent
/// when the program ended, or whose answer was lost, is sent again with the `fhash` that it had, so the flow has it once.
///
/// The file can be opened by one program at a time, and it is whole whenever the program or the machine stops.
///
/// ```no_run
/// use headwaters::flowthings::{Api, Outbox, Token, types::NewDrop};
///
/// # async fn f() -> headwaters::Result<()> {
/// let api = Api::new(Token::new("my-account", "my-token"))?;
/// let outbox = Outbox::open(&api, "drops.redb").await?;
/// let sending = outbox.clone();
/// tokio::spawn(async move {
///     // Ends at a drop that the platform refuses.
///     let Err(error) = sending.run().await;
///     eprintln!("{error}");
/// });
/// outbox.push("/my-account/greenhouse", NewDrop::new([("temperature", 21)])).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Outbox {
    api: Api,
    path: Arc<Path>,
    limit: u64,
    observer: Option<Observer>,
    /// Begins each `fhash`, and is another one each time that the file is opened.
    name: Arc<str>,
    /// How many drops have got an `fhash`.
    named: Arc<AtomicU64>,
    store: Arc<Mutex<Store>>,
    /// Held by whoever sends: one drop at a time is on its way.
    sending: Arc<Mutex<()>>,
    pushed: Arc<Notify>,
}

type Observer = Arc<dyn Fn(&Error) + Send + Sync>;

impl Outbox {
    /// The outbox in this file, which is made unless it is there.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the file cannot be opened, is none of an outbox, or is open in another program.
    pub async fn open(api: &Api, path: impl AsRef<Path>) -> Result<Self> {
        Handle::try_current().map_err(Error::no_runtime)?;
        let path: Arc<Path> = path.as_ref().into();
        let place = Arc::clone(&path);
        let opening = spawn_blocking(move || Store::open(FileBackend::new(file::open(&place)?)?));
        match opening.await.unwrap_or_else(|failure| Err(failure.into())) {
            Ok(store) => Ok(Self::new(api, path, store)),
            Err(failure) => {
                let what = format!("the outbox {} cannot be opened: {failure}", path.display());
                Err(Error::config(what))
            }
        }
    }

    fn new(api: &Api, path: Arc<Path>, store: Store) -> Self {
        // Two numbers from what the system has drawn.
        let drawn = || RandomState::new().build_hasher().finish();
        Self {
            api: api.clone(),
            path,
            limit: LIMIT,
            observer: None,
            name: format!("{:016x}{:016x}", drawn(), drawn()).into(),
            named: Arc::default(),
            store: Arc::new(Mutex::new(store)),
            sending: Arc::default(),
            pushed: Arc::default(),
        }
    }

    /// How many bytes of drops may wait, as JSON: 64 MiB by default. The file takes a few times as much at most.
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Calls this with each failure that [`run`](Self::run) bears.
    pub fn on_failure(mut self, observer: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Puts a drop behind the others; it is on the disk when this returns. The flow is an id, or a path that begins with a slash. A drop
    /// without an `fhash` gets one.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the drop cannot be sent as it is, when it has no room beside those that wait, or when
    /// the disk fails. The drop is not in the outbox then, unless the disk fails, when it may be; after that the file has to be opened
    /// again.
    pub async fn push(&self, flow: impl Into<Recipient>, mut drop: NewDrop) -> Result<()> {
        drop.fhash.get_or_insert_with(|| {
            let number = self.named.fetch_add(1, Ordering::Relaxed);
            format!("{}-{number}", self.name)
        });
        let record = Record::new(flow.into(), drop);
        record.check(&self.api)?;
        let text = encode(&record).map_err(|error| self.fault(&error))?;
        let limit = self.limit;
        let pushed = Arc::clone(&self.pushed);
        self.on_disk(move |store| {
            let bytes = store.bytes().saturating_add(text.len() as u64);
            if bytes > limit {
                let what = format!("with this drop {bytes} bytes would wait, more than {limit}");
                return Err(what.into());
            }
            store.push(&text)?;
            // Here, for whoever gives up waiting has pushed it nevertheless.
            pushed.notify_one();
            Ok(())
        })
        .await
    }

    /// Sends what waits, and gives the number of drops that the platform has taken. Each drop leaves the outbox when the platform has
    /// it.
    ///
    /// # Errors
    /// That of the first drop that cannot be sent, which stays the [`first`](Self::first).
    pub async fn deliver(&self) -> Result<u64> {
        let mut sent = 0;
        while self.deliver_first().await? {
            sent += 1;
        }
        Ok(sent)
    }

    /// Sends what waits and what is pushed later, for as long as it is awaited. While the platform cannot be reached, is busy or fails,
    /// the first drop is tried again after waits of up to 30 s, or of up to an hour where the platform asks for it.
    ///
    /// # Errors
    /// That of a drop that the platform refuses, and of a token that it refuses. The drop stays the [`first`](Self::first): it goes when
    /// it is [`discarded`](Self::discard), or when the reason is gone and this is called again.
    pub async fn run(&self) -> Result<Infallible> {
        let mut wait = FIRST_WAIT;
        loop {
            match self.deliver_first().await {
                Ok(true) => wait = FIRST_WAIT,
                Ok(false) => self.pushed.notified().await,
                Err(error) if is_absence(&error) => {
                    if let Some(observer) = &self.observer {
                        observer(&error);
                    }
                    let asked = error.retry_after().unwrap_or_default().min(LONGEST_ASKED);
                    sleep(wait.mul_f64(fastrand::f64()).max(asked)).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The drop that is sent next, if one waits.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the disk fails.
    pub async fn first(&self) -> Result<Option<Waiting>> {
        self.on_disk(|store| store.first()).await
    }

    /// Takes a drop out that is not to be sent; `false` when it is not there any more.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when the disk fails.
    pub async fn discard(&self, waiting: &Waiting) -> Result<bool> {
        let place = waiting.place;
        self.on_disk(move |store| store.remove(place)).await
    }

    /// How many drops wait.
    pub async fn count(&self) -> u64 {
        self.store.lock().await.count()
    }

    /// Whether there was one.
    async fn deliver_first(&self) -> Result<bool> {
        let _turn = self.sending.lock().await;
        let Some(waiting) = self.first().await? else {
            return Ok(false);
        };
        waiting.send(&self.api).await?;
        self.discard(&waiting).await?;
        Ok(true)
    }

    /// Work on the file, which goes on to its end even if nobody waits for it.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        Handle::try_current().map_err(Error::no_runtime)?;
        let mut store = Arc::clone(&self.store).lock_owned().await;
        let working = spawn_blocking(move || work(&mut store)).await;
        let outcome = working.unwrap_or_else(|failure| Err(failure.into()));
        outcome.map_err(|failure| self.fault(&*failure))
    }

    fn fault(&self, failure: &dyn std::error::Error) -> Error {
        let what = format!("the outbox {}: {failure}", self.path.display());
        Error::request(DropCreate::OPERATION, what)
    }
}

/// Whether the platform may be back later.
fn is_absence(error: &Error) -> bool {
    error.is_retryable()
        || error.is_intermediary()
        || error.is_connect()
        || error.is_timeout()
        || error.is_server_error()
        // Something else answers in its place. To send again is safe: the platform knows the drop by its hash.
        || error.is_decode()
        || error.kind() == ErrorKind::Redirect
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("api", &self.api)
            .field("path", &self.path)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
