//! Other nodes, as far as this one has to call them: one request, one JSON answer, over plain HTTP.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

/// How long another node may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Calls another node. The error is what Joule's own client says.
pub(crate) async fn call(
    method: &str,
    base: &str,
    path: &str,
    key: &str,
    body: Option<&Value>,
) -> Result<Value, String> {
    let out_of_reach = || format!("Cannot contact node at [{base}]");
    let body = body.map(Value::to_string).unwrap_or_default();
    let exchange = tokio::time::timeout(PATIENCE, send(method, base, path, key, &body));
    let answer = exchange.await.ok().flatten().ok_or_else(out_of_reach)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(out_of_reach)?;
    match head.split(' ').nth(1) {
        Some("200") if body.eq_ignore_ascii_case("ok") => Ok(Value::Null),
        Some("200") => {
            serde_json::from_str(body).map_err(|_| format!("Invalid node response: {body}"))
        }
        status => Err(format!("{body} [{}]", status.unwrap_or_default())),
    }
}

/// The name that another node gives itself.
pub(crate) fn name(answer: &Value) -> String {
    let name = answer.get("name").and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

async fn send(method: &str, base: &str, path: &str, key: &str, body: &str) -> Option<String> {
    let url = Url::parse(&format!("{base}{path}")).ok()?;
    if url.scheme() != "http" {
        return None;
    }
    let address = url.socket_addrs(|| None).ok()?;
    let mut stream = TcpStream::connect(&address[..]).await.ok()?;
    let request = format!(
        "{method} {} HTTP/1.1\r\nhost: {}\r\nx-api-key: {key}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        url.path(),
        url.host_str()?,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}
