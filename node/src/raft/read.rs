//! Linearizable reads on any node: the leader says up to where to apply, the node applies and reads.

use std::time::Duration;

use openraft::ReadPolicy;
use trellis_core::registry::State;
use trellis_core::seeded_bugs::{self, Bug};
use trellis_proto::raft_v1::{ReadIndexRequest, read_index_response::Result as Confirmed};

use super::network::channels::Lane;
use super::write::{FORWARD_GRACE, LEADERLESS_MAX, RETRY_INTERVAL};
use super::{Consensus, Leader, WriteError};
use crate::clock;

impl Consensus {
    /// The registry with every write that was answered, by any node, before this call.
    ///
    /// # Errors
    /// [`WriteError::NoQuorum`] where no leader confirms in time (at most 1.5 s) that it leads, or
    /// this node does not catch up before the deadline; [`WriteError::Stopped`].
    pub async fn linearizable(&self, deadline: Duration) -> Result<State, WriteError> {
        if seeded_bugs::is(Bug::B1) {
            return Ok(self.state());
        }
        let started = clock::moment();
        let index = loop {
            if let Some(why) = self.stopped() {
                return Err(WriteError::Stopped(why));
            }
            let left = deadline
                .min(LEADERLESS_MAX)
                .saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(WriteError::NoQuorum);
            }
            if let Some(index) = self.read_index(left).await {
                break index;
            }
            tokio::time::sleep(RETRY_INTERVAL).await;
        };
        let left = deadline.saturating_sub(started.elapsed());
        if self.reach(index, left).await {
            Ok(self.state())
        } else {
            Err(WriteError::NoQuorum)
        }
    }

    async fn read_index(&self, left: Duration) -> Option<u64> {
        let leader = self.leader()?;
        if leader.member == self.member {
            self.read_index_here(left).await
        } else {
            self.ask_read_index(&leader, left).await
        }
    }

    /// The read index, where this node leads and a quorum confirms it.
    pub(super) async fn read_index_here(&self, left: Duration) -> Option<u64> {
        let confirmed = self.raft.get_read_linearizer(ReadPolicy::ReadIndex);
        let confirmed = tokio::time::timeout(left, confirmed).await.ok()?.ok()?;
        Some(confirmed.read_log_id().index())
    }

    async fn ask_read_index(&self, leader: &Leader, left: Duration) -> Option<u64> {
        let client = self
            .channels
            .client(leader.member, &leader.address, Lane::Forward);
        let mut client = client.ok()?;
        let request = ReadIndexRequest {
            deadline_ms: u32::try_from(left.as_millis()).unwrap_or(u32::MAX),
        };
        let answer = tokio::select! {
            biased;
            answer = tokio::time::timeout(left + FORWARD_GRACE, client.read_index(request)) => answer,
            () = self.leader_lost(leader.member) => return None,
        };
        match answer.ok()? {
            Ok(response) => match response.into_inner().result? {
                Confirmed::Index(index) => Some(index),
                Confirmed::NotLeader(_) => None,
            },
            Err(_) => {
                self.channels.give_up(leader.member, Lane::Forward);
                None
            }
        }
    }
}
