//! Links are cut, in shapes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::link::{Layer, Rule, Way};
use crate::schedule::Shape;

/// A partition: bytes wait without a word.
pub(super) struct Partition {
    shape: Shape,
    draw: u64,
    layer: Option<Layer>,
}

impl Partition {
    pub(super) fn new(shape: Shape, draw: u64) -> Self {
        Self {
            shape,
            draw,
            layer: None,
        }
    }
}

impl Nemesis for Partition {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let leader = match self.shape {
                Shape::LeaderInMinority => Some(role::leader(cluster).await?),
                _ => None,
            };
            let mut order = role::rotated(&cluster.positions().await, self.draw);
            if let Some(leader) = leader {
                order.sort_by_key(|position| *position != leader);
            }
            let cut = ways(self.shape, &order);
            if cut.is_empty() {
                return Err(Obstacle::Lacking("there are too few nodes".to_owned()));
            }
            let description = format!("{:?}, nothing passes on {cut:?}", self.shape);
            let rules = cut.into_iter().map(|way| (way, Rule::silent()));
            self.layer = Some(cluster.links().lay(rules));
            Ok(description)
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            if let Some(layer) = self.layer.take() {
                cluster.links().lift(layer);
            }
            Ok(String::new())
        })
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

/// All ways from and to a node.
pub(super) fn around(nodes: &[usize], node: usize) -> BTreeSet<Way> {
    let others = nodes.iter().copied().filter(|other| *other != node);
    others
        .flat_map(|other| [(node, other), (other, node)])
        .collect()
}

/// The ways that a shape cuts; the first nodes are those set apart.
fn ways(shape: Shape, nodes: &[usize]) -> BTreeSet<Way> {
    let count = nodes.len();
    let minority = count.saturating_sub(1) / 2;
    match shape {
        Shape::Halves | Shape::LeaderInMinority => {
            among(nodes, |from, to| (from < minority) != (to < minority))
        }
        Shape::Isolated => among(nodes, |from, to| from == 0 || to == 0),
        Shape::Ring => among(nodes, |from, to| {
            let distance = from.abs_diff(to);
            distance.min(count - distance) > 1
        }),
        Shape::Bridge => among(nodes, |from, to| {
            from != 0 && to != 0 && (from <= minority) != (to <= minority)
        }),
        Shape::Mute => among(nodes, |from, _| from == 0),
        Shape::Deaf => among(nodes, |_, to| to == 0),
        Shape::Pair => among(nodes, |from, to| from + to == 1),
    }
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
            let cut = ways(shape, &five);
            let sees: Vec<_> = five.iter().map(|node| seen(&cut, 5, *node)).collect();
            assert_eq!(sees, expected, "{shape:?}");
        }
    }

    #[test]
    fn one_way_shapes_cut_one_way_only() {
        let cut = ways(Shape::Mute, &[2, 0, 1]);
        assert_eq!(cut, BTreeSet::from([(2, 0), (2, 1)]));
        let cut = ways(Shape::Deaf, &[2, 0, 1]);
        assert_eq!(cut, BTreeSet::from([(0, 2), (1, 2)]));
    }

    #[test]
    fn the_leader_is_in_the_minority_that_bears_its_name() {
        let cut = ways(Shape::LeaderInMinority, &[1, 0, 2]);
        assert_eq!(cut, around(&[0, 1, 2], 1));
    }
}
