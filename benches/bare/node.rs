//! A Joule node that costs next to nothing: one stream, whose rows are one block over and over, and which keeps nothing of
//! what is written.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// Rows of a block: what a node sends at once.
pub const ROWS: usize = 50_000;

/// What the node serves.
pub struct Stream {
    pub layout: &'static str,
    /// Rows as they go over the wire.
    pub block: Vec<u8>,
    /// How many times a read gives the block.
    pub blocks: usize,
}

impl Stream {
    /// As many blocks as make up so many bytes; the timestamps are a millisecond apart, and no element is zero.
    pub fn of(layout: &'static str, bytes: usize) -> Self {
        let block = rows(layout, 0);
        Self {
            layout,
            blocks: bytes.div_ceil(block.len()),
            block,
        }
    }

    pub fn bytes(&self) -> usize {
        self.blocks * self.block.len()
    }

    /// Starts the node on a loopback port, where it answers until the process ends, and gives its URL.
    pub fn serve(self) -> io::Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("http://{}", listener.local_addr()?);
        let stream = Arc::new(self);
        thread::spawn(move || {
            while let Ok((connection, _)) = listener.accept() {
                let stream = Arc::clone(&stream);
                thread::spawn(move || stream.answer(connection));
            }
        });
        Ok(url)
    }

    fn answer(&self, mut connection: TcpStream) -> io::Result<()> {
        connection.set_nodelay(true)?;
        let mut reader = BufReader::with_capacity(256 << 10, connection.try_clone()?);
        while let Some(request) = head(&mut reader)? {
            if request.starts_with("POST /data?") {
                discard_chunks(&mut reader)?;
                connection.write_all(&answer("text/plain", "ok"))?;
            } else if request.starts_with("GET /data?") {
                self.send(&mut connection)?;
            } else {
                connection.write_all(&answer("application/json", &self.description()))?;
            }
        }
        Ok(())
    }

    fn send(&self, connection: &mut TcpStream) -> io::Result<()> {
        write!(
            connection,
            "HTTP/1.1 200 OK\r\n\
             content-type: application/octet-stream\r\n\
             joule-layout: {}\r\n\
             joule-decimation: 1\r\n\
             transfer-encoding: chunked\r\n\r\n",
            self.layout
        )?;
        let mut chunk = format!("{:x}\r\n", self.block.len()).into_bytes();
        chunk.extend_from_slice(&self.block);
        chunk.extend_from_slice(b"\r\n");
        for _ in 0..self.blocks {
            connection.write_all(&chunk)?;
        }
        connection.write_all(b"0\r\n\r\n")
    }

    fn description(&self) -> String {
        let (datatype, width) = self.layout.split_once('_').unwrap_or_default();
        let elements: Vec<String> = (0..width.parse().unwrap_or(0))
            .map(|index: usize| {
                format!(
                    r#"{{"id":{index},"index":{index},"name":"e{index}","units":null,"plottable":true,"display_type":"CONTINUOUS","offset":0.0,"scale_factor":1.0,"default_max":null,"default_min":null}}"#
                )
            })
            .collect();
        format!(
            r#"{{"id":1,"name":"meter","description":null,"datatype":"{datatype}","layout":"{}","keep_us":-1,"is_configured":false,"is_source":false,"is_destination":false,"updated_at":"2026-11-20T10:14:06.433396+00:00","locked":false,"active":false,"decimate":true,"elements":[{}]}}"#,
            self.layout,
            elements.join(",")
        )
    }
}

/// A block of rows that follows `before` others.
pub fn rows(layout: &str, before: usize) -> Vec<u8> {
    let (datatype, width) = layout.split_once('_').unwrap();
    let width: usize = width.parse().unwrap();
    let mut bytes = Vec::new();
    for row in before * ROWS..(before + 1) * ROWS {
        bytes.extend_from_slice(&(1_790_000_000_000_000 + 1_000 * row as i64).to_le_bytes());
        for index in 0..width {
            let value = (1 + row % 1_000 + index) as i16;
            match datatype {
                "float64" => bytes.extend_from_slice(&f64::from(value).to_le_bytes()),
                "float32" => bytes.extend_from_slice(&f32::from(value).to_le_bytes()),
                "int16" => bytes.extend_from_slice(&value.to_le_bytes()),
                other => panic!("no rows of {other}"),
            }
        }
    }
    bytes
}

/// The first line of a request whose head ends here; `None` when the client has gone.
fn head(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok((!request.is_empty()).then_some(request))
}

fn discard_chunks(reader: &mut impl BufRead) -> io::Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim_end(), 16).map_err(io::Error::other)?;
        let mut left = size + 2;
        while left > 0 {
            let count = reader.fill_buf()?.len().min(left);
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            reader.consume(count);
            left -= count;
        }
        if size == 0 {
            return Ok(());
        }
    }
}

fn answer(content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
