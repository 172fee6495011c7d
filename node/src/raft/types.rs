//! The types of our Raft.

use std::fmt;

use trellis_core::registry::Applied;

/// What the library runs on.
#[cfg(not(test))]
pub(super) type Runtime = openraft::impls::TokioRuntime;
/// What the library runs on: chance can be given a seed.
#[cfg(test)]
pub(super) type Runtime = super::tests::simulation::chance::Seeded;

openraft::declare_raft_types!(
    /// Entries carry encoded commands; answers are what the registry made of them.
    pub TypeConfig:
        D = Proposal,
        R = Applied,
        AsyncRuntime = Runtime,
);

/// A command as it stands in the log: encoded by [`trellis_core::registry::codec`].
#[derive(Clone, PartialEq, Eq)]
pub struct Proposal(pub Vec<u8>);

impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "command of {} bytes", self.0.len())
    }
}
