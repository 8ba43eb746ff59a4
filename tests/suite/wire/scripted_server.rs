//! A server that does what a test tells it to, byte by byte.

use std::{
    fmt,
    io::{self, BufRead as _, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a test waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A listener on a loopback port with a thread for each connection. Connections are kept alive unless the script
/// closes them. Dropping the stub closes the port; connections end with their clients.
pub struct ScriptedServer {
    shared: Arc<Shared>,
    listener: Option<thread::JoinHandle<()>>,
}

struct Shared {
    address: SocketAddr,
    script: Box<dyn Fn(&Request) -> Answer + Send + Sync>,
    /// Answer after the head; the body stays unread.
    hasty: bool,
    #[cfg(feature = "rustls")]
    tls: Option<Arc<rustls::ServerConfig>>,
    requests: Mutex<Vec<Request>>,
    opened: AtomicUsize,
    closed: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    sent: AtomicU64,
    stopped: AtomicBool,
}

/// A gate that the test opens; an answer waits for it with [`until`](Answer::until).
#[derive(Clone, Default)]
pub struct Gate(Arc<AtomicBool>);

impl Gate {
    pub fn open(&self) {
        self.0.store(true, SeqCst);
    }

    pub fn opened(&self) -> impl Fn() -> bool + Send + Sync + use<> {
        let gate = Arc::clone(&self.0);
        move || gate.load(SeqCst)
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which request of the stub it is, from 0.
    pub number: usize,
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub at: Instant,
}

/// What to do about a request, step by step. After the last step the connection waits for the next request.
#[derive(Clone, Default)]
pub struct Answer(Vec<Step>);

#[derive(Clone)]
enum Step {
    Send(Vec<u8>),
    Flood { piece: Vec<u8>, times: u64 },
    Wait(Duration),
    Until(Arc<dyn Fn() -> bool + Send + Sync>),
    Read(usize),
    Body,
    Hang,
    Close,
}

impl ScriptedServer {
    /// Answers each request as `script` says.
    pub fn new(script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::on(listener(), script)
    }

    /// Gives these answers one after the other; the last one again and again.
    pub fn playing(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::new(playing(answers))
    }

    /// Answers as soon as the head has come, without reading the body.
    pub fn hasty(script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = listener();
        let mut shared = Shared::new(&listener, script);
        shared.hasty = true;
        shared.start(listener)
    }

    /// As [`hasty`](Self::hasty), and the system holds little for it of what it has not read.
    pub fn narrow(script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 << 10).unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(16).unwrap().into_std().unwrap();
        listener.set_nonblocking(false).unwrap();
        let mut shared = Shared::new(&listener, script);
        shared.hasty = true;
        shared.start(listener)
    }

    /// Listens here.
    pub fn on(
        listener: TcpListener,
        script: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Shared::new(&listener, script).start(listener)
    }

    /// Speaks TLS.
    #[cfg(feature = "rustls")]
    pub fn tls(
        config: rustls::ServerConfig,
        script: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = listener();
        let mut shared = Shared::new(&listener, script);
        shared.tls = Some(Arc::new(config));
        shared.start(listener)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// What has come so far.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many requests have come so far.
    pub fn count(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    /// How many connections were opened.
    pub fn opened(&self) -> usize {
        self.shared.opened.load(SeqCst)
    }

    /// How many connections have ended.
    pub fn closed(&self) -> usize {
        self.shared.closed.load(SeqCst)
    }

    /// How many requests have waited at the same time.
    pub fn most_under_way(&self) -> usize {
        self.shared.most_under_way.load(SeqCst)
    }

    /// How many bytes of floods the clients' side has taken.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(SeqCst)
    }

    /// Waits until the stub has seen something.
    pub async fn until(&self, what: &str, happened: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !happened(self) {
            assert!(start.elapsed() < PATIENCE, "{what}: never happened");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// A script of answers in turn; the last one again and again.
pub fn playing(
    answers: impl IntoIterator<Item = Answer>,
) -> impl Fn(&Request) -> Answer + Send + Sync + 'static {
    let answers: Vec<Answer> = answers.into_iter().collect();
    move |request| answers[request.number.min(answers.len() - 1)].clone()
}

fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).unwrap()
}

impl Shared {
    fn new(
        listener: &TcpListener,
        script: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self {
            address: listener.local_addr().unwrap(),
            script: Box::new(script),
            hasty: false,
            #[cfg(feature = "rustls")]
            tls: None,
            requests: Mutex::default(),
            opened: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    fn start(self, listener: TcpListener) -> ScriptedServer {
        let shared = Arc::new(self);
        let listening = Arc::clone(&shared);
        let listener = thread::spawn(move || {
            for stream in listener.incoming() {
                if listening.stopped.load(SeqCst) {
                    return;
                }
                listening.opened.fetch_add(1, SeqCst);
                let shared = Arc::clone(&listening);
                thread::spawn(move || {
                    // A client that goes away in the middle is what many tests are about.
                    let _ = stream.and_then(|stream| shared.welcome(stream));
                    shared.closed.fetch_add(1, SeqCst);
                });
            }
        });
        ScriptedServer {
            shared,
            listener: Some(listener),
        }
    }

    fn welcome(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        #[cfg(feature = "rustls")]
        if let Some(config) = &self.tls {
            let mut stream = stream;
            let mut session = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
            let socket = stream.try_clone()?;
            greet(&mut session, &mut stream)?;
            let outcome = self.serve(rustls::StreamOwned::new(session, stream));
            if outcome.is_err() {
                linger(socket);
            }
            return outcome;
        }
        self.serve(stream)
    }

    fn serve(&self, stream: impl Read + Write) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(mut request) = head(&mut stream)? {
            if !self.hasty {
                request.body = body(&mut stream, &request)?;
            }
            {
                let mut requests = self.requests.lock().unwrap();
                request.number = requests.len();
                requests.push(request.clone());
            }
            let under_way = self.under_way.fetch_add(1, SeqCst) + 1;
            self.most_under_way.fetch_max(under_way, SeqCst);
            let outcome = self.play(&request, &mut stream);
            self.under_way.fetch_sub(1, SeqCst);
            if !outcome? {
                break;
            }
        }
        Ok(())
    }

    /// Whether the connection goes on.
    fn play(
        &self,
        request: &Request,
        stream: &mut BufReader<impl Read + Write>,
    ) -> io::Result<bool> {
        for step in (self.script)(request).0 {
            match step {
                Step::Send(bytes) => {
                    stream.get_mut().write_all(&bytes)?;
                    stream.get_mut().flush()?;
                }
                Step::Flood { piece, times } => {
                    for _ in 0..times {
                        stream.get_mut().write_all(&piece)?;
                        self.sent.fetch_add(piece.len() as u64, SeqCst);
                    }
                }
                Step::Wait(duration) => thread::sleep(duration),
                Step::Until(happened) => {
                    while !happened() && !self.stopped.load(SeqCst) {
                        thread::sleep(Duration::from_millis(1));
                    }
                }
                Step::Read(count) => {
                    io::copy(&mut stream.by_ref().take(count as u64), &mut io::sink())?;
                }
                Step::Body => {
                    let body = body(stream, request)?;
                    self.requests.lock().unwrap()[request.number].body = body;
                }
                Step::Hang => {
                    io::copy(stream, &mut io::sink())?;
                    return Ok(false);
                }
                Step::Close => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// Answers the client's hello, and leaves what follows unread for a moment: on the way to a server that is elsewhere, the
/// client's request has left by the time that its certificate is judged.
#[cfg(feature = "rustls")]
fn greet(session: &mut rustls::ServerConnection, stream: &mut TcpStream) -> io::Result<()> {
    while !session.wants_write() {
        if session.read_tls(stream)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // What cannot be processed is answered with an alert, and told by the next read.
        let _ = session.process_new_packets();
    }
    while session.wants_write() {
        session.write_tls(stream)?;
    }
    stream.peek(&mut [0])?;
    thread::sleep(Duration::from_millis(100));
    Ok(())
}

/// Reads what the client still sends: a connection that is closed with unread bytes is reset, and the client may not hear why.
#[cfg(feature = "rustls")]
fn linger(mut socket: TcpStream) {
    let _ = socket.shutdown(std::net::Shutdown::Write);
    let _ = socket.set_read_timeout(Some(Duration::from_secs(1)));
    let _ = io::copy(&mut socket, &mut io::sink());
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, SeqCst);
        let Some(listener) = self.listener.take() else {
            return;
        };
        // A connection wakes the listener. When it has ended, connections are refused.
        while !listener.is_finished() && TcpStream::connect(self.shared.address).is_err() {
            thread::sleep(Duration::from_millis(1));
        }
        let _ = listener.join();
    }
}

impl Answer {
    /// A status with headers and a body of the right length.
    pub fn status(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len().to_string();
        let mut headers = headers.to_vec();
        headers.push(("content-length", &length));
        Self::head(status, &headers).send(body)
    }

    /// 200 with this JSON.
    pub fn json(body: impl AsRef<[u8]>) -> Self {
        Self::status(200, &[("content-type", "application/json")], body)
    }

    /// The head alone.
    pub fn head(status: u16, headers: &[(&str, &str)]) -> Self {
        let mut text = format!("HTTP/1.1 {status} Stub\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        Self::raw(text + "\r\n")
    }

    /// These bytes as they are.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self::default().send(bytes)
    }

    /// Not a byte: the request is read, the connection stays open.
    pub fn silence() -> Self {
        Self::default().hang()
    }

    /// Not a byte: the request is read, the connection closed.
    pub fn nothing() -> Self {
        Self::default().close()
    }

    pub fn send(self, bytes: impl AsRef<[u8]>) -> Self {
        self.and(Step::Send(bytes.as_ref().to_vec()))
    }

    /// One piece of a chunked body.
    pub fn chunk(self, bytes: impl AsRef<[u8]>) -> Self {
        self.send(chunk(bytes.as_ref()))
    }

    /// The same piece many times; counted by [`ScriptedServer::sent`].
    pub fn flood(self, piece: impl AsRef<[u8]>, times: u64) -> Self {
        let piece = piece.as_ref().to_vec();
        self.and(Step::Flood { piece, times })
    }

    pub fn wait(self, duration: Duration) -> Self {
        self.and(Step::Wait(duration))
    }

    /// Waits for a condition of the test.
    pub fn until(self, happened: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.and(Step::Until(Arc::new(happened)))
    }

    /// Reads so many bytes of the body that a [hasty](ScriptedServer::hasty) stub has left, chunk sizes included.
    pub fn read(self, bytes: usize) -> Self {
        self.and(Step::Read(bytes))
    }

    /// Reads the body that a [hasty](ScriptedServer::hasty) stub has left.
    pub fn body(self) -> Self {
        self.and(Step::Body)
    }

    /// Nothing more; the connection stays open until the client closes it.
    pub fn hang(self) -> Self {
        self.and(Step::Hang)
    }

    pub fn close(self) -> Self {
        self.and(Step::Close)
    }

    /// Another answer's steps.
    pub fn then(mut self, answer: Self) -> Self {
        self.0.extend(answer.0);
        self
    }

    fn and(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer of {} steps", self.0.len())
    }
}

impl Request {
    /// The only value of this header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers(name);
        assert!(values.len() < 2, "{name} was sent twice: {values:?}");
        values.first().copied()
    }

    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// A piece of a chunked body.
pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn line(stream: &mut BufReader<impl Read>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

fn head(stream: &mut BufReader<impl Read>) -> io::Result<Option<Request>> {
    let start = line(stream)?;
    let mut words = start.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(Some(Request {
        number: 0,
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body: Vec::new(),
        at: Instant::now(),
    }))
}

fn body(stream: &mut BufReader<impl Read>, request: &Request) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if let Some(length) = request.header("content-length") {
        body.resize(length.parse().unwrap(), 0);
        stream.read_exact(&mut body)?;
    } else if request.header("transfer-encoding") == Some("chunked") {
        loop {
            let length = usize::from_str_radix(&line(stream)?, 16).unwrap();
            let from = body.len();
            body.resize(from + length, 0);
            stream.read_exact(&mut body[from..])?;
            line(stream)?;
            if length == 0 {
                break;
            }
        }
    }
    Ok(body)
}
