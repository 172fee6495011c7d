//! The power-cut rig by itself.

use std::process::ExitCode;

use clap::Parser;
use jepsen_style::power;

/// Cuts the power under a node's stores, again and again, and checks that nothing acknowledged is lost.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    power: power::Args,
}

fn main() -> anyhow::Result<ExitCode> {
    power::main(&Arguments::parse().power)
}
