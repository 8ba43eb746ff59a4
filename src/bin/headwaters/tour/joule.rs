//! Joule: a stream's way from its creation through rows in intervals and their decimation, events, an annotation and a
//! subscription to its end.

use std::time::Duration;

use clap::Args;
use headwaters::{
    Secret,
    joule::{
        Columns, Condition, Node, Timestamp,
        types::{DataStream, DataType, Event, Folder, NewDataStream, NewEventStream},
    },
    sandbox,
};
use serde_json::json;
use tokio::time::timeout;

use super::account::Account;
use crate::{failure::Failure, interrupt::interrupt};

/// How long a module may take to produce something.
const PATIENCE: Duration = Duration::from_secs(20);
/// Rows of the stream that the walk makes, a millisecond apart.
const ROWS: i64 = 10_000;

#[derive(Args)]
#[group(id = "joule options")]
pub(super) struct Options {
    /// Walks the Joule node at this URL instead of a sandbox.
    #[arg(long, value_name = "URL")]
    joule: Option<String>,
    /// The key that opens the node. Better left to the variable HEADWATERS_KEY: others on the machine see command lines.
    #[arg(long, value_name = "KEY", requires = "joule", value_parser = secret)]
    joule_key: Option<Secret>,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(text.into())
}

/// Read here: to the parser a variable is as good as an option, and the key of other commands would be one without `--joule`.
fn key_of_environment() -> Option<Secret> {
    std::env::var("HEADWATERS_KEY").ok().map(Secret::from)
}

impl Options {
    /// Whether a server of this platform was named.
    pub(super) fn is_named(&self) -> bool {
        self.joule.is_some()
    }

    pub(super) async fn walk(self) -> Result<(), Failure> {
        let account = Account::new("Joule");
        if let Some(url) = self.joule {
            let key = self.joule_key.or_else(key_of_environment).ok_or_else(|| {
                let why = "--joule wants a key: the variable HEADWATERS_KEY, or --joule-key";
                Failure::Usage(why.to_owned())
            })?;
            let node = Node::new(&url, key)?;
            account.begin(format_args!("the node at {url}"))?;
            return Walk::new(node, account).run().await;
        }
        account.talk("starting a sandbox");
        let server = sandbox::Joule::builder().demo(true).start().await?;
        account.begin(format_args!("a sandbox at {}", server.url()))?;
        let node = Node::new(server.url(), server.key())?;
        Walk::new(node, account).run().await
    }
}

/// A walk, and the folder in which it leaves everything.
struct Walk {
    node: Node,
    account: Account,
    folder: String,
    has_folder: bool,
}

impl Walk {
    fn new(node: Node, account: Account) -> Self {
        let folder = format!("/headwaters tour {}", Timestamp::now().micros());
        Self {
            node,
            account,
            folder,
            has_folder: false,
        }
    }

    async fn run(mut self) -> Result<(), Failure> {
        let interrupted = interrupt()?;
        let outcome = tokio::select! {
            outcome = self.steps() => outcome,
            () = interrupted => Err(Failure::Failed("interrupted".to_owned())),
        };
        if self.has_folder {
            self.account.talk("cleaning up");
            if let Err(error) = self.delete().await {
                self.account.talk(format_args!(
                    "{} could not be deleted: {error}",
                    self.folder
                ));
            }
        }
        outcome.map_err(|failure| self.account.blamed(failure))
    }

    async fn steps(&mut self) -> Result<(), Failure> {
        self.look().await?;
        let stream = self.create().await?;
        self.write(&stream).await?;
        self.read(&stream).await?;
        self.decimated(&stream).await?;
        self.annotate(&stream).await?;
        self.events().await?;
        self.subscribe().await?;
        self.account
            .step("Deleting what the tour has made", "folders_delete")?;
        self.delete().await?;
        self.account.tell("gone")?;
        self.has_folder = false;
        self.account.end("nothing is left of the tour.")
    }

    async fn look(&mut self) -> Result<(), Failure> {
        self.account.step("The node", "node_version")?;
        let info = self.node.info().await?;
        self.account.tell(format_args!(
            "{} runs Joule {}, {} bytes in its database",
            info.version.name, info.version.version, info.database.size
        ))?;
        self.account.step("Its streams", "folders_root")?;
        let root = self.node.folders().root().await?;
        let mut paths = Vec::new();
        walk("", &root, &mut paths);
        self.account.tell_all(paths)?;
        self.account.step("Its modules", "modules_list")?;
        let modules = self.node.modules().list().await?;
        self.account.tell_all(
            modules
                .iter()
                .map(|module| format!("{}: {}", module.name, module.description)),
        )
    }

    async fn create(&mut self) -> Result<DataStream, Failure> {
        self.account
            .step("A stream of its own", "data_streams_create")?;
        let new = NewDataStream::new("wave", DataType::Float32, ["sine", "ramp"]);
        self.has_folder = true;
        let stream = self.node.data_streams().create(&*self.folder, new).await?;
        self.account.tell(format_args!(
            "{}/{} is stream {}, {}",
            self.folder, stream.name, stream.id, stream.layout
        ))?;
        Ok(stream)
    }

