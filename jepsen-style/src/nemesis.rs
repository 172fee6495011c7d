//! Brings a schedule's faults about, and heals them.
//!
//! Nodes are chosen by role when a fault begins. A fault for which the machine lacks the means is
//! skipped, and says why. One file for each kind of fault.

mod clock;
mod damage;
mod disk;
mod flapping;
mod full_disk;
mod half_open;
mod kill;
mod lone;
mod membership;
mod partition;
mod pause;
mod power_cut;
mod quality;
mod role;
mod snapshot;
mod terminate;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

pub use clock::library as faketime_library;
pub use full_disk::may_mount;

use crate::cluster::Cluster;
use crate::schedule::{Class, Fault, Planned, Schedule};

/// Longest wait for a cluster to recover once everything is healed.
const RECOVERY_DEADLINE: Duration = Duration::from_secs(60);

/// What became of a planned fault, for the report.
#[derive(Clone, Debug, Serialize)]
pub struct Happening {
    /// Kind of fault.
    pub class: Class,
    /// What was done, to which nodes; empty where nothing was.
    pub description: String,
    /// When it was injected, microseconds since the run began.
    pub began_us: u64,
    /// When healing began, microseconds since the run began.
    pub healing_us: u64,
    /// When it was healed, microseconds since the run began.
    pub healed_us: u64,
    /// Why it was not injected, where it was not.
    pub skipped: Option<String>,
    /// What went wrong in injecting or healing it: a failure of the cluster or of the machine.
    pub trouble: Option<String>,
}

impl Happening {
    /// Whether it was injected, and healed as it should.
    #[must_use]
    pub fn was_injected(&self) -> bool {
        self.skipped.is_none() && self.trouble.is_none()
    }
}

/// Why a fault was not injected.
enum Obstacle {
    /// The machine or the cluster has not what it takes.
    Lacking(String),
    /// It should have worked.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Obstacle {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<std::io::Error> for Obstacle {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A step of a fault, under way.
type Step<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A fault that can be injected once and then healed.
trait Nemesis: Send {
    /// Injects it; answers with what was done.
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>>;

    /// Heals what was injected, also where injecting failed half-way; answers with what there is to
    /// tell of it, or nothing.
    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>>;
}

/// Injects and heals the faults of a schedule; answers with what became of each, by their beginning.
///
/// Times are told since `run_began`; the schedule begins now.
pub async fn run(
    cluster: &Arc<Cluster>,
    schedule: &Schedule,
    run_began: Instant,
) -> Vec<Happening> {
    let begin = Instant::now();
    let lane = |of_links: bool| {
        let faults = schedule.faults.iter();
        let faults = faults.filter(move |planned| planned.fault.class().is_of_links() == of_links);
        inject_all(cluster, faults, begin, run_began, schedule.heal_ms)
    };
    let (mut happenings, others) = tokio::join!(lane(false), lane(true));
    happenings.extend(others);
    happenings.sort_by_key(|happening| happening.began_us);
    happenings
}

/// Takes all faults away and waits until every node takes part again; answers with how long it took.
///
/// # Errors
/// Where a node does not within a minute: which, and what it says.
pub async fn heal_all(cluster: &Cluster) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    cluster.links().lift_all();
    clock::set_right(cluster).await?;
    cluster.revive().await?;
    for position in cluster.positions().await {
        cluster.wait_for_part(position, RECOVERY_DEADLINE).await?;
    }
    Ok(begin.elapsed())
}

/// One lane: a fault begins when it is due and the one before it is healed.
async fn inject_all(
    cluster: &Arc<Cluster>,
    faults: impl Iterator<Item = &Planned>,
    begin: Instant,
    run_began: Instant,
    heal_ms: u64,
) -> Vec<Happening> {
    let mut happenings = Vec::new();
    let end = begin + Duration::from_millis(heal_ms);
    for planned in faults {
        tokio::time::sleep_until(begin + Duration::from_millis(planned.at_ms)).await;
        if Instant::now() > end {
            happenings.push(too_late(planned, run_began));
            continue;
        }
        happenings.push(inject_one(cluster, planned, run_began).await);
    }
    happenings
}

