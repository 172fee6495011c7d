//! Connections to members, one for each purpose, shared by everyone who talks to the member.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, ServiceExt};
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

/// A way to call a member.
pub(in crate::raft) type Link =
    BoxCloneSyncService<http::Request<Body>, http::Response<Body>, LinkError>;

/// A call that had no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::raft) struct LinkError(#[source] pub(in crate::raft) BoxError);

/// Makes ways to members.
pub(in crate::raft) trait Dial: Send + Sync {
    /// A way to a member at an address; nothing is sent before it is first used.
    ///
    /// # Errors
    /// Where the address is no `host:port`.
    fn dial(&self, member: u64, address: &str) -> io::Result<Link>;
}

impl Dial for Links {
    fn dial(&self, member: u64, address: &str) -> io::Result<Link> {
        let channel = self.channel(member, address)?;
        Ok(Link::new(channel.map_err(|error| LinkError(error.into()))))
    }
}

/// Connections to members.
pub(in crate::raft) struct Channels {
    dial: Arc<dyn Dial>,
    states: watch::Receiver<State>,
    open: Mutex<HashMap<(u64, Lane), Connection>>,
}

/// A connection to a member.
struct Connection {
    link: Link,
    /// When the first of the calls was made that have had no answer since.
    silent_since: Option<Instant>,
}

impl Channels {
    /// No connections yet.
    pub(in crate::raft) fn new(dial: Arc<dyn Dial>, states: watch::Receiver<State>) -> Self {
        Self {
            dial,
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
    ) -> io::Result<RaftClient<Link>> {
        let mut open = self.open();
        let link = match open.get(&(member, lane)) {
            Some(connection) => connection.link.clone(),
            None => {
                let registered = self.registered(member);
                let address = registered.as_deref().unwrap_or(address);
                let link = self.dial.dial(member, address)?;
                let connection = Connection {
                    link: link.clone(),
                    silent_since: None,
                };
                open.insert((member, lane), connection);
                link
            }
        };
        Ok(RaftClient::new(link)
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX))
    }

    /// Gives up a connection that failed; the next use makes a new one.
    pub(in crate::raft) fn give_up(&self, member: u64, lane: Lane) {
        self.open().remove(&(member, lane));
    }

    /// Notes that a call was answered.
    pub(in crate::raft) fn answered(&self, member: u64, lane: Lane) {
        if let Some(connection) = self.open().get_mut(&(member, lane)) {
            connection.silent_since = None;
        }
    }

    /// Notes that a call that was made at a time has had no answer; for how long there has been none
    /// on the connection.
    pub(in crate::raft) fn unanswered(&self, member: u64, lane: Lane, made: Instant) -> Duration {
        match self.open().get_mut(&(member, lane)) {
            Some(connection) => connection.silent_since.get_or_insert(made).elapsed(),
            None => Duration::ZERO,
        }
    }

    fn registered(&self, member: u64) -> Option<String> {
        let state = self.states.borrow();
        let node = state.get::<Node>(&format!("node-{member}"))?;
        (!node.cluster_address.is_empty()).then(|| node.cluster_address.clone())
    }

    fn open(&self) -> MutexGuard<'_, HashMap<(u64, Lane), Connection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
