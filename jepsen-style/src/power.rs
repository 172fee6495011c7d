//! The power-cut rig: what the log store, the vote and the snapshots are worth when the power goes.
//!
//! A writer process uses a node's own stores on a disk that keeps only what was synced, and tells each
//! step that it begins and each that was acknowledged. At a random operation the power is cut and the
//! process killed; another opens what is left and tells what it found, which must be a state that the
//! acknowledged steps allow. A quarter of the interruptions kill the process alone.
//!
//! | file | holds |
//! |---|---|
//! | [`disk`] | the disk, in memory |
//! | [`mount`] | the disk as a mounted file system, and the cut |
//! | [`steps`] | what the writer does, and how it tells |
//! | [`plan`] | which steps, by chance |
//! | [`writer`] | the process on the disk |
//! | [`judge`] | whether what was found is allowed; pure |
//! | [`life`] | one life of the writer, from power on to the cut |
//! | [`rig`] | many lives on many disks, and what they add up to |

pub mod disk;
pub mod judge;
pub mod life;
pub mod mount;
pub mod plan;
pub mod rig;
pub mod steps;
pub mod writer;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context;
use trellis_node::raft::store::StoreKind;

use crate::seed::Seed;
use disk::Barriers;

/// Arguments of `power-cut`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The store that keeps the log.
    #[arg(long, value_enum)]
    store: StoreKind,
    /// Power cuts to make.
    #[arg(long, default_value_t = 1000)]
    points: u64,
    /// Repeats a run; printed with each finding.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lets every sync do nothing: the rig must find losses then.
    #[arg(long)]
    ignore_syncs: bool,
    /// Be the writer in this directory.
    #[arg(long, hide = true)]
    write_in: Option<PathBuf>,
    /// Seed of the writer's steps; without it the writer only opens the stores.
    #[arg(long, hide = true)]
    draw: Option<u64>,
}

/// Runs the rig, and prints its figures as JSON and its verdict. Fails where a promise was broken.
///
/// # Errors
/// Where no FUSE file system can be mounted here.
pub fn main(args: &Args) -> anyhow::Result<ExitCode> {
    #[cfg(feature = "seeded-bugs")]
    trellis_node::seeded_bugs::choose()?;
    if let Some(dir) = &args.write_in {
        let chance = args.draw.map(|draw| Seed(draw).stream("steps"));
        writer::run(args.store, dir, chance)?;
        return Ok(ExitCode::SUCCESS);
    }
    let plan = rig::Plan {
        kind: args.store,
        points: args.points,
        seed: args.seed,
        barriers: if args.ignore_syncs {
            Barriers::Ignored
        } else {
            Barriers::Kept
        },
        quiet: false,
    };
    let program = std::env::current_exe().context("the path of this program")?;
    let tally = rig::run(&plan, &|dir, draw| {
        let mut again = Command::new(&program);
        again.args(std::env::args_os().skip(1));
        writer_command(again, dir, draw)
    })?;
    let verdict = tally.verdict();
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &tally)?;
    writeln!(out)?;
    serde_json::to_writer(&mut out, &verdict)?;
    writeln!(out)?;
    Ok(if verdict.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// This program with the arguments of a run, as a writer.
pub(crate) fn writer_command(mut run: Command, dir: &Path, draw: Option<u64>) -> Command {
    run.arg("--write-in").arg(dir);
    if let Some(draw) = draw {
        run.arg("--draw").arg(draw.to_string());
    }
    run
}
