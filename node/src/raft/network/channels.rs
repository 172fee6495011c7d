//! Connections to members, one for each purpose, shared by everyone who talks to the member.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tonic::transport::Channel;
use trellis_core::model::Node;
use trellis_core::registry::State;
use trellis_proto::raft_v1::raft_client::RaftClient;

use crate::cluster::links::Links;
use crate::raft::config::MESSAGE_BYTES_MAX;

/// What a connection is for. Each purpose has its own, so that a snapshot or a large batch never
/// delays a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::raft) enum Lane {
    /// Entries, votes, hand-overs.
    Log,
    /// Heartbeats.
    Liveness,
    /// Snapshots.
    Snapshot,
    /// Writes and read indices of clients, sent on to the leader.
    Forward,
}

/// Connections to members.
pub(in crate::raft) struct Channels {
    links: Links,
    states: watch::Receiver<State>,
    open: Mutex<HashMap<(u64, Lane), Channel>>,
}

impl Channels {
    /// No connections yet.
    pub(in crate::raft) fn new(links: Links, states: watch::Receiver<State>) -> Self {
        Self {
            links,
            states,
            open: Mutex::new(HashMap::new()),
        }
    }

    /// A client of a member; it connects when it is first used.
    ///
    /// The registry's address of the member goes before `address`, Raft's, which is the one of the
    /// time when it became a member.
    ///
    /// # Errors
    /// Where the address is no `host:port`.
    pub(in crate::raft) fn client(
        &self,
        member: u64,
        address: &str,
        lane: Lane,
    ) -> io::Result<RaftClient<Channel>> {
        let mut open = self.open();
        let channel = match open.get(&(member, lane)) {
            Some(channel) => channel.clone(),
            None => {
                let registered = self.registered(member);
                let address = registered.as_deref().unwrap_or(address);
                let channel = self.links.channel(member, address)?;
                open.insert((member, lane), channel.clone());
                channel
            }
        };
        Ok(RaftClient::new(channel)
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX))
    }

    /// Gives up a connection that failed; the next use makes a new one.
    pub(in crate::raft) fn give_up(&self, member: u64, lane: Lane) {
        self.open().remove(&(member, lane));
    }

    fn registered(&self, member: u64) -> Option<String> {
        let state = self.states.borrow();
        let node = state.get::<Node>(&format!("node-{member}"))?;
        (!node.cluster_address.is_empty()).then(|| node.cluster_address.clone())
    }

    fn open(&self) -> MutexGuard<'_, HashMap<(u64, Lane), Channel>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
