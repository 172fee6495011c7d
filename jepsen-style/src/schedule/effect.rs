//! What faults do to nodes and links: who is met, which ways are cut, what becomes of bytes. Pure.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Fault, Shape, Victims};
use crate::link::{Rule, Way};

/// Positions in an order that a draw decides.
#[must_use]
pub fn rotated(positions: &[usize], draw: u64) -> Vec<usize> {
    let mut positions = positions.to_vec();
    let count = u64::try_from(positions.len().max(1)).unwrap_or(1);
    positions.rotate_left(usize::try_from(draw % count).unwrap_or_default());
    positions
}

/// All ways from and to a node.
#[must_use]
pub fn around(nodes: &[usize], node: usize) -> BTreeSet<Way> {
    let others = nodes.iter().copied().filter(|other| *other != node);
    others
        .flat_map(|other| [(node, other), (other, node)])
        .collect()
}

impl Victims {
    /// Which of these positions have the role, as a draw decides; nobody leads where `leader` is
    /// `None`.
    #[must_use]
    pub fn among(self, positions: &[usize], leader: Option<usize>, draw: u64) -> Vec<usize> {
        let mut order = rotated(positions, draw);
        let count = match self {
            Self::Leader => return leader.into_iter().collect(),
            Self::Follower => {
                order.retain(|position| Some(*position) != leader);
                1
            }
            Self::Minority => positions.len().saturating_sub(1) / 2,
            Self::Majority => positions.len() / 2 + 1,
            Self::All => positions.len(),
        };
        order.truncate(count);
        order
    }
}

impl Shape {
    /// The ways that it cuts; the first nodes are those set apart.
    #[must_use]
    pub fn ways(self, nodes: &[usize]) -> BTreeSet<Way> {
        let count = nodes.len();
        let minority = count.saturating_sub(1) / 2;
        match self {
            Self::Halves | Self::LeaderInMinority => {
                among(nodes, |from, to| (from < minority) != (to < minority))
            }
            Self::Isolated => among(nodes, |from, to| from == 0 || to == 0),
            Self::Ring => among(nodes, |from, to| {
                let distance = from.abs_diff(to);
                distance.min(count - distance) > 1
            }),
            Self::Bridge => among(nodes, |from, to| {
                from != 0 && to != 0 && (from <= minority) != (to <= minority)
            }),
            Self::Mute => among(nodes, |from, _| from == 0),
            Self::Deaf => among(nodes, |_, to| to == 0),
            Self::Pair => among(nodes, |from, to| from + to == 1),
        }
    }
}

impl Fault {
    /// What becomes of bytes on the links that it meets; everything passes where it is not about their
    /// quality.
    #[must_use]
    pub fn rule(self) -> Rule {
        let clean = Rule::default();
        match self {
            Self::Loss { percent } => Rule {
                loss: f64::from(percent) / 100.0,
                reset: f64::from(percent) / 5_000.0,
                ..clean
            },
            Self::Latency {
                delay_ms,
                jitter_ms,
            } => Rule {
                delay: Duration::from_millis(delay_ms),
                jitter: Duration::from_millis(jitter_ms),
                ..clean
            },
            Self::Corruption { per_mille } => Rule {
                corruption: f64::from(per_mille) / 1_000.0,
                ..clean
            },
            Self::SlowLink { bytes_per_second } => Rule {
                bytes_per_second: Some(bytes_per_second),
                ..clean
            },
            _ => clean,
        }
    }
}

/// All ways among nodes that fulfil a condition.
fn among(nodes: &[usize], is_cut: impl Fn(usize, usize) -> bool) -> BTreeSet<Way> {
    let count = nodes.len();
    let pairs = (0..count).flat_map(|from| (0..count).map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| from != to && is_cut(*from, *to))
        .filter_map(|(from, to)| Some((*nodes.get(from)?, *nodes.get(to)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes that a node still has both ways to, itself included.
    fn seen(cut: &BTreeSet<Way>, count: usize, node: usize) -> usize {
        let open = |other: &usize| !cut.contains(&(node, *other)) && !cut.contains(&(*other, node));
        (0..count).filter(open).count()
    }

    #[test]
    fn shapes_leave_each_node_as_many_others_as_their_names_say() {
        let five = [0, 1, 2, 3, 4];
        for (shape, expected) in [
            (Shape::Halves, [2, 2, 3, 3, 3]),
            (Shape::Isolated, [1, 4, 4, 4, 4]),
            (Shape::Ring, [3, 3, 3, 3, 3]),
            (Shape::Bridge, [5, 3, 3, 3, 3]),
            (Shape::Pair, [4, 4, 5, 5, 5]),
        ] {
            let cut = shape.ways(&five);
            let sees: Vec<_> = five.iter().map(|node| seen(&cut, 5, *node)).collect();
            assert_eq!(sees, expected, "{shape:?}");
        }
    }

    #[test]
    fn one_way_shapes_cut_one_way_only() {
        let cut = Shape::Mute.ways(&[2, 0, 1]);
        assert_eq!(cut, BTreeSet::from([(2, 0), (2, 1)]));
        let cut = Shape::Deaf.ways(&[2, 0, 1]);
        assert_eq!(cut, BTreeSet::from([(0, 2), (1, 2)]));
    }

    #[test]
    fn the_leader_is_in_the_minority_that_bears_its_name() {
        let cut = Shape::LeaderInMinority.ways(&[1, 0, 2]);
        assert_eq!(cut, around(&[0, 1, 2], 1));
    }

    #[test]
    fn roles_have_as_many_nodes_as_their_names_say() {
        for (nodes, victims, count) in [
            (3, Victims::Leader, 1),
            (3, Victims::Follower, 1),
            (3, Victims::Minority, 1),
            (3, Victims::Majority, 2),
            (5, Victims::Minority, 2),
            (5, Victims::Majority, 3),
            (4, Victims::Minority, 1),
            (4, Victims::All, 4),
            (1, Victims::Minority, 0),
            (1, Victims::Follower, 0),
        ] {
            let positions: Vec<_> = (0..nodes).collect();
            for draw in 0..10 {
                let chosen = victims.among(&positions, Some(0), draw);
                assert_eq!(chosen.len(), count, "{victims:?} of {nodes}");
                assert!(victims != Victims::Leader || chosen == [0]);
                assert!(victims != Victims::Follower || !chosen.contains(&0));
            }
        }
    }
}
