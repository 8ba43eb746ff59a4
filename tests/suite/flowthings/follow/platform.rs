//! A flow that a test writes, beside WebSockets that it holds in its own hand.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use headwaters::{
    Config, Retry,
    flowthings::{Api, Filter, Follow, Follower, Host, Token},
};
use serde_json::{Value, json};

use super::super::{
    answer,
    socket::server::{PATIENCE, Peer, Server},
};
use crate::recording_server::{RecordingServer, Reply, Seen};

pub const FLOW: &str = "f54ad6428d4c6b0419a019285";

pub struct Platform {
    pub flow: Arc<Mutex<Flow>>,
    pub rest: RecordingServer,
    pub server: Server,
}

/// What the flow holds, and what becomes of finds.
#[derive(Default)]
pub struct Flow {
    drops: Vec<Value>,
    capacity: usize,
    /// What the next finds are answered in the place of the truth.
    pub replies: VecDeque<Reply>,
    /// What is done with the flow after each find.
    pub after: Option<Box<Writing>>,
    gates: VecDeque<Gate>,
}

type Writing = dyn FnMut(&mut Flow) + Send;

/// A find that is held back before it is carried out, and one that is before its answer leaves.
struct Gate {
    is_early: bool,
    asked: tokio::sync::oneshot::Sender<()>,
    go: mpsc::Receiver<()>,
}

/// The test's end of it.
pub struct Held {
    asked: tokio::sync::oneshot::Receiver<()>,
    go: mpsc::Sender<()>,
}

impl Held {
    /// Waits until it is asked for.
    pub async fn asked(&mut self) {
        tokio::time::timeout(PATIENCE, &mut self.asked)
            .await
            .expect("nothing is asked")
            .unwrap();
    }

    pub fn go(self) {
        self.go.send(()).unwrap();
    }
}

impl Gate {
    fn pass(self) {
        let _ = self.asked.send(());
        // A test that has failed lets go of it.
        let _ = tokio::task::block_in_place(|| self.go.recv_timeout(PATIENCE));
    }
}

/// A drop of this number and date.
pub fn drop_of(number: u64, date: i64) -> Value {
    json!({
        "id": id(number),
        "flowId": FLOW,
        "path": "/alice/greenhouse",
        "creationDate": date,
        "elems": {"number": {"type": "integer", "value": number}},
    })
}

pub fn id(number: u64) -> String {
    format!("d{number:024x}")
}

pub fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(id).collect()
}

/// Those members of an object for which a find asks.
fn shown(object: &Value, only: Option<&str>) -> Value {
    let mut shown = object.clone();
    if let (Some(only), Value::Object(members)) = (only, &mut shown) {
        members.retain(|name, _| only.split(',').any(|own| own == name));
    }
    shown
}

impl Flow {
    pub fn add(&mut self, number: u64, date: i64) {
        self.drops.push(drop_of(number, date));
        let surplus = self.drops.len().saturating_sub(self.capacity);
        self.drops.drain(..surplus);
    }

    pub fn delete(&mut self, number: u64) {
        self.drops.retain(|drop| drop["id"] != id(number));
    }

    /// Holds the next find back: before it reads the flow, or before its answer leaves.
    pub fn hold(&mut self, is_early: bool) -> Held {
        let (asked, is_asked) = tokio::sync::oneshot::channel();
        let (go, gone) = mpsc::channel();
        self.gates.push_back(Gate {
            is_early,
            asked,
            go: gone,
        });
        Held {
            asked: is_asked,
            go,
        }
    }

