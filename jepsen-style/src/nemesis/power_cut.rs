//! Nodes lose their power, and with it what they had not synced; they are started again.

use std::sync::Arc;

use super::kill::start_again;
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::{Cluster, Disks};
use crate::schedule::Victims;
use crate::seed::Seed;

/// Nodes of a role lose their power one right after the other.
pub(super) struct PowerCut {
    victims: Victims,
    draw: u64,
    cut: Vec<usize>,
}

impl PowerCut {
    pub(super) fn new(victims: Victims, draw: u64) -> Self {
        Self {
            victims,
            draw,
            cut: Vec::new(),
        }
    }
}

impl Nemesis for PowerCut {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            if cluster.settings().disks != Disks::Synced {
                let reason = "the nodes' disks have no power to cut";
                return Err(Obstacle::Lacking(reason.to_owned()));
            }
            for position in role::victims(cluster, self.victims, self.draw).await? {
                self.cut.push(position);
                let chance = Seed(self.draw).stream(&format!("power of {position}"));
                cluster.cut_power(position, chance).await?;
            }
            Ok(format!("power of {:?} {:?} is cut", self.victims, self.cut))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(start_again(cluster, &self.cut))
    }
}
