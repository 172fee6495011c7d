//! Moves the log from one engine to the other, with the node stopped.
//!
//! The new store is written beside the old one under a temporary name, read back, and put in place; then
//! the old one is renamed, and kept. Between the two renames a node refuses to start, and the move can be
//! made again: nobody can have written to the new store meanwhile.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{self, Lock};
use super::journal::{self, Found, Journal};
use super::{Meta, Reader, StoreError, StoreKind};

/// Bytes copied with one commit.
const COPY_BYTES: usize = 4 * 1024 * 1024;

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Entries of the log.
    pub entries: u64,
    /// Where the old store is kept. It may be removed once the node has run on the new one.
    pub old: PathBuf,
}

/// Moves vote, purge mark and entries in a Raft directory; the committed position and the snapshots are
/// outside the engines and stay. Blocks.
///
/// # Errors
/// [`StoreError::InUse`] while the node runs; [`StoreError::NothingToMove`];
/// whatever [`super::super::log_store::LogStore::open`] finds wrong with the old store. The old store
/// is in place after each of them.
pub fn migrate(from: StoreKind, to: StoreKind, dir: &Path) -> Result<Migrated, StoreError> {
    let (source, target) = (dir.join(from.name()), dir.join(to.name()));
    if from == to || !source.exists() {
        let dir = dir.to_owned();
        return Err(StoreError::NothingToMove { dir, from, to });
    }
    let lock = Lock::take(dir)?;
    if target.exists() {
        disk::rename(&target, &disk::aside(&target, "interrupted"))?;
    }
    let (journal, found) = Journal::open_locked(dir, lock, || super::open(from, &source))?;
    let unfinished = dir.join(format!("{}.unfinished", to.name()));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|e| StoreError::io("remove", &unfinished, e))?;
    }
    let entries = journal::unpanicked(&source, || {
        copy(&*journal.reader(), &found, to, &unfinished)
    })?;
    // Both engines are closed before their directories get other names.
    let _lock = journal.into_lock();
    disk::rename(&unfinished, &target)?;
    let old = disk::aside(&source, "migrated");
    disk::rename(&source, &old)?;
    Ok(Migrated { entries, old })
}

fn copy(reader: &dyn Reader, found: &Found, to: StoreKind, dir: &Path) -> Result<u64, StoreError> {
    let mut store = super::open(to, dir)?;
    for key in Meta::ALL {
        if let Some(record) = reader.meta(key)? {
            store.put_meta(key, &record)?;
        }
    }
    let mut entries = 0;
    let mut next = found.purged.map_or(0, |id| id.index + 1);
    loop {
        let records = reader.records(next, u64::MAX, COPY_BYTES)?;
        let Some((last, _)) = records.last() else {
            break;
        };
        next = last.saturating_add(1);
        entries += records.len() as u64;
        store.append(&records)?;
        store.commit()?;
    }
    store.commit()?;
    let copied = store.reader();
    let (check, _) = journal::scan(&*copied)?;
    if (check.vote, check.purged, check.last) == (found.vote, found.purged, found.last) {
        Ok(entries)
    } else {
        Err(StoreError::corrupt(copied.path(), "the copy differs"))
    }
}
