//! What the database of a node refuses.

/// An error of the database, which no handler of Joule foresees.
#[derive(Debug)]
pub(crate) enum DatabaseError {
    /// There is no table for the event stream with this id.
    NoEvents(i64),
    /// This text is compared as a number, and is none.
    NotANumber(String),
    /// Python writes an interval in a way that the database does not read.
    NoInterval,
    /// There is no table for this level of decimation.
    NoLevel(u64),
    /// This level has a row at this time.
    Taken(u64, i64),
}
