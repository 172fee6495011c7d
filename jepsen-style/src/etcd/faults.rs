//! Brings faults about in etcd, and heals them.
//!
//! Damage to bytes is not among them: etcd's peers here speak plain HTTP, which cannot notice it.

use std::time::Duration;

use tokio::time::Instant;

use super::cluster::{Cluster, NODES};
use crate::link::{Layer, Rule};
use crate::nemesis::Happening;
use crate::schedule::effect::{around, rotated};
use crate::schedule::{Class, Fault, Planned, Schedule, Shape, Victims};

/// What happens to etcd.
pub(super) const CLASSES: [Class; 6] = [
    Class::Kill,
    Class::Pause,
    Class::Partition,
    Class::Loss,
    Class::Latency,
    Class::HalfOpen,
];

/// Longest wait for a leader.
const LEADER_DEADLINE: Duration = Duration::from_secs(3);

/// How a fault is healed.
enum Remedy {
    /// These nodes are started.
    Start(Vec<usize>),
    /// These nodes are woken.
    Resume(Vec<usize>),
    /// These rules are taken away.
    Lift(Layer),
    /// The nodes must heal it.
    Nothing,
}

/// Injects and heals the faults of a schedule; answers with what became of each, by their beginning.
///
/// Times are told since `run_began`; the schedule begins now.
pub(super) async fn run(
    cluster: &Cluster,
    schedule: &Schedule,
    run_began: Instant,
) -> Vec<Happening> {
    let begin = Instant::now();
    let lane = |of_links: bool| async move {
        let mut happenings = Vec::new();
        let faults = schedule.faults.iter();
        for planned in faults.filter(|planned| planned.fault.class().is_of_links() == of_links) {
            tokio::time::sleep_until(begin + Duration::from_millis(planned.at_ms)).await;
            happenings.push(happen(cluster, planned, run_began).await);
        }
        happenings
    };
    let (mut happenings, others) = tokio::join!(lane(false), lane(true));
    happenings.extend(others);
    happenings.sort_by_key(|happening| happening.began_us);
    happenings
}

async fn happen(cluster: &Cluster, planned: &Planned, run_began: Instant) -> Happening {
    let now = || u64::try_from(run_began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut happening = Happening {
        class: planned.fault.class(),
        description: String::new(),
        began_us: now(),
        healing_us: now(),
        healed_us: now(),
        skipped: None,
        trouble: None,
    };
    let leader = if needs_leader(planned.fault) {
        let Some(leader) = cluster.wait_for_leader(LEADER_DEADLINE).await else {
            happening.skipped = Some(format!("nobody leads within {LEADER_DEADLINE:?}"));
            return happening;
        };
        happening.began_us = now();
        Some(leader)
    } else {
        None
    };
    let remedy = match inject(cluster, planned, leader).await {
        Ok((description, remedy)) => {
            happening.description = description;
            tokio::time::sleep(Duration::from_millis(planned.duration_ms)).await;
            remedy
        }
        Err(error) => {
            happening.trouble = Some(format!("{error:#}"));
            return happening;
        }
    };
    happening.healing_us = now();
    if let Err(error) = heal(cluster, remedy).await {
        happening.trouble = Some(format!("healing: {error:#}"));
    }
    happening.healed_us = now();
    happening
}

fn needs_leader(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Kill {
            victims: Victims::Leader | Victims::Follower
        } | Fault::Pause {
            victims: Victims::Leader | Victims::Follower
        } | Fault::Partition {
            shape: Shape::LeaderInMinority
        }
    )
}

/// Injects a fault; answers with what was done, and how it is healed.
async fn inject(
    cluster: &Cluster,
    planned: &Planned,
    leader: Option<usize>,
) -> anyhow::Result<(String, Remedy)> {
    let all: Vec<_> = (0..NODES).collect();
    let mut order = rotated(&all, planned.draw);
    let links = cluster.links();
    Ok(match planned.fault {
        Fault::Kill { victims } => {
            let chosen = victims.among(&all, leader, planned.draw);
            for position in &chosen {
                cluster.kill(*position).await?;
            }
            (
                format!("{victims:?} killed: {chosen:?}"),
                Remedy::Start(chosen),
            )
        }
        Fault::Pause { victims } => {
            let chosen = victims.among(&all, leader, planned.draw);
            for position in &chosen {
                cluster.pause(*position).await?;
            }
            (
                format!("{victims:?} paused: {chosen:?}"),
                Remedy::Resume(chosen),
            )
        }
        Fault::Partition { shape } => {
            if shape == Shape::LeaderInMinority {
                order.sort_by_key(|position| Some(*position) != leader);
            }
            let cut = shape.ways(&order);
            let description = format!("{shape:?}, nothing passes on {cut:?}");
            let rules = cut.into_iter().map(|way| (way, Rule::silent()));
            (description, Remedy::Lift(links.lay(rules)))
        }
        Fault::HalfOpen => {
            links.half_open(around(&all, order[0]));
            let description = format!("connections of {} fell silent for good", order[0]);
            (description, Remedy::Nothing)
        }
        fault => {
            let rule = fault.rule();
            let ways = all.iter().flat_map(|node| around(&all, *node));
            let layer = links.lay(ways.map(|way| (way, rule)));
            (format!("{fault:?} on all ways"), Remedy::Lift(layer))
        }
    })
}

async fn heal(cluster: &Cluster, remedy: Remedy) -> anyhow::Result<()> {
    match remedy {
        Remedy::Start(nodes) => {
            for position in nodes {
                cluster.start_again(position).await?;
            }
        }
        Remedy::Resume(nodes) => {
            for position in nodes {
                cluster.resume(position).await?;
            }
        }
        Remedy::Lift(layer) => cluster.links().lift(layer),
        Remedy::Nothing => {}
    }
    Ok(())
}
