//! What tracks have not forwarded.

/// A drop that a track should have forwarded and has not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undelivered {
    /// Id of the track.
    pub track: String,
    /// Id of the drop.
    pub drop: String,
    /// Why, such as that there is no flow at the destination, or that 16 tracks in a row have forwarded it.
    pub reason: String,
}