    async fn write(&mut self, stream: &DataStream) -> Result<(), Failure> {
        self.account
            .step("Rows in two intervals", "data_write_bytes")?;
        let start = Timestamp::now().micros() - ROWS * 1000;
        let mut pipe = self.node.data().write(stream).await?;
        for half in [0..ROWS / 2, ROWS / 2 + 10..ROWS] {
            let rows = half.map(|index| {
                let phase = index as f32 / 100.0;
                (start + index * 1000, [phase.sin(), phase])
            });
            pipe.write_rows(rows).await?;
            pipe.close_interval().await?;
        }
        let rows = pipe.close().await?;
        self.account.tell(format_args!("{rows} rows are stored"))?;
        self.account.step("Its intervals", "data_intervals")?;
        let intervals = self.node.data().intervals(stream).ranges().await?;
        self.account.tell_all(
            intervals
                .iter()
                .map(|range| format!("from {} for {} µs", range.start, range.end - range.start)),
        )
    }

    async fn read(&mut self, stream: &DataStream) -> Result<(), Failure> {
        self.account.step("The rows as columns", "data_read")?;
        let pipe = self.node.data().read(stream).await?;
        let columns: Columns<f32> = pipe.read_all(ROWS as usize).await?;
        let highest = columns
            .elements
            .iter()
            .map(|column| column.iter().copied().fold(f32::MIN, f32::max));
        self.account.tell(format_args!("{} rows", columns.len()))?;
        self.account.tell_all(
            stream
                .elements
                .iter()
                .zip(highest)
                .map(|(element, highest)| format!("{}: at most {highest}", element.name)),
        )
    }

    async fn decimated(&mut self, stream: &DataStream) -> Result<(), Failure> {
        self.account
            .step("The same in at most a hundred rows", "data_read")?;
        let pipe = self.node.data().read(stream).max_rows(100).await?;
        let level = pipe.decimation();
        let columns: Columns<f32> = pipe.read_all(ROWS as usize).await?;
        self.account.tell(format_args!(
            "{} rows, each the mean, minimum and maximum of {level}",
            columns.len()
        ))
    }

    async fn annotate(&mut self, stream: &DataStream) -> Result<(), Failure> {
        self.account.step("A note on it", "annotations_create")?;
        let now = Timestamp::now().micros();
        let notes = self.node.annotations();
        let note = notes
            .create(stream, "the tour was here", now)
            .content("by headwaters")
            .await?;
        self.account
            .tell(format_args!("annotation {}: {}", note.id, note.title))
    }

    async fn events(&mut self) -> Result<(), Failure> {
        self.account.step("Events", "event_streams_write_page")?;
        let calls = self.node.event_streams();
        let stream = calls
            .create(&*self.folder, NewEventStream::new("appliances"))
            .await?;
        let now = Timestamp::now().micros();
        let mut events: Vec<Event> = (0..40)
            .map(|index| {
                let name = if index % 2 == 0 { "kettle" } else { "lamp" };
                let content = json!({"name": name, "power": 10 * index});
                Event::new(now + index * 1000, now + index * 1000 + 500, content)
            })
            .collect();
        calls.write(&stream, &mut events).await?;
        self.account
            .tell(format_args!("{} were written", calls.count(&stream).await?))?;
        self.account
            .step("Some of them", "event_streams_read_page")?;
        let mut kettles = calls.read(&stream).filter(Condition::is("name", "kettle"));
        let mut count = 0;
        while let Some(event) = kettles.next().await? {
            count += 1;
            if count <= 2 {
                self.account
                    .tell(format_args!("at {}: {}", event.start_time, event.content))?;
            }
        }
        self.account.tell(format_args!("{count} are of a kettle"))
    }

    async fn subscribe(&mut self) -> Result<(), Failure> {
        self.account
            .step("What a module produces now", "data_subscribe")?;
        let modules = self.node.modules().list().await?;
        let Some(path) = modules
            .iter()
            .flat_map(|module| module.outputs.values())
            .find(|path| path.starts_with('/'))
        else {
            return self.account.tell("No module has an output.");
        };
        self.account.talk(format_args!("waiting for {path}"));
        let mut pipe = self.node.data().subscribe(path.as_str()).await?;
        match timeout(PATIENCE, pipe.next()).await {
            Ok(block) => {
                let rows = block?.map_or(0, |block| block.len());
                self.account.tell(format_args!(
                    "{path}: {rows} rows of {} just came",
                    pipe.layout()
                ))
            }
            Err(_) => self
                .account
                .tell(format_args!("{path}: nothing within {PATIENCE:?}")),
        }
    }

    async fn delete(&self) -> headwaters::Result<()> {
        match self
            .node
            .folders()
            .delete(&*self.folder)
            .recursive(true)
            .await
        {
            // The stream was not made, and so the folder was not.
            Err(error) if error.is_not_found() => Ok(()),
            outcome => outcome,
        }
    }
}

/// The paths of all streams below.
fn walk(path: &str, folder: &Folder, paths: &mut Vec<String>) {
    for stream in &folder.streams {
        paths.push(format!("{path}/{} ({})", stream.name, stream.layout));
    }
    for stream in &folder.event_streams {
        paths.push(format!("{path}/{} (events)", stream.name));
    }
    for child in &folder.children {
        walk(&format!("{path}/{}", child.name), child, paths);
    }
}
