//! Consensus: the replicated registry.
//!
//! | file | holds |
//! |---|---|
//! | [`config`] | settings and limits |
//! | `write`, `read` | the two journeys: a command to its outcome, a linearizable read |
//! | [`log_store`], [`store`], [`entry`] | the log and the vote on disk, and how they are encoded |
//! | [`snapshot`] | snapshots on disk |
//! | `state_machine` | committed entries → registry → everyone who watches it |
//! | `network`, `server` | calls to members, calls from members; `wire` turns values into messages |
//! | `membership`, `campaign` | who votes, after the registry's nodes; who stands when the leader is silent |
//! | `status` | what an operator asks |

mod campaign;
pub mod config;
mod contact;
pub mod entry;
pub mod log_store;
mod membership;
mod network;
mod read;
mod server;
pub mod snapshot;
mod start;
mod state_machine;
mod status;
pub mod store;
mod types;
mod wire;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use openraft::async_runtime::watch::WatchReceiver;
use openraft::errors::{Fatal, InitializeError, RaftError};
use openraft::{BasicNode, RaftMetrics};
use tokio::sync::watch;
use trellis_core::registry::{Applied, Command, State};

use crate::clock;
use crate::cluster::links::Links;
use contact::Contact;
use log_store::Log;
use network::channels::Channels;
use state_machine::{Reason, StateMachine};
use store::StoreError;

pub use config::Config;
pub use server::Service;
pub use status::Status;
pub use types::{Proposal, TypeConfig};

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

/// Why consensus could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings do not fit each other.
    #[error("raft: {0}")]
    Config(String),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is on disk could not be read or applied.
    #[error("raft: {0}")]
    Replay(String),
}

/// Why a cluster could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The data directory already holds a cluster's registry.
    #[error("the cluster {0} exists already; nothing was written")]
    Exists(String),
    /// The first write has no outcome.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What consensus is built from.
pub struct Parts {
    /// The node's data directory; the log and the snapshots are in its `raft` directory.
    pub data_dir: PathBuf,
    /// Id of the cluster.
    pub cluster_id: String,
    /// This node's member id.
    pub member: u64,
    /// Connections to other nodes.
    pub links: Links,
}

type Raft = openraft::Raft<TypeConfig, StateMachine>;

/// A member that leads, and where it is.
struct Leader {
    member: u64,
    address: String,
}

/// This node's part in the replicated registry.
pub struct Consensus {
    cluster_id: String,
    member: u64,
    config: Config,
    raft: Raft,
    log: Arc<dyn Log>,
    states: watch::Receiver<State>,
    channels: Arc<Channels>,
    contact: Contact,
    reason: Reason,
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

    /// Creates the cluster: this node becomes its only voter and writes the first command.
    ///
    /// May be repeated after a crash between the two.
    ///
    /// # Errors
    /// [`CreateError::Exists`] where the registry here belongs to a cluster already.
    pub async fn create(
        &self,
        address: String,
        first: Command,
        deadline: Duration,
    ) -> Result<Applied, CreateError> {
        let cluster_id = self.states.borrow().cluster_id.clone();
        if !cluster_id.is_empty() {
            return Err(CreateError::Exists(cluster_id));
        }
        let members = BTreeMap::from([(self.member, BasicNode { addr: address })]);
        match self.raft.initialize(members).await {
            // Not allowed twice: the crash came after it.
            Ok(()) | Err(RaftError::APIError(InitializeError::NotAllowed(_))) => {}
            Err(error) => return Err(WriteError::Stopped(error.to_string()).into()),
        }
        Ok(self.propose(first, deadline).await?)
    }

    /// Hands leadership to the most caught-up voter, stops, and flushes the log.
    pub async fn shutdown(&self, deadline: Duration) {
        let started = clock::moment();
        // Between two sets of voters, this node may be one that the others cannot do without.
        self.settle(deadline / 4).await;
        if let Some(successor) = self.successor() {
            tracing::info!(successor, "handing leadership over");
            if self.raft.trigger().transfer_leader(successor).await.is_ok() {
                let wait = self.raft.wait(Some(deadline / 4));
                let handed_over = wait.metrics(
                    |metrics| metrics.current_leader != Some(self.member),
                    "leadership handed over",
                );
                if handed_over.await.is_err() {
                    tracing::warn!(successor, "leadership was not taken over in time");
                }
            }
        }
        let left = deadline.saturating_sub(started.elapsed());
        match tokio::time::timeout(left, self.raft.shutdown()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "raft ended badly"),
            Err(_) => tracing::warn!("raft did not end in time"),
        }
        let left = deadline.saturating_sub(started.elapsed());
        if tokio::time::timeout(left, self.log.close()).await.is_err() {
            tracing::warn!("the log was not closed in time");
        }
    }

    /// The voter with the longest log, where this node leads.
    fn successor(&self) -> Option<u64> {
        let metrics = self.metrics();
        let matched = metrics.replication.as_ref()?;
        let voters = metrics.membership_config.voter_ids();
        voters
            .filter(|voter| *voter != self.member)
            .max_by_key(|voter| matched.get(voter).copied().flatten().map(|id| id.index))
    }

    fn metrics(&self) -> RaftMetrics<TypeConfig> {
        self.look(RaftMetrics::clone)
    }

    /// Looks at the library's figures without copying them.
    fn look<T>(&self, read: impl FnOnce(&RaftMetrics<TypeConfig>) -> T) -> T {
        read(&self.raft.metrics().borrow_watched())
    }

    fn leader(&self) -> Option<Leader> {
        let (member, address) = self.look(|metrics| {
            let member = metrics.current_leader?;
            let node = metrics.membership_config.get_node(&member)?;
            Some((member, node.addr.clone()))
        })?;
        // A leader that has fallen silent is none.
        let silent = member != self.member
            && self
                .contact
                .age(member)
                .is_none_or(|age| age > self.config.quorum_silence_max());
        (!silent).then_some(Leader { member, address })
    }

    /// Why the Raft role has stopped.
    fn stopped(&self) -> Option<String> {
        let error = self.look(|metrics| metrics.running_state.clone().err())?;
        let reason = self.reason.get().map(str::to_owned);
        Some(match error {
            Fatal::Stopped => "it was shut down".to_owned(),
            error => reason.unwrap_or_else(|| error.to_string()),
        })
    }
}
