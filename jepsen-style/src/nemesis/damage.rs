//! A stored file is damaged while its node is down.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::membership::{replace, settle};
use super::{Nemesis, Obstacle, Step, role};
use crate::cluster::Cluster;
use crate::schedule::effect::rotated;

/// How long a node may take to take part again, before it is replaced.
const RETURN_DEADLINE: Duration = Duration::from_secs(5);
/// Directories whose files are damaged: the log and snapshots, and the last good states.
const DIRECTORIES: [&str; 2] = ["raft", "last-good"];

/// How a file is damaged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// One bit is another.
    BitFlip,
    /// The end is missing.
    Truncation,
}

/// A follower comes back with a damaged file; one that refuses to go on with it is replaced.
pub(super) struct Damage {
    kind: Kind,
    draw: u64,
    victim: Option<usize>,
}

impl Damage {
    pub(super) fn new(kind: Kind, draw: u64) -> Self {
        Self {
            kind,
            draw,
            victim: None,
        }
    }
}

impl Nemesis for Damage {
    fn inject<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, Result<String, Obstacle>> {
        Box::pin(async move {
            let follower = role::follower(cluster, self.draw).await?;
            let data_dir = cluster.data_dir_now(follower).await?;
            self.victim = Some(follower);
            cluster.kill(follower).await?;
            let mut files = Vec::new();
            for directory in DIRECTORIES {
                collect(&data_dir.join(directory), &mut files)?;
            }
            files.sort();
            let order: Vec<_> = (0..files.len()).collect();
            let chosen = rotated(&order, self.draw);
            let none = || Obstacle::Lacking("the node has stored nothing yet".to_owned());
            let file = chosen
                .first()
                .and_then(|at| files.get(*at))
                .ok_or_else(none)?;
            let offset = damage(self.kind, file, self.draw / 64)?;
            cluster.start_again(follower).await?;
            let name = file.strip_prefix(&data_dir).unwrap_or(file);
            Ok(format!(
                "{:?} of {} at {offset} on {follower}",
                self.kind,
                name.display()
            ))
        })
    }

    fn heal<'a>(&'a mut self, cluster: &'a Arc<Cluster>) -> Step<'a, anyhow::Result<String>> {
        Box::pin(async move {
            let Some(victim) = self.victim.take() else {
                return Ok(String::new());
            };
            cluster.start_again(victim).await?;
            let Err(refusal) = cluster.wait_for_part(victim, RETURN_DEADLINE).await else {
                return Ok("the node went on".to_owned());
            };
            replace(cluster, victim).await?;
            settle(cluster).await?;
            Ok(format!("replaced: {refusal:#}"))
        })
    }
}

/// Files below a directory that are not empty.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            collect(&entry.path(), files)?;
        } else if metadata.is_file() && metadata.len() > 0 {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Damages a file at a place that the draw decides; answers with the offset.
fn damage(kind: Kind, path: &Path, draw: u64) -> std::io::Result<u64> {
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)?;
    let length = file.metadata()?.len().max(1);
    let offset = draw % length;
    match kind {
        Kind::Truncation => file.set_len(offset)?,
        Kind::BitFlip => {
            let mut byte = [0];
            file.seek(SeekFrom::Start(offset))?;
            file.read_exact(&mut byte)?;
            file.seek(SeekFrom::Start(offset))?;
            file.write_all(&[byte[0] ^ (1 << (draw % 8))])?;
        }
    }
    file.sync_all()?;
    Ok(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flip_changes_one_bit_and_a_truncation_the_length() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, [0; 100]).unwrap();
        assert_eq!(damage(Kind::BitFlip, &path, 342).unwrap(), 42);
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
        assert_ne!(bytes[42], 0);
        assert_eq!(damage(Kind::Truncation, &path, 342).unwrap(), 42);
        assert_eq!(std::fs::read(&path).unwrap().len(), 42);
    }
}
