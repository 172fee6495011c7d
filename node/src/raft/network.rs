//! Calls to other members of the Raft group.
//!
//! Every call has a deadline. A connection that fails, or that stays silent for longer than the
//! leader's lease, is given up and made anew: a half-open one would otherwise swallow calls until
//! the kernel notices.

pub(super) mod channels;
pub(super) mod transfer;

use std::future::Future;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use openraft::errors::{
    NetworkError, RPCError, ReplicationClosed, StreamingError, Timeout, Unreachable,
};
use openraft::network::{Backoff, RPCOption, RPCTypes, RaftNetworkFactory, RaftNetworkV2};
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest,
    TransferLeaderResponse, VoteRequest, VoteResponse,
};
use openraft::type_config::alias::SnapshotOf;
use openraft::{AsyncRuntime, BasicNode};
use rand::RngExt;
use tokio::time::timeout;
use tonic::{Response, Status};
use trellis_proto::raft_v1::raft_client::RaftClient;

use super::config::Config;
use super::entry::Vote;
use super::types::{Runtime, TypeConfig};
use super::wire;
use crate::clock;
use channels::{Channels, Lane, Link};

/// First wait before an unreachable member is tried again; it doubles up to [`BACKOFF_MAX`].
const BACKOFF_MIN: Duration = Duration::from_millis(25);
/// Longest wait before an unreachable member is tried again.
const BACKOFF_MAX: Duration = Duration::from_millis(800);

/// Makes the network towards each member.
pub(super) struct Network {
    /// This member.
    pub(super) member: u64,
    /// Connections.
    pub(super) channels: Arc<Channels>,
    /// Deadlines.
    pub(super) config: Config,
}

impl Network {
    fn to(&self, target: u64, node: &BasicNode, lane: Lane) -> Target {
        Target {
            member: self.member,
            target,
            address: node.addr.clone(),
            lane,
            channels: self.channels.clone(),
            config: self.config.clone(),
        }
    }
}

impl RaftNetworkFactory<TypeConfig> for Network {
    type Network = Target;

    async fn new_client(&mut self, target: u64, node: &BasicNode) -> Target {
        self.to(target, node, Lane::Log)
    }

    async fn new_heartbeat_client(&mut self, target: u64, node: &BasicNode) -> Target {
        self.to(target, node, Lane::Liveness)
    }

    async fn new_snapshot_client(&mut self, target: u64, node: &BasicNode) -> Target {
        self.to(target, node, Lane::Snapshot)
    }
}

/// The network towards one member, for one purpose. For each election the library makes others, so what
/// is known of a connection is with the [`Channels`].
pub(super) struct Target {
    member: u64,
    target: u64,
    address: String,
    lane: Lane,
    channels: Arc<Channels>,
    config: Config,
}

impl Target {
    async fn call<T, F>(
        &mut self,
        action: RPCTypes,
        deadline: Duration,
        rpc: impl FnOnce(RaftClient<Link>) -> F,
    ) -> Result<T, RPCError<TypeConfig>>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let client = self
            .channels
            .client(self.target, &self.address, self.lane)
            .map_err(|error| Unreachable::new(&error))?;
        let started = clock::moment();
        match timeout(deadline, rpc(client)).await {
            Ok(Ok(response)) => {
                self.channels.answered(self.target, self.lane);
                Ok(response.into_inner())
            }
            Ok(Err(status)) => {
                self.channels.answered(self.target, self.lane);
                Err(self.failed(&status))
            }
            Err(_) => {
                let silence = self.channels.unanswered(self.target, self.lane, started);
                if silence > self.config.quorum_silence_max() {
                    self.channels.give_up(self.target, self.lane);
                }
                Err(RPCError::Timeout(Timeout {
                    action,
                    id: self.member,
                    target: self.target,
                    timeout: deadline,
                }))
            }
        }
    }

    fn failed(&self, status: &Status) -> RPCError<TypeConfig> {
        let refused = matches!(
            status.code(),
            tonic::Code::InvalidArgument | tonic::Code::ResourceExhausted | tonic::Code::Internal
        );
        if refused {
            return RPCError::Network(NetworkError::new(status));
        }
        // Also where the peer is another member than it should be, or knows none of us.
        self.channels.give_up(self.target, self.lane);
        RPCError::Unreachable(Unreachable::new(status))
    }
}

