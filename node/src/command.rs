//! The command line of `trellis-node`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use crate::cluster::bootstrap::Wishes;
use crate::config::Config;
use crate::raft::store::{self, StoreKind};
use crate::run::Start;
use crate::{dev, drain, run, telemetry};

/// Exit code of wrong usage, as `trellis` has it.
const USAGE: u8 = 2;
/// Threads of the control plane's runtime.
const CONTROL_THREADS: usize = 2;

/// One process of a Trellis cluster: a replica of the registry and a forwarder.
#[derive(Debug, Parser)]
#[command(name = "trellis-node", version, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a node until it is asked to stop.
    Run(RunArguments),
    /// Run a whole cluster on this machine, with a sample estate.
    Dev(dev::Arguments),
    /// Say what is wrong with a configuration file.
    CheckConfig {
        /// Configuration file.
        #[arg(value_name = "FILE")]
        config: PathBuf,
    },
    /// Work on the Raft store of a node that does not run.
    #[command(subcommand)]
    Store(StoreCommand),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    trellis-node run --config node.toml --bootstrap --region eu-west-1\n  \
    trellis-node run --config node.toml --join trellis-join-…")]
struct RunArguments {
    /// Configuration file.
    #[arg(long, value_name = "FILE", default_value = "/etc/trellis/node.toml")]
    config: PathBuf,
    /// Create a cluster, where this node has not joined one yet.
    #[arg(long, conflicts_with = "join")]
    bootstrap: bool,
    /// First account of the new cluster, 12 digits.
    #[arg(
        long,
        value_name = "DIGITS",
        default_value = "111111111111",
        requires = "bootstrap"
    )]
    account: String,
    /// Region of the new cluster; may be given several times, the first is this node's.
    #[arg(
        long = "region",
        value_name = "NAME",
        default_value = "eu-west-1",
        requires = "bootstrap"
    )]
    regions: Vec<String>,
    /// Join a cluster with this token, where this node has not joined one yet.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "TRELLIS_JOIN_TOKEN",
        hide_env_values = true
    )]
    join: Option<String>,
    /// Stop when standard input closes.
    #[arg(long, hide = true)]
    stop_with_stdin: bool,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Move the log to another kind of store; the old one is kept aside.
    Migrate {
        /// Configuration file.
        #[arg(long, value_name = "FILE", default_value = "/etc/trellis/node.toml")]
        config: PathBuf,
        /// Kind to move to; set `raft.store` to it afterwards.
        #[arg(long, value_enum)]
        to: StoreKind,
    },
}

impl Arguments {
    /// Does what was asked for.
    #[must_use]
    pub fn execute(self) -> ExitCode {
        #[cfg(feature = "seeded-bugs")]
        if let Err(wrong) = crate::seeded_bugs::choose() {
            complain(&wrong.to_string());
            return ExitCode::from(USAGE);
        }
        match self.command {
            Command::Run(arguments) => run_node(arguments),
            Command::Dev(arguments) => report(run_cluster(arguments)),
            Command::CheckConfig { config } => match Config::load(&config) {
                Ok(_) => ExitCode::SUCCESS,
                Err(mistakes) => usage(&mistakes),
            },
            Command::Store(StoreCommand::Migrate { config, to }) => migrate(&config, to),
        }
    }
}

fn run_node(arguments: RunArguments) -> ExitCode {
    let config = match Config::load(&arguments.config) {
        Ok(config) => config,
        Err(mistakes) => return usage(&mistakes),
    };
    let start = match (arguments.bootstrap, arguments.join) {
        (true, _) => Start::Bootstrap(Wishes {
            account: arguments.account,
            regions: arguments.regions,
        }),
        (false, Some(token)) => Start::Join(token),
        (false, None) => Start::Again,
    };
    report(run_until_stopped(config, start, arguments.stop_with_stdin))
}

fn run_until_stopped(config: Config, start: Start, with_stdin: bool) -> anyhow::Result<()> {
    let _log = telemetry::install(&config.log)?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let signals = drain::signals()?;
        let stop = async move {
            tokio::select! {
                () = signals => {}
                () = drain::stdin_closed(), if with_stdin => {}
            }
        };
        run::run(config, start, stop).await
    });
    // A blocked read of standard input must not hold the process up.
    runtime.shutdown_background();
    outcome
}

fn run_cluster(arguments: dev::Arguments) -> anyhow::Result<()> {
    let _log = telemetry::install("warn")?;
    runtime()?.block_on(dev::run(arguments))
}

fn migrate(path: &Path, to: StoreKind) -> ExitCode {
    match Config::load(path) {
        Ok(config) => {
            let directory = config.data_dir.join("raft");
            let moved = store::migrate(to.other(), to, &directory);
            report(
                moved
                    .map(|moved| tracing::info!(?moved, "the store was moved"))
                    .map_err(Into::into),
            )
        }
        Err(mistakes) => usage(&mistakes),
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_multi_thread()
        .worker_threads(CONTROL_THREADS)
        .thread_name("control")
        .enable_all()
        .build()?)
}

fn report(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn usage(mistakes: &crate::config::Mistakes) -> ExitCode {
    complain(&mistakes.to_string());
    ExitCode::from(USAGE)
}

#[expect(
    clippy::print_stderr,
    reason = "the last words of a command are for its caller"
)]
fn complain(text: &str) {
    eprintln!("trellis-node: {text}");
}
