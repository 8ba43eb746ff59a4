//! The platforms that the command knows. A new one is a line in [`PLATFORMS`] and its function; its sandbox and its
//! tour are in the files of those names.

use headwaters::{
    Config, Operation, Result,
    call::BoxFuture,
    dynamic::{Answer, Arguments},
};

/// What the command needs to know of a platform.
pub(crate) struct Platform {
    /// As on the command line.
    pub(crate) name: &'static str,
    /// Where its server listens unless told otherwise.
    pub(crate) url: &'static str,
    pub(crate) operations: &'static [Operation],
    /// The file name that an upload from stdin gets: a platform may care for how it ends.
    pub(crate) stdin_name: &'static str,
    /// Connects to the URL and makes one call.
    pub(crate) call: fn(String, Config, &'static str, Arguments) -> BoxFuture<Result<Answer>>,
}

/// Those of this build.
pub(crate) static PLATFORMS: &[Platform] = &[
    #[cfg(feature = "flink")]
    Platform {
        name: "flink",
        url: "http://localhost:8081",
        operations: &headwaters::flink::OPERATIONS,
        stdin_name: "stdin.jar",
        call: flink,
    },
];

/// All that there are to be, and whether their features are on.
const NAMES: [(&str, bool); 4] = [
    ("flink", cfg!(feature = "flink")),
    ("joule", cfg!(feature = "joule")),
    ("streams", cfg!(feature = "streams")),
    ("flowthings", cfg!(feature = "flowthings")),
];

#[cfg(feature = "flink")]
fn flink(
    url: String,
    config: Config,
    id: &'static str,
    arguments: Arguments,
) -> BoxFuture<Result<Answer>> {
    Box::pin(async move {
        let flink = headwaters::flink::Flink::with_config(url, config)?;
        flink.call(id, arguments).await
    })
}

impl Platform {
    /// The platform of this name, or why there is none.
    pub(crate) fn find(name: &str) -> Result<&'static Self, String> {
        if let Some(platform) = PLATFORMS.iter().find(|platform| platform.name == name) {
            return Ok(platform);
        }
        Err(match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, true)) => {
                format!("this version of headwaters has no operations of {name} yet")
            }
            Some((_, false)) => {
                format!("this headwaters was built without {name}; its feature is `{name}`")
            }
            None => {
                let names: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
                format!("there is no such platform; there are: {}", names.join(", "))
            }
        })
    }
}
