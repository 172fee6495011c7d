//! Looks at the nodes while a run goes on: their roles in Raft, and what their registries come to.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{microseconds, since};
use crate::check::{raft, state};
use crate::cluster::{Cluster, Life, NODES_MAX};

/// Time between two looks at the roles: how finely times of failover are told.
const PAUSE: Duration = Duration::from_millis(100);
/// Time between two looks at the digests, which cost a node more.
const DIGEST_PAUSE: Duration = Duration::from_secs(1);
/// Longest wait for all nodes to come to the same revision in the end.
const SETTLE_DEADLINE: Duration = Duration::from_secs(10);

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    /// Roles, by time.
    pub(crate) roles: Vec<raft::Sample>,
    /// Digests, by time.
    pub(crate) digests: Vec<state::Sample>,
}

/// Name of the member at a position: a node that replaces another is another member.
pub(super) fn member(position: usize, generation: u32) -> String {
    format!("node {position}.{generation}")
}

/// Looks until stopped.
pub(crate) async fn observe(
    cluster: Arc<Cluster>,
    start: Instant,
    stop: CancellationToken,
) -> Observed {
    let (mut roles, mut digests) = (Observed::default(), Observed::default());
    // Each for itself: a node that does not tell its digest in time must not hold up the looks at who leads.
    let look_at_roles = async {
        while stop
            .run_until_cancelled(tokio::time::sleep(PAUSE))
            .await
            .is_some()
        {
            roles.look_at_roles(&cluster, start).await;
        }
    };
    let look_at_digests = async {
        while stop
            .run_until_cancelled(tokio::time::sleep(DIGEST_PAUSE))
            .await
            .is_some()
        {
            digests.look_at_digests(&cluster, start).await;
        }
    };
    tokio::join!(look_at_roles, look_at_digests);
    Observed {
        roles: roles.roles,
        digests: digests.digests,
    }
}

impl Observed {
    async fn look_at_roles(&mut self, cluster: &Cluster, start: Instant) {
        let before = lives(cluster);
        let sights = cluster.look().await;
        let after = lives(cluster);
        let seen = same(&before, &after).filter_map(|(position, life)| {
            let sight = sights.get(position).copied().flatten()?;
            Some(raft::Sample {
                member: member(position, life.generation),
                process: life.process,
                at_us: microseconds(sight.at.duration_since(start)),
                role: sight.role,
            })
        });
        let mut seen: Vec<_> = seen.collect();
        seen.sort_by_key(|sample| sample.at_us);
        self.roles.extend(seen);
    }

    async fn look_at_digests(&mut self, cluster: &Cluster, start: Instant) {
        let before = lives(cluster);
        let digests = cluster.digests().await;
        let at_us = since(start);
        for (node, _) in same(&before, &lives(cluster)) {
            if let Some(told) = digests.get(node).cloned().flatten() {
                self.digests.push(state::Sample { node, at_us, told });
            }
        }
    }

    /// Looks at the digests until all nodes are at one revision, now that nobody writes any more.
    pub(crate) async fn settle(&mut self, cluster: &Cluster, start: Instant, live: &[usize]) {
        let begin = Instant::now();
        while begin.elapsed() < SETTLE_DEADLINE {
            let first = self.digests.len();
            self.look_at_digests(cluster, start).await;
            let last = self.digests.get(first..).unwrap_or_default();
            let mut revisions = last.iter().map(|sample| sample.told.revision);
            let newest = revisions.next();
            if last.len() == live.len() && revisions.all(|revision| Some(revision) == newest) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn lives(cluster: &Cluster) -> Vec<Option<Life>> {
    let positions = 0..NODES_MAX;
    positions.map(|position| cluster.life(position)).collect()
}

/// The processes that ran both before and after.
fn same<'l>(
    before: &'l [Option<Life>],
    after: &'l [Option<Life>],
) -> impl Iterator<Item = (usize, Life)> + 'l {
    let pairs = before.iter().zip(after).enumerate();
    pairs.filter_map(|(position, (before, after))| {
        let life = (*before)?;
        (Some(life) == *after).then_some((position, life))
    })
}
