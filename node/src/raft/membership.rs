//! Brings Raft's membership in line with the registry's nodes. Only the leader acts.
//!
//! One step at a time, each judged anew from what is committed. A joint membership found at the
//! start of a term is finished first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use openraft::{BasicNode, ChangeMembers, RaftMetrics};
use tokio_util::sync::CancellationToken;
use trellis_core::model::Node;

use super::Consensus;
use super::types::TypeConfig;
use crate::cluster::membership::{Members, Step, next_step};

/// Between two looks at the membership, where nothing changes meanwhile.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);
/// Between two tries to bring a change to its end.
const SETTLE_INTERVAL: Duration = Duration::from_millis(20);
/// After a change that failed.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Longest wait for one change to be committed.
const CHANGE_DEADLINE: Duration = Duration::from_secs(10);
/// Entries that a learner may miss and still become a voter.
const CAUGHT_UP_LAG_MAX: u64 = 100;

impl Consensus {
    /// Keeps the membership in line with the registry until `stop`, stands for election when the
    /// leader falls silent, and tells the log who leads.
    pub async fn run_membership(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = self.keep_aligned() => {}
            () = self.campaign() => {}
        }
    }

    async fn keep_aligned(&self) {
        let mut states = self.states();
        let mut told = Told::default();
        loop {
            self.tell(&mut told);
            self.align().await;
            let looked = tokio::time::timeout(LOOK_INTERVAL, states.changed()).await;
            if let Ok(Err(_)) = looked {
                // The Raft role has stopped: nothing changes any more.
                tokio::time::sleep(LOOK_INTERVAL).await;
            }
        }
    }

    /// Tells the log of a new leader, and of the end of the Raft role.
    fn tell(&self, told: &mut Told) {
        let metrics = self.metrics();
        let (leader, term) = (metrics.current_leader, metrics.current_term);
        if let Some(reason) = self.stopped() {
            if !told.stopped {
                tracing::error!(reason, "the raft role stopped; forwarding goes on");
            }
            told.stopped = true;
        } else if told.leader != Some((leader, term)) {
            tracing::info!(leader, term, "raft leader");
            told.leader = Some((leader, term));
        }
    }

    /// Takes steps until there is none, or one fails.
    async fn align(&self) {
        while let Some(change) = self.next_change() {
            tracing::info!(?change, "membership change");
            let changed = self.raft.change_membership(change, false);
            let failure = match tokio::time::timeout(CHANGE_DEADLINE, changed).await {
                Ok(Ok(_)) => continue,
                Ok(Err(error)) => error.to_string(),
                Err(_) => "not committed in time".to_owned(),
            };
            tracing::warn!(failure, "membership change failed");
            tokio::time::sleep(RETRY_INTERVAL).await;
            return;
        }
    }

    /// Brings a change that is under way to its end, where this node leads; or waits in vain.
    pub(super) async fn settle(&self, wait: Duration) {
        let settling = async {
            while may_change(&self.metrics()) && !settled(&self.metrics()) {
                let finish = ChangeMembers::AddVoterIds(BTreeSet::new());
                // Refused while the first half is not committed: tried again.
                drop(self.raft.change_membership(finish, false).await);
                tokio::time::sleep(SETTLE_INTERVAL).await;
            }
        };
        if tokio::time::timeout(wait, settling).await.is_err() {
            tracing::warn!("the change of members could not be finished in time");
        }
    }

    fn next_change(&self) -> Option<ChangeMembers<u64, BasicNode>> {
        let metrics = self.metrics();
        // An entry of its own term applied means that everything committed before is applied too:
        // the registry here is then not older than the membership.
        let current = metrics
            .last_applied
            .is_some_and(|applied| applied.leader_id == metrics.vote.leader_id);
        let committed = metrics.membership_config == metrics.committed_membership_config;
        if !may_change(&metrics) || !current || !committed {
            return None;
        }
        if !settled(&metrics) {
            // An empty change takes a joint membership to its end.
            return Some(ChangeMembers::AddVoterIds(BTreeSet::new()));
        }
        let state = self.states.borrow();
        let nodes: BTreeMap<u64, String> = state
            .all::<Node>()
            .map(|node| (node.member, node.cluster_address.clone()))
            .collect();
        next_step(&nodes, &members(&metrics)).map(change)
    }
}

/// What the log was told last.
#[derive(Default)]
struct Told {
    leader: Option<(Option<u64>, u64)>,
    stopped: bool,
}

/// Whether the last change of members is committed and over.
pub(super) fn settled(metrics: &RaftMetrics<TypeConfig>) -> bool {
    metrics.membership_config == metrics.committed_membership_config
        && metrics.membership_config.get_joint_config().len() < 2
}

/// Whether this node may change the members: it leads, and is a voter itself. One that was removed
/// leads on until others know that it was; the library does not expect it to change anything more.
fn may_change(metrics: &RaftMetrics<TypeConfig>) -> bool {
    let is_voter = metrics
        .membership_config
        .voter_ids()
        .any(|id| id == metrics.id);
    metrics.current_leader == Some(metrics.id) && is_voter
}

fn change(step: Step) -> ChangeMembers<u64, BasicNode> {
    match step {
        // Not waited for: whether a learner has caught up is judged before it becomes a voter, and
        // a node that is down must not hold up the others.
        Step::AddLearner(member, addr) => {
            ChangeMembers::AddNodes(BTreeMap::from([(member, BasicNode { addr })]))
        }
        Step::ChangeVoters(voters) => ChangeMembers::ReplaceAllVoters(voters),
        Step::Remove(member) => ChangeMembers::RemoveNodes(BTreeSet::from([member])),
    }
}

fn members(metrics: &RaftMetrics<TypeConfig>) -> Members {
    let membership = metrics.membership_config.membership();
    let last = metrics.last_log_index.unwrap_or(0);
    let caught_up = metrics
        .replication
        .iter()
        .flatten()
        .filter_map(|(member, matched)| {
            let matched = matched.as_ref()?;
            (matched.index + CAUGHT_UP_LAG_MAX >= last).then_some(*member)
        });
    Members {
        voters: membership.voter_ids().collect(),
        learners: membership.learner_ids().collect(),
        caught_up: caught_up.collect(),
    }
}
