//! flowthings.io, as its documents and its official clients tell of it.
//!
//! The rooms: `routes` is the table of contents and what each request does, `wire` is how requests, answers and objects look,
//! `model` is the state. [`service`] leads a request to its route. Routes know the wire and the model, the wire knows the
//! model, and the model knows neither. Filters are those of [`crate::flowthings`].

mod builder;
mod model;
mod routes;
mod service;
mod wire;

use std::io;
use std::time::Duration;

pub use builder::FlowthingsBuilder;
pub use model::undelivered::Undelivered;

use super::controls::controls;
use super::lock;
use super::server::Server;
use model::platform::Shared;

/// An in-process flowthings.io: its REST API, sessions and WebSockets, on one port.
///
/// It keeps state in memory: flows and their drops, tracks that forward drops which match, groups, identities, tasks, devices, tokens
/// and shares that limit what may be done, counts of what has happened. Filters are evaluated, over objects as they are shown. Tasks are
/// kept and never run. What the platform has and the sandbox does not answers 501 and says so: scripts in JavaScript unless
/// [a function](FlowthingsBuilder::script) takes their place, whose `log` is empty; `order=geo`; filters with ZIP codes, of which only
/// the platform knows where they are, with what the crate `regex` lacks of Java's regular expressions, with more than 256 of those, of
/// more than 64 KiB, or for which a request may have to search longer than a second; and drops whose location has a ZIP code and no
/// coordinates.
///
/// The service itself is gone. What is known is from its documentation and its official clients; where they say nothing, the sandbox
/// does as Octave by Sierra Wireless, which seems to be its successor, or else what clients are most likely to take:
///
/// - Lists have the latest twenty objects, as in Octave. What a request says of members that the platform fills in is ignored, and
///   `null` takes a member's value away, which is then that of a new object. A query parameter without a text counts as absent, and so
///   does a filter. An id that is not one is 400, one that nothing has 404.
/// - Of several ids, those that nothing has are left out; drops of several flows are 404 where there is none of the flows. Several
///   objects are made or changed all or none.
/// - An MQTT task needs a flow at its destination. Its source, tracks and other tasks may name flows that are still to be made.
/// - A drop that the filter of its flow does not take is answered 201 and is neither stored nor forwarded. One whose `fhash` has been
///   seen is answered 200, with the drop that had it first, or with its ids alone if it is gone. A flow remembers the hashes of the drops that it keeps, and the latest
///   100,000 of those that it does not keep any more, or never kept because its capacity is 0.
/// - Elements come with their types to sockets, and elsewhere if `hints` asks for them.
/// - A token reads flows and drops where it has `dropRead`, and writes, changes and deletes drops where it has `dropWrite`. A track
///   stands at its source: who makes it needs `write` there and `dropWrite` at its destinations. It forwards what both who has made it and
///   who has changed it last may read there and write there, and does not count what they may not read as passed.
/// - Who may change an object and not read it is answered with its id alone. To move an object takes `read` besides `write`; to move a
///   flow, or to make it public, takes `dropRead` too.
/// - Who may administer a path may issue tokens and shares with every permission there, to themselves too: `administer` includes all
///   others.
/// - A token that is not known is 401, and 400 where a session is to be opened, as clients of the platform have noted.
/// - Tokens and shares that have expired are gone: lists do not have them, and their ids are 404. A share allows nothing at a path that
///   whoever issued it may not administer any more.
/// - An identity cannot delete itself, which is 403, and keeps its name, which is that of its account. With an identity goes its account, and
///   what it has issued.
/// - A session ends when nobody has read it for a minute. There are 1000 at most: the one that nobody has read for longest makes room for
///   another, which is 503 where all of them are being read.
///
/// There is one account at first. Every identity with a name that is created has an account of that name, and a token string that
/// [`token_of`](Self::token_of) tells.
///
/// ```no_run
/// use headwaters::{Config, flowthings::{Api, Token}, sandbox::Flowthings};
///
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let flowthings = Flowthings::builder().demo(true).start().await?;
/// let token = Token::new(flowthings.account(), flowthings.token());
/// let api = Api::with_config(flowthings.url(), token, Config::new())?;
/// for flow in api.flow().find_many().await? {
///     println!("{:?}", flow.path);
/// }
/// # Ok(()) }
/// ```
pub struct Flowthings {
    server: Server,
    platform: Shared,
    account: String,
    token: String,
}

controls!(Flowthings);

impl Flowthings {
    /// Starts an empty account on any free loopback port. It runs until it is dropped.
    ///
    /// # Errors
    ///
    /// When no port or no thread can be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with options.
    pub fn builder() -> FlowthingsBuilder {
        FlowthingsBuilder::default()
    }

    /// The account that there is from the start, for the path and the header `X-Auth-Account`.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Its master token, for the header `X-Auth-Token`.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The master token of the identity with this id, if there is one.
    #[must_use]
    pub fn token_of(&self, identity: &str) -> Option<String> {
        let platform = lock(&self.platform);
        platform.secrets.master_of(identity).map(str::to_owned)
    }

    /// The drops that tracks should have forwarded and have not, such as those that went round in a loop; the first ten thousand.
    #[must_use]
    pub fn undelivered(&self) -> Vec<Undelivered> {
        lock(&self.platform).undelivered.clone()
    }

    /// Lets time pass at once for everything in the sandbox: tokens and shares expire, drops grow old. From then on its clock is
    /// ahead by so much.
    pub fn advance(&self, by: Duration) {
        lock(&self.platform).advance(by);
    }

    /// The flows that sessions are subscribed to, by id or path as their clients have named them: one entry for each subscription,
    /// those of a session in their order.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<String> {
        let mut platform = lock(&self.platform);
        let now = platform.now();
        platform.sessions.subscriptions(now)
    }

    /// Tells all sessions this text as it is, whether it is a message of the platform or none.
    pub fn say(&self, text: impl Into<String>) {
        let mut platform = lock(&self.platform);
        let now = platform.now();
        platform.sessions.say(&text.into(), now);
    }

    /// Cuts all sockets without a word, as when a network breaks down, and forgets the sessions. Clients have to open new ones.
    pub fn drop_sessions(&self) {
        lock(&self.platform).sessions.end(None);
    }

    /// Closes all sockets with this code, such as 1001 of a server that goes away, after what they still have to tell. Their sessions
    /// end with them.
    pub fn close_sessions(&self, code: u16) {
        lock(&self.platform).sessions.end(Some(code));
    }

    /// Closes the port and every connection, as when the server dies. Journal, faults and data stay.
    pub fn stop_listening(&self) {
        self.server.close();
    }

    /// Opens the port again, with the same data. Where it still listens, it restarts.
    ///
    /// # Errors
    ///
    /// When somebody else has taken the port, or no thread can be had.
    pub async fn listen_again(&self) -> io::Result<()> {
        self.server.open().await
    }
}
