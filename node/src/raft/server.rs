//! Calls from other members of the Raft group, on the cluster listener.
//!
//! Every caller is known by its certificate. What it sends in its own name must carry its own
//! member id, and a member that has left the cluster is refused.

use std::sync::Arc;
use std::time::Duration;

use openraft::Snapshot;
use openraft::errors::RaftError;
use openraft::raft::AppendEntriesResponse;
use prost::Message;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status, Streaming};
use trellis_core::model::Node;
use trellis_core::registry::codec;
use trellis_proto::raft_v1 as pb;
use trellis_proto::raft_v1::raft_server::{Raft, RaftServer};

use super::Consensus;
use super::config::MESSAGE_BYTES_MAX;
use super::network::transfer::Assembly;
use super::types::{Proposal, TypeConfig};
use super::wire;
use super::write::Attempt;
use crate::cluster::links::Peer;

/// Longest wait for the next part of a snapshot. Source: our own; a part is sent within a second as a rule.
const PART_DEADLINE: Duration = Duration::from_secs(5);

/// Snapshots that are received at once; they are held in memory.
const SNAPSHOTS_MAX: usize = 1;
/// Longest wait that a forwarded call is granted.
const FORWARDED_MAX: std::time::Duration = std::time::Duration::from_secs(60);

/// Answers the calls of other members.
pub struct Service {
    consensus: Arc<Consensus>,
    snapshots: Semaphore,
}

impl Consensus {
    /// The service that other members call, for the cluster listener. Connections must carry a
    /// [`Peer`] as connect info.
    #[must_use]
    pub fn service(self: &Arc<Self>) -> RaftServer<Service> {
        let service = Service {
            consensus: self.clone(),
            snapshots: Semaphore::new(SNAPSHOTS_MAX),
        };
        RaftServer::new(service)
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX)
    }

    /// Whether a member may speak. A member id is the revision at which the member joined, so one
    /// that is newer than this node's registry may be right; an older one that is neither in the
    /// registry nor in Raft's membership has left.
    fn admits(&self, member: u64) -> bool {
        let state = self.states.borrow();
        member > state.revision
            || state.get::<Node>(&format!("node-{member}")).is_some()
            || self.metrics().membership_config.get_node(&member).is_some()
    }
}

impl Service {
    /// The member that calls.
    fn caller<T>(&self, request: &Request<T>) -> Result<u64, Status> {
        let identity = request
            .extensions()
            .get::<Peer>()
            .and_then(|peer| peer.identity.as_ref())
            .ok_or_else(|| Status::unauthenticated("a node certificate is needed"))?;
        if identity.cluster_id != self.consensus.cluster_id {
            return Err(Status::permission_denied("a node of another cluster"));
        }
        if !self.consensus.admits(identity.member) {
            return Err(Status::permission_denied(format!(
                "member {} is not of this cluster; a node that was removed rejoins with a new token and an empty data_dir",
                identity.member
            )));
        }
        // The library would log each call that meets a stopped role as an error.
        match self.consensus.stopped() {
            Some(reason) => Err(Status::unavailable(reason)),
            None => Ok(identity.member),
        }
    }

    /// The member that calls, which must be the one whose vote it sends.
    fn voice<T>(&self, request: &Request<T>, vote: Option<pb::Vote>) -> Result<u64, Status> {
        let caller = self.caller(request)?;
        match vote {
            Some(vote) if vote.member == caller => Ok(caller),
            _ => Err(Status::permission_denied("a vote of another member")),
        }
    }

    fn stopped<E: std::fmt::Display>(&self, error: E) -> Status {
        let reason = self.consensus.reason.get();
        Status::unavailable(reason.map_or_else(|| error.to_string(), str::to_owned))
    }
}

/// The next part of a snapshot. A sender that has fallen silent for good must not keep others out.
async fn next(parts: &mut Streaming<pb::SnapshotPart>) -> Result<Option<pb::SnapshotPart>, Status> {
    let part = tokio::time::timeout(PART_DEADLINE, parts.message()).await;
    part.unwrap_or_else(|_| Err(Status::deadline_exceeded("the snapshot did not go on")))
}

#[tonic::async_trait]
impl Raft for Service {
    async fn append(
        &self,
        request: Request<pb::AppendRequest>,
    ) -> Result<Response<pb::AppendResponse>, Status> {
        let caller = self.voice(&request, request.get_ref().vote)?;
        let request = wire::append_from(request.into_inner())?;
        // The leader is heard when it speaks, however long the disk then takes.
        if self.consensus.look(|metrics| metrics.vote == request.vote) {
            self.consensus.contact.heard(caller);
        }
        let response = self.consensus.raft.append_entries(request).await;
        let response = response.map_err(|error| self.stopped(error))?;
        if !matches!(response, AppendEntriesResponse::HigherVote(_)) {
            self.consensus.contact.heard(caller);
        }
        Ok(Response::new(wire::appended_to(&response)))
    }

