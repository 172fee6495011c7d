//! The other end of a connection vanishes without a word.

use std::sync::Arc;

use super::{Nemesis, Obstacle, Step};
use crate::cluster::Cluster;
use crate::schedule::effect::{around, rotated};

/// The connections that one node has fall silent for good; new ones pass.
pub(super) struct HalfOpen {
    pub(super) draw: u64,
}

impl Nemesis for HalfOpen {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let positions = cluster.positions().await;
            let order = rotated(&positions, self.draw);
            let none = || Obstacle::Lacking("there is no node".to_owned());
            let node = order.first().copied().ok_or_else(none)?;
            cluster.links().half_open(around(&positions, node));
            Ok(format!("connections of {node} fell silent for good"))
        })
    }

    fn heal<'a>(&'a mut self, _: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        // The nodes themselves must give these connections up.
        Box::pin(async { Ok(String::new()) })
    }
}
