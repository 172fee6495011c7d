//! What the data of nodes lies on: file systems that can run full, or that can lose their power.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use rand::rngs::SmallRng;

use super::{Cluster, NODES_MAX, Slot};
use crate::power::disk::{Barriers, Disk};
use crate::power::mount::Mount;

/// What the data of each node lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disks {
    /// A directory.
    Plain,
    /// A tmpfs of so many bytes, that can run full; needs root.
    Small(u64),
    /// A disk in memory that keeps what was synced when its power is cut; needs FUSE.
    Synced,
}

impl Cluster {
    /// Mounts what the data of a position lies on, where it is not mounted yet.
    pub(super) fn mount(&self, position: usize, slot: &mut Slot) -> anyhow::Result<()> {
        let directory = self.disk(position);
        std::fs::create_dir_all(&directory)?;
        match self.settings.disks {
            Disks::Plain => {}
            Disks::Small(bytes) => mount(&directory, bytes)?,
            Disks::Synced if slot.disk.is_some() => {}
            Disks::Synced => slot.disk = Some(insert(Disk::new(Barriers::Kept), &directory)?),
        }
        self.make_room(position, slot.generation)
    }

    /// Removes what nodes that were replaced have left, but for their access logs, and the latest of them: else
    /// the disk runs full with it in an hour.
    fn make_room(&self, position: usize, generation: u32) -> anyhow::Result<()> {
        for old in 0..generation.saturating_sub(1) {
            let Ok(entries) = std::fs::read_dir(self.data_dir(position, old)) else {
                continue;
            };
            for entry in entries {
                let entry = entry?;
                if entry.file_type()?.is_dir() && entry.file_name() != "access-logs" {
                    std::fs::remove_dir_all(entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// Cuts the power of a node: it ends at once, and its disk keeps what was synced, and of the rest what
    /// chance leaves.
    ///
    /// # Errors
    /// Where its disk is not one of [`Disks::Synced`], or the system does not let us.
    pub async fn cut_power(&self, position: usize, mut chance: SmallRng) -> anyhow::Result<()> {
        let mut slot = self.slot(position).await?;
        self.bury(position, &mut slot);
        let disk = slot.disk.take().context("its disk has no power to cut")?;
        disk.cut();
        if slot.process.is_some() {
            self.note_absent(position, slot.generation);
        }
        self.links.set_process(position, None);
        slot.paused = false;
        if let Some(process) = slot.process.take() {
            // What waits for the disk ends only when it is answered.
            process.kill_with(|| disk.release()).await?;
        }
        let directory = self.disk(position);
        let inserted = tokio::task::spawn_blocking(move || {
            let (mut disk, _) = disk.unmount()?;
            disk.cut(&mut chance);
            insert(disk, &directory)
        });
        slot.disk = Some(inserted.await??);
        Ok(())
    }

    /// Where a node at a position writes its access logs: never on a disk that can lose its power, as
    /// nobody promises that they are synced.
    pub(super) fn access_log_dir(&self, position: usize, generation: u32) -> PathBuf {
        match self.settings.disks {
            Disks::Plain | Disks::Small(_) => {
                self.data_dir(position, generation).join("access-logs")
            }
            Disks::Synced => {
                let name = format!("access-logs-{generation}");
                self.home(position).join(name)
            }
        }
    }
}

fn insert(disk: Disk, directory: &Path) -> anyhow::Result<Mount> {
    Mount::new(disk, directory, None)
        .context("no FUSE file system can be mounted here: run as root, with /dev/fuse")
}

/// Mounts a tmpfs of this size; nothing where one is mounted there.
///
/// # Errors
/// Where it cannot be mounted, as without root.
fn mount(directory: &Path, bytes: u64) -> anyhow::Result<()> {
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    let directory = std::path::absolute(directory)?;
    let is_at = |line: &str| line.split(' ').nth(1).map(Path::new) == Some(&directory);
    if mounts.lines().any(is_at) {
        return Ok(());
    }
    let mut command = Command::new("mount");
    command
        .args([
            "-t",
            "tmpfs",
            "-o",
            &format!("size={bytes},mode=0700"),
            "tmpfs",
        ])
        .arg(&directory)
        .stdin(Stdio::null());
    let status = command.status()?;
    if !status.success() {
        bail!(
            "a tmpfs cannot be mounted on {}: {status}",
            directory.display()
        );
    }
    Ok(())
}

impl Drop for Cluster {
    /// Lets the file systems go; they vanish when the processes, killed just after, have ended.
    fn drop(&mut self) {
        if self.settings.disks == Disks::Plain {
            return;
        }
        for position in 0..NODES_MAX {
            let directory = self.disk(position);
            if directory.exists() {
                let mut command = Command::new("umount");
                command.arg("-l").arg(directory);
                // Not every position had one.
                drop(command.stdin(Stdio::null()).stderr(Stdio::null()).status());
            }
        }
    }
}
