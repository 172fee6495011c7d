//! Writes: here where this node leads, else by way of the leader.
//!
//! A write is tried again, here or elsewhere, only where the first try was certainly not accepted.

use std::error::Error as _;
use std::time::Duration;

use openraft::Instant as _;
use openraft::errors::{ClientWriteError, RaftError};
use prost::Message;
use tonic::{Code, Status};
use trellis_core::model::{Node, Record};
use trellis_core::registry::outcome::{Judgement, RefusalKind};
use trellis_core::registry::{self, Applied, Command, Refusal, State, codec};
use trellis_core::seeded_bugs::{self, Bug};
use trellis_proto::raft_v1::{ProposeRequest, propose_response::Result as Proposed};

use super::config::COMMAND_BYTES_MAX;
use super::network::channels::Lane;
use super::types::Proposal;
use super::{Consensus, Leader, WriteError};
use crate::clock;

/// Longest wait for a leader to appear.
pub(super) const LEADERLESS_MAX: Duration = Duration::from_millis(1_500);
/// Between two tries, unless the leader changes before.
pub(super) const RETRY_INTERVAL: Duration = Duration::from_millis(20);
/// Between two looks at whether the quorum is still there.
const QUORUM_CHECK_INTERVAL: Duration = Duration::from_millis(50);
/// What the leader is given beyond the deadline to say that it passed.
pub(super) const FORWARD_GRACE: Duration = Duration::from_millis(200);

/// Why one try to write has no outcome.
#[derive(Debug)]
pub(super) enum Attempt {
    /// It was certainly not written.
    NotAccepted,
    /// It may have been written, now or later.
    Unknown(String),
    /// It was certainly not written, and this node will not write any more.
    Stopped(String),
}

impl Consensus {
    /// Writes a command, on whichever node leads, and answers when it is applied here too. Where
    /// only that last wait passes the deadline, the outcome is answered all the same.
    ///
    /// A command that is too long, or that some node of the cluster is too old to understand, is
    /// answered as refused.
    ///
    /// # Errors
    /// [`WriteError`]. Without a quorum it comes within 2 s, whatever the deadline.
    pub async fn propose(
        &self,
        command: Command,
        deadline: Duration,
    ) -> Result<Applied, WriteError> {
        let bytes = codec::encode_command(&command);
        if let Some(refused) = self.refused(&command, bytes.len()) {
            return Ok(refused);
        }
        let started = clock::moment();
        let applied = self.write(&Proposal(bytes), deadline).await?;
        if is_unheard(&command) {
            return Ok(applied);
        }
        let left = deadline.saturating_sub(started.elapsed());
        // Where this node lags, the outcome stands none the less.
        self.reach(applied.revision, left).await;
        Ok(applied)
    }

    /// The answer to a command that must not enter the log.
    pub(super) fn refused(&self, command: &Command, bytes: usize) -> Option<Applied> {
        let state = self.states.borrow();
        refusal(&state, command.version, bytes).map(|refusal| Applied {
            revision: state.revision,
            judgement: Some(Judgement::Refused(refusal)),
        })
    }

