//! Nodes are asked to stop, and started again.

use std::sync::Arc;
use std::time::Duration;

use super::kill::start_again;
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::schedule::Victims;

/// Longest wait until a node that was restarted takes part again.
const RETURN_DEADLINE: Duration = Duration::from_secs(8);

/// Nodes of a role are asked to stop, one after the other.
pub(super) struct Terminate {
    victims: Victims,
    draw: u64,
    stopped: Vec<usize>,
}

impl Terminate {
    pub(super) fn new(victims: Victims, draw: u64) -> Self {
        Self {
            victims,
            draw,
            stopped: Vec::new(),
        }
    }
}

impl Nemesis for Terminate {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            for position in role::victims(cluster, self.victims, self.draw).await? {
                self.stopped.push(position);
                cluster.terminate(position).await?;
            }
            Ok(format!("{:?} stopped: {:?}", self.victims, self.stopped))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(start_again(cluster, &self.stopped))
    }
}

/// All nodes are stopped and started again, each when the one before it takes part again.
pub(super) struct RollingRestart;

impl Nemesis for RollingRestart {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let mut late = Vec::new();
            for position in cluster.positions().await {
                cluster.terminate(position).await?;
                cluster.start_again(position).await?;
                // Links may be cut meanwhile; then the restart goes on without waiting longer.
                if cluster
                    .wait_for_part(position, RETURN_DEADLINE)
                    .await
                    .is_err()
                {
                    late.push(position);
                }
            }
            Ok(format!("all nodes restarted in turn; late: {late:?}"))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move { cluster.revive().await.map(|()| String::new()) })
    }
}
