//! Nodes come, go, and are replaced.

use std::sync::Arc;
use std::time::Duration;

use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::schedule::Change;

/// Longest wait until the right number of nodes vote.
const SETTLE_DEADLINE: Duration = Duration::from_secs(30);

/// A change of the membership.
pub(super) struct Membership {
    change: Change,
    draw: u64,
    joined: Option<usize>,
}

impl Membership {
    pub(super) fn new(change: Change, draw: u64) -> Self {
        Self {
            change,
            draw,
            joined: None,
        }
    }
}

impl Nemesis for Membership {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let node = match self.change {
                Change::Grow => {
                    let joined = cluster.join().await?;
                    self.joined = Some(joined);
                    joined
                }
                Change::ReplaceFollower => role::follower(cluster, self.draw).await?,
                Change::ReplaceLeader => role::leader(cluster).await?,
            };
            if self.joined.is_none() {
                replace(cluster, node).await?;
            }
            Ok(format!("{:?}: {node}", self.change))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            if let Some(joined) = self.joined.take() {
                cluster.remove(joined).await?;
            }
            settle(cluster).await?;
            Ok(String::new())
        })
    }
}

/// Replaces a node for good, not before its vote can be spared.
pub(super) async fn replace(cluster: &Cluster, node: usize) -> anyhow::Result<()> {
    settle(cluster).await?;
    cluster.replace(node).await
}

/// Waits until as many nodes vote as should, and no change of them is under way: before, the loss of
/// one could be that of the quorum.
pub(super) async fn settle(cluster: &Cluster) -> anyhow::Result<()> {
    let count = cluster.positions().await.len();
    cluster.wait_for_members(count, SETTLE_DEADLINE).await
}
