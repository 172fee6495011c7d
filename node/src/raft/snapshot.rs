//! Snapshots as plain files: what the registry was at a log index, so that the log before it can go.
//!
//! A file appears whole or not at all: it is written under a temporary name, synced, renamed, and its
//! directory is synced. The newest two are kept. One that is damaged is named and never skipped, unless
//! the log still holds all that it covers beyond an older one.

mod format;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::entry::{DecodeError, LogId, SnapshotMeta};
use super::store::{StoreError, disk};

#[cfg(test)]
mod tests;

/// One snapshot is written at a time: while one is built another may be received, and neither may take
/// the other for something left unfinished.
static ONE_WRITER: Mutex<()> = Mutex::new(());

/// Snapshots kept.
const KEPT: usize = 2;
/// Longest state in a snapshot, bytes: a registry of 2,000 services is a few MiB; memory is the bound.
const STATE_BYTES_MAX: u64 = 512 << 20;
/// How names of snapshots end.
const EXTENSION: &str = "snapshot";
/// How names of unfinished snapshots end.
const UNFINISHED: &str = "unfinished";

/// Why there is no snapshot to use.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] StoreError),
    /// The file is not what was written, and the log does not hold what it covers.
    #[error("snapshot {} is damaged: {what}; stop the node, move its raft directory aside and rejoin under a new member id", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: Damage,
    },
    /// The log was purged further than any snapshot reaches.
    #[error("the snapshots in {} reach up to entry {}, but the log was purged up to {purged}; stop the node, move its raft directory aside and rejoin under a new member id", dir.display(), reached.map_or("none".to_owned(), |index| index.to_string()))]
    Gap {
        /// The directory of snapshots.
        dir: PathBuf,
        /// Index that the newest snapshot covers.
        reached: Option<u64>,
        /// Index up to which the log was purged.
        purged: u64,
    },
    /// A newer build wrote it.
    #[error("snapshot {} has version {version}, which this build does not understand; upgrade this node", path.display())]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The state is longer than a snapshot may be.
    #[error("a snapshot of {0} bytes; {STATE_BYTES_MAX} are allowed")]
    TooLong(u64),
}

/// What is wrong with a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It does not begin as a snapshot does.
    #[error("it is no snapshot")]
    NoSnapshot,
    /// It ends too early.
    #[error("it ends at byte {0}")]
    Truncated(u64),
    /// There is something after its end.
    #[error("something follows its end")]
    Trailing,
    /// A checksum is wrong.
    #[error("the checksum of its {0}")]
    Checksum(&'static str),
    /// Its header is not readable.
    #[error("its header: {0}")]
    Header(#[from] DecodeError),
    /// It covers another index than its name says.
    #[error("it is {0} by its header")]
    Name(String),
}

impl From<SnapshotError> for io::Error {
    fn from(error: SnapshotError) -> Self {
        io::Error::other(error)
    }
}

/// A snapshot that was read whole and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it covers.
    pub meta: SnapshotMeta,
    /// The cluster it belongs to.
    pub cluster_id: String,
    /// The encoded registry.
    pub state: Vec<u8>,
}

impl SnapshotFile {
    /// The directory of snapshots in a Raft directory.
    #[must_use]
    pub fn dir(raft_dir: &Path) -> PathBuf {
        raft_dir.join("snapshots")
    }

    /// Writes a snapshot and removes all but the newest two. It is on the disk when this returns. Blocks.
    ///
    /// # Errors
    /// [`SnapshotError::Disk`], [`SnapshotError::TooLong`]; then the snapshots are as they were.
    pub fn write(
        dir: &Path,
        meta: &SnapshotMeta,
        cluster_id: &str,
        state: &[u8],
    ) -> Result<PathBuf, SnapshotError> {
        let length = state.len() as u64;
        if length > STATE_BYTES_MAX {
            return Err(SnapshotError::TooLong(length));
        }
        let _one = ONE_WRITER.lock().unwrap_or_else(PoisonError::into_inner);
        disk::create_dir(dir)?;
        let path = dir.join(name(meta));
        let unfinished = path.with_extension(UNFINISHED);
        let fail = |action| {
            let unfinished = &unfinished;
            move |e| StoreError::io(action, unfinished, e)
        };
        let file = File::create(&unfinished).map_err(fail("create"))?;
        let mut writer = BufWriter::new(file);
        format::write(&mut writer, meta, cluster_id, state).map_err(fail("write"))?;
        writer.flush().map_err(fail("write"))?;
        writer.get_ref().sync_all().map_err(fail("sync"))?;
        disk::rename(&unfinished, &path)?;
        prune(dir)?;
        Ok(path)
    }

