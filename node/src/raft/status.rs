//! What an operator asks about this node's part in Raft.

use std::collections::BTreeMap;
use std::time::Duration;

use openraft::Instant as _;

use super::Consensus;
use super::membership::settled;
use super::store::StoreKind;

/// This node's part in Raft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// This member.
    pub member: u64,
    /// The member that leads, as far as this one knows.
    pub leader: Option<u64>,
    /// The term.
    pub term: u64,
    /// Index of the last entry in the log here.
    pub last_log: u64,
    /// Index of the last entry that was applied here.
    pub last_applied: u64,
    /// Members that vote.
    pub voters: Vec<u64>,
    /// The members are being changed: the old voters are still needed beside the new ones.
    pub changing: bool,
    /// Members that only follow.
    pub learners: Vec<u64>,
    /// Entries that each other member lacks; on the leader only. `None` where it has not answered.
    pub lag: BTreeMap<u64, Option<u64>>,
    /// How long ago this node last knew of a quorum: as leader by the answers of the members, else by
    /// the leader's calls. `None` where it has not yet.
    pub quorum_age: Option<Duration>,
    /// Engine that keeps the log.
    pub store: StoreKind,
    /// Why the Raft role has stopped; `None` while it runs.
    pub stopped: Option<String>,
}

impl Consensus {
    /// This node's part in Raft, now.
    #[must_use]
    pub fn status(&self) -> Status {
        let metrics = self.metrics();
        let membership = metrics.membership_config.membership();
        let last_log = metrics.last_log_index.unwrap_or(0);
        let leads = metrics.current_leader == Some(self.member);
        let quorum_age = if leads && membership.voter_ids().count() < 2 {
            Some(Duration::ZERO)
        } else if leads {
            metrics.last_quorum_acked.map(|at| at.elapsed())
        } else {
            metrics
                .current_leader
                .and_then(|leader| self.contact.age(leader))
        };
        let others = metrics.replication.iter().flatten();
        Status {
            member: self.member,
            leader: metrics.current_leader,
            term: metrics.current_term,
            last_log,
            last_applied: metrics.last_applied.map_or(0, |applied| applied.index),
            voters: membership.voter_ids().collect(),
            changing: !settled(&metrics),
            learners: membership.learner_ids().collect(),
            lag: others
                .filter(|(member, _)| **member != self.member)
                .map(|(member, matched)| {
                    (*member, matched.map(|id| last_log.saturating_sub(id.index)))
                })
                .collect(),
            quorum_age,
            store: self.config.store,
            stopped: self.stopped(),
        }
    }
}
