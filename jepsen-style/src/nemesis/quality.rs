//! Links lose, delay, damage or throttle what they carry.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::partition::around;
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::link::{Layer, Rule, Way};
use crate::schedule::Fault;

/// All links, or one node's, are of poor quality.
pub(super) struct Quality {
    fault: Fault,
    draw: u64,
    layer: Option<Layer>,
}

impl Quality {
    pub(super) fn new(fault: Fault, draw: u64) -> Self {
        Self {
            fault,
            draw,
            layer: None,
        }
    }
}

/// The rule of a fault of quality.
fn rule(fault: Fault) -> Rule {
    let clean = Rule::default();
    match fault {
        Fault::Loss { percent } => Rule {
            loss: f64::from(percent) / 100.0,
            reset: f64::from(percent) / 5_000.0,
            ..clean
        },
        Fault::Latency {
            delay_ms,
            jitter_ms,
        } => Rule {
            delay: Duration::from_millis(delay_ms),
            jitter: Duration::from_millis(jitter_ms),
            ..clean
        },
        Fault::Corruption { per_mille } => Rule {
            corruption: f64::from(per_mille) / 1_000.0,
            ..clean
        },
        Fault::SlowLink { bytes_per_second } => Rule {
            bytes_per_second: Some(bytes_per_second),
            ..clean
        },
        _ => clean,
    }
}

impl Nemesis for Quality {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let positions = cluster.positions().await;
            let order = role::rotated(&positions, self.draw);
            let ways: BTreeSet<Way> = match (self.fault, order.first()) {
                (Fault::SlowLink { .. }, Some(node)) => around(&positions, *node),
                _ => order
                    .iter()
                    .flat_map(|node| around(&positions, *node))
                    .collect(),
            };
            let count = ways.len();
            let rule = rule(self.fault);
            let rules = ways.into_iter().map(|way| (way, rule));
            self.layer = Some(cluster.links().lay(rules));
            Ok(format!("{:?} on {count} ways", self.fault))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            if let Some(layer) = self.layer.take() {
                cluster.links().lift(layer);
            }
            Ok(String::new())
        })
    }
}
