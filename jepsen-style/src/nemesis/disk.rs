//! Fsync takes long, or fails: strace attaches to a node and tampers with its calls.
//!
//! Source: strace(1), `inject=`.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, Command};

use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::schedule::Victims;

/// How long strace takes to attach, at most.
const ATTACH: Duration = Duration::from_millis(400);
/// How long it may take to let go.
const DETACH_DEADLINE: Duration = Duration::from_secs(5);
/// How long a node may take after the fault until it takes part, before it is restarted.
const RETURN_DEADLINE: Duration = Duration::from_secs(2);

/// A disk that does not keep what it should in time.
pub(super) struct SickDisk {
    victims: Victims,
    draw: u64,
    tampering: String,
    /// Whether the nodes may have stopped their Raft role.
    stops: bool,
    attached: Vec<(usize, Child)>,
}

impl SickDisk {
    /// Every fsync takes longer.
    pub(super) fn slow(victims: Victims, delay_ms: u64, draw: u64) -> Self {
        let tampering = format!("delay_enter={}", delay_ms * 1_000);
        Self {
            victims,
            draw,
            tampering,
            stops: false,
            attached: Vec::new(),
        }
    }

    /// Every fsync fails.
    pub(super) fn failing(victims: Victims, draw: u64) -> Self {
        let tampering = "error=EIO".to_owned();
        Self {
            victims,
            draw,
            tampering,
            stops: true,
            attached: Vec::new(),
        }
    }
}

impl Nemesis for SickDisk {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let positions = role::victims(cluster, self.victims, self.draw).await?;
            for position in &positions {
                cluster.wait_until_awake(*position).await;
                let gone = || Obstacle::Lacking(format!("node {position} does not run"));
                let pid = cluster.pid(*position).await.ok_or_else(gone)?;
                self.attached
                    .push((*position, attach(pid, &self.tampering)?));
            }
            tokio::time::sleep(ATTACH).await;
            for (_, strace) in &mut self.attached {
                if let Some(status) = strace.try_wait()? {
                    let reason = format!("strace cannot attach to the node: {status}");
                    return Err(Obstacle::Lacking(reason));
                }
            }
            Ok(format!(
                "fsync of {:?} {positions:?}: {}",
                self.victims, self.tampering
            ))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            let mut restarted = Vec::new();
            for (position, strace) in self.attached.drain(..) {
                detach(strace).await?;
                if self.stops && restart_if_stopped(cluster, position).await? {
                    restarted.push(position);
                }
            }
            Ok(told(&restarted))
        })
    }
}

fn attach(pid: u32, tampering: &str) -> Result<Child, Obstacle> {
    let calls = "fsync,fdatasync";
    let strace = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("trace={calls}"))
        .arg("-e")
        .arg(format!("inject={calls}:{tampering}"))
        .args(["-p", &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    strace.map_err(|error| Obstacle::Lacking(format!("strace is not to be had: {error}")))
}

/// Lets strace let the node go.
async fn detach(mut strace: Child) -> anyhow::Result<()> {
    if let (Some(pid), None) = (strace.id(), strace.try_wait()?) {
        let mut command = Command::new("kill");
        command.args(["-TERM", &pid.to_string()]).status().await?;
    }
    if tokio::time::timeout(DETACH_DEADLINE, strace.wait())
        .await
        .is_err()
    {
        strace.kill().await?;
    }
    Ok(())
}

/// Restarts a node that does not take part in Raft any more; answers whether it did.
pub(super) async fn restart_if_stopped(cluster: &Cluster, position: usize) -> anyhow::Result<bool> {
    if cluster
        .wait_for_part(position, RETURN_DEADLINE)
        .await
        .is_ok()
    {
        return Ok(false);
    }
    cluster.kill(position).await?;
    cluster.start_again(position).await?;
    Ok(true)
}

/// What there is to tell of restarts.
pub(super) fn told(restarted: &[usize]) -> String {
    if restarted.is_empty() {
        String::new()
    } else {
        format!("restarted: {restarted:?}")
    }
}