    async fn vote(
        &self,
        request: Request<pb::VoteRequest>,
    ) -> Result<Response<pb::VoteResponse>, Status> {
        self.voice(&request, request.get_ref().vote)?;
        let request = wire::ballot_from(request.into_inner())?;
        let response = self.consensus.raft.vote(request).await;
        let response = response.map_err(|error| self.stopped(error))?;
        Ok(Response::new(wire::voted_to(&response)))
    }

    async fn pre_vote(
        &self,
        request: Request<pb::VoteRequest>,
    ) -> Result<Response<pb::VoteResponse>, Status> {
        self.voice(&request, request.get_ref().vote)?;
        let request = wire::ballot_from(request.into_inner())?;
        let response = self.consensus.raft.pre_vote(request).await;
        let response = response.map_err(|error| self.stopped(error))?;
        Ok(Response::new(wire::voted_to(&response)))
    }

    async fn install_snapshot(
        &self,
        request: Request<Streaming<pb::SnapshotPart>>,
    ) -> Result<Response<pb::SnapshotResponse>, Status> {
        let caller = self.caller(&request)?;
        let _permit = self.snapshots.try_acquire().map_err(|_| {
            Status::resource_exhausted("another snapshot is being received; try again")
        })?;
        let mut parts = request.into_inner();
        let short = || Status::invalid_argument("the snapshot ended before it began");
        let mut assembly = Assembly::begin(next(&mut parts).await?.ok_or_else(short)?)?;
        let vote = assembly.vote;
        if vote.leader_id.node_id != caller {
            return Err(Status::permission_denied("a vote of another member"));
        }
        while let Some(part) = next(&mut parts).await? {
            assembly.add(part)?;
        }
        let (meta, snapshot) = assembly.finish()?;
        let snapshot = Snapshot { meta, snapshot };
        let response = self.consensus.raft.install_full_snapshot(vote, snapshot);
        let response = response.await.map_err(|error| self.stopped(error))?;
        Ok(Response::new(pb::SnapshotResponse {
            vote: Some(wire::vote_to(&response.vote)),
        }))
    }

    async fn transfer_leader(
        &self,
        request: Request<pb::TransferLeaderRequest>,
    ) -> Result<Response<pb::TransferLeaderResponse>, Status> {
        self.voice(&request, request.get_ref().from_leader)?;
        let request = wire::transfer_from(request.into_inner())?;
        let response = self.consensus.raft.handle_transfer_leader(request).await;
        let response =
            response.map_err(|error| self.stopped(RaftError::<TypeConfig>::Fatal(error)))?;
        Ok(Response::new(wire::transferred_to(&response)))
    }

    async fn propose(
        &self,
        request: Request<pb::ProposeRequest>,
    ) -> Result<Response<pb::ProposeResponse>, Status> {
        use pb::propose_response::Result as Proposed;
        self.caller(&request)?;
        let request = request.into_inner();
        // What some member could not apply must not enter the log: it would stop that member.
        let command = codec::decode_command(&request.command)
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        let deadline = granted(request.deadline_ms);
        let written = async {
            match self.consensus.refused(&command, request.command.len()) {
                Some(refused) => Ok(refused),
                None => {
                    let proposal = Proposal(request.command);
                    self.consensus.write_here(proposal, deadline).await
                }
            }
        };
        let result = match written.await {
            Ok(applied) => Proposed::Applied(applied.encode_to_vec()),
            Err(Attempt::NotAccepted) => Proposed::NotLeader(self.leader()),
            Err(Attempt::Unknown(why)) => Proposed::Unknown(why),
            Err(Attempt::Stopped(why)) => Proposed::Stopped(why),
        };
        Ok(Response::new(pb::ProposeResponse {
            result: Some(result),
        }))
    }

    async fn read_index(
        &self,
        request: Request<pb::ReadIndexRequest>,
    ) -> Result<Response<pb::ReadIndexResponse>, Status> {
        use pb::read_index_response::Result as Confirmed;
        self.caller(&request)?;
        let deadline = granted(request.into_inner().deadline_ms);
        let index = self.consensus.read_index_here(deadline).await;
        let result = index.map_or_else(|| Confirmed::NotLeader(self.leader()), Confirmed::Index);
        Ok(Response::new(pb::ReadIndexResponse {
            result: Some(result),
        }))
    }
}

impl Service {
    /// This node's idea of the leader, or 0.
    fn leader(&self) -> u64 {
        self.consensus.metrics().current_leader.unwrap_or(0)
    }
}

fn granted(deadline_ms: u32) -> std::time::Duration {
    std::time::Duration::from_millis(deadline_ms.into()).min(FORWARDED_MAX)
}
