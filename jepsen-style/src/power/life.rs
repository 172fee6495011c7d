//! One life of the writer: from power on to the cut.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context;

use super::disk::Disk;
use super::mount::{CutAt, Mount};
use super::steps::Told;

/// Longest life; a writer that takes longer hangs.
const LIFE_MAX: Duration = Duration::from_secs(120);
/// Time between looks at whether the writer ended by itself.
const LOOK: Duration = Duration::from_millis(20);

/// How a life ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// At the chosen operation.
    Cut,
    /// The writer ended before it.
    Ended(ExitStatus),
    /// Neither, for two minutes; it was killed.
    Hung,
}

/// What a life left.
#[derive(Debug)]
pub struct Life {
    /// The disk, with what was not synced.
    pub disk: Disk,
    /// Changes and syncs.
    pub operations: u64,
    /// What the writer told.
    pub told: Vec<Told>,
    /// What it wrote to stderr, such as panics.
    pub complaints: String,
    /// How it ended.
    pub ending: Ending,
}

/// Runs a writer on a disk until the cut, or until it ends where there is none.
///
/// `command` makes the command that writes in a directory.
///
/// # Errors
/// Where the disk cannot be mounted or the process not started.
pub fn live(
    disk: Disk,
    cut_at: Option<CutAt>,
    command: impl FnOnce(&Path) -> Command,
) -> anyhow::Result<Life> {
    let on = tempfile::tempdir()?;
    let mount = Mount::new(disk, on.path(), cut_at)
        .context("no FUSE file system can be mounted here: run as root, with /dev/fuse")?;
    let mut command = command(on.path());
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = pipes.stderr(Stdio::piped()).spawn()?;
    let told = child.stdout.take().map(listen);
    let complaints = child.stderr.take().map(collect);
    let ending = end(&mut child, &mount)?;
    mount.release();
    child.wait()?;
    let told = told.and_then(|thread| thread.join().ok());
    let complaints = complaints.and_then(|thread| thread.join().ok());
    let (disk, operations) = mount.unmount()?;
    Ok(Life {
        disk,
        operations,
        told: told.unwrap_or_default(),
        complaints: complaints.unwrap_or_default(),
        ending,
    })
}

/// Waits for the end, and kills the process; what it waits for is answered only afterwards.
fn end(child: &mut Child, mount: &Mount) -> anyhow::Result<Ending> {
    let mut waited = Duration::ZERO;
    loop {
        if mount.wait_cut(LOOK) {
            child.kill()?;
            return Ok(Ending::Cut);
        }
        if let Some(status) = child.try_wait()? {
            return Ok(Ending::Ended(status));
        }
        waited += LOOK;
        if waited > LIFE_MAX {
            mount.cut();
            child.kill()?;
            return Ok(Ending::Hung);
        }
    }
}

/// Reads what the writer tells; a line that was cut short was not told.
fn listen(out: impl Read + Send + 'static) -> JoinHandle<Vec<Told>> {
    thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        lines
            .map_while(|line| serde_json::from_str(&line).ok())
            .collect()
    })
}

fn collect(mut out: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        // What was read before an error is enough.
        let _ = out.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}
