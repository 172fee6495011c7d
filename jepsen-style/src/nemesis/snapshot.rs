//! A follower misses so much that it must be sent a snapshot.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use trellis_client::Client;
use trellis_proto::v1::{self, resource::Spec};

use super::partition::around;
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::link::{Layer, Rule};

/// Writers under way at once.
const WRITERS: usize = 8;
/// Longest time to write as much as it takes.
const WRITE_DEADLINE: Duration = Duration::from_secs(30);
/// Longest time for the follower to come up to what was written.
const CATCH_UP_DEADLINE: Duration = Duration::from_secs(30);
/// Time between two looks.
const POLL: Duration = Duration::from_millis(100);

/// A follower is cut off until the others have forgotten the log that it lacks.
pub(super) struct SnapshotInstall {
    draw: u64,
    cut: Option<(usize, Layer)>,
}

impl SnapshotInstall {
    pub(super) fn new(draw: u64) -> Self {
        Self { draw, cut: None }
    }
}

impl Nemesis for SnapshotInstall {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let follower = role::follower(cluster, self.draw).await?;
            let ways = around(&cluster.positions().await, follower);
            let rules = ways.into_iter().map(|way| (way, Rule::silent()));
            self.cut = Some((follower, cluster.links().lay(rules)));
            let from = applied(cluster).await;
            // A snapshot may just have been taken: the next one, and what is kept behind it.
            let settings = cluster.settings();
            let goal = from + 2 * settings.snapshot_every + settings.log_keep;
            let mut writers = JoinSet::new();
            for writer in 0..WRITERS {
                writers.spawn(write(cluster.clone(), format!("{}-{writer}", self.draw)));
            }
            let begin = Instant::now();
            while applied(cluster).await < goal && begin.elapsed() < WRITE_DEADLINE {
                tokio::time::sleep(POLL).await;
            }
            let to = applied(cluster).await;
            if to < goal {
                let reason = format!(
                    "{} entries in {WRITE_DEADLINE:?} are too few",
                    to.saturating_sub(from)
                );
                return Err(Obstacle::Lacking(reason));
            }
            Ok(format!("follower {follower} misses {from} to {to}"))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            let Some((follower, layer)) = self.cut.take() else {
                return Ok(String::new());
            };
            let goal = applied(cluster).await;
            cluster.links().lift(layer);
            let begin = Instant::now();
            loop {
                let sights = cluster.look().await;
                let sight = sights.get(follower).copied().flatten();
                if sight.is_some_and(|sight| sight.role.applied_index >= goal) {
                    return Ok(format!("caught up in {:?}", begin.elapsed()));
                }
                if begin.elapsed() > CATCH_UP_DEADLINE {
                    anyhow::bail!("follower {follower} does not come up to {goal}: {sight:?}");
                }
                tokio::time::sleep(POLL).await;
            }
        })
    }
}

/// The highest index that any node has applied.
async fn applied(cluster: &Cluster) -> u64 {
    let sights = cluster.look().await;
    let applied = sights
        .iter()
        .flatten()
        .map(|sight| sight.role.applied_index);
    applied.max().unwrap_or_default()
}

/// Creates and deletes users until it is dropped; what fails is tried again with another.
async fn write(cluster: Arc<Cluster>, name: String) {
    for number in 0_u64.. {
        if let Ok(client) = cluster.root().await {
            // Ten at a time, as looking for the leader takes as long as a write.
            for step in 0..10 {
                come_and_go(&client, format!("snapshot-{name}-{number}-{step}")).await;
            }
        }
        tokio::task::yield_now().await;
    }
}

async fn come_and_go(client: &Client, user_name: String) {
    let create = v1::CreateRequest {
        resource: Some(v1::Resource {
            metadata: None,
            spec: Some(Spec::User(v1::User {
                user_name: user_name.clone(),
                ..v1::User::default()
            })),
        }),
        ..v1::CreateRequest::default()
    };
    let delete = v1::DeleteRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::User as i32,
            identifier: user_name,
            ..v1::Identifier::default()
        }),
        ..v1::DeleteRequest::default()
    };
    // Only the growth of the log counts.
    drop(client.create(create).await);
    drop(client.delete(delete).await);
}
