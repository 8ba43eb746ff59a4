//! flowthings.io: what the manual of its Python client shows, from a flow through drops and their groups to requests at once.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use headwaters::{
    Batch, Config, Secret, Spawned,
    flowthings::{
        Api, Event, Modify, Token, mem,
        types::{Flow, NewFlow, NewShare, NewToken, SharePermissions, TokenPermissions},
    },
    sandbox,
};
use serde_json::json;
use tokio::time::timeout;

use super::account::Account;
use crate::{failure::Failure, interrupt::interrupt};

/// Drops that the walk writes.
const DROPS: i64 = 50;

/// For how long a token and a share last that the walk could not delete.
const LIFE_MS: i64 = 600_000;

/// How long a drop may take to be told.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Args)]
#[group(id = "flowthings options")]
pub(super) struct Options {
    /// Walks the flowthings.io at this URL instead of a sandbox.
    #[arg(long, value_name = "URL")]
    flowthings: Option<String>,
    /// The account and a token of it. Better left to the variable HEADWATERS_KEY: others on the machine see command lines.
    #[arg(long, value_name = "ACCOUNT:TOKEN", requires = "flowthings", value_parser = secret)]
    flowthings_key: Option<Secret>,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(text.into())
}

/// Read here: to the parser a variable is as good as an option, and the key of other commands would be one without `--flowthings`.
fn key_of_environment() -> Option<Secret> {
    std::env::var("HEADWATERS_KEY").ok().map(Secret::from)
}

impl Options {
    /// Whether a server of this platform was named.
    pub(super) fn is_named(&self) -> bool {
        self.flowthings.is_some()
    }

    pub(super) async fn walk(self) -> Result<(), Failure> {
        let account = Account::new("flowthings.io");
        if let Some(url) = self.flowthings {
            let key = self.flowthings_key.or_else(key_of_environment);
            let parts = key.as_ref().and_then(|key| key.expose().split_once(':'));
            let Some((name, token)) = parts else {
                let why = "--flowthings wants ACCOUNT:TOKEN in the variable HEADWATERS_KEY, or in --flowthings-key";
                return Err(Failure::Usage(why.to_owned()));
            };
            let api = Api::with_config(&url, Token::new(name, token), Config::new())?;
            account.begin(format_args!("the server at {url}"))?;
            return Walk::new(api, name, account).run().await;
        }
        account.talk("starting a sandbox");
        let server = sandbox::Flowthings::start().await?;
        account.begin(format_args!("a sandbox at {}", server.url()))?;
        let token = Token::new(server.account(), server.token());
        let api = Api::with_config(server.url(), token, Config::new())?;
        Walk::new(api, server.account(), account).run().await
    }
}

/// A walk, and the flows that it has made.
struct Walk {
    api: Api,
    account: Account,
    /// What the paths of its flows begin with.
    path: String,
    made: Vec<Flow>,
}

