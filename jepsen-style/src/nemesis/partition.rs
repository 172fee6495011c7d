//! Links are cut, in shapes.

use std::sync::Arc;

use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::link::{Layer, Rule};
use crate::schedule::Shape;
use crate::schedule::effect::rotated;

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
            let mut order = rotated(&cluster.positions().await, self.draw);
            if let Some(leader) = leader {
                order.sort_by_key(|position| *position != leader);
            }
            let cut = self.shape.ways(&order);
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
