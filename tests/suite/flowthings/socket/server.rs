//! A server of sessions that a test drives: it holds each WebSocket in its own hand.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use headwaters::{
    Config,
    flowthings::{Api, Token},
    serde_json::{Value, json},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    sync::{Mutex as Lock, mpsc},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};

/// How long a test waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What it answers to a request for a session, by its number, and to a handshake with this key; nothing to cut the connection.
type Answers = dyn Fn(usize) -> Option<Vec<u8>> + Send + Sync;
type Handshakes = dyn Fn(&str) -> Handshake + Send + Sync;

/// What becomes of a handshake.
pub enum Handshake {
    /// It goes well.
    Accepted,
    /// These bytes are the answer, and then the connection is cut.
    Cut(Vec<u8>),
    /// These bytes are the answer, and the connection stays open without a word.
    Hung(Vec<u8>),
}

pub struct Server {
    shared: Arc<Shared>,
    port: u16,
    scheme: &'static str,
    peers: Lock<mpsc::UnboundedReceiver<Peer>>,
}

struct Shared {
    sessions: Box<Answers>,
    handshakes: Box<Handshakes>,
    heads: Mutex<Vec<Head>>,
    opened: AtomicUsize,
    peers: mpsc::UnboundedSender<Peer>,
    #[cfg(feature = "rustls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

/// The head of a request.
#[derive(Clone, Debug)]
pub struct Head {
    pub method: String,
    pub target: String,
    headers: Vec<(String, String)>,
}

impl Head {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(own, _)| own == name)?;
        Some(value)
    }
}

/// The server's end of a WebSocket.
pub struct Peer {
    pub target: String,
    pub socket: WebSocketStream<Box<dyn Io>>,
}

impl Server {
    pub async fn start() -> Self {
        Self::with(session, |_| Handshake::Accepted).await
    }

    /// Answers requests for sessions and handshakes so.
    pub async fn with(
        sessions: impl Fn(usize) -> Option<Vec<u8>> + Send + Sync + 'static,
        handshakes: impl Fn(&str) -> Handshake + Send + Sync + 'static,
    ) -> Self {
        let (sender, peers) = mpsc::unbounded_channel();
        let shared = Shared {
            sessions: Box::new(sessions),
            handshakes: Box::new(handshakes),
            heads: Mutex::default(),
            opened: AtomicUsize::new(0),
            peers: sender,
            #[cfg(feature = "rustls")]
            tls: None,
        };
        Self::listening(shared, peers, "http").await
    }

    #[cfg(feature = "rustls")]
    pub async fn tls(config: rustls::ServerConfig) -> Self {
        let (sender, peers) = mpsc::unbounded_channel();
        let shared = Shared {
            sessions: Box::new(session),
            handshakes: Box::new(|_| Handshake::Accepted),
            heads: Mutex::default(),
            opened: AtomicUsize::new(0),
            peers: sender,
            tls: Some(Arc::new(config).into()),
        };
        Self::listening(shared, peers, "https").await
    }

    async fn listening(
        shared: Shared,
        peers: mpsc::UnboundedReceiver<Peer>,
        scheme: &'static str,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(shared);
        let own = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                own.opened.fetch_add(1, SeqCst);
                let shared = Arc::clone(&own);
                tokio::spawn(async move {
                    #[cfg(feature = "rustls")]
                    if let Some(tls) = &shared.tls {
                        if let Ok(stream) = tls.accept(stream).await {
                            shared.serve(Box::new(stream)).await;
                        }
                        return;
                    }
                    shared.serve(Box::new(stream)).await;
                });
            }
        });
        Self {
            shared,
            port,
            scheme,
            peers: Lock::new(peers),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }

    pub fn api(&self) -> Api {
        self.api_with(Config::new())
    }

    pub fn api_with(&self, config: Config) -> Api {
        Api::with_config(self.url(), Token::new("acc", "tok-0123456789"), config).unwrap()
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<Head> {
        self.shared.heads.lock().unwrap().clone()
    }

    /// The next WebSocket that is opened.
    pub async fn peer(&self) -> Peer {
        let mut peers = self.peers.lock().await;
        timeout(PATIENCE, peers.recv()).await.unwrap().unwrap()
    }
}

