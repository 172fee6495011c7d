//! One run: a cluster, load, faults, recovery, and the verdicts.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::check::session::Replaced;
use crate::check::{Verdict, pace};
use crate::cluster::{Cluster, Settings, node_build};
use crate::nemesis::{self, Happening};
use crate::schedule::{Class, Profile, Schedule};
use crate::seed::Seed;
use crate::workload::drive::{Pace, Setting};
use crate::workload::suite::{End, Suite};

/// Load without faults at the beginning: what comes later is compared with it.
const CALM: Duration = Duration::from_secs(8);
/// Load after everything is healed.
const AFTERWARDS: Duration = Duration::from_secs(5);
/// Clients of each workload: one for each of three nodes.
const CLIENTS: usize = 3;
/// Calls per second of each workload.
const RATE: f64 = 12.0;
/// Answers per second that each workload must have had before the first fault.
const RATE_MIN: f64 = 3.0;

/// Arguments of `run`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How long the run is.
    #[arg(long, value_enum, default_value = "short")]
    profile: Profile,
    /// Repeats a run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nodes at first.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=5))]
    nodes: u8,
    /// The build to test; by default `TRELLIS_NODE`, else the `trellis-node` beside this program.
    #[arg(long)]
    node: Option<PathBuf>,
    /// Directory of histories, logs and data; a new one under the temporary directory by default.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What a run showed.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Repeats the run.
    pub command: String,
    /// Where histories and logs are.
    pub directory: PathBuf,
    /// What clients did.
    pub calls: Calls,
    /// Faults, by their beginning.
    pub faults: Vec<Happening>,
    /// From the last healing until every node takes part again, milliseconds; `None` where it does not.
    pub recovery_ms: Option<u128>,
    /// What the checkers say, by property.
    pub verdicts: Vec<(String, Verdict)>,
}

/// How many calls there were.
#[derive(Debug, Default, Serialize)]
pub struct Calls {
    /// Answered.
    pub done: usize,
    /// Refused.
    pub refused: usize,
    /// Of unknown outcome.
    pub unknown: usize,
}

impl Report {
    /// Whether every property holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.verdicts.iter().all(|(_, verdict)| verdict.holds())
    }
}

