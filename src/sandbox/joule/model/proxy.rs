//! Proxies: other sites that the node shows under its own address.

/// A site; its number is its place.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) name: &'static str,
    /// Ends with a slash.
    pub(crate) url: &'static str,
}
