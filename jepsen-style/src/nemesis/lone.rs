//! All nodes but one are lost, and that one restarts meanwhile.

use std::sync::Arc;
use std::time::Duration;

use super::kill::start_again;
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;

/// One node serves on its own, before and after a restart of its own.
pub(super) struct LoneSurvivor {
    before_restart: Duration,
    draw: u64,
    lost: Vec<usize>,
}

impl LoneSurvivor {
    pub(super) fn new(before_restart_ms: u64, draw: u64) -> Self {
        Self {
            before_restart: Duration::from_millis(before_restart_ms),
            draw,
            lost: Vec::new(),
        }
    }
}

impl Nemesis for LoneSurvivor {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let mut lost = role::rotated(&cluster.positions().await, self.draw);
            let none = || Obstacle::Lacking("there is no node".to_owned());
            let survivor = lost.pop().ok_or_else(none)?;
            for position in lost {
                self.lost.push(position);
                cluster.kill(position).await?;
            }
            tokio::time::sleep(self.before_restart).await;
            cluster.kill(survivor).await?;
            cluster.start_again(survivor).await?;
            Ok(format!("{:?} killed, {survivor} restarted", self.lost))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(start_again(cluster, &self.lost))
    }
}