/// Runs, prints the verdicts, and leaves the report beside the histories.
///
/// # Errors
/// Where the cluster does not come up, or a file cannot be written.
pub fn main(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let report = runtime.block_on(run(args))?;
    std::fs::write(
        report.directory.join("report.json"),
        serde_json::to_vec_pretty(&report)?,
    )?;
    tell(&report)?;
    Ok(if report.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One run from its beginning to its verdicts.
///
/// # Errors
/// Where the cluster does not come up, or a history cannot be written.
pub async fn run(args: &Args) -> anyhow::Result<Report> {
    let seed = Seed(args.seed);
    let nodes = usize::from(args.nodes);
    let directory = directory(args)?;
    let binary = args.node.clone().map_or_else(node_build, Ok)?;
    let mut settings = Settings::new(&binary, &directory.join("cluster"), nodes, seed);
    settings.faketime = nemesis::faketime_library();
    let cluster = Arc::new(Cluster::start(settings).await?);
    let start = Instant::now();
    let setting = Setting {
        access: cluster.access(),
        seed,
        start,
        pace: Pace::new(CLIENTS.max(nodes), RATE),
    };
    let suite = Arc::new(Suite::prepare(&setting, &directory).await?);

    let stop = CancellationToken::new();
    let load = tokio::spawn({
        let (suite, stop) = (suite.clone(), stop.clone());
        async move { suite.run(&stop).await }
    });
    tokio::time::sleep(CALM).await;
    let first_fault_us = since(start);
    let schedule = Schedule::draw(seed, args.profile, nodes);
    let faults = nemesis::run(&cluster, &schedule, start).await;
    let recovery = nemesis::heal_all(&cluster).await;
    tokio::time::sleep(AFTERWARDS).await;
    stop.cancel();
    load.await??;
    suite.finish().await?;

    let samples = suite.samples();
    let mut verdicts: Vec<(String, Verdict)> = Vec::new();
    for judged in suite.histories().judge(&replaced(&faults, nodes)) {
        for (number, window) in judged.windows.iter().enumerate() {
            let name = format!("{}-{number}.txt", judged.property);
            std::fs::write(directory.join(name), window.text())?;
        }
        verdicts.push((judged.property.to_owned(), judged.verdict));
    }
    let pace = pace::check(&samples, first_fault_us, RATE_MIN);
    verdicts.push(("pace".to_owned(), pace));
    verdicts.push(("faults".to_owned(), injected(&faults)));
    verdicts.push(("recovery".to_owned(), recovered(&recovery)));
    verdicts.push(("nodes".to_owned(), cluster.verdict().await));
    let count = |end| samples.iter().filter(|sample| sample.end == end).count();
    Ok(Report {
        command: command(args),
        directory,
        calls: Calls {
            done: count(End::Done),
            refused: count(End::Refused),
            unknown: count(End::Unknown),
        },
        faults,
        recovery_ms: recovery.ok().map(|took| took.as_millis()),
        verdicts,
    })
}

fn directory(args: &Args) -> anyhow::Result<PathBuf> {
    let directory = match &args.out {
        Some(directory) => directory.clone(),
        None => {
            let name = format!("trellis-jepsen-{}-{}", args.seed, std::process::id());
            std::env::temp_dir().join(name)
        }
    };
    std::fs::create_dir_all(&directory).with_context(|| format!("{}", directory.display()))?;
    Ok(directory)
}

/// The command that repeats a run, as far as a run can be: the same faults at the same times.
fn command(args: &Args) -> String {
    let profile = clap::ValueEnum::to_possible_value(&args.profile);
    let profile = profile.map(|value| value.get_name().to_owned());
    format!(
        "cargo run --release -p jepsen-style -- run --profile {} --seed {} --nodes {}",
        profile.unwrap_or_default(),
        args.seed,
        args.nodes
    )
}

/// Nodes that may have been wiped, and from when on: every node, at each change of the membership and
/// each damaged file.
fn replaced(faults: &[Happening], nodes: usize) -> Vec<Replaced> {
    let wipes = faults.iter().filter(|happening| {
        matches!(
            happening.class,
            Class::Membership | Class::BitFlip | Class::Truncation
        )
    });
    let moments = wipes.flat_map(|happening| [happening.began_us, happening.healing_us]);
    moments
        .flat_map(|at_us| (0..nodes).map(move |node| Replaced { node, at_us }))
        .collect()
}

/// Every fault was injected and healed, or could not be on this machine.
fn injected(faults: &[Happening]) -> Verdict {
    let troubles = faults.iter().filter_map(|happening| {
        let trouble = happening.trouble.as_ref()?;
        Some(format!("{:?}: {trouble}", happening.class))
    });
    let done: Vec<_> = faults
        .iter()
        .filter(|happening| happening.skipped.is_none() && happening.trouble.is_none())
        .collect();
    let classes: std::collections::BTreeSet<_> = done.iter().map(|done| done.class).collect();
    let evidence = format!("{} faults of {} classes", done.len(), classes.len());
    Verdict::of(troubles.collect(), evidence)
}

fn recovered(recovery: &anyhow::Result<Duration>) -> Verdict {
    match recovery {
        Ok(took) => Verdict::Holds {
            evidence: format!("every node took part again after {} ms", took.as_millis()),
        },
        Err(error) => Verdict::Broken {
            findings: vec![format!("{error:#}")],
        },
    }
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn tell(report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let Calls {
        done,
        refused,
        unknown,
    } = report.calls;
    writeln!(
        out,
        "{done} calls answered, {refused} refused, {unknown} unknown"
    )?;
    for happening in report.faults.iter().filter(|fault| fault.skipped.is_some()) {
        let reason = happening.skipped.as_deref().unwrap_or_default();
        writeln!(out, "skipped {:?}: {reason}", happening.class)?;
    }
    for (property, verdict) in &report.verdicts {
        match verdict {
            Verdict::Holds { evidence } => writeln!(out, "holds    {property}: {evidence}")?,
            Verdict::Unknown { reason } => writeln!(out, "UNKNOWN  {property}: {reason}")?,
            Verdict::Broken { findings } => {
                writeln!(out, "BROKEN   {property}:")?;
                for finding in findings {
                    writeln!(out, "  {finding}")?;
                }
            }
        }
    }
    writeln!(out, "histories and logs: {}", report.directory.display())?;
    writeln!(out, "again: {}", report.command)
}
