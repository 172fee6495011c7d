//! Links lose, delay, damage or throttle what they carry.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Nemesis, Obstacle, Step};
use crate::cluster::Cluster;
use crate::link::{Layer, Way};
use crate::schedule::Fault;
use crate::schedule::effect::{around, rotated};

/// All links, or one node's, are of poor quality.
pub(super) struct Quality {
    fault: Fault,
    draw: u64,
    layer: Option<Layer>,
}

impl Quality {
    pub(super) fn new(fault: Fault, draw: u64) -> Self {
        Self {
            fault,
            draw,
            layer: None,
        }
    }
}

impl Nemesis for Quality {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let positions = cluster.positions().await;
            let order = rotated(&positions, self.draw);
            let ways: BTreeSet<Way> = match (self.fault, order.first()) {
                (Fault::SlowLink { .. }, Some(node)) => around(&positions, *node),
                _ => order
                    .iter()
                    .flat_map(|node| around(&positions, *node))
                    .collect(),
            };
            let count = ways.len();
            let rule = self.fault.rule();
            let rules = ways.into_iter().map(|way| (way, rule));
            self.layer = Some(cluster.links().lay(rules));
            Ok(format!("{:?} on {count} ways", self.fault))
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