async fn inject_one(cluster: &Arc<Cluster>, planned: &Planned, run_began: Instant) -> Happening {
    let mut nemesis = of(&planned.fault, planned.draw);
    let mut happening = too_late(planned, run_began);
    happening.skipped = None;
    match nemesis.inject(cluster).await {
        Ok(description) => happening.description = description,
        Err(Obstacle::Lacking(reason)) => happening.skipped = Some(reason),
        Err(Obstacle::Failed(error)) => happening.trouble = Some(format!("{error:#}")),
    }
    if happening.trouble.is_none() && happening.skipped.is_none() {
        tokio::time::sleep(Duration::from_millis(planned.duration_ms)).await;
    }
    happening.healing_us = since(run_began);
    match nemesis.heal(cluster).await {
        Ok(note) if note.is_empty() => {}
        Ok(note) => happening.description += &format!("; {note}"),
        Err(error) => {
            let before = happening.trouble.take();
            let before = before.map(|before| before + "; ").unwrap_or_default();
            happening.trouble = Some(format!("{before}healing: {error:#}"));
        }
    }
    happening.healed_us = since(run_began);
    happening
}

/// A fault that was not injected.
fn too_late(planned: &Planned, run_began: Instant) -> Happening {
    let now = since(run_began);
    Happening {
        class: planned.fault.class(),
        description: String::new(),
        began_us: now,
        healing_us: now,
        healed_us: now,
        skipped: Some("the faults before it took too long".to_owned()),
        trouble: None,
    }
}

fn since(run_began: Instant) -> u64 {
    u64::try_from(run_began.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// What brings a fault about.
fn of(fault: &Fault, draw: u64) -> Box<dyn Nemesis> {
    match *fault {
        Fault::Kill { victims } => Box::new(kill::Kill::new(victims, draw)),
        Fault::KillAtApply => Box::new(kill::KillAtApply::default()),
        Fault::PowerCut { victims } => Box::new(power_cut::PowerCut::new(victims, draw)),
        Fault::Terminate { victims } => Box::new(terminate::Terminate::new(victims, draw)),
        Fault::RollingRestart => Box::new(terminate::RollingRestart),
        Fault::Pause { victims } => Box::new(pause::Pause::new(victims, draw)),
        Fault::Partition { shape } => Box::new(partition::Partition::new(shape, draw)),
        Fault::Flapping { up_ms, down_ms } => {
            Box::new(flapping::Flapping::new(up_ms, down_ms, draw))
        }
        Fault::Loss { .. }
        | Fault::Latency { .. }
        | Fault::Corruption { .. }
        | Fault::SlowLink { .. } => Box::new(quality::Quality::new(*fault, draw)),
        Fault::HalfOpen => Box::new(half_open::HalfOpen { draw }),
        Fault::SlowDisk { victims, delay_ms } => {
            Box::new(disk::SickDisk::slow(victims, delay_ms, draw))
        }
        Fault::FailingSync { victims } => Box::new(disk::SickDisk::failing(victims, draw)),
        Fault::FullDisk { victims } => Box::new(full_disk::FullDisk::new(victims, draw)),
        Fault::BitFlip => Box::new(damage::Damage::new(damage::Kind::BitFlip, draw)),
        Fault::Truncation => Box::new(damage::Damage::new(damage::Kind::Truncation, draw)),
        Fault::ClockJump { seconds } => Box::new(clock::ClockJump::new(seconds, draw)),
        Fault::Membership { change } => Box::new(membership::Membership::new(change, draw)),
        Fault::LoneSurvivor { before_restart_ms } => {
            Box::new(lone::LoneSurvivor::new(before_restart_ms, draw))
        }
        Fault::SnapshotInstall => Box::new(snapshot::SnapshotInstall::new(draw)),
    }
}
