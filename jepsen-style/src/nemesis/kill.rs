//! Processes are killed without a word, and started again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::schedule::Victims;

/// Longest wait for the leader's log to grow.
const GROWTH_DEADLINE: Duration = Duration::from_secs(3);
/// Time between two looks at it.
const GROWTH_POLL: Duration = Duration::from_millis(2);

/// Nodes of a role are killed at once.
pub(super) struct Kill {
    victims: Victims,
    draw: u64,
    killed: Vec<usize>,
}

impl Kill {
    pub(super) fn new(victims: Victims, draw: u64) -> Self {
        Self {
            victims,
            draw,
            killed: Vec::new(),
        }
    }
}

impl Nemesis for Kill {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            for position in role::victims(cluster, self.victims, self.draw).await? {
                self.killed.push(position);
                cluster.kill(position).await?;
            }
            Ok(format!("{:?} killed: {:?}", self.victims, self.killed))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(start_again(cluster, &self.killed))
    }
}

/// The leader is killed as soon as its log grows: while it applies an entry, or waits for it to be
/// stored.
#[derive(Default)]
pub(super) struct KillAtApply {
    killed: Vec<usize>,
}

impl Nemesis for KillAtApply {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let leader = role::leader(cluster).await?;
            let (begin, mut before) = (Instant::now(), None);
            while begin.elapsed() < GROWTH_DEADLINE {
                let sights = cluster.look().await;
                let sight = sights.get(leader).copied().flatten();
                let last = sight.map(|sight| sight.role.last_log_index);
                if before.is_some() && last > before {
                    self.killed.push(leader);
                    cluster.kill(leader).await?;
                    return Ok(format!(
                        "leader {leader} killed at index {}",
                        last.unwrap_or_default()
                    ));
                }
                before = last.or(before);
                tokio::time::sleep(GROWTH_POLL).await;
            }
            Err(Obstacle::Lacking("nothing was written".to_owned()))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(start_again(cluster, &self.killed))
    }
}

/// Starts the nodes at these positions.
pub(super) async fn start_again(cluster: &Cluster, positions: &[usize]) -> anyhow::Result<String> {
    for position in positions {
        cluster.start_again(*position).await?;
    }
    Ok(String::new())
}
