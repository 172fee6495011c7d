//! Picks the target group by weight and the target by health and load.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use crate::view::{GroupView, WeightedGroup};

/// Which targets are known to be unhealthy; everything else counts as healthy.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Addresses of unhealthy targets, by target group id; groups without any are absent.
    pub unhealthy: HashMap<String, HashSet<SocketAddr>>,
}

impl Health {
    /// Whether a target may be picked while others are healthy.
    #[must_use]
    pub fn is_healthy(&self, group: &str, address: SocketAddr) -> bool {
        let unhealthy = self.unhealthy.get(group);
        unhealthy.is_none_or(|unhealthy| !unhealthy.contains(&address))
    }
}

/// Chance for one request: each uniform over all `u64`.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    /// Chooses the target group.
    pub group: u64,
    /// Chooses the first candidate target.
    pub first: u64,
    /// Chooses the second candidate target.
    pub second: u64,
}

/// How targets of a group are chosen, with the worker's own knowledge.
pub trait Balance {
    /// Requests under way from this worker to a target.
    fn in_flight(&self, group: &GroupView, target: usize) -> u32;
    /// `Some(turn)` where the group is served round robin, counting up by one each time it is asked;
    /// `None` for power of two choices.
    fn turn(&self, group: &GroupView) -> Option<u64>;
}

/// Chooses the group: share = weight / total.
#[must_use]
pub fn group(groups: &[WeightedGroup], total: u64, draw: u64) -> Option<usize> {
    let mut point = ((u128::from(draw) * u128::from(total)) >> 64) as u64;
    groups.iter().position(|candidate| {
        let weight = u64::from(candidate.weight);
        if point < weight {
            return true;
        }
        point -= weight;
        false
    })
}

/// Picks the target of a group: round robin, or the less loaded of two drawn at random. Unhealthy
/// targets are skipped; if all are unhealthy, all are candidates (fail open). `None` for an empty
/// group.
///
/// Source: VPC Lattice user guide, "Target groups" (round robin; fail open).
#[must_use]
pub fn target(
    group: &GroupView,
    health: &Health,
    balance: &dyn Balance,
    draws: Draws,
) -> Option<usize> {
    let unhealthy = health.unhealthy.get(&group.id);
    let healthy = |index: usize| {
        unhealthy.is_none_or(|unhealthy| !unhealthy.contains(&group.targets[index].address))
    };
    let count = match unhealthy {
        None => group.targets.len(),
        Some(_) => (0..group.targets.len())
            .filter(|index| healthy(*index))
            .count(),
    };
    let open = count == 0;
    let count = if open { group.targets.len() } else { count };
    if count == 0 {
        return None;
    }
    let nth = |n: u64| {
        let n = (n % count as u64) as usize;
        if open || count == group.targets.len() {
            return n;
        }
        (0..group.targets.len())
            .filter(|index| healthy(*index))
            .nth(n)
            .unwrap_or(0)
    };
    if let Some(turn) = balance.turn(group) {
        return Some(nth(turn));
    }
    if count == 1 {
        return Some(nth(0));
    }
    let first = draws.first % count as u64;
    let second = (first + 1 + draws.second % (count as u64 - 1)) % count as u64;
    let (first, second) = (nth(first), nth(second));
    if balance.in_flight(group, second) < balance.in_flight(group, first) {
        Some(second)
    } else {
        Some(first)
    }
}
