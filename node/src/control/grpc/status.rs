//! How this node and the cluster are. Needs no quorum.

use std::time::Duration;

use trellis_core::model::{Node, Record};
use trellis_core::registry::State;
use trellis_proto::v1;

use crate::control::Api;
use crate::control::authn::Admin;
use crate::control::authorise::Authority;
use crate::control::error::Failure;
use crate::raft::Status;

/// How long after the last sign of a majority there still is a quorum: longer than any election.
const QUORUM_AGE_MAX: Duration = Duration::from_millis(1_500);

impl Api {
    /// How this node and the cluster are.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(in crate::control) fn status(&self, admin: &Admin) -> Result<v1::StatusResponse, Failure> {
        let state = self.consensus.state();
        let view = (self.view)();
        let authority = Authority { admin, view: &view };
        let resource = format!("arn:aws:trellis:::cluster/{}", state.cluster_id);
        authority.allow("trellis:GetStatus", &resource)?;
        let raft = self.consensus.status();
        let age = raft.quorum_age;
        Ok(v1::StatusResponse {
            cluster_id: state.cluster_id.clone(),
            node: self.node_id.clone(),
            leader: raft
                .leader
                .map_or_else(String::new, |member| format!("node-{member}")),
            term: raft.term,
            revision_applied: state.revision,
            revision_served: *self.observer.served.borrow(),
            quorum: age.is_some_and(|age| age <= QUORUM_AGE_MAX) && raft.leader.is_some(),
            quorum_age_ms: age.map_or(u64::MAX, |age| {
                u64::try_from(age.as_millis()).unwrap_or(u64::MAX)
            }),
            members: members(&state, &raft),
            stopped: raft.stopped.clone().unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store: format!("{:?}", raft.store).to_lowercase(),
            members_changing: raft.changing,
        })
    }
}

fn members(state: &State, raft: &Status) -> Vec<v1::MemberStatus> {
    let role = |member: &u64| match raft {
        _ if raft.leader == Some(*member) => "leader",
        _ if raft.voters.contains(member) => "voter",
        _ if raft.learners.contains(member) => "learner",
        _ => "joining",
    };
    let member = |node: &Node| v1::MemberStatus {
        node: node.meta().id.clone(),
        role: role(&node.member).to_owned(),
        cluster_address: node.cluster_address.clone(),
        api_address: node.api_address.clone(),
        account: node.meta().account.clone(),
    };
    state.all::<Node>().map(|node| member(node)).collect()
}
