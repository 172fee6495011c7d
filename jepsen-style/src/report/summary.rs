//! The run for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::quantile::quantile;
use super::{Figure, Reply, RunReport, Sample, Skipped};
use crate::check::Verdict;

/// What a run came to, as `summary.json` holds it.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Whether every property holds and every figure is as demanded.
    pub passed: bool,
    /// The number that repeats the run.
    pub seed: u64,
    /// Name of the profile.
    pub profile: String,
    /// The command that repeats the run.
    pub command: String,
    /// Commit of the build that was tested.
    pub commit: String,
    /// When it began, RFC 3339.
    pub began: String,
    /// How long it took, seconds.
    pub duration_seconds: u64,
    /// How many nodes it began with.
    pub nodes: usize,
    /// Faults installed, by class.
    pub faults: BTreeMap<String, usize>,
    /// Faults that this machine has no means for.
    pub skipped: Vec<Skipped>,
    /// Operations, by workload.
    pub workloads: BTreeMap<String, WorkloadSummary>,
    /// What each checker says.
    pub verdicts: BTreeMap<String, Verdict>,
    /// What was measured, and what was demanded.
    pub figures: Vec<Figure>,
}

/// The operations of a workload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WorkloadSummary {
    /// Ended as asked.
    pub done: usize,
    /// Refused by a rule.
    pub refused: usize,
    /// Not answered.
    pub failed: usize,
    /// Median of the time that answered ones took, microseconds.
    pub p50_us: Option<u64>,
    /// 99 of 100 answered ones took no longer, microseconds.
    pub p99_us: Option<u64>,
    /// The longest that an answered one took, microseconds.
    pub max_us: Option<u64>,
}

impl WorkloadSummary {
    /// Sums up operations.
    pub(super) fn of(samples: &[Sample]) -> Self {
        let count = |reply| samples.iter().filter(|one| one.reply == reply).count();
        let answered = samples.iter().filter(|one| one.reply != Reply::Failed);
        let mut times: Vec<_> = answered.map(|one| one.latency_us).collect();
        times.sort_unstable();
        Self {
            done: count(Reply::Done),
            refused: count(Reply::Refused),
            failed: count(Reply::Failed),
            p50_us: quantile(&times, 500),
            p99_us: quantile(&times, 990),
            max_us: times.last().copied(),
        }
    }
}

impl Summary {
    /// Sums up a run.
    pub(super) fn of(run: &RunReport) -> Self {
        let mut faults: BTreeMap<String, usize> = BTreeMap::new();
        for fault in &run.faults {
            *faults.entry(fault.class.clone()).or_default() += 1;
        }
        let workloads = run.latencies.iter();
        let workloads =
            workloads.map(|(name, samples)| (name.clone(), WorkloadSummary::of(samples)));
        Self {
            passed: run.passed(),
            seed: run.seed,
            profile: run.profile.clone(),
            command: run.command.clone(),
            commit: run.commit.clone(),
            began: run.began.clone(),
            duration_seconds: run.duration_us / 1_000_000,
            nodes: run.nodes,
            faults,
            skipped: run.skipped.clone(),
            workloads: workloads.collect(),
            verdicts: run.verdicts.iter().cloned().collect(),
            figures: run.figures.clone(),
        }
    }
}
