//! What a host or the network can be made to do wrong, to see that it is found.

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bug {
    /// The disk says that it keeps a vote, and a crash loses it.
    VoteNotKept,
    /// The disk says that entries are synced before they are.
    AckedBeforeSync,
    /// Entries that never arrive count as accepted: what is committed is not on a majority.
    CommitWithoutQuorum,
    /// A node serves linearizable reads from what it has, without asking the leader.
    StaleReads,
}
