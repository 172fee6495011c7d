//! How soon there is a leader again that commits, after one was lost and a majority is left.
//!
//! Source: design, section 8; reliability plan, section 2.6: the gap in writes is at most 3 s, p99.

use super::raft::Sample;

/// A member that stopped running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Its name, as in the samples.
    pub member: String,
    /// When, microseconds since the run began.
    pub at_us: u64,
}

/// How old the last look at a leader may be for the leader to count as lost, microseconds.
const LOOK_US: u64 = 2_000_000;

/// From each loss of a leader until another term's leader is seen to have applied an entry of its
/// own, microseconds, sorted. How often samples were taken is added to each. Losses within the spans
/// of other `troubles`, and those whose gap runs into one, are left out. Samples are by time.
#[must_use]
pub fn gaps_us(samples: &[Sample], losses: &[Loss], troubles: &[(u64, u64)]) -> Vec<u64> {
    let gaps = losses.iter().filter_map(|loss| {
        let split = samples.partition_point(|sample| sample.at_us <= loss.at_us);
        let (before, after) = samples.split_at(split);
        let leader = before
            .iter()
            .rev()
            .take_while(|sample| sample.at_us + LOOK_US >= loss.at_us)
            .filter(|sample| sample.role.is_leader)
            .max_by_key(|sample| sample.role.term)?;
        if leader.member != loss.member {
            return None;
        }
        let applied = before.iter().map(|sample| sample.role.applied_index).max();
        let next = after.iter().find(|sample| {
            let role = sample.role;
            role.is_leader && role.term > leader.role.term && Some(role.applied_index) > applied
        });
        let until_us = next.map_or(u64::MAX, |next| next.at_us);
        let is_clean = troubles
            .iter()
            .all(|(from_us, to_us)| *to_us < loss.at_us || *from_us > until_us);
        is_clean.then(|| until_us - loss.at_us)
    });
    let mut gaps: Vec<_> = gaps.collect();
    gaps.sort_unstable();
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::raft::Role;

    fn sample(member: &str, at_us: u64, term: u64, is_leader: bool, applied_index: u64) -> Sample {
        let role = Role {
            id: 0,
            term,
            is_leader,
            last_log_index: applied_index,
            applied_index,
        };
        Sample {
            member: member.to_owned(),
            process: 1,
            at_us,
            role,
        }
    }

    #[test]
    fn a_gap_lasts_until_another_leader_has_applied_something_new() {
        let samples = [
            sample("a", 1_000, 1, true, 10),
            sample("b", 1_000, 1, false, 10),
            sample("b", 5_000, 2, false, 10),
            sample("b", 6_000, 2, true, 10),
            sample("b", 7_000, 2, true, 11),
        ];
        let loss = |member: &str, at_us| Loss {
            member: member.to_owned(),
            at_us,
        };
        for (name, losses, troubles, gaps) in [
            ("the leader", vec![loss("a", 2_000)], vec![], vec![5_000]),
            ("a follower", vec![loss("b", 2_000)], vec![], vec![]),
            ("long before", vec![loss("a", 5_000_000)], vec![], vec![]),
            (
                "a partition before",
                vec![loss("a", 2_000)],
                vec![(0, 1_500)],
                vec![5_000],
            ),
            (
                "a partition then",
                vec![loss("a", 2_000)],
                vec![(6_500, 9_000)],
                vec![],
            ),
            (
                "never again",
                vec![loss("b", 7_500)],
                vec![],
                vec![u64::MAX - 7_500],
            ),
        ] {
            assert_eq!(gaps_us(&samples, &losses, &troubles), gaps, "{name}");
        }
    }
}
