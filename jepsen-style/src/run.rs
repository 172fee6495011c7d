//! One run: a cluster, load, faults, recovery, and the verdicts.

mod build;
mod judge;
pub(crate) mod observe;
mod page;
mod windows;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::check::Verdict;
use crate::cluster::{Cluster, Disks, NODES_MAX, Settings, node_build};
use crate::ledger;
use crate::nemesis::{self, Happening};
use crate::report::{self, Limit, RunReport};
use crate::schedule::{Class, Profile, Schedule};
use crate::seed::Seed;
use crate::traffic::history::History;
use crate::traffic::log::{self, LogRecord};
use crate::traffic::{Rate, Traffic};
use crate::workload::drive::{Pace, Setting};
use crate::workload::histories::Histories;
use crate::workload::suite::{Sample, Suite};
use observe::Observed;
use windows::Absent;

/// Load after everything is healed.
const AFTERWARDS: Duration = Duration::from_secs(5);
/// Findings of one property that are printed; the page has all.
const FINDINGS_SHOWN: usize = 12;
/// Clients of each workload: one for each of three nodes.
const CLIENTS: usize = 3;

/// Arguments of `run`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How long the run is.
    #[arg(long, value_enum, default_value = "short")]
    profile: Profile,
    /// Repeats a run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nodes at first; one more may join.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=7))]
    nodes: u8,
    /// The build to test; by default `TRELLIS_NODE`, else the `trellis-node` beside this program, which
    /// `cargo run` builds first.
    #[arg(long)]
    node: Option<PathBuf>,
    /// Another build for every second node, such as that of the commit before.
    #[arg(long)]
    beside: Option<PathBuf>,
    /// Lets nodes lose their power: their data lies on disks of the harness that keep only what was synced
    /// then, and do not run full. Needs root and FUSE.
    #[arg(long)]
    power_cuts: bool,
    /// Directory of histories, logs and data; a new one under the temporary directory by default.
    #[arg(long)]
    out: Option<PathBuf>,
    /// File to which a line about the run is appended.
    #[arg(long)]
    ledger: Option<PathBuf>,
}

/// What a run leaves, for the checkers.
struct Evidence {
    /// Nodes at first; one more may join.
    nodes: usize,
    /// When it began, RFC 3339.
    began: String,
    /// How long it took, microseconds.
    duration_us: u64,
    /// When the first fault could begin, microseconds since the run began.
    first_fault_us: u64,
    /// When load began and ended, microseconds since the run began.
    load_us: (u64, u64),
    /// How every call on the registry went.
    samples: Vec<Sample>,
    /// What the workloads on the registry recorded.
    histories: Histories,
    /// What the traffic recorded.
    traffic: History,
    /// What the nodes' access logs say of the traffic.
    records: Vec<LogRecord>,
    /// Faults, by their beginning.
    faults: Vec<Happening>,
    /// When nodes did not run.
    absences: Vec<Absent>,
    /// What the nodes said of themselves.
    observed: Observed,
    /// From the last healing until every node took part again.
    recovery: anyhow::Result<Duration>,
    /// Whether nodes ended or panicked by themselves.
    ends: Verdict,
}

