//! The snapshots that this node keeps.

use std::io;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::entry::SnapshotMeta;

/// The newest snapshot.
#[derive(Default)]
pub(super) struct Snapshots {
    latest: Mutex<Option<(SnapshotMeta, Bytes)>>,
}

impl Snapshots {
    /// Keeps a snapshot, unless a newer one is there.
    pub(super) fn keep(&self, meta: &SnapshotMeta, snapshot: &Bytes) -> io::Result<()> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = Some((meta.clone(), snapshot.clone()));
        Ok(())
    }

    /// The newest snapshot.
    pub(super) fn latest(&self) -> io::Result<Option<(SnapshotMeta, Bytes)>> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(latest.clone())
    }
}