/// The answer to a request for a session.
pub fn session(number: usize) -> Option<Vec<u8>> {
    let head = json!({"status": 201, "ok": true, "errors": []});
    let body = json!({"id": format!("secret-session-{number}")});
    Some(answer("201 Created", &json!({"head": head, "body": body})))
}

pub fn answer(status: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The answer to a handshake that goes well.
pub fn switching(key: &str) -> String {
    let accept = derive_accept_key(key.as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}

impl Shared {
    async fn serve(&self, mut stream: Box<dyn Io>) {
        while let Some(head) = read_head(&mut stream).await {
            let number = {
                let mut heads = self.heads.lock().unwrap();
                heads.push(head.clone());
                heads.iter().filter(|head| head.method == "POST").count()
            };
            if head.method == "POST" {
                let Some(bytes) = (self.sessions)(number) else {
                    return;
                };
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                continue;
            }
            let key = head.header("sec-websocket-key").unwrap_or_default();
            match (self.handshakes)(key) {
                Handshake::Cut(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                }
                Handshake::Hung(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    let mut rest = Vec::new();
                    let _ = stream.read_to_end(&mut rest).await;
                }
                Handshake::Accepted => {
                    let bytes = switching(key);
                    if stream.write_all(bytes.as_bytes()).await.is_err() {
                        return;
                    }
                    let config = WebSocketConfig::default().write_buffer_size(0);
                    let socket =
                        WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
                    let target = head.target;
                    let _ = self.peers.send(Peer { target, socket });
                }
            }
            return;
        }
    }
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<Head> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    let mut line = lines.next()?.split(' ');
    let (method, target) = (line.next()?.to_owned(), line.next()?.to_owned());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Some(Head {
        method,
        target,
        headers: headers.collect(),
    })
}

impl Peer {
    /// The next text frame that is no heartbeat; control frames are passed over.
    pub async fn asked(&mut self) -> Value {
        loop {
            let text = self
                .text()
                .await
                .expect("the client has closed the connection");
            if text["type"] != "heartbeat" {
                return text;
            }
        }
    }

    /// The next text frame; nothing when the client has gone.
    pub async fn text(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.unwrap()? {
                Ok(Message::Text(text)) => return Some(text.as_str().parse().unwrap()),
                Ok(Message::Close(_)) => {
                    // The answer leaves with the next read.
                    let _ = timeout(PATIENCE, self.socket.next()).await;
                    return None;
                }
                Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    pub async fn say(&mut self, json: Value) {
        self.send(Message::Text(json.to_string().into())).await;
    }

    /// Agrees to what was asked for.
    pub async fn agree(&mut self, asked: &Value, body: Value) {
        let head = json!({"msgId": asked["msgId"], "ok": true, "errors": [], "status": 200});
        self.say(json!({"head": head, "body": body})).await;
    }

    /// Agrees to the next subscription.
    pub async fn subscribed(&mut self) -> Value {
        let asked = self.asked().await;
        self.agree(&asked, json!({})).await;
        asked
    }

    /// Sends a drop of this number.
    pub async fn drop(&mut self, number: u64) {
        self.say(drop_message(number)).await;
    }

    pub async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        let _ = self.socket.close(Some(frame)).await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

/// As the official client's samples have it.
pub fn drop_message(number: u64) -> Value {
    json!({
        "type": "message",
        "resource": "f54ad6428d4c6b0419a019285",
        "value": {
            "id": format!("d{number:024x}"),
            "flowId": "f54ad6428d4c6b0419a019285",
            "path": "/alice/greenhouse",
            "creationDate": 1420664203776_u64 + number,
            "elems": {"number": {"type": "integer", "value": number}},
        },
    })
}
