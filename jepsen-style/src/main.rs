//! The command line of the fault tests.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jepsen_style::{etcd, hunt, power, run};

/// Breaks a Trellis cluster on purpose, and checks that it keeps its promises.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Runs real nodes under faults and load, and judges what clients saw.
    Run(run::Args),
    /// Cuts the power under a node's stores, again and again, and checks that nothing acknowledged is lost.
    PowerCut(power::Args),
    /// Tries the register's workload and checkers on etcd, which they must find right.
    Etcd(etcd::Args),
    /// Runs nodes with each bug that is built in on purpose, until its checker has caught it.
    Hunt(hunt::Args),
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Run(args) => run::main(&args),
        Command::PowerCut(args) => power::main(&args),
        Command::Etcd(args) => etcd::main(&args),
        Command::Hunt(args) => hunt::main(&args),
    }
}