fn malformed(error: &wire::WireError) -> RPCError<TypeConfig> {
    RPCError::Network(NetworkError::new(error))
}

impl RaftNetworkV2<TypeConfig> for Target {
    type SnapshotData = Bytes;

    /// Appends entries, or beats where there are none.
    ///
    /// The library allows one heartbeat interval. A heartbeat gets it; entries get the time that a
    /// slow disk may need, because sending them again would only make it slower.
    async fn append_entries(
        &mut self,
        request: AppendEntriesRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<TypeConfig>, RPCError<TypeConfig>> {
        let deadline = if request.entries.is_empty() {
            option.soft_ttl()
        } else {
            option.soft_ttl().max(self.config.append_deadline())
        };
        let (message, last) = wire::append_to(&request);
        let from_start = request.prev_log_id.is_none();
        drop(request);
        let response = self
            .call(RPCTypes::AppendEntries, deadline, |mut client| async move {
                client.append(message).await
            })
            .await?;
        let response = wire::appended_from(response).map_err(|error| malformed(&error))?;
        Ok(match (response, last) {
            // Nothing can conflict with the start of the log; the library would panic over it.
            (AppendEntriesResponse::Conflict, _) if from_start => {
                return Err(malformed(&wire::WireError::Missing("entry in conflict")));
            }
            (AppendEntriesResponse::Success, Some(last)) => {
                AppendEntriesResponse::PartialSuccess(Some(last))
            }
            (response, _) => response,
        })
    }

    async fn vote(
        &mut self,
        request: VoteRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<VoteResponse<TypeConfig>, RPCError<TypeConfig>> {
        let message = wire::ballot_to(&request);
        let response = self
            .call(RPCTypes::Vote, option.soft_ttl(), |mut client| async move {
                client.vote(message).await
            })
            .await?;
        wire::voted_from(response).map_err(|error| malformed(&error))
    }

    async fn pre_vote(
        &mut self,
        request: VoteRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<VoteResponse<TypeConfig>, RPCError<TypeConfig>> {
        let message = wire::ballot_to(&request);
        let response = self
            .call(RPCTypes::Vote, option.soft_ttl(), |mut client| async move {
                client.pre_vote(message).await
            })
            .await?;
        wire::voted_from(response).map_err(|error| malformed(&error))
    }

    async fn full_snapshot(
        &mut self,
        vote: Vote,
        snapshot: SnapshotOf<TypeConfig, Bytes>,
        cancel: impl Future<Output = ReplicationClosed> + Send + 'static,
        option: RPCOption,
    ) -> Result<SnapshotResponse<TypeConfig>, StreamingError<TypeConfig>> {
        let parts = transfer::parts(&vote, &snapshot.meta, snapshot.snapshot);
        let sent = self.call(
            RPCTypes::InstallSnapshot,
            option.soft_ttl(),
            |mut client| async move {
                client
                    .install_snapshot(futures_util::stream::iter(parts))
                    .await
            },
        );
        let response = tokio::select! {
            biased;
            response = sent => response?,
            closed = cancel => return Err(StreamingError::Closed(closed)),
        };
        let vote = wire::vote_from(response.vote).map_err(|error| malformed(&error))?;
        Ok(SnapshotResponse::new(vote))
    }

    async fn transfer_leader(
        &mut self,
        request: TransferLeaderRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<TransferLeaderResponse<TypeConfig>, RPCError<TypeConfig>> {
        let message = wire::transfer_to(&request);
        let response = self
            .call(
                RPCTypes::TransferLeader,
                option.soft_ttl(),
                |mut client| async move { client.transfer_leader(message).await },
            )
            .await?;
        wire::transferred_from(response).map_err(|error| malformed(&error))
    }

    fn backoff(&self) -> Option<Backoff> {
        let doubling =
            iter::successors(Some(BACKOFF_MIN), |wait| Some((*wait * 2).min(BACKOFF_MAX)));
        Some(Backoff::new(doubling.map(jittered)))
    }
}

/// Between half and all of a wait, so that members do not knock in step.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(0.5 + Runtime::thread_rng().random::<f64>() / 2.0)
}

#[cfg(test)]
mod tests;
