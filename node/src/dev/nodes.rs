//! The node processes of a development cluster.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

use crate::cluster::identity::create_private_dir;

/// How long a node may take to stop before it is killed.
const STOP_DEADLINE: Duration = Duration::from_secs(15);

/// How a node comes to its cluster.
pub(super) enum Origin<'a> {
    /// It creates the cluster with this account and region.
    Bootstrap {
        /// First account.
        account: &'a str,
        /// Region.
        region: &'a str,
    },
    /// It joins with a token.
    Join(&'a str),
}

/// A node process and where it is reached.
pub(super) struct Node {
    /// Addresses of its api, cluster and telemetry listeners.
    pub addresses: [SocketAddr; 3],
    /// Its configuration file.
    pub config: PathBuf,
    /// Its data directory.
    pub data_dir: PathBuf,
    child: Child,
}

impl Node {
    /// Writes the configuration of node `number`, counted from 1, and starts its process.
    ///
    /// The process ends with this one, however this one ends: its standard input is a pipe from
    /// here, and it stops when that closes.
    ///
    /// # Errors
    /// Where files or the process cannot be made.
    pub(super) fn start(
        dir: &Path,
        number: usize,
        addresses: [SocketAddr; 3],
        origin: &Origin<'_>,
    ) -> anyhow::Result<Self> {
        let home = dir.join(format!("node-{number}"));
        create_private_dir(&home)?;
        let (config, data_dir) = (home.join("node.toml"), home.join("data"));
        std::fs::write(&config, configuration(&data_dir, addresses))
            .with_context(|| format!("{}", config.display()))?;
        let log = std::fs::File::create(home.join("node.log"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("run")
            .arg("--config")
            .arg(&config)
            .arg("--stop-with-stdin");
        match origin {
            Origin::Bootstrap { account, region } => {
                command.args(["--bootstrap", "--account", account, "--region", region]);
            }
            Origin::Join(token) => {
                command.args(["--join", token]);
            }
        }
        let child = command
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .context("the node process cannot be started")?;
        Ok(Self {
            addresses,
            config,
            data_dir,
            child,
        })
    }

    /// Process id; `None` once it has ended.
    #[must_use]
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// URL of the api listener.
    #[must_use]
    pub(super) fn api(&self) -> String {
        format!("http://{}", self.addresses[0])
    }

    /// Refuses where the process has ended, with the end of its log.
    ///
    /// # Errors
    /// Where it has ended.
    pub(super) fn check(&mut self) -> anyhow::Result<()> {
        let Some(status) = self.child.try_wait()? else {
            return Ok(());
        };
        let log = self.config.with_file_name("node.log");
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(5).collect();
        let end: Vec<_> = lines.into_iter().rev().collect();
        bail!(
            "a node ended early ({status}); the end of {}:\n{}",
            log.display(),
            end.join("\n")
        );
    }

    /// Asks the process to stop, waits, and kills it where it does not.
    pub(super) async fn stop(mut self) {
        drop(self.child.stdin.take());
        if tokio::time::timeout(STOP_DEADLINE, self.child.wait())
            .await
            .is_err()
        {
            // It may have ended in between.
            drop(self.child.kill().await);
        }
    }
}

fn configuration(data_dir: &Path, [api, cluster, telemetry]: [SocketAddr; 3]) -> String {
    format!(
        "# Written by `trellis-node dev`.\n\
         data_dir = {data_dir:?}\n\
         drain_seconds = 5\n\
         [api]\naddress = \"{api}\"\n\
         [cluster]\naddress = \"{cluster}\"\n\
         [telemetry]\naddress = \"{telemetry}\"\n\
         [control]\nplain_http = true\n"
    )
}
