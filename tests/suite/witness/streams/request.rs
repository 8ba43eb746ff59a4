//! A request as Streams reads it, in one line.

use headwaters::sandbox::{Exchange, Streams};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

/// The requests that a sandbox has got: method, path, query and body, without its address. The path of Streams in Cloud Pak for Data
/// is that of stand-alone Streams, and the ids of bundles, which are drawn after tokens of which Python fetches more there, are left out.
pub fn all(streams: &Streams) -> Vec<String> {
    let journal = streams.journal();
    let requests = journal.iter().map(read);
    let without = |line: String| {
        let line = line.replace(streams.origin(), "");
        let line = line.replace("/streams-rest/", "/streams/rest/");
        match line.split_once(r#""application":"bundleId:"#) {
            Some((before, rest)) if streams.authority().is_some() => {
                let (_, after) = rest.split_once('"').unwrap();
                format!(r#"{before}"application":"bundleId"{after}"#)
            }
            _ => line,
        }
    };
    requests.map(without).collect()
}

fn read(exchange: &Exchange) -> String {
    let url = Url::parse(&format!("http://sandbox{}", exchange.target)).unwrap();
    let path = percent_decode_str(url.path()).decode_utf8().unwrap();
    let mut line = format!("{} {path}", exchange.method);
    let mut query: Vec<_> = url.query_pairs().collect();
    query.sort();
    for (index, (name, value)) in query.iter().enumerate() {
        line += if index == 0 { "?" } else { "&" };
        line += &format!("{name}={value}");
    }
    if exchange.body_len > 0 {
        line += &format!(" {}", body(exchange));
    }
    line
}

/// The body: JSON as it is, of all else the media type.
fn body(exchange: &Exchange) -> String {
    let mut headers = exchange.headers.iter();
    let media_type = headers.find(|(name, _)| name == "content-type");
    let media_type = media_type.map_or("", |(_, value)| value.split(';').next().unwrap());
    match serde_json::from_slice::<Value>(&exchange.body) {
        Ok(body) if media_type == "application/json" => body.to_string(),
        _ => format!("as {media_type}"),
    }
}
