//! `headwaters sandbox`: servers to try things on.

use std::{any::Any, io};

use clap::Args;
use headwaters::sandbox::Flavour;
use serde_json::{Map, Value};

use crate::{failure::Failure, interrupt::interrupt, output};

/// Runs sandboxes, filled with demonstration data, until it is interrupted.
///
/// The first line on stdout is a JSON object with what is needed to connect, such as {"flink":"http://127.0.0.1:43210"}; for
/// Joule it has "joule_key" too, and for IBM Streams "streams_flavour", "streams_user" and "streams_password". Streaming
/// Analytics adds "streams_vcap", the text of VCAP_SERVICES; Cloud Pak for Data adds "streams_ca", the certificate of its
/// authority as PEM. flowthings.io comes with "flowthings_account" and "flowthings_token"; REST, sessions and sockets share its
/// port. Without options, every platform runs on a free port.
#[derive(Args)]
pub(crate) struct Sandbox {
    /// Runs a Flink JobManager, on this loopback port or on a free one.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    flink: Option<u16>,
    /// Runs a Joule node, on this loopback port or on a free one.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    joule: Option<u16>,
    /// Runs IBM Streams, on this loopback port or on a free one.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    streams: Option<u16>,
    /// What IBM Streams is: on-prem4, standalone5, cp4d, sas1 or sas2.
    #[arg(long, value_name = "FLAVOUR", default_value_t = Flavour::OnPrem4)]
    streams_flavour: Flavour,
    /// Runs flowthings.io, on this loopback port or on a free one.
    #[cfg(feature = "flowthings")]
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    flowthings: Option<u16>,
}

impl Sandbox {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        // Before the first line: whoever reads it may interrupt at once.
        let interrupted = interrupt()?;
        let asked = [
            self.flink,
            self.joule,
            self.streams,
            #[cfg(feature = "flowthings")]
            self.flowthings,
        ];
        let all = asked.iter().all(Option::is_none);
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

        if let Some(port) = port(self.streams) {
            let streams = headwaters::sandbox::Streams::builder()
                .demo(true)
                .port(port);
            let streams = streams.flavour(self.streams_flavour).journal_limit(0);
            let streams = started("streams", port, streams.start().await)?;
            let mut entry = |name: &str, value: &str| access.insert(name.to_owned(), value.into());
            entry("streams", streams.url());
            entry("streams_flavour", &self.streams_flavour.to_string());
            entry("streams_user", streams.user());
            entry("streams_password", streams.password());
            if let Some(vcap) = streams.vcap() {
                entry("streams_vcap", vcap);
            }
            if let Some(authority) = streams.authority() {
                entry("streams_ca", authority);
            }
            servers.push(Box::new(streams));
        }

        #[cfg(feature = "flowthings")]
        if let Some(port) = port(self.flowthings) {
            let flowthings = headwaters::sandbox::Flowthings::builder()
                .demo(true)
                .port(port);
            let flowthings = flowthings.journal_limit(0);
            let flowthings = started("flowthings", port, flowthings.start().await)?;
            let mut entry = |name: &str, value: &str| access.insert(name.to_owned(), value.into());
            entry("flowthings", flowthings.url());
            entry("flowthings_account", flowthings.account());
            entry("flowthings_token", flowthings.token());
            servers.push(Box::new(flowthings));
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
