//! How many writes a second a cluster takes: services created through AWS's API of Trellis, and puts of etcd, by as many
//! clients at once, in turns.
//!
//! `scripts/write-bench.py` starts both clusters and this.

mod etcd;
mod lattice;
mod load;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use load::Measured;

/// Compares writes per second.
#[derive(Debug, Parser)]
struct Args {
    /// Ready file of `trellis-node dev`.
    #[arg(long, value_name = "FILE")]
    ready: PathBuf,
    /// Client addresses of the nodes of etcd, as `host:port`.
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', required = true)]
    etcd: Vec<String>,
    /// Clients at once, each with a connection of its own, spread over the nodes.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    clients: u16,
    /// Length of one measurement.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600))]
    seconds: u16,
    /// Measurements of each.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let lasts = Duration::from_secs(args.seconds.into());
    let cluster = lattice::Cluster::read(&args.ready)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..args.rounds {
        let writers = (0..args.clients).map(|client| cluster.writer(round, client));
        ours.push(load::run(writers.collect::<Result<_, _>>()?, lasts).await?);
        let writers = (0..args.clients).map(|client| etcd::Writer::new(&args.etcd, round, client));
        theirs.push(load::run(writers.collect::<Result<_, _>>()?, lasts).await?);
    }
    let mut out = std::io::stdout();
    for (name, measured) in [("trellis", &mut ours), ("etcd", &mut theirs)] {
        measured.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        for Measured {
            per_second,
            p50,
            p99,
        } in &*measured
        {
            writeln!(
                out,
                "{name}: {per_second:.0} writes/s, p50 {p50:.1?}, p99 {p99:.1?}"
            )?;
        }
    }
    let median = |measured: &[Measured]| measured.get(measured.len() / 2).map(|it| it.per_second);
    if let (Some(ours), Some(theirs)) = (median(&ours), median(&theirs)) {
        writeln!(out, "ratio of the medians: {:.2}", ours / theirs)?;
    }
    Ok(())
}
