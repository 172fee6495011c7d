//! Processes do not run for a while, and do not know it.

use std::sync::Arc;

use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::schedule::Victims;
use crate::schedule::effect::rotated;

/// Nodes of a role sleep; they wake in an order that the draw decides.
pub(super) struct Pause {
    victims: Victims,
    draw: u64,
    paused: Vec<usize>,
}

impl Pause {
    pub(super) fn new(victims: Victims, draw: u64) -> Self {
        Self {
            victims,
            draw,
            paused: Vec::new(),
        }
    }
}

impl Nemesis for Pause {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            for position in role::victims(cluster, self.victims, self.draw).await? {
                self.paused.push(position);
                cluster.pause(position).await?;
            }
            Ok(format!("{:?} paused: {:?}", self.victims, self.paused))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            for position in rotated(&self.paused, self.draw / 7) {
                cluster.resume(position).await?;
            }
            Ok(String::new())
        })
    }
}
