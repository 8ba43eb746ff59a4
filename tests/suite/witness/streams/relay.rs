//! A relay in front of a sandbox, which remembers what clients send, byte by byte.

use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// It relays until the process ends.
pub struct Relay {
    origin: String,
    /// What came on each connection.
    sent: Arc<Mutex<Vec<Log>>>,
}

type Log = Arc<Mutex<Vec<u8>>>;

impl Relay {
    /// Relays to the server at this origin, `http://127.0.0.1:8090`.
    pub fn to(origin: &str) -> Self {
        let server = origin.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let relay = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            sent: Arc::default(),
        };
        let sent = Arc::clone(&relay.sent);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let server = TcpStream::connect(&server).unwrap();
                let log = Log::default();
                sent.lock().unwrap().push(Arc::clone(&log));
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || copy(from, to, |piece| log.lock().unwrap().extend(piece)));
                thread::spawn(move || copy(server, client, |_| {}));
            }
        });
        relay
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The only request of all connections with such a media type: its head and its body.
    pub fn request_of(&self, media_type: &str) -> (String, Vec<u8>) {
        let connections = self.sent.lock().unwrap();
        let requests = connections
            .iter()
            .flat_map(|log| requests(&log.lock().unwrap()));
        let mut found: Vec<_> = requests
            .filter(|(head, _)| header(head, "content-type").starts_with(media_type))
            .collect();
        assert_eq!(found.len(), 1, "{media_type}");
        found.remove(0)
    }
}

/// The value of a header, or nothing.
pub fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value)
}

/// The requests that stand one after the other; their bodies have a length, or none.
fn requests(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut requests = Vec::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        assert_eq!(header(&head, "transfer-encoding"), "", "{head}");
        let length = header(&head, "content-length").parse().unwrap_or(0);
        let (body, rest) = bytes[end + 4..].split_at(length);
        requests.push((head, body.to_vec()));
        bytes = rest;
    }
    requests
}

fn copy(mut from: TcpStream, mut to: TcpStream, mut note: impl FnMut(&[u8])) -> io::Result<()> {
    let mut piece = vec![0; 64 << 10];
    loop {
        let count = from.read(&mut piece)?;
        if count == 0 {
            return to.shutdown(Shutdown::Write);
        }
        note(&piece[..count]);
        to.write_all(&piece[..count])?;
    }
}
