//! What is made of the bytes of an answer. Not part of the public interface.

use serde::de::DeserializeOwned;

use super::{
    decode::{Numbers, decode, has_at_most},
    glimpse::Glimpse,
};

/// The value that the bytes say, of a server that writes `NaN` and the infinities as they are or of one that does not; otherwise where
/// they do not fit.
pub fn json_value<T: DeserializeOwned>(bytes: &[u8], is_bare: bool) -> Result<T, String> {
    let numbers = match is_bare {
        true => Numbers::Bare,
        false => Numbers::Json,
    };
    decode(bytes, numbers).map_err(|error| error.place)
}

/// Whether there are at most so many values.
pub fn json_has_at_most(bytes: &[u8], limit: usize) -> bool {
    has_at_most(&[bytes], limit)
}

/// What begins where an object has this member, if it has; nothing where only reading tells.
pub fn json_glimpse<'a>(bytes: &'a [u8], name: &str) -> Option<Option<&'a [u8]>> {
    match Glimpse::of(bytes, name) {
        Glimpse::At(value) => Some(Some(value)),
        Glimpse::Missing => Some(None),
        Glimpse::Unclear => None,
    }
}
