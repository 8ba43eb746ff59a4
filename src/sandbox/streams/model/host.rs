//! Hosts, on which jobs run; resources, as Streams calls them too.

/// A host.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) processors: i64,
    pub(crate) tags: Vec<&'static str>,
    /// Whether jobs may run on it.
    pub(crate) runs_jobs: bool,
}

impl Host {
    pub(crate) fn new(number: u8, runs_jobs: bool) -> Self {
        Self {
            name: format!("streams{number}.example.com"),
            address: format!("192.0.2.{number}"),
            processors: 4,
            tags: match runs_jobs {
                true => vec!["application"],
                false => vec!["management", "sws", "jmx", "view"],
            },
            runs_jobs,
        }
    }
}
