//! Writing: data to stdout, talk to stderr. A reader that has gone is an error to handle, never a panic.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use headwaters::{ByteStream, Json, Result, printable};
use serde::{Serialize, Serializer, ser::Error as _};

/// Lines of data, fit for a terminal whatever a server has put into them.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    write(&lines(text))
}

fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

fn lines(text: impl Display) -> String {
    let text = text.to_string();
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// One JSON document and a newline; spread over lines only where a person reads it.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    let text = if io::stdout().is_terminal() {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    write(&escaped(&text.map_err(io::Error::from)?))
}

/// JSON as it is written anew: its members in order, its white space gone, its numbers with all their digits.
pub(crate) struct Tree<'a>(pub(crate) &'a Json);

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(json) = self;
        if json.text().starts_with('{') {
            let members: BTreeMap<String, Json> = json.read().map_err(S::Error::custom)?;
            serializer.collect_map(members.iter().map(|(name, value)| (name, Tree(value))))
        } else if json.text().starts_with('[') {
            let items: Vec<Json> = json.read().map_err(S::Error::custom)?;
            serializer.collect_seq(items.iter().map(Tree))
        } else {
            json.serialize(serializer)
        }
    }
}

/// The same JSON, in which characters that nobody sees are escaped. They stand in strings alone, but for the ends of lines.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut units = [0; 2];
    for character in json.chars() {
        if character == '\n' || printable(character.encode_utf8(&mut [0; 4])) != " " {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

/// Bytes as they come.
pub(crate) async fn bytes(stream: ByteStream) -> Result<()> {
    stream.copy_to(&mut tokio::io::stdout()).await?;
    Ok(())
}

/// Lines for the person at the terminal; where stderr is closed, nobody misses it.
pub(crate) fn talk(text: impl Display) {
    let _ = writeln!(io::stderr(), "{}", lines(text));
}
