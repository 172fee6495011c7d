//! A disk is full: the file system of a node's own is filled up.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{restart_if_stopped, told};
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::{Cluster, Disks};
use crate::schedule::Victims;

/// Bytes written at once.
const CHUNK_BYTES: usize = 1 << 20;

/// Whether nodes can have file systems of their own: it takes root.
#[must_use]
pub fn may_mount() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    // Real, effective, saved, of the file system. Source: proc(5).
    uid.and_then(|ids| ids.split_ascii_whitespace().nth(1)) == Some("0")
}

/// Disks that have no room left.
pub(super) struct FullDisk {
    victims: Victims,
    draw: u64,
    filled: Vec<usize>,
}

impl FullDisk {
    pub(super) fn new(victims: Victims, draw: u64) -> Self {
        Self {
            victims,
            draw,
            filled: Vec::new(),
        }
    }
}

impl Nemesis for FullDisk {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let Disks::Small(limit) = cluster.settings().disks else {
                let reason = "the nodes have no file systems that can run full (needs root)";
                return Err(Obstacle::Lacking(reason.to_owned()));
            };
            for position in role::victims(cluster, self.victims, self.draw).await? {
                cluster.wait_until_awake(position).await;
                self.filled.push(position);
                let file = filler(cluster, position);
                let filling = tokio::task::spawn_blocking(move || fill(&file, limit));
                filling.await.map_err(anyhow::Error::from)??;
            }
            Ok(format!(
                "disk of {:?} {:?} is full",
                self.victims, self.filled
            ))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            let mut restarted = Vec::new();
            for position in &self.filled {
                std::fs::remove_file(filler(cluster, *position))?;
                if restart_if_stopped(cluster, *position).await? {
                    restarted.push(*position);
                }
            }
            Ok(told(&restarted))
        })
    }
}

fn filler(cluster: &Cluster, position: usize) -> PathBuf {
    cluster.disk(position).join("filler")
}

/// Writes until there is no room, at most the file system's own size.
fn fill(path: &Path, limit: u64) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    let mut written = 0;
    let mut size = CHUNK_BYTES;
    let chunk = vec![0x5a; CHUNK_BYTES];
    while written < limit && size > 0 {
        match file.write(chunk.get(..size).unwrap_or_default()) {
            Ok(count) => written += u64::try_from(count).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => size /= 2,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
