//! `trellis-node dev`: a cluster of real node processes on loopback, with a sample estate.

mod cluster;
pub mod echo;
mod estate;
mod nodes;
mod ports;
mod ready;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::cluster::identity::create_private_dir;
use crate::drain;
use cluster::Cluster;
use ports::Ports;

/// What the developer chooses.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of nodes, 1 to 7.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=7))]
    nodes: u8,
    /// Directory of everything that the nodes keep; must not exist or be empty.
    /// Default: trellis-dev in the directory for temporary files.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// File that appears, complete, when the cluster serves: addresses, keys, ids, as JSON.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Leave the sample estate out.
    #[arg(long)]
    no_sample: bool,
    /// Documented addresses, or free ones so that several clusters run side by side.
    #[arg(long, value_enum, default_value_t = Ports::Fixed)]
    ports: Ports,
}

/// Runs the cluster until Ctrl-C or SIGTERM; leaves nothing behind.
///
/// # Errors
/// Where the cluster does not come up, or a file cannot be written.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let signals = drain::signals()?;
    tokio::pin!(signals);
    let dir = directory(&arguments)?;
    let mut cluster = Cluster::new(&dir, ports::plan(arguments.ports, arguments.nodes)?);
    let outcome = tokio::select! {
        outcome = serve(&mut cluster, &arguments, &dir) => outcome,
        () = &mut signals => Ok(()),
    };
    if outcome.is_ok() {
        signals.await;
    }
    cluster.stop().await;
    if outcome.is_ok() {
        std::fs::remove_dir_all(&dir).with_context(|| format!("{}", dir.display()))?;
    }
    if let Some(file) = &arguments.ready_file {
        // It may never have been written.
        drop(std::fs::remove_file(file));
    }
    outcome
}

/// Brings the cluster up and tells about it.
#[expect(clippy::print_stdout, reason = "what a developer wants to copy")]
async fn serve(cluster: &mut Cluster, arguments: &Arguments, dir: &Path) -> anyhow::Result<()> {
    let ready = cluster.start(!arguments.no_sample).await?;
    ready.write_environment(dir)?;
    if let Some(file) = &arguments.ready_file {
        ready.write(file)?;
    }
    println!("{}", ready.greeting(dir));
    Ok(())
}

/// The directory of the cluster, empty and private.
fn directory(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    let dir = match (&arguments.dir, arguments.ports) {
        (Some(dir), _) => dir.clone(),
        (None, Ports::Fixed) => std::env::temp_dir().join("trellis-dev"),
        (None, Ports::Auto) => {
            std::env::temp_dir().join(format!("trellis-dev-{}", std::process::id()))
        }
    };
    create_private_dir(&dir).with_context(|| format!("{}", dir.display()))?;
    if std::fs::read_dir(&dir)?.next().is_some() {
        bail!(
            "{} is not empty; is another cluster running? Remove it or give --dir",
            dir.display()
        );
    }
    std::path::absolute(&dir).with_context(|| format!("{}", dir.display()))
}
