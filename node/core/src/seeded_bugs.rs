//! Bugs that are built in on purpose, to prove that the checkers of the fault tests can fail.
//!
//! Only a build with the feature `seeded-bugs`, which nothing turns on by default, has them; in every
//! other build [`is`] is a constant and the compiler removes what it guards. Which one is active is
//! the one value of this crate that is not an argument: it is process-wide, set at most once, by the
//! binary, before anything is decided, and never changes; so what is decided stays a function of the
//! arguments. One process has one bug or none; tests need a process each, as `cargo nextest` gives.
//!
//! `docs/seeded-bugs.md` says what each does and which checker must catch it.

#[cfg(feature = "seeded-bugs")]
mod chosen;

#[cfg(feature = "seeded-bugs")]
pub use chosen::{VARIABLE, WrongBug, choose, choose_named, chosen};

/// The bugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// Linearizable reads are served from the node's own registry.
    B1,
    /// The vote is not written.
    B2,
    /// The barriers of the log are skipped.
    B3,
    /// A write is answered before it is replicated.
    B4,
    /// After a restart, the first entry behind the snapshot counts as applied.
    B5,
    /// Snapshots hold no target groups.
    B6,
    /// Followers, and members that start again, know only the newer half of a joint membership.
    B7,
    /// The expected revision of an update is not looked at.
    B8,
    /// Client tokens are remembered only where the write was proposed.
    B9,
    /// A view is published again, late, over newer ones.
    B10,
    /// The first change after a start is announced, but not compiled.
    B11,
    /// A request is sent again although the target may have acted on it.
    B12,
    /// Connections are shared between the ports of an address and between VPCs.
    B13,
    /// Rules see a path that is decoded twice, policies see it as it arrived.
    B14,
    /// Eight bytes of a signature count, the date window is sixty times as long, and a signed header
    /// that is absent counts as empty.
    B15,
    /// A node that joins again at its address gets its member id again.
    B16,
}

/// Whether a bug is active.
#[cfg(feature = "seeded-bugs")]
#[must_use]
pub fn is(bug: Bug) -> bool {
    chosen() == Some(bug)
}

/// Whether a bug is active: none is in this build.
#[cfg(not(feature = "seeded-bugs"))]
#[must_use]
pub const fn is(_bug: Bug) -> bool {
    false
}
