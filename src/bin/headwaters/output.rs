//! Writing: data to stdout, talk to stderr. A reader that has gone is an error to handle, never a panic.

use std::{
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use headwaters::{ByteStream, Result};
use serde::Serialize;

/// One line of data.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

/// One JSON document and a newline; spread over lines only where a person reads it.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    let text = if io::stdout().is_terminal() {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    line(text.map_err(io::Error::from)?)
}

/// Bytes as they come.
pub(crate) async fn bytes(stream: ByteStream) -> Result<()> {
    stream.copy_to(&mut tokio::io::stdout()).await?;
    Ok(())
}

/// One line for the person at the terminal; where stderr is closed, nobody misses it.
pub(crate) fn talk(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
