//! Consensus: the replicated registry.

pub mod entry;
pub mod log_store;
pub mod snapshot;
pub mod store;
mod types;

use std::time::Duration;

use serde::Deserialize;
use tokio::sync::watch;
use trellis_core::registry::{Applied, Command, State};

pub use types::{Proposal, TypeConfig};

/// Settings of consensus and its store.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {}

/// Why a write has no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Nothing was written: there is no leader that a majority follows.
    #[error("no quorum: a majority of the voters cannot be reached; nothing was written")]
    NoQuorum,
    /// It may have been written, now or later.
    #[error("the outcome is unknown: {0}; repeat the write with the same client token")]
    Unknown(String),
    /// This node's Raft role has stopped; nothing was written.
    #[error("this node does not take part in Raft: {0}; nothing was written")]
    Stopped(String),
}

/// This node's part in the replicated registry.
pub struct Consensus {
    states: watch::Receiver<State>,
}

impl Consensus {
    /// The registry as last applied on this node. Never waits.
    #[must_use]
    pub fn state(&self) -> State {
        self.states.borrow().clone()
    }

    /// The registry as applied on this node, each time it changes.
    #[must_use]
    pub fn states(&self) -> watch::Receiver<State> {
        self.states.clone()
    }

    /// Writes a command, on whichever node leads, and answers when it is applied here too.
    ///
    /// # Errors
    /// [`WriteError`].
    #[expect(clippy::unused_async, reason = "the place of the writer")]
    pub async fn propose(
        &self,
        _command: Command,
        _deadline: Duration,
    ) -> Result<Applied, WriteError> {
        Err(WriteError::NoQuorum)
    }
}
