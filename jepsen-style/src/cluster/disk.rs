//! File systems for the data of nodes, small enough to run full.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::bail;

use super::{Cluster, NODES_MAX};

/// Mounts a tmpfs of this size; nothing where one is mounted there.
///
/// # Errors
/// Where it cannot be mounted, as without root.
pub(super) fn mount(directory: &Path, bytes: u64) -> anyhow::Result<()> {
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
        if self.settings.disk_bytes.is_none() {
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
