//! Where the log and the vote are kept: one small blocking trait, its two engines, and what they share.
//!
//! | file | holds |
//! |---|---|
//! | `journal` | what Raft needs of a disk, in order: append, truncate, vote, purge, commit; and what is found at start |
//! | `record` | the checksum that every record carries |
//! | `sled`, `redb` | the engines |
//! | `slots` | a small value that is replaced in place and survives a torn write |
//! | `migrate` | moves the log from one engine to the other |
//! | `disk` | barriers for files and directories, the lock |
//! | `witness` | remembers that a member has had a store, so that it never begins anew |

pub(crate) mod disk;
pub(crate) mod journal;
mod migrate;
pub(crate) mod record;
pub(crate) mod redb;
pub(crate) mod sled;
pub(crate) mod slots;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod witness;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

pub use migrate::{Migrated, migrate};

/// Which engine keeps the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// sled 0.34, with our own barriers.
    Sled,
    /// redb 4. Of the two it never refused its own file after a power cut, see `docs/durability.md`.
    #[default]
    Redb,
}

impl StoreKind {
    /// Both, in the order of the manual.
    pub const ALL: [StoreKind; 2] = [StoreKind::Sled, StoreKind::Redb];

    /// The one of the two that it is not.
    #[must_use]
    pub fn other(self) -> StoreKind {
        match self {
            StoreKind::Sled => StoreKind::Redb,
            StoreKind::Redb => StoreKind::Sled,
        }
    }

    /// Its name in settings, and the name of its directory.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            StoreKind::Sled => "sled",
            StoreKind::Redb => "redb",
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why the store cannot be used. None of these heals by trying again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something is not what was written.
    #[error("{} is damaged: {what}; stop the node and rejoin under a new member id, with a new data_dir", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The store has less than this node promised to others. Going on could lose what was committed.
    #[error("{} lost what this node had promised to keep: {what}; stop the node and rejoin under a new member id, with a new data_dir", path.display())]
    Amnesia {
        /// The file.
        path: PathBuf,
        /// What was promised, and what is there.
        what: String,
    },
    /// Another process has it open.
    #[error("{} is in use by another process; stop that node first", .0.display())]
    InUse(PathBuf),
    /// The directory belongs to the other engine.
    #[error("{} holds a {found} store, but the settings say {asked}; set the store to {found}, or run `trellis-node store migrate`", dir.display())]
    OtherKind {
        /// The Raft directory.
        dir: PathBuf,
        /// The engine whose files are there.
        found: StoreKind,
        /// The engine asked for.
        asked: StoreKind,
    },
    /// A move from one engine to the other was cut short.
    #[error("{} holds two stores: a migration was interrupted; run `trellis-node store migrate` again", .0.display())]
    TwoStores(PathBuf),
    /// There is no store to move.
    #[error("{} holds no {from} store that could be moved to {to}", dir.display())]
    NothingToMove {
        /// The Raft directory.
        dir: PathBuf,
        /// The engine asked to move from.
        from: StoreKind,
        /// The engine asked to move to.
        to: StoreKind,
    },
    /// The caller asked for what a log cannot do, such as leaving a hole.
    #[error("the log was misused: {0}")]
    Misuse(String),
    /// The store was closed, or stopped at an earlier failure.
    #[error("the store has stopped: {0}")]
    Stopped(String),
}

impl StoreError {
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        StoreError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn corrupt(path: &Path, what: impl fmt::Display) -> Self {
        StoreError::Corrupt {
            path: path.to_owned(),
            what: what.to_string(),
        }
    }
}

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        io::Error::other(error)
    }
}

/// An index and the sealed bytes kept under it.
pub(crate) type Record = (u64, Vec<u8>);

/// The values kept beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meta {
    /// The last vote.
    Vote,
    /// The last log id that was purged.
    Purged,
}

impl Meta {
    /// All of them.
    pub(crate) const ALL: [Meta; 2] = [Meta::Vote, Meta::Purged];

    /// The key it is kept under.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Meta::Vote => "vote",
            Meta::Purged => "purged",
        }
    }
}

/// The writing side of an engine. Calls take effect in order, and are durable only after
/// [`Store::commit`]; before it, a crash may keep any prefix of them.
pub(crate) trait Store: Send {
    /// Writes records, under indices that hold none yet.
    fn append(&mut self, records: &[Record]) -> Result<(), StoreError>;
    /// Removes every record after `last`, from the end backwards; all of them for none.
    fn truncate_after(&mut self, last: Option<u64>) -> Result<(), StoreError>;
    /// Removes up to `records_max` of the records up to `upto`, inclusive; true if more may be left.
    fn remove_first(&mut self, upto: u64, records_max: usize) -> Result<bool, StoreError>;
    /// Writes a value beside the log.
    fn put_meta(&mut self, key: Meta, bytes: &[u8]) -> Result<(), StoreError>;
    /// The barrier: everything before it is on the disk when it returns.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// The reading side.
    fn reader(&self) -> Arc<dyn Reader>;
}

/// The reading side of an engine, for any thread. It may not see what was not committed.
pub(crate) trait Reader: Send + Sync {
    /// The records from `first` to `last`, both inclusive, in order: at least one if there is one,
    /// and no more once `bytes_max` are passed.
    fn records(&self, first: u64, last: u64, bytes_max: usize) -> Result<Vec<Record>, StoreError>;
    /// A value beside the log.
    fn meta(&self, key: Meta) -> Result<Option<Vec<u8>>, StoreError>;
    /// The file that holds it all.
    fn path(&self) -> &Path;
}

/// Opens an engine in its own directory, which is created if need be. The directory is on the disk
/// when this returns.
pub(crate) fn open(kind: StoreKind, dir: &Path) -> Result<Box<dyn Store>, StoreError> {
    match kind {
        StoreKind::Sled => Ok(Box::new(sled::SledStore::open(dir)?)),
        StoreKind::Redb => Ok(Box::new(redb::RedbStore::open(dir)?)),
    }
}
