//! The Python client, which makes its next call when told to.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use headwaters::sandbox::{Flavour, Streams};
use serde_json::{Value, json};

pub struct Python {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    /// Starts it against a sandbox, of which it gets to know what the command prints.
    pub fn start(interpreter: &str, streams: &Streams, flavour: Flavour) -> Self {
        let mut access = json!({
            "streams": streams.url(),
            "streams_flavour": flavour.to_string(),
            "streams_user": streams.user(),
            "streams_password": streams.password(),
        });
        if let Some(vcap) = streams.vcap() {
            access["streams_vcap"] = vcap.into();
        }
        if let Some(authority) = streams.authority() {
            access["streams_ca"] = authority.into();
        }
        let mut process = Command::new(interpreter)
            .args(["-B", "tests/witness/streams/client.py", "--step"])
            .arg(access.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap())
    }

    /// The call that it is about to make; nothing when it has made all.
    pub fn next(&mut self) -> Option<String> {
        let line = self.line()?;
        Some(line["next"].as_str().unwrap().to_owned())
    }

    /// Lets it make the call, and gives what came of it.
    pub fn make(&mut self) -> Value {
        self.input.write_all(b"\n").unwrap();
        self.line().unwrap()
    }

    /// Lets it prepare the call after this one.
    pub fn go_on(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }

    /// Whether all calls went as they should.
    pub fn is_content(&mut self) -> bool {
        self.process.wait().unwrap().success()
    }
}

/// It does not outlive a test that fails.
impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
