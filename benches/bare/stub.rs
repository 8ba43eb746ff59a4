//! A server that costs next to nothing: one answer to every request, a thread for every connection.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// Starts it on a loopback port, where it answers until the process ends, and gives its URL.
///
/// The headers are those of a Flink cluster.
pub fn start(json: &str) -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    let answer: Arc<str> = format!(
        "HTTP/1.1 200 OK\r\n\
         access-control-allow-origin: *\r\n\
         content-type: application/json; charset=UTF-8\r\n\
         content-length: {}\r\n\r\n{json}",
        json.len()
    )
    .into();
    thread::spawn(move || {
        while let Ok((connection, _)) = listener.accept() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || serve(connection, answer.as_bytes()));
        }
    });
    Ok(url)
}

fn serve(mut connection: TcpStream, answer: &[u8]) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; 64 << 10];
    let mut filled = 0;
    loop {
        let count = connection.read(&mut buffer[filled..])?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        let Some(end) = buffer[..filled]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
        else {
            continue;
        };
        let head = end + 4;
        let mut left = (head + content_length(&buffer[..head])).saturating_sub(filled);
        while left > 0 {
            let most = left.min(buffer.len());
            left -= match connection.read(&mut buffer[..most])? {
                0 => return Ok(()),
                count => count,
            };
        }
        connection.write_all(answer)?;
        filled = 0;
    }
}

fn content_length(head: &[u8]) -> usize {
    str::from_utf8(head)
        .ok()
        .and_then(|head| {
            head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            })
        })
        .unwrap_or(0)
}
