//! The register workload and its checkers, tried on a system that is known to be linearizable: etcd.
//!
//! A harness that finds fault with etcd is wrong itself; one that finds none where reads are stale by
//! request sees nothing. Calls, histories, links and checkers are those of the runs on Trellis; only
//! how a call is asked differs, and how a process is started.

mod client;
mod cluster;
mod endpoints;
mod faults;
mod register;
mod verdicts;
mod wire;

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::check::Verdict;
use crate::nemesis::Happening;
use crate::report;
use crate::schedule::{Profile, Schedule};
use crate::seed::Seed;
use crate::workload::drive::{Driver, Pace, Setting};
use cluster::{Cluster, NODES};
use register::Register;

/// Load without faults at the beginning.
const CALM: Duration = Duration::from_secs(5);
/// Load after everything is healed.
const AFTERWARDS: Duration = Duration::from_secs(5);
/// Clients: three for each node.
const CLIENTS: usize = 9;
/// Calls per second of all clients together.
const RATE: f64 = 200.0;
/// How long an answer is waited for: less than etcd itself waits (7 s), so that clients go on, and
/// long enough for outcomes to be known as a rule.
const DEADLINE: Duration = Duration::from_secs(5);
/// Findings of one property that are printed; the report holds all.
const FINDINGS_SHOWN: usize = 3;
/// Time between two looks at who leads.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// Arguments of `etcd`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Repeats a run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long faults are injected, seconds.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u16).range(60..=3600))]
    seconds: u16,
    /// Lets nodes answer reads with what they have: the checkers must then find stale ones.
    #[arg(long)]
    serializable: bool,
    /// Directory of the history, logs and data; a new one under the temporary directory by default.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What a run showed.
#[derive(Debug, Serialize)]
struct Report {
    /// Repeats the run.
    command: String,
    /// What was tested.
    system: String,
    /// Where the history and logs are.
    directory: PathBuf,
    /// Faults, by their beginning.
    faults: Vec<Happening>,
    /// What the checkers say, by property.
    verdicts: Vec<(&'static str, Verdict)>,
}

/// Runs, prints the verdicts, and leaves the report beside the history.
///
/// # Errors
/// Where there is no etcd, the cluster does not come up, or a file cannot be written.
pub fn main(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let report = runtime.block_on(run(args))?;
    let file = report.directory.join("report.json");
    std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    tell(&report)?;
    let holds = report.verdicts.iter().all(|(_, verdict)| verdict.holds());
    Ok(if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn run(args: &Args) -> anyhow::Result<Report> {
    let seed = Seed(args.seed);
    let system = cluster::version().await?;
    let directory = args.out.clone().unwrap_or_else(|| {
        let name = format!("etcd-jepsen-{}-{}", args.seed, std::process::id());
        std::env::temp_dir().join(name)
    });
    std::fs::create_dir_all(&directory).with_context(|| format!("{}", directory.display()))?;
    let cluster = Cluster::start(&directory.join("cluster"), seed).await?;
    let start = Instant::now();
    let setting = Setting {
        access: cluster.endpoints(args.serializable),
        seed,
        start,
        pace: Pace {
            clients: CLIENTS,
            per_second: RATE,
            deadline: DEADLINE,
        },
    };
    let driver = Arc::new(Driver::new(setting, Register::default(), &directory)?);
    let stop = CancellationToken::new();
    let load = tokio::spawn({
        let (driver, stop) = (driver.clone(), stop.clone());
        async move { driver.run(&stop).await }
    });
    tokio::time::sleep(CALM).await;
    let lasts = Duration::from_secs(args.seconds.into());
    let heal_ms = u64::from(args.seconds) * 1_000;
    let schedule = Schedule::of(&faults::CLASSES, seed, Profile::Short, heal_ms, NODES);
    let faults = tokio::select! {
        faults = faults::run(&cluster, &schedule, start) => faults,
        never = look(&cluster) => match never {},
    };
    let recovery = cluster.revive().await;
    tokio::time::sleep(AFTERWARDS).await;
    stop.cancel();
    load.await??;
    driver.finish().await?;

    let history = driver.history();
    let mut verdicts = verdicts::judge(&history, &faults, cluster.leader_changes(), lasts);
    verdicts.push(("recovery", verdicts::recovered(&recovery)));
    verdicts.push(("nodes", cluster.verdict().await));
    Ok(Report {
        command: command(args),
        system,
        directory,
        faults,
        verdicts,
    })
}

/// Looks who leads, again and again.
async fn look(cluster: &Cluster) -> Infallible {
    loop {
        cluster.leader().await;
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

/// The command that repeats a run, as far as a run can be: the same faults at the same times.
fn command(args: &Args) -> String {
    let (seed, seconds) = (args.seed, args.seconds);
    let reads = if args.serializable {
        " --serializable"
    } else {
        ""
    };
    format!("cargo run -p jepsen-style -- etcd --seed {seed} --seconds {seconds}{reads}")
}

fn tell(report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", report.system)?;
    report::tell(&mut out, &report.verdicts, FINDINGS_SHOWN)?;
    writeln!(out, "history and logs: {}", report.directory.display())?;
    writeln!(out, "again: {}", report.command)
}
