//! The table of contents: every operation of Joule 1.0.1, and who answers it.

mod address;
mod annotation;
mod app;
mod archive;
mod consolidation;
mod event;
mod folder;
mod follower;
mod interval;
mod map;
mod master;
mod module;
mod node;
mod proxy;
mod read;
mod stream;
mod subscription;
pub(super) mod unread;
mod write;

use futures_util::future::BoxFuture;

use super::model::data_stream::DataFacts;
use super::model::event_stream::EventFacts;
use super::model::node::Node;
use super::wire::Answer;
use super::wire::request::Request;
use unread::Unread;

/// Who answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Handler {
    /// At once, with the whole body.
    Now(fn(&mut Node, &Request) -> Answer),
    /// When a connection to the database is free, with the whole body. What Joule refuses before it looks for one waits
    /// here too.
    Queried(fn(&mut Node, &Request) -> Answer),
    /// In time.
    Later(fn(Unread) -> BoxFuture<'static, Answer>),
}

use Handler::{Later, Now, Queried};

#[rustfmt::skip]
pub(super) const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET", "/", Now(node::greet)),
    ("GET", "/version", Now(node::version)),
    ("GET", "/version.json", Now(node::version_json)),
    ("GET", "/dbinfo", Queried(node::database)),
    ("GET", "/db/connection.json", Now(node::database_connection)),
    //
    ("GET", "/folders.json", Later(|unread| Box::pin(folder::tree(unread)))),
    ("GET", "/folder.json", Now(folder::get)),
    ("PUT", "/folder.json", Now(folder::update)),
    ("DELETE", "/folder.json", Queried(folder::delete)),
    ("PUT", "/folder/move.json", Now(folder::relocate)),
    ("GET", "/folder/map.json", Now(map::of_folders)),
    //
    ("GET", "/stream.json", Later(|unread| Box::pin(stream::get_data(unread)))),
    ("POST", "/stream.json", Now(stream::create::<DataFacts>)),
    ("PUT", "/stream.json", Now(stream::update::<DataFacts>)),
    ("DELETE", "/stream.json", Queried(stream::delete::<DataFacts>)),
    ("PUT", "/stream/move.json", Now(stream::relocate::<DataFacts>)),
    ("DELETE", "/stream/annotations.json", Now(annotation::delete_all)),
    //
    ("GET", "/data", Later(|unread| Box::pin(read::binary(unread)))),
    ("GET", "/data.json", Later(|unread| Box::pin(read::json(unread)))),
    ("POST", "/data", Later(|unread| Box::pin(write::write(unread)))),
    ("DELETE", "/data", Queried(interval::remove)),
    ("GET", "/data/intervals.json", Queried(interval::list)),
    ("POST", "/data/consolidate.json", Queried(consolidation::consolidate)),
    ("POST", "/data/decimate.json", Queried(consolidation::decimate)),
    ("DELETE", "/data/decimate.json", Queried(consolidation::drop_decimations)),
    //
    ("POST", "/annotation.json", Now(annotation::create)),
    ("PUT", "/annotation.json", Now(annotation::update)),
    ("DELETE", "/annotation.json", Now(annotation::delete)),
    ("GET", "/annotations.json", Now(annotation::list)),
    ("GET", "/annotations/info.json", Now(annotation::info)),
    //
    ("GET", "/event.json", Queried(stream::get_events)),
    ("POST", "/event.json", Queried(stream::create::<EventFacts>)),
    ("PUT", "/event.json", Now(stream::update::<EventFacts>)),
    ("DELETE", "/event.json", Queried(stream::delete::<EventFacts>)),
    ("PUT", "/event/move.json", Now(stream::relocate::<EventFacts>)),
    ("GET", "/event/data.json", Queried(event::read)),
    ("POST", "/event/data.json", Queried(event::write)),
    ("DELETE", "/event/data.json", Queried(event::remove)),
    ("GET", "/event/data/count.json", Queried(event::count)),
    //
    ("GET", "/modules.json", Later(|unread| Box::pin(module::list(unread)))),
    ("GET", "/module.json", Later(|unread| Box::pin(module::get(unread)))),
    ("GET", "/module/logs.json", Now(module::logs)),
    ("GET", "/app.json", Now(app::list)),
    ("GET", "/app/auth", Now(app::authorize)),
    ("GET", "/proxies.json", Now(proxy::list)),
    ("GET", "/proxy.json", Now(proxy::get)),
    //
    ("GET", "/masters.json", Now(master::list)),
    ("POST", "/master.json", Later(|unread| Box::pin(master::add(unread)))),
    ("DELETE", "/master.json", Now(master::delete)),
    ("GET", "/followers.json", Now(follower::list)),
    (OPEN.0, OPEN.1, Later(|unread| Box::pin(follower::add(unread)))),
    ("DELETE", "/follower.json", Now(follower::delete)),
    //
    ("POST", "/archive.json", Later(|unread| Box::pin(archive::upload(unread)))),
];

/// The one route that needs no key.
pub(super) const OPEN: (&str, &str) = ("POST", "/follower.json");