    /// Reads the newest snapshot and checks all of it; none if there is none. Blocks.
    ///
    /// `purged` is the index up to which the log was purged; none where that does not matter. Where the newest snapshot is damaged, an
    /// older one is taken, or none, if the log goes on from there; this is logged.
    ///
    /// # Errors
    /// [`SnapshotError`], where no intact snapshot reaches the log.
    pub fn latest(dir: &Path, purged: Option<u64>) -> Result<Option<Self>, SnapshotError> {
        let mut damaged = None;
        let mut newest = None;
        for path in newest_first(dir)? {
            match Self::read(&path) {
                Ok(found) => {
                    newest = Some(found);
                    break;
                }
                Err(error @ SnapshotError::Damaged { .. }) => {
                    tracing::error!(%error, "looking for an older snapshot from which the log goes on");
                    damaged.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        if newest.is_some() {
            // A process that was killed between rename and barrier left a name that is not durable yet; the
            // log may be purged on the strength of it.
            disk::sync_dir(dir)?;
        }
        let covered = |found: &Self| found.meta.last_log_id.map(|id| id.index);
        let reached = newest.as_ref().and_then(covered);
        match (purged, damaged) {
            (Some(purged), Some(error)) if reached < Some(purged) => Err(error),
            (Some(purged), None) if reached < Some(purged) => Err(SnapshotError::Gap {
                dir: dir.to_owned(),
                reached,
                purged,
            }),
            _ => Ok(newest),
        }
    }

    fn read(path: &Path) -> Result<Self, SnapshotError> {
        let bytes = fs::read(path).map_err(|e| StoreError::io("read", path, e))?;
        let damaged = |what| {
            let path = path.to_owned();
            SnapshotError::Damaged { path, what }
        };
        let content = match format::parse(&bytes) {
            Ok(content) => content,
            Err(format::Unreadable::Damaged(what)) => return Err(damaged(what)),
            Err(format::Unreadable::Version(version)) => {
                let path = path.to_owned();
                return Err(SnapshotError::UnknownVersion { path, version });
            }
        };
        let name = name(&content.meta);
        if path.file_name() != Some(name.as_ref()) {
            return Err(damaged(Damage::Name(name)));
        }
        Ok(Self {
            path: path.to_owned(),
            meta: content.meta,
            cluster_id: content.cluster_id,
            state: content.state,
        })
    }
}

/// The name of a snapshot: sorts by what it covers.
fn name(meta: &SnapshotMeta) -> String {
    let covered = |id: LogId| {
        let leader = id.leader_id;
        format!("{:020}-{:020}-{}", id.index, leader.term, leader.node_id)
    };
    let covered = meta.last_log_id.map_or("empty".to_owned(), covered);
    format!("{covered}.{EXTENSION}")
}

/// The finished snapshots in a directory.
fn newest_first(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = list(dir)?;
    paths.retain(|path| path.extension().is_some_and(|e| e == EXTENSION));
    paths.sort_by_key(|path| age(path));
    paths.reverse();
    Ok(paths)
}

/// Sorts by what is covered: a snapshot of nothing first.
fn age(path: &Path) -> (bool, PathBuf) {
    let covered = path.with_extension("");
    (!covered.ends_with("empty"), covered)
}

fn list(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let fail = |e| StoreError::io("list", dir, e);
    let items = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        items => items.map_err(fail)?,
    };
    let paths = items.map(|item| item.map(|item| item.path()));
    paths.collect::<io::Result<Vec<_>>>().map_err(fail)
}

/// Removes all but the newest snapshots, and what was left unfinished before them.
fn prune(dir: &Path) -> Result<(), StoreError> {
    let Some(oldest) = newest_first(dir)?.into_iter().nth(KEPT - 1) else {
        return Ok(());
    };
    for path in list(dir)? {
        if age(&path) < age(&oldest) {
            fs::remove_file(&path).map_err(|e| StoreError::io("remove", &path, e))?;
        }
    }
    disk::sync_dir(dir)
}
