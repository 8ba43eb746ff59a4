//! `headwaters tour`: the platforms, walked with their real clients.

#[cfg(any(
    feature = "flink",
    feature = "flowthings",
    feature = "joule",
    feature = "streams"
))]
mod account;
#[cfg(feature = "flink")]
mod flink;
#[cfg(feature = "flowthings")]
mod flowthings;
#[cfg(feature = "joule")]
mod joule;
#[cfg(feature = "streams")]
mod streams;

use clap::Args;
use headwaters::PLATFORMS;

use crate::failure::Failure;

/// Walks the platforms with their real clients and tells what came back.
///
/// Without options it starts a sandbox of each; where servers are named, only those are walked. Whatever it makes it removes
/// again, also when a step fails. The account goes to stdout, progress to stderr.
#[derive(Args)]
pub(crate) struct Tour {
    #[cfg(feature = "flink")]
    #[command(flatten)]
    flink: flink::Options,
    #[cfg(feature = "joule")]
    #[command(flatten)]
    joule: joule::Options,
    #[cfg(feature = "streams")]
    #[command(flatten)]
    streams: streams::Options,
    #[cfg(feature = "flowthings")]
    #[command(flatten)]
    flowthings: flowthings::Options,
}

impl Tour {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        if PLATFORMS.is_empty() {
            let why = "this headwaters was built without any platform to walk";
            return Err(Failure::Usage(why.to_owned()));
        }
        let named = [
            #[cfg(feature = "flink")]
            self.flink.is_named(),
            #[cfg(feature = "joule")]
            self.joule.is_named(),
            #[cfg(feature = "streams")]
            self.streams.is_named(),
            #[cfg(feature = "flowthings")]
            self.flowthings.is_named(),
        ];
        let all = !named.contains(&true);
        #[cfg(feature = "flink")]
        if all || self.flink.is_named() {
            self.flink.walk().await?;
        }
        #[cfg(feature = "joule")]
        if all || self.joule.is_named() {
            self.joule.walk().await?;
        }
        #[cfg(feature = "streams")]
        if all || self.streams.is_named() {
            self.streams.walk().await?;
        }
        #[cfg(feature = "flowthings")]
        if all || self.flowthings.is_named() {
            self.flowthings.walk().await?;
        }
        Ok(())
    }
}
