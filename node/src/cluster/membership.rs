//! Which nodes vote: brings Raft's membership in line with the registry's nodes, one step at a time.
//!
//! A node in the registry becomes a learner; caught-up learners become voters so that there are 1, 3
//! or 5 voters; a node that left the registry leaves the membership. A voter in the registry is
//! never demoted. Only the leader acts, and each step is judged anew from what is committed.

use std::collections::{BTreeMap, BTreeSet};

/// Most voters of a cluster.
const VOTERS_MAX: usize = 5;

/// What Raft's membership is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Members that vote.
    pub voters: BTreeSet<u64>,
    /// Members that only follow.
    pub learners: BTreeSet<u64>,
    /// Learners whose log is as good as up to date.
    pub caught_up: BTreeSet<u64>,
}

/// The next change of the membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Let a node follow: member id and cluster address.
    AddLearner(u64, String),
    /// Let exactly these vote.
    ChangeVoters(BTreeSet<u64>),
    /// Forget a learner.
    Remove(u64),
}

/// The next step towards the registry's nodes (member id and cluster address); `None` when there
/// is nothing to do.
#[must_use]
pub fn next_step(nodes: &BTreeMap<u64, String>, members: &Members) -> Option<Step> {
    let known = |member: &u64| nodes.contains_key(member);
    let staying: BTreeSet<u64> = members.voters.iter().copied().filter(known).collect();
    if staying.len() < members.voters.len() && !staying.is_empty() {
        return Some(Step::ChangeVoters(staying));
    }
    if let Some(gone) = members.learners.iter().find(|member| !known(member)) {
        return Some(Step::Remove(*gone));
    }
    let is_new =
        |member: &u64| !members.voters.contains(member) && !members.learners.contains(member);
    if let Some((member, address)) = nodes.iter().find(|(member, _)| is_new(member)) {
        return Some(Step::AddLearner(*member, address.clone()));
    }
    let candidates: BTreeSet<u64> = members
        .learners
        .intersection(&members.caught_up)
        .copied()
        .collect();
    let total = (staying.len() + candidates.len()).min(VOTERS_MAX);
    let total = if total.is_multiple_of(2) {
        total.saturating_sub(1)
    } else {
        total
    };
    if total > staying.len() {
        let mut voters = staying;
        let missing = total - voters.len();
        voters.extend(candidates.into_iter().take(missing));
        return Some(Step::ChangeVoters(voters));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(ids: &[u64]) -> BTreeMap<u64, String> {
        ids.iter()
            .map(|id| (*id, format!("127.0.0.1:{id}")))
            .collect()
    }

    fn members(voters: &[u64], learners: &[u64], caught_up: &[u64]) -> Members {
        Members {
            voters: voters.iter().copied().collect(),
            learners: learners.iter().copied().collect(),
            caught_up: caught_up.iter().copied().collect(),
        }
    }

    fn voters(ids: &[u64]) -> Option<Step> {
        Some(Step::ChangeVoters(ids.iter().copied().collect()))
    }

    #[test]
    fn a_new_node_first_follows() {
        let step = next_step(&nodes(&[1, 7]), &members(&[1], &[], &[]));
        assert_eq!(step, Some(Step::AddLearner(7, "127.0.0.1:7".into())));
    }

    #[test]
    fn two_nodes_have_one_voter_and_three_have_three() {
        assert_eq!(next_step(&nodes(&[1, 7]), &members(&[1], &[7], &[7])), None);
        let step = next_step(&nodes(&[1, 7, 9]), &members(&[1], &[7, 9], &[7, 9]));
        assert_eq!(step, voters(&[1, 7, 9]));
    }

    #[test]
    fn a_learner_that_lags_does_not_vote() {
        assert_eq!(
            next_step(&nodes(&[1, 7, 9]), &members(&[1], &[7, 9], &[7])),
            None
        );
    }

    #[test]
    fn a_sixth_node_stays_a_learner() {
        let six = nodes(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(
            next_step(&six, &members(&[1, 2, 3, 4, 5], &[6], &[6])),
            None
        );
    }

    #[test]
    fn a_removed_voter_leaves_and_its_replacement_votes() {
        let left = next_step(
            &nodes(&[1, 7, 9, 11]),
            &members(&[1, 7, 8], &[9, 11], &[9, 11]),
        );
        assert_eq!(left, voters(&[1, 7]));
        let replaced = next_step(&nodes(&[1, 7, 9]), &members(&[1, 7], &[9], &[9]));
        assert_eq!(replaced, voters(&[1, 7, 9]));
    }

    #[test]
    fn a_removed_learner_is_forgotten_and_the_last_voter_never() {
        let step = next_step(&nodes(&[1]), &members(&[1], &[7], &[7]));
        assert_eq!(step, Some(Step::Remove(7)));
        assert_eq!(next_step(&nodes(&[]), &members(&[1], &[], &[])), None);
    }
}