impl Walk {
    fn new(api: Api, name: &str, account: Account) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_micros());
        Self {
            api,
            account,
            path: format!("/{name}/headwaters-tour-{now}"),
            made: Vec::new(),
        }
    }

    async fn run(mut self) -> Result<(), Failure> {
        let interrupted = interrupt()?;
        let outcome = tokio::select! {
            outcome = self.steps() => outcome,
            () = interrupted => Err(Failure::Failed("interrupted".to_owned())),
        };
        if !self.made.is_empty() {
            self.account.talk("cleaning up");
            if let Err(error) = self.delete().await {
                self.account.talk(format_args!(
                    "what begins with {} could not be deleted: {error}",
                    self.path
                ));
            }
        }
        outcome.map_err(|failure| self.account.blamed(failure))
    }

    async fn steps(&mut self) -> Result<(), Failure> {
        self.create().await?;
        self.find().await?;
        self.write().await?;
        self.listen().await?;
        self.filter().await?;
        self.change().await?;
        self.aggregate().await?;
        self.count().await?;
        self.permit().await?;
        self.at_once().await?;
        self.in_turn().await?;
        self.account
            .step("Deleting what the tour has made", "flow_delete")?;
        self.delete().await?;
        self.account.tell("gone")?;
        self.account.end("nothing is left of the tour.")
    }

    async fn create(&mut self) -> Result<(), Failure> {
        self.account.step("Two flows", "flow_create")?;
        for name in ["a", "b"] {
            let new = NewFlow::new(format!("{}-{name}", self.path)).display_name("Tour");
            let flow = self.api.flow().create(new).await?;
            self.account.tell(described(&flow))?;
            self.made.push(flow);
        }
        Ok(())
    }

    async fn find(&mut self) -> Result<(), Failure> {
        self.account.step("Flows by their name", "flow_find_many")?;
        let filter = mem("displayName").eq("Tour") & mem("path").re(format!("^{}-", self.path));
        self.account.tell(format_args!("that fit {filter}"))?;
        let find = self.api.flow().find_many().filter(filter).limit(10);
        let (flows, references) = find.with_references().await?;
        self.account.tell_all(flows.iter().map(described))?;
        self.account
            .tell(format_args!("{} references", references.len()))
    }

    async fn write(&mut self) -> Result<(), Failure> {
        self.account.step("Drops", "drop_create")?;
        for flow in &self.made {
            let drops = (0..DROPS).map(|number| {
                let side = if number % 2 == 0 { "north" } else { "south" };
                let elems = [("foo", json!(number)), ("side", json!(side))];
                self.api.drop(&flow.id).create(elems)
            });
            let drops = drops.collect::<Batch<_>>().await?;
            self.account
                .tell(format_args!("{} in {}", drops.len(), path(flow)))?;
        }
        Ok(())
    }

    async fn listen(&mut self) -> Result<(), Failure> {
        self.account
            .step("Drops as they are written", "session_websocket")?;
        if let Some(flow) = self.made.first() {
            let mut socket = self.api.websocket().await?;
            socket.subscribe(&flow.id).await?;
            let elems = [("foo", json!(7)), ("side", json!("east"))];
            self.api.drop(&flow.id).create(elems).await?;
            let told = async {
                while let Some(event) = socket.next().await? {
                    if let Event::Message { resource, drop, .. } = event {
                        let elems = serde_json::to_string(&drop.elems).unwrap_or_default();
                        return Ok(format!("{resource}: {elems}"));
                    }
                }
                Ok("the socket has ended".to_owned())
            };
            let told: headwaters::Result<_> = match timeout(PATIENCE, told).await {
                Ok(told) => told,
                Err(_) => Ok(format!("nothing came within {PATIENCE:?}")),
            };
            self.account.tell(told?)?;
            socket.close().await;
        }
        Ok(())
    }

    async fn filter(&mut self) -> Result<(), Failure> {
        self.account.step("Some of them", "drop_find_many")?;
        let filter = mem("elems.foo").gt(12) & !mem("elems.side").eq("north");
        self.account.tell(format_args!("that fit {filter}"))?;
        for flow in self.made.iter().take(1) {
            let drops = self.api.drop(&flow.id).find_many();
            let mut pages = drops.filter(filter.clone()).limit(10).pages();
            let mut count = 0;
            while let Some(page) = pages.next().await? {
                count += page.len();
            }
            self.account.tell(format_args!("{count} drops"))?;
        }
        let why = filter.explain(&json!({"elems": {"foo": 7, "side": "south"}}));
        self.account.tell(match why {
            Ok(why) => format!("another one not: {why}"),
            Err(error) => error.to_string(),
        })
    }

    async fn change(&mut self) -> Result<(), Failure> {
        self.account.step("A change", "flow_update")?;
        let mut flows = self.made.iter();
        if let Some(flow) = flows.next() {
            let change = Modify::new(flow.clone()).set("displayName", "Foo");
            if let Ok((_, changes)) = change.clone().done() {
                self.account.tell(format_args!("sends {changes}"))?;
            }
            let flow = self.api.flow().update(change).await?;
            self.account.tell(described(&flow))?;
        }
        self.account.step("Many changes", "flow_update_many")?;
        let changes = self.made.iter().cloned();
        let changes = changes.map(|flow| Modify::new(flow).set("description", "of the tour"));
        let flows = self.api.flow().update_many(changes).await?;
        let told = flows.values().map(|flow| {
            let description = flow.description.as_deref().unwrap_or("no description");
            format!("{}: {description}", path(flow))
        });
        self.account.tell_all(told)
    }

    async fn aggregate(&mut self) -> Result<(), Failure> {
        self.account.step("Groups of drops", "drop_aggregate")?;
        for flow in self.made.iter().take(1) {
            let aggregate = self.api.drop(&flow.id);
            let aggregate = aggregate.aggregate(["$count", "$avg:foo", "$avg:test"]);
            let rules = [("test", mem("elems.foo").gt(42))];
            for row in aggregate.group_by(["side"]).rules(rules).await? {
                let row = serde_json::to_string(&row).unwrap_or_default();
                self.account.tell(row)?;
            }
        }
        Ok(())
    }

    async fn count(&mut self) -> Result<(), Failure> {
        self.account
            .step("Statistics", "statistics_flow_drop_added")?;
        if let Some(flow) = self.made.first() {
            let statistics = self.api.statistics();
            let years = statistics.flow_drop_added(&flow.id).await?;
            let count: i64 = years.iter().sum();
            self.account
                .tell(format_args!("{count} drops added to {}", path(flow)))?;
        }
        Ok(())
    }

    async fn permit(&mut self) -> Result<(), Failure> {
        let Some(flow) = self.made.first() else {
            return Ok(());
        };
        self.account.step("A token", "token_create")?;
        let permissions = TokenPermissions::new().drop_read(true).drop_write(false);
        let new = NewToken::new([(path(flow), permissions)]).duration_ms(LIFE_MS);
        let token = match self.api.token().create(new).await {
            Err(error) if error.is_forbidden() => {
                return self
                    .account
                    .tell("only a master token makes tokens and shares");
            }
            token => token?,
        };
        self.account.tell(format_args!(
            "{}: reads the drops of {}",
            token.id,
            path(flow)
        ))?;
        self.api.token().delete(&token.id).await?;
        if let Some(identity) = &flow.creator_id {
            self.account.step("A share", "share_create")?;
            let permissions = SharePermissions::new().read(true).drop_read(true);
            let new = NewShare::new(identity.clone(), [(path(flow), permissions)]);
            let new = new.duration_ms(LIFE_MS);
            let share = self.api.share().create(new).await?;
            self.account
                .tell(format_args!("{}: for {identity}", share.id))?;
            self.api.share().delete(&share.id).await?;
        }
        Ok(())
    }

    async fn at_once(&mut self) -> Result<(), Failure> {
        self.account
            .step("Many requests at once", "flow_find_many")?;
        let paths = self.made.iter().map(|flow| path(flow).to_owned());
        let paths = paths.chain([format!("{}-c", self.path)]);
        let finds = paths.map(|path| self.api.flow().find_many().filter(mem("path").eq(path)));
        for found in finds.collect::<Batch<_>>().all().await {
            self.account.tell(match found {
                Ok(flows) => format!("{} flow", flows.len()),
                Err(error) => error.to_string(),
            })?;
        }
        Ok(())
    }

    async fn in_turn(&mut self) -> Result<(), Failure> {
        self.account
            .step("One request after two at once", "drop_find_many")?;
        let find = |name: &str| {
            let path = format!("{}-{name}", self.path);
            Spawned::new(self.api.flow().find_many().filter(mem("path").eq(path)))
        };
        let (a, b) = (find("a"), find("b"));
        if let Some(flow) = a.await?.first() {
            let drops = self.api.drop(&flow.id).find_many().limit(10).await?;
            let others = b.await?.len();
            self.account.tell(format_args!(
                "{} drops of {}, and {others} flow beside it",
                drops.len(),
                path(flow)
            ))?;
        }
        Ok(())
    }

    async fn delete(&mut self) -> headwaters::Result<()> {
        while let Some(flow) = self.made.last() {
            match self.api.flow().delete(&flow.id).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => drop(self.made.pop()),
            }
        }
        Ok(())
    }
}

fn path(flow: &Flow) -> &str {
    flow.path.as_deref().unwrap_or("a flow without a path")
}

fn described(flow: &Flow) -> String {
    let name = flow.display_name.as_deref().unwrap_or("without a name");
    format!("{}, {name}, {}", flow.id, path(flow))
}