    fn find(&self, request: &Seen) -> Value {
        let url = url::Url::parse(&format!("http://a{}", request.target)).unwrap();
        let said = |name: &str| {
            let mut pairs = url.query_pairs();
            let (_, value) = pairs.find(|(own, _)| own == name).unwrap();
            value.into_owned()
        };
        let only = url.query_pairs().find(|(own, _)| own == "only");
        let only = only.map(|(_, names)| names.into_owned());
        if url.path().starts_with("/v0.1/acc/flow/") {
            let flow = json!({"id": FLOW, "capacity": self.capacity});
            return shown(&flow, only.as_deref());
        }
        assert_eq!(said("sort"), "creationDate");
        let filter = Filter::parse(&said("filter")).unwrap();
        let takes = |drop: &&Value| filter.matches(drop).unwrap();
        let mut found: Vec<Value> = self.drops.iter().filter(takes).cloned().collect();
        found.sort_by_key(|drop| drop["creationDate"].as_i64());
        if said("order") == "desc" {
            found.reverse();
        }
        let number = |name| said(name).parse::<usize>().unwrap();
        let page = found.iter().skip(number("start"));
        let page = page.take(number("limit").min(30));
        page.map(|drop| shown(drop, only.as_deref())).collect()
    }
}

impl Platform {
    pub async fn of(capacity: usize) -> Self {
        let flow = Arc::new(Mutex::new(Flow {
            capacity,
            ..Flow::default()
        }));
        let own = Arc::clone(&flow);
        let rest = RecordingServer::answering(move |request| {
            let gate = own.lock().unwrap().gates.pop_front();
            let late = match gate {
                Some(gate) if gate.is_early => {
                    gate.pass();
                    None
                }
                gate => gate,
            };
            let reply = {
                let mut flow = own.lock().unwrap();
                let reply = flow.replies.pop_front();
                let reply = reply.unwrap_or_else(|| answer(&flow.find(request)));
                if let Some(mut after) = flow.after.take() {
                    after(&mut flow);
                    flow.after = Some(after);
                }
                reply
            };
            if let Some(gate) = late {
                gate.pass();
            }
            reply
        })
        .await;
        Self {
            flow,
            rest,
            server: Server::start().await,
        }
    }

    pub fn api(&self) -> Api {
        self.api_with(Config::new())
    }

    fn api_with(&self, config: Config) -> Api {
        let host = Host::new(self.rest.url()).with_sessions_at(self.server.url());
        let config = config.with_retry(Retry::none());
        Api::with_config(host, Token::new("acc", "tok-0123456789"), config).unwrap()
    }

    pub fn follow(&self) -> Follow {
        self.follow_with(Config::new())
    }

    /// The same of a client with these defaults.
    pub fn follow_with(&self, config: Config) -> Follow {
        let api = self.api_with(config);
        let websocket = api.websocket().with_reconnect(brisk());
        api.follow(FLOW)
            .with_websocket(websocket)
            .with_retry(brisk())
    }

    /// A follower that is subscribed, and the server's end of its WebSocket.
    pub async fn followed(&self, follow: Follow) -> (Follower, Peer) {
        let (follower, peer) = tokio::join!(follow.into_future(), self.subscribed());
        (follower.unwrap(), peer)
    }

    /// The next WebSocket, subscribed.
    pub async fn subscribed(&self) -> Peer {
        let mut peer = self.server.peer().await;
        assert_eq!(peer.subscribed().await["flowId"], FLOW);
        peer
    }

    pub fn add(&self, number: u64, date: i64) {
        self.flow.lock().unwrap().add(number, date);
    }

    /// Writes a drop to the flow and pushes it.
    pub async fn write(&self, peer: &mut Peer, number: u64, date: i64) {
        self.add(number, date);
        push(peer, &drop_of(number, date)).await;
    }

    /// How many finds there were.
    pub fn finds(&self) -> usize {
        self.rest.seen().len()
    }
}

pub async fn push(peer: &mut Peer, drop: &Value) {
    peer.say(json!({"type": "message", "resource": FLOW, "value": drop}))
        .await;
}

/// Waits of a few milliseconds.
pub fn brisk() -> Retry {
    Retry::default()
        .with_attempts(u32::MAX)
        .with_waits(Duration::from_millis(1), Duration::from_millis(4))
}
