//! The platforms that the command knows. A new one is a line in [`PLATFORMS`] and its function; its sandbox and its
//! tour are in the files of those names.

use headwaters::{
    Config, Operation, Result, Secret,
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
    /// Connects and makes one call.
    pub(crate) call: fn(Server, &'static str, Arguments) -> BoxFuture<Result<Answer>>,
}

/// Where to connect to and how.
pub(crate) struct Server {
    pub(crate) url: String,
    /// What opens it: a token or a key, as the platform has it.
    pub(crate) key: Option<Secret>,
    pub(crate) config: Config,
}

/// Those of this build.
pub(crate) static PLATFORMS: &[Platform] = &[
    #[cfg(feature = "flink")]
    Platform {
        name: "flink",
        url: headwaters::flink::DEFAULT_URL,
        operations: &headwaters::flink::OPERATIONS,
        stdin_name: "stdin.jar",
        call: flink,
    },
    #[cfg(feature = "joule")]
    Platform {
        name: "joule",
        url: headwaters::joule::DEFAULT_URL,
        operations: &headwaters::joule::OPERATIONS,
        stdin_name: "stdin.zip",
        call: joule,
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
fn flink(server: Server, id: &'static str, arguments: Arguments) -> BoxFuture<Result<Answer>> {
    Box::pin(async move {
        let config = match server.key {
            Some(token) => server.config.with_auth(headwaters::Auth::bearer(token)),
            None => server.config,
        };
        let flink = headwaters::flink::Flink::with_config(server.url, config)?;
        flink.call(id, arguments).await
    })
}

/// Without a key as it is with an empty one: the node answers 403.
#[cfg(feature = "joule")]
fn joule(server: Server, id: &'static str, arguments: Arguments) -> BoxFuture<Result<Answer>> {
    Box::pin(async move {
        let key = server.key.unwrap_or_else(|| "".into());
        let node = headwaters::joule::Node::with_config(server.url, key, server.config)?;
        node.call(id, arguments).await
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
