//! What following a flow tells.

use crate::flowthings::types::Drop;

/// What happens in a flow that is followed; [`Follower::next`](super::Follower::next) gives it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FollowEvent {
    /// A drop has been written to the flow. Each comes once.
    Drop(Box<Drop>),
    /// Drops may be lost here: while they could not be received, the flow may have exceeded its capacity and deleted its oldest ones, or
    /// somebody has deleted them. What was created before `from` has been handed out.
    #[non_exhaustive]
    Gap {
        /// The `creationDate` of the last drop before, in milliseconds since the Unix epoch; where there is none, that from which on
        /// the flow is followed.
        from: i64,
        /// The `creationDate` of the first drop behind, in milliseconds since the Unix epoch; none where the flow is empty.
        to: Option<i64>,
    },
}