    async fn write(&self, proposal: &Proposal, deadline: Duration) -> Result<Applied, WriteError> {
        let started = clock::moment();
        loop {
            let left = deadline.saturating_sub(started.elapsed());
            match self.attempt(proposal, left).await {
                Ok(applied) => return Ok(applied),
                Err(Attempt::Unknown(why)) => return Err(WriteError::Unknown(why)),
                Err(Attempt::Stopped(why)) => return Err(WriteError::Stopped(why)),
                Err(Attempt::NotAccepted) => {}
            }
            if started.elapsed() >= deadline.min(LEADERLESS_MAX) {
                return Err(WriteError::NoQuorum);
            }
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
    }

    async fn attempt(&self, proposal: &Proposal, left: Duration) -> Result<Applied, Attempt> {
        if let Some(why) = self.stopped() {
            return Err(Attempt::Stopped(why));
        }
        match self.leader() {
            Some(leader) if leader.member == self.member => {
                self.write_here(proposal.clone(), left).await
            }
            Some(leader) => self.forward(&leader, proposal, left).await,
            None => Err(Attempt::NotAccepted),
        }
    }

    /// Writes where this node leads.
    pub(super) async fn write_here(
        &self,
        proposal: Proposal,
        left: Duration,
    ) -> Result<Applied, Attempt> {
        if let Some(why) = self.stopped() {
            return Err(Attempt::Stopped(why));
        }
        if let Some(applied) = self.write_unheard(&proposal).await {
            return Ok(applied);
        }
        let written = tokio::select! {
            biased;
            written = self.raft.client_write(proposal) => written,
            () = self.quorum_lost() => {
                return Err(Attempt::Unknown("the quorum was lost while writing".to_owned()));
            }
            () = tokio::time::sleep(left) => {
                return Err(Attempt::Unknown("the deadline passed while writing".to_owned()));
            }
        };
        match written {
            Ok(response) => Ok(response.data),
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_))) => {
                Err(Attempt::NotAccepted)
            }
            Err(RaftError::APIError(error)) => Err(Attempt::Unknown(error.to_string())),
            Err(RaftError::Fatal(error)) => {
                let why = self.stopped().unwrap_or_else(|| error.to_string());
                Err(Attempt::Unknown(why))
            }
        }
    }

    /// Bug B4: answers what the registry here makes of a command, and replicates it afterwards.
    async fn write_unheard(&self, proposal: &Proposal) -> Option<Applied> {
        let command = codec::decode_command(&proposal.0).ok();
        let command = command.filter(is_unheard)?;
        let last = self.metrics().last_log_index.unwrap_or(0);
        // With a quorum, what is judged upon is what will be applied to.
        self.reach(last, QUORUM_CHECK_INTERVAL).await;
        let applied = registry::apply(&mut self.state(), last + 1, &command);
        let (raft, proposal) = (self.raft.clone(), proposal.clone());
        tokio::spawn(async move { raft.client_write(proposal).await });
        Some(applied)
    }

    /// Has the leader write.
    async fn forward(
        &self,
        leader: &Leader,
        proposal: &Proposal,
        left: Duration,
    ) -> Result<Applied, Attempt> {
        let client = self
            .channels
            .client(leader.member, &leader.address, Lane::Forward);
        let mut client = client.map_err(|_| Attempt::NotAccepted)?;
        let request = ProposeRequest {
            command: proposal.0.clone(),
            deadline_ms: u32::try_from(left.as_millis()).unwrap_or(u32::MAX),
        };
        let answer = tokio::select! {
            biased;
            answer = client.propose(request) => answer,
            () = self.leader_lost(leader.member) => {
                self.channels.give_up(leader.member, Lane::Forward);
                return Err(Attempt::Unknown("the leader was lost while it wrote".to_owned()));
            }
            () = tokio::time::sleep(left + FORWARD_GRACE) => {
                self.channels.give_up(leader.member, Lane::Forward);
                return Err(Attempt::Unknown("the leader did not answer in time".to_owned()));
            }
        };
        let answer = answer.map_err(|status| {
            self.channels.give_up(leader.member, Lane::Forward);
            if matches!(
                status.code(),
                Code::PermissionDenied | Code::Unauthenticated
            ) {
                Attempt::Stopped(status.message().to_owned())
            } else if certainly_not_done(&status) {
                Attempt::NotAccepted
            } else {
                Attempt::Unknown(format!("the leader did not answer: {}", status.message()))
            }
        })?;
        match answer.into_inner().result {
            Some(Proposed::Applied(bytes)) => Applied::decode(bytes.as_slice())
                .map_err(|error| Attempt::Unknown(format!("the leader's answer: {error}"))),
            // A leader whose Raft role has stopped makes room for another one.
            Some(Proposed::NotLeader(_) | Proposed::Stopped(_)) => Err(Attempt::NotAccepted),
            Some(Proposed::Unknown(why)) => Err(Attempt::Unknown(why)),
            None => Err(Attempt::Unknown("the leader gave no outcome".to_owned())),
        }
    }

    /// Returns when this node, as leader, has not heard from a quorum for too long.
    pub(super) async fn quorum_lost(&self) {
        let silence_max = self.config.quorum_silence_max();
        loop {
            tokio::time::sleep(QUORUM_CHECK_INTERVAL).await;
            let metrics = self.metrics();
            let alone = metrics.membership_config.voter_ids().count() < 2;
            let acked = metrics.last_quorum_acked;
            if !alone && acked.is_some_and(|at| at.elapsed() > silence_max) {
                return;
            }
        }
    }

    /// Returns when this node has not heard from the leader for too long, or follows another one.
    pub(super) async fn leader_lost(&self, leader: u64) {
        let silence_max = self.config.quorum_silence_max();
        let since = clock::moment();
        let mut heard = clock::moment();
        loop {
            tokio::time::sleep(QUORUM_CHECK_INTERVAL).await;
            let follows = self.metrics().current_leader == Some(leader);
            let age = self.contact.age(leader).unwrap_or_else(|| since.elapsed());
            if follows && age <= silence_max {
                heard = clock::moment();
            } else if age > silence_max || heard.elapsed() > silence_max / 2 {
                return;
            }
        }
    }

    /// Waits until the registry here has reached a revision; false where it has not in time.
    pub(super) async fn reach(&self, revision: u64, wait: Duration) -> bool {
        let mut states = self.states.clone();
        let reached = states.wait_for(|state| state.revision >= revision);
        matches!(tokio::time::timeout(wait, reached).await, Ok(Ok(_)))
    }
}

/// Bug B4: whether a command is answered unheard. Those of the cluster itself, such as the joining of
/// nodes, are not: a cluster has to come about first.
fn is_unheard(command: &Command) -> bool {
    seeded_bugs::is(Bug::B4) && !command.account.is_empty()
}

fn refusal(state: &State, version: u32, bytes: usize) -> Option<Refusal> {
    if bytes > COMMAND_BYTES_MAX {
        return Some(Refusal {
            kind: RefusalKind::Validation as i32,
            message: format!(
                "the change is {bytes} bytes; {COMMAND_BYTES_MAX} are allowed: split it"
            ),
            ..Refusal::default()
        });
    }
    let old = state
        .all::<Node>()
        .find(|node| node.feature_level < version)?;
    Some(Refusal {
        kind: RefusalKind::Conflict as i32,
        message: format!(
            "{} understands changes up to version {}, this one is version {version}: upgrade that node or remove it",
            old.meta().id,
            old.feature_level
        ),
        resource_id: old.meta().id.clone(),
        resource_type: "NODE".to_owned(),
        ..Refusal::default()
    })
}

/// Whether a call certainly had no effect: it never left, or it was turned away at the door.
pub(super) fn certainly_not_done(status: &Status) -> bool {
    let turned_away = matches!(status.code(), Code::Unimplemented | Code::InvalidArgument);
    let mut cause = status.source();
    while let Some(error) = cause {
        if error.is::<tonic::ConnectError>() {
            return true;
        }
        if error
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_canceled)
        {
            return true;
        }
        cause = error.source();
    }
    turned_away
}
