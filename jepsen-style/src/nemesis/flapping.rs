//! One node's links come and go.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Nemesis, Obstacle, Step};
use crate::cluster::Cluster;
use crate::link::{Layer, Rule};
use crate::schedule::effect::{around, rotated};

/// One node's links are cut and restored in turn.
pub(super) struct Flapping {
    up: Duration,
    down: Duration,
    draw: u64,
    under_way: Option<(Layer, JoinHandle<()>)>,
}

impl Flapping {
    pub(super) fn new(up_ms: u64, down_ms: u64, draw: u64) -> Self {
        Self {
            up: Duration::from_millis(up_ms),
            down: Duration::from_millis(down_ms),
            draw,
            under_way: None,
        }
    }
}

impl Nemesis for Flapping {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let positions = cluster.positions().await;
            let order = rotated(&positions, self.draw);
            let none = || Obstacle::Lacking("there is no node".to_owned());
            let node = order.first().copied().ok_or_else(none)?;
            let layer = cluster.links().lay([]);
            let (cluster, up, down) = (cluster.clone(), self.up, self.down);
            let flapping = tokio::spawn(async move {
                loop {
                    let cut = around(&positions, node);
                    let cut = cut.into_iter().map(|way| (way, Rule::silent()));
                    cluster.links().replace(layer, cut);
                    tokio::time::sleep(down).await;
                    cluster.links().replace(layer, []);
                    tokio::time::sleep(up).await;
                }
            });
            self.under_way = Some((layer, flapping));
            Ok(format!(
                "links of {node} are cut for {down:?}, there for {up:?}"
            ))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            if let Some((layer, flapping)) = self.under_way.take() {
                flapping.abort();
                // Only then is it certain that it cuts no more; that it was aborted is no failure.
                drop(flapping.await);
                cluster.links().lift(layer);
            }
            Ok(String::new())
        })
    }
}
