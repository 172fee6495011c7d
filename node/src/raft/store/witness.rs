//! Remembers beside the Raft directory that this member has had one. A member that began anew under its
//! old id would break what it promised: two majorities could disagree.

use std::fs;
use std::path::{Path, PathBuf};

use super::{StoreError, disk};

/// The file `raft.kept` in a node's data directory.
pub(crate) struct Witness {
    path: PathBuf,
}

impl Witness {
    /// The witness of a node's data directory.
    pub(crate) fn of(data_dir: &Path) -> Self {
        Self {
            path: data_dir.join("raft.kept"),
        }
    }

    /// Refuses where there was a store and what it had promised is gone.
    ///
    /// # Errors
    /// [`StoreError::Amnesia`].
    pub(crate) fn check(&self, raft: &Path) -> Result<(), StoreError> {
        if self.path.exists() && !raft.join("watermark").exists() {
            return Err(StoreError::Amnesia {
                path: raft.to_owned(),
                what: "the directory was removed or emptied".to_owned(),
            });
        }
        Ok(())
    }

    /// Notes that there is a store, once it is on the disk and before it promises anything.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub(crate) fn note(&self) -> Result<(), StoreError> {
        if self.path.exists() {
            return Ok(());
        }
        fs::write(
            &self.path,
            "this member has a Raft store; it is never wiped in place\n",
        )
        .map_err(|error| StoreError::io("write", &self.path, error))?;
        disk::sync_file(&self.path)?;
        self.path.parent().map_or(Ok(()), disk::sync_dir)
    }
}
