//! The process of a node.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::process::{Child, ChildStdin, Command};

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
    /// It has been in the cluster before.
    Again,
}

/// What a process is started with.
pub(super) struct Launch<'a> {
    pub(super) binary: &'a Path,
    pub(super) config: &'a Path,
    pub(super) origin: &'a Origin<'a>,
    pub(super) environment: &'a [(String, String)],
}

impl Launch<'_> {
    /// The command that starts the node.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(self.binary);
        command
            .args(["run", "--stop-with-stdin", "--config"])
            .arg(self.config);
        match self.origin {
            Origin::Bootstrap { account, region } => {
                command.args(["--bootstrap", "--account", account, "--region", region]);
            }
            Origin::Join(token) => {
                command.env("TRELLIS_JOIN_TOKEN", token);
            }
            Origin::Again => {}
        }
        command
            .env_remove("RUST_LOG")
            .env("RUST_BACKTRACE", "1")
            .envs(self.environment.iter().cloned());
        command
    }
}

/// A node's process. It is killed when this value is dropped, and stops by itself when the harness
/// ends in another way: its standard input is a pipe from here.
pub(crate) struct Process {
    child: Child,
    pid: u32,
    _stdin: Option<ChildStdin>,
}

impl Process {
    /// Starts a program; what it says goes to the end of a log.
    ///
    /// # Errors
    /// Where the log or the process cannot be made.
    pub(crate) fn start(mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("{}", log.display()))?;
        let program = command.as_std().get_program().to_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let pid = child.id().context("the process has no id")?;
        Ok(Self {
            // Waiting for the child would close it.
            _stdin: child.stdin.take(),
            child,
            pid,
        })
    }

    /// Process id.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// How it ended, where it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Kills it and waits for its end.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub(crate) async fn kill(self) -> anyhow::Result<()> {
        self.kill_with(|| ()).await
    }

    /// Kills it, does something else, and waits for its end.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub(crate) async fn kill_with(mut self, after: impl FnOnce()) -> anyhow::Result<()> {
        self.child.start_kill()?;
        after();
        self.child.wait().await?;
        Ok(())
    }

    /// Sends a signal: `TERM`, `STOP` or `CONT`.
    ///
    /// # Errors
    /// Where the process has ended, or the signal cannot be sent.
    pub(crate) async fn signal(&mut self, signal: &str) -> anyhow::Result<()> {
        // Once waited for, the id may be another's.
        if self.ended().is_some() {
            bail!("the process has ended");
        }
        let mut command = Command::new("kill");
        command.arg(format!("-{signal}")).arg(self.pid.to_string());
        let status = command.stdin(Stdio::null()).status().await?;
        if !status.success() {
            bail!("kill -{signal} {}: {status}", self.pid);
        }
        Ok(())
    }

    /// Waits for its end; `None` where it does not come in time.
    pub(crate) async fn wait(&mut self, deadline: Duration) -> Option<ExitStatus> {
        tokio::time::timeout(deadline, self.child.wait())
            .await
            .ok()?
            .ok()
    }
}
