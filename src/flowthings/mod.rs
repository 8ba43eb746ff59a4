//! flowthings.io: flows of drops, and what processes and forwards them.
//!
//! An [`Api`] is an account. A *flow* holds *drops*, small objects with elements of any type, the newest of them up to its capacity; a
//! *track* filters and processes the drops of one flow and forwards them to others; tasks bring drops in from elsewhere. Each kind has
//! a service with the same verbs: [`api.flow()`](Api::flow), [`api.track()`](Api::track), [`api.group()`](Api::group) and so on, and
//! [`api.drop(flow)`](Api::drop) for the drops of one flow.
//!
//! ```no_run
//! use headwaters::flowthings::{Api, Token, mem, types::NewFlow};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> headwaters::Result<()> {
//! let api = Api::new(Token::new("my-account", "my-token"))?;
//! let flow = api.flow().create(NewFlow::new("/my-account/greenhouse")).await?;
//! api.drop(&flow.id).create([("temperature", 31)]).await?;
//! for drop in api.drop(&flow.id).find_many().filter(mem("elems.temperature").gt(30)).limit(10).await? {
//!     println!("{:?}", drop.elems);
//! }
//! match api.flow().read("f54ad6428d4c6b0419a019285").optional().await? {
//!     Some(flow) => println!("{:?}", flow.path),
//!     None => println!("there is no such flow"),
//! }
//! # Ok(()) }
//! ```
//!
//! # Filters
//! A [`Filter`] says which drops, flows or other objects are wanted: comparisons of [`mem`], joined by `&`, `|` and `!`. What cannot be in
//! one is an error before anything is sent, and no text in one can change what the rest means. It can be read from the platform's own text,
//! evaluated, and asked why it takes an object or not:
//!
//! ```
//! use headwaters::flowthings::{Filter, mem};
//! use serde_json::json;
//!
//! let filter = mem("elems.foo").gt(12) & mem("displayName").eq("it's");
//! assert_eq!(filter.to_string(), r"(elems.foo > 12) && (displayName == 'it\'s')");
//! let filter = Filter::parse("foo > 12 && EXISTS bar")?;
//! let why = filter.explain(&json!({"elems": {"foo": 15}}))?;
//! assert_eq!(why.to_string(), "EXISTS bar is false: bar is missing");
//! # Ok::<(), headwaters::flowthings::FilterError>(())
//! ```
//!
//! # Changes
//! An update takes an object as a whole, or a [`Modify`], of which only the members travel that have changed. `save` creates what has no id
//! and updates what has one, by its type:
//!
//! ```no_run
//! # async fn f(api: headwaters::flowthings::Api) -> headwaters::Result<()> {
//! use headwaters::flowthings::{Modify, mem, types::NewFlow};
//!
//! let flow = api.flow().save(NewFlow::new("/my-account/foo")).await?;
//! let flow = api.flow().save(Modify::new(flow).set("displayName", "Foo")).await?;
//! let others = api.flow().find(mem("displayName").eq("Foo")).await?;
//! let changes = others.into_iter().map(|flow| Modify::new(flow).with(|flow| flow.capacity(100)));
//! api.flow().update_many(changes).await?;
//! # let _ = flow;
//! # Ok(()) }
//! ```
//!
//! # Many requests
//! A [`Batch`](crate::Batch) runs many calls together and gives their results in order; [`Spawned`](crate::Spawned) starts one at once, and
//! is awaited where its value is needed:
//!
//! ```no_run
//! # async fn f(api: headwaters::flowthings::Api, ids: Vec<String>) -> headwaters::Result<()> {
//! use headwaters::Batch;
//!
//! let finds = ids.iter().map(|id| api.drop(id.as_str()).find_many().limit(10));
//! for drops in finds.collect::<Batch<_>>().all().await {
//!     match drops {
//!         Ok(drops) => println!("{} drops", drops.len()),
//!         Err(error) => println!("{error}"),
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! Each `find_many` has `pages()`, which gives lists of any length without loss or repeat while others write.
//!
//! # Drops as they are written
//! [`api.websocket()`](Api::websocket) opens a [`Socket`], which brings the drops of the flows that it is subscribed to, and opens its
//! connection again when it has been lost:
//!
//! ```no_run
//! # async fn f(api: headwaters::flowthings::Api) -> headwaters::Result<()> {
//! use headwaters::flowthings::Event;
//!
//! let mut socket = api.websocket().await?;
//! socket.subscribe("/my-account/greenhouse").await?;
//! while let Some(event) = socket.next().await? {
//!     if let Event::Message { drop, .. } = event {
//!         println!("{:?}", drop.elems);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! What is written while that connection is away does not arrive on it: [`api.follow(flow)`](Api::follow) finds it, hands out each drop
//! once, and goes on from a stored position.
//!
//! With the feature `outbox`, `Outbox` keeps drops on disk while the platform cannot be reached, and sends each once, in their order, when
//! it is back.
//!
//! For each function of Python's `flowthings`, [`from_python`] has the one here.

mod api;
mod conversion;
mod error_body;
mod filter;
mod follow;
mod host;
mod modify;
#[cfg(feature = "outbox")]
mod outbox;
mod pages;
mod service;
mod sessions;
mod socket;
mod token;

// What is public here is so in `calls` below, which the lint does not see.
#[allow(unreachable_pub)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/flowthings.rs"));
}

/// What is here for each function of Python's `flowthings`; a page without items.
///
#[doc = include_str!("../../docs/flowthings-from-python.md")]
pub mod from_python {}

/// Groups of operations, and a call for each operation.
pub mod calls {
    pub use super::generated::calls::*;
    pub use super::socket::SessionWebsocket;
}

use crate::{Operation, transport::Platform};

pub use api::Api;
pub use filter::{
    Age, Center, Distance, Explanation, Filter, FilterError, Member, Milliseconds, Modulo, Number,
    Operand, age, age_of, exists, has, matches, matches_with, mem,
};
pub use follow::{FlowPosition, Follow, FollowEvent, Follower};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{DEFAULT_URL, OPERATIONS, ids::*, types};
use generated::{NAME, NUMBERS, OK, PREFIX};
pub use host::Host;
pub use modify::{Changes, Modify, ModifyError};
#[cfg(feature = "outbox")]
pub use outbox::{Outbox, Recipient, Waiting};
pub use service::{Find, Save};
pub use sessions::Sessions;
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub use socket::frame_drop;
pub use socket::{Event, Socket, SocketFindMany, SocketHandle, SocketObject, SocketObjects};
pub use token::Token;

static PLATFORM: Platform = platform(PREFIX);
static SESSIONS: Platform = platform("");

const fn platform(prefix: &'static str) -> Platform {
    Platform {
        name: NAME,
        product: "flowthings.io",
        raw: Operation::raw(NAME, OK),
        prefix,
        numbers: NUMBERS,
        words: error_body::read,
        instead: &[],
    }
}
