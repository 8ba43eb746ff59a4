//! `headwaters sandbox`: servers to try things on.

use std::{any::Any, io};

use clap::Args;
use serde_json::{Map, Value};

use crate::{failure::Failure, interrupt::interrupt, output};

/// Runs sandboxes, filled with demonstration data, until it is interrupted.
///
/// The first line on stdout is a JSON object with what is needed to connect, such as
/// {"flink":"http://127.0.0.1:43210"}; for Joule it has "joule_key" too. Without options, every platform runs on a free port.
#[derive(Args)]
pub(crate) struct Sandbox {
    /// Runs a Flink JobManager, on this loopback port or on a free one.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    flink: Option<u16>,
    /// Runs a Joule node, on this loopback port or on a free one.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    joule: Option<u16>,
}

impl Sandbox {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        // Before the first line: whoever reads it may interrupt at once.
        let interrupted = interrupt()?;
        let all = self.flink.is_none() && self.joule.is_none();
        let port = |asked: Option<u16>| asked.or(all.then_some(0));
        let mut access = Map::new();
        let mut servers: Vec<Box<dyn Any>> = Vec::new();

        if let Some(port) = port(self.flink) {
            let flink = headwaters::sandbox::Flink::builder().demo(true).port(port);
            // Nobody can ask for it.
            let flink = flink.journal_limit(0);
            let flink = started("flink", port, flink.start().await)?;
            access.insert("flink".to_owned(), Value::from(flink.url()));
            servers.push(Box::new(flink));
        }

        if let Some(port) = port(self.joule) {
            let joule = headwaters::sandbox::Joule::builder().demo(true).port(port);
            let joule = joule.journal_limit(0);
            let joule = started("joule", port, joule.start().await)?;
            access.insert("joule".to_owned(), Value::from(joule.url()));
            access.insert("joule_key".to_owned(), Value::from(joule.key()));
            servers.push(Box::new(joule));
        }

        output::line(Value::Object(access))?;
        output::talk("The sandboxes run until Ctrl-C or SIGTERM.");
        interrupted.await;
        Ok(())
    }
}

/// The server, or why it has not started.
fn started<T>(platform: &str, port: u16, outcome: io::Result<T>) -> Result<T, Failure> {
    outcome.map_err(|error| {
        Failure::Failed(format!(
            "the {platform} sandbox cannot start on port {port}: {error}"
        ))
    })
}
