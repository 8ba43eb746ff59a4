//! `headwaters tour`: the platforms, walked with their real clients.

#[cfg(feature = "flink")]
mod account;
#[cfg(feature = "flink")]
mod flink;

use clap::Args;

use crate::{failure::Failure, platform::PLATFORMS};

/// Walks a platform with its real client and tells what came back.
///
/// Without options it starts a sandbox of its own. Whatever it makes it removes again, also when a step fails. The
/// account goes to stdout, progress to stderr.
#[derive(Args)]
pub(crate) struct Tour {
    #[cfg(feature = "flink")]
    #[command(flatten)]
    flink: flink::Options,
}

impl Tour {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        if PLATFORMS.is_empty() {
            let why = "this headwaters was built without any platform to walk";
            return Err(Failure::Usage(why.to_owned()));
        }
        #[cfg(feature = "flink")]
        self.flink.walk().await?;
        Ok(())
    }
}