/// Runs, prints the verdicts, and leaves page, summary and histories.
///
/// # Errors
/// Where the cluster does not come up, or a file cannot be written.
pub fn main(args: &Args) -> anyhow::Result<ExitCode> {
    if args.node.is_none() {
        build::with_cargo()?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let directory = directory(args)?;
    let (report, evidence) = runtime.block_on(run(args, &directory))?;
    report.write(&directory)?;
    std::fs::write(
        directory.join("faults.json"),
        serde_json::to_vec_pretty(&evidence.faults)?,
    )?;
    let traffic = std::fs::File::create(directory.join("traffic.json"))?;
    serde_json::to_writer(io::BufWriter::new(traffic), &evidence.traffic)?;
    if let Some(path) = &args.ledger {
        ledger::append(path, &ledger::Entry::of(&report))?;
    }
    tell(&report, &evidence, &directory)?;
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One run from its beginning to its verdicts.
///
/// # Errors
/// Where the cluster does not come up, or a history cannot be written.
async fn run(args: &Args, directory: &Path) -> anyhow::Result<(RunReport, Evidence)> {
    let nodes = usize::from(args.nodes);
    let began = jiff::Timestamp::now().to_string();
    let cluster = Arc::new(Cluster::start(settings(args, directory)?).await?);
    let start = Instant::now();
    let setting = Setting {
        access: cluster.access(),
        seed: Seed(args.seed),
        start,
        pace: Pace::new(CLIENTS.max(nodes), args.profile.calls_per_second()),
    };
    let suite = Arc::new(Suite::prepare(&setting, directory).await?);
    let traffic = Traffic::prepare(&setting.access, start).await?;

    let (load, look) = (CancellationToken::new(), CancellationToken::new());
    let rate = Rate(args.profile.requests_per_second());
    let traffic = tokio::spawn(traffic.run(setting.seed, rate, load.clone()));
    let observer = tokio::spawn(observe::observe(cluster.clone(), start, look.clone()));
    let calls = tokio::spawn({
        let (suite, load) = (suite.clone(), load.clone());
        async move { suite.run(&load).await }
    });
    let load_began_us = since(start);
    tokio::time::sleep(args.profile.calm()).await;
    let first_fault_us = since(start);
    let classes = Class::all(args.power_cuts);
    let schedule = Schedule::draw(&classes, setting.seed, args.profile, nodes);
    let faults = nemesis::run(&cluster, &schedule, start).await;
    let recovery = nemesis::heal_all(&cluster).await;
    tokio::time::sleep(AFTERWARDS).await;
    load.cancel();
    let load_us = (load_began_us, since(start));
    calls.await??;
    let traffic = traffic.await?;
    suite.finish().await?;
    look.cancel();
    let mut observed = observer.await?;
    let live = cluster.positions().await;
    observed.settle(&cluster, start, &live).await;

    let evidence = Evidence {
        nodes,
        began,
        duration_us: since(start),
        first_fault_us,
        load_us,
        samples: suite.samples(),
        histories: suite.histories(),
        records: records(&cluster, &setting).await?,
        traffic,
        faults,
        absences: absences(&cluster, start),
        observed,
        recovery,
        ends: cluster.verdict().await,
    };
    let judgement = judge::judge(&evidence, &schedule, args.profile);
    for (number, (property, window)) in judgement.windows.iter().enumerate() {
        let name = format!("{property}-{number}.txt");
        std::fs::write(directory.join(name), window.text())?;
    }
    Ok((page::report(args, &evidence, judgement), evidence))
}

fn settings(args: &Args, directory: &Path) -> anyhow::Result<Settings> {
    let binary = args.node.clone().map_or_else(node_build, Ok)?;
    let nodes = usize::from(args.nodes);
    let mut settings = Settings::new(&binary, &directory.join("cluster"), nodes, Seed(args.seed));
    if let Some(other) = &args.beside {
        let turns = [&binary, other].into_iter().cycle();
        settings.binaries = turns.take(NODES_MAX).cloned().collect();
    }
    settings.faketime = nemesis::faketime_library();
    settings.disks = if args.power_cuts {
        Disks::Synced
    } else if nemesis::may_mount() {
        Disks::Small(args.profile.disk_bytes())
    } else {
        Disks::Plain
    };
    Ok(settings)
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
    let Args {
        profile,
        seed,
        nodes,
        beside,
        power_cuts,
        ..
    } = args;
    let name = profile.name();
    let beside = beside.as_ref();
    let beside = beside.map(|other| format!(" --beside {}", other.display()));
    let power_cuts = if *power_cuts { " --power-cuts" } else { "" };
    format!(
        "cargo run --release -p jepsen-style -- run --profile {name} --seed {seed} --nodes {nodes}\
         {power_cuts}{}",
        beside.unwrap_or_default()
    )
}

/// The access-log records of the traffic, on all nodes that there have been.
async fn records(cluster: &Cluster, setting: &Setting) -> anyhow::Result<Vec<LogRecord>> {
    let account = setting.access.accounts.first().context("no account")?;
    let mut dirs = Vec::new();
    for position in 0..setting.access.nodes.len() {
        dirs.push(cluster.access_log_dirs(position).await);
    }
    log::read(&dirs, &account.id)
}

fn absences(cluster: &Cluster, start: Instant) -> Vec<Absent> {
    let us = |at: Instant| {
        let passed = at.saturating_duration_since(start).as_micros();
        u64::try_from(passed).unwrap_or(u64::MAX)
    };
    let absences = cluster.absences().into_iter();
    absences
        .map(|absence| Absent {
            node: absence.position,
            generation: absence.generation,
            from_us: us(absence.from),
            to_us: absence.to.map_or(u64::MAX, us),
        })
        .collect()
}

fn since(start: Instant) -> u64 {
    microseconds(start.elapsed())
}

fn microseconds(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

fn tell(report: &RunReport, evidence: &Evidence, directory: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let [done, refused, unknown] = judge::counts(&evidence.samples);
    writeln!(
        out,
        "{done} calls answered, {refused} refused, {unknown} unknown; {} requests; {} faults",
        evidence.traffic.exchanges.len(),
        report.faults.len()
    )?;
    for skipped in &report.skipped {
        writeln!(out, "skipped  {}: {}", skipped.class, skipped.reason)?;
    }
    report::tell(&mut out, &report.verdicts, FINDINGS_SHOWN)?;
    for figure in &report.figures {
        let word = if figure.is_met() {
            "figure "
        } else {
            "MISSED "
        };
        write!(
            out,
            "{word}  {}: {:.3} {}",
            figure.name, figure.value, figure.unit
        )?;
        match figure.limit {
            Limit::None => writeln!(out)?,
            Limit::AtMost(most) => writeln!(out, " (at most {most})")?,
            Limit::AtLeast(least) => writeln!(out, " (at least {least})")?,
        }
    }
    writeln!(out, "page, histories and logs: {}", directory.display())?;
    writeln!(out, "again: {}", report.command)
}
