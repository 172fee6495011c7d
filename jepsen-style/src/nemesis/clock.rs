//! Wall clocks jump, and monotonic ones go on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Nemesis, Obstacle, Step};
use crate::cluster::Cluster;
use crate::schedule::effect::rotated;

/// Where libfaketime is found. Source: Debian's package `libfaketime`.
const LIBRARIES: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

/// How long a clock may stay wrong after it was set right. Source: libfaketime reads its file once a second.
pub(crate) const SETTLING: Duration = Duration::from_secs(3);

/// libfaketime's library, where it is installed.
#[must_use]
pub fn library() -> Option<PathBuf> {
    let found = LIBRARIES
        .into_iter()
        .map(Path::new)
        .find(|path| path.exists());
    found.map(Path::to_owned)
}

/// One node's clock is wrong.
pub(super) struct ClockJump {
    seconds: i64,
    draw: u64,
}

impl ClockJump {
    pub(super) fn new(seconds: i64, draw: u64) -> Self {
        Self { seconds, draw }
    }
}

impl Nemesis for ClockJump {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            if cluster.settings().faketime.is_none() {
                return Err(Obstacle::Lacking("libfaketime is not used".to_owned()));
            }
            let order = rotated(&cluster.positions().await, self.draw);
            let none = || Obstacle::Lacking("there is no node".to_owned());
            let node = order.first().copied().ok_or_else(none)?;
            set(cluster, node, self.seconds)?;
            Ok(format!("clock of {node} is off by {} s", self.seconds))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            set_right(cluster).await?;
            // A node whose clock is still wrong would take a new node's token for one that has expired.
            tokio::time::sleep(SETTLING).await;
            Ok(String::new())
        })
    }
}

/// Sets all clocks right.
///
/// # Errors
/// Where a file cannot be written.
pub(super) async fn set_right(cluster: &Cluster) -> anyhow::Result<()> {
    if cluster.settings().faketime.is_some() {
        for position in cluster.positions().await {
            set(cluster, position, 0)?;
        }
    }
    Ok(())
}

fn set(cluster: &Cluster, position: usize, seconds: i64) -> std::io::Result<()> {
    // Renamed into its place: the library may read it at any time.
    let file = cluster.clock_file(position);
    let new = file.with_extension("new");
    std::fs::write(&new, format!("{seconds:+}"))?;
    std::fs::rename(new, file)
}
