//! What a run came to: a page to read, a summary for programs.
//!
//! The page stands alone: styles and drawings are in it, so it can be kept, sent and opened years
//! later.

mod chart;
mod findings;
mod page;
mod quantile;
mod staleness;
mod summary;
mod timeline;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::check::Verdict;
use crate::check::window::Window;
pub use quantile::quantile;
pub use summary::{Summary, WorkloadSummary};

/// A run, as its report tells it.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
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
    /// How long it took, microseconds.
    pub duration_us: u64,
    /// How many nodes it began with.
    pub nodes: usize,
    /// The faults that were installed.
    pub faults: Vec<FaultSpan>,
    /// The faults that this machine has no means for.
    pub skipped: Vec<Skipped>,
    /// The operations, by workload.
    pub latencies: BTreeMap<String, Vec<Sample>>,
    /// From a write's acknowledgement to each node's data plane obeying it, microseconds.
    pub staleness_us: Vec<u64>,
    /// What each checker says, by its name.
    pub verdicts: Vec<(String, Verdict)>,
    /// The parts of histories that show findings.
    pub windows: Vec<Window>,
    /// What was measured, and what was demanded.
    pub figures: Vec<Figure>,
}

/// A fault and when it was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpan {
    /// Its class: `kill`, `partition`, …
    pub class: String,
    /// What it was done to, ready to read: `leader (node 2)`.
    pub target: String,
    /// From when, microseconds since the run began.
    pub from_us: u64,
    /// Until when, microseconds since the run began.
    pub to_us: u64,
}

/// A class of faults that was not installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its class.
    pub class: String,
    /// What is missing.
    pub reason: String,
}

/// An operation of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When it ended, microseconds since the run began.
    pub at_us: u64,
    /// How long it took, microseconds.
    pub latency_us: u64,
    /// How it ended.
    pub reply: Reply,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// As asked.
    Done,
    /// By a refusal that a rule of the product asks for.
    Refused,
    /// Without an answer, or with one that says that the cluster cannot answer.
    Failed,
}

/// Something measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// What is allowed.
    pub limit: Limit,
}

/// What is allowed of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Anything; it is told only.
    None,
    /// So much or less.
    AtMost(f64),
    /// So much or more.
    AtLeast(f64),
}

impl Figure {
    /// Whether it is as demanded.
    #[must_use]
    pub fn is_met(&self) -> bool {
        match self.limit {
            Limit::None => true,
            Limit::AtMost(most) => self.value <= most,
            Limit::AtLeast(least) => self.value >= least,
        }
    }
}

impl RunReport {
    /// Whether every property holds and every figure is as demanded. A run that checked nothing has
    /// not passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        let all_hold = self.verdicts.iter().all(|(_, verdict)| verdict.holds());
        let all_met = self.figures.iter().all(Figure::is_met);
        !self.verdicts.is_empty() && all_hold && all_met
    }

    /// The page: HTML that needs nothing beside it.
    #[must_use]
    pub fn page(&self) -> String {
        page::page(self)
    }

    /// The summary.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// Writes `report.html` and `summary.json` into a directory.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory)?;
        std::fs::write(directory.join("report.html"), self.page())?;
        let mut summary = serde_json::to_string_pretty(&self.summary())?;
        summary.push('\n');
        std::fs::write(directory.join("summary.json"), summary)
    }
}

/// Prints what checkers say, a line for each property, with the first of what they found below it.
///
/// # Errors
/// Where it cannot be written.
pub fn tell(
    out: &mut impl io::Write,
    verdicts: &[(impl fmt::Display, Verdict)],
    findings_shown: usize,
) -> io::Result<()> {
    for (property, verdict) in verdicts {
        match verdict {
            Verdict::Holds { evidence } => writeln!(out, "holds    {property}: {evidence}")?,
            Verdict::Unknown { reason } => writeln!(out, "UNKNOWN  {property}: {reason}")?,
            Verdict::Broken { findings } => {
                writeln!(out, "BROKEN   {property}:")?;
                for finding in findings.iter().take(findings_shown) {
                    writeln!(out, "  {finding}")?;
                }
                let more = findings.len().saturating_sub(findings_shown);
                if more > 0 {
                    writeln!(out, "  and {more} more")?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
