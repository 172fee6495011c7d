//! Committed entries → registry → everyone who watches it.
//!
//! The state lives in memory; what is durable is the log and the snapshots. After a restart the
//! library installs the last snapshot and applies the log up to the committed entry again, before
//! the node answers anything.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::type_config::alias::SnapshotOf;
use openraft::{EntryPayload, OptionalSend, RaftSnapshotBuilder};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::watch;
use trellis_core::registry::{self, Applied, Command, State, codec};
use trellis_core::seeded_bugs::{self, Bug};

use super::entry::{Entry, LogId, SnapshotMeta, StoredMembership};
use super::log_store::Log;
use super::snapshot::SnapshotFile;
use super::types::TypeConfig;

#[cfg(test)]
mod tests;

type Snapshot = SnapshotOf<TypeConfig, Bytes>;

/// Why this node's Raft role stopped; the first reason stays.
#[derive(Clone, Default)]
pub(super) struct Reason(Arc<OnceLock<String>>);

impl Reason {
    /// Keeps the reason unless there is one.
    pub(super) fn keep(&self, reason: String) {
        self.0.get_or_init(|| reason);
    }

    /// The reason.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// The snapshots that this node keeps.
#[derive(Clone)]
pub(super) struct Snapshots {
    /// Their directory.
    pub(super) directory: PathBuf,
    /// The cluster that they must belong to.
    pub(super) cluster_id: String,
    /// The log, which says what a snapshot must reach.
    pub(super) log: Arc<dyn Log>,
}

impl Snapshots {
    /// Puts a snapshot on the disk. Blocks.
    fn keep(&self, meta: &SnapshotMeta, state: &[u8]) -> io::Result<()> {
        SnapshotFile::write(&self.directory, meta, &self.cluster_id, state)?;
        Ok(())
    }

    /// The newest snapshot that the log goes on from, checked.
    async fn latest(&self) -> io::Result<Option<Snapshot>> {
        let purged = self.log.purged()?;
        let directory = self.directory.clone();
        let latest =
            blocking(move || Ok(SnapshotFile::latest(&directory, purged.map(|id| id.index))?));
        let Some(file) = latest.await? else {
            return Ok(None);
        };
        if file.cluster_id != self.cluster_id {
            return Err(io::Error::other(format!(
                "snapshot {} belongs to cluster {}, this node to {}; give each node its own data_dir",
                file.path.display(),
                file.cluster_id,
                self.cluster_id
            )));
        }
        Ok(Some(Snapshot {
            meta: file.meta,
            snapshot: file.state.into(),
        }))
    }
}

/// The registry as Raft drives it.
pub(super) struct StateMachine {
    state: State,
    applied: Option<LogId>,
    membership: StoredMembership,
    published: watch::Sender<State>,
    snapshots: Snapshots,
    /// The newest snapshot that is known to be on the disk.
    kept: Option<LogId>,
    reason: Reason,
}

impl StateMachine {
    /// An empty registry that publishes what it becomes.
    pub(super) fn new(
        published: watch::Sender<State>,
        snapshots: Snapshots,
        reason: Reason,
    ) -> Self {
        Self {
            state: State::default(),
            applied: None,
            membership: StoredMembership::default(),
            published,
            snapshots,
            kept: None,
            reason,
        }
    }

    /// Applies one entry. Blank and membership entries, too, advance the revision, so that waiting
    /// for a log index is waiting for a revision.
    fn apply_entry(&mut self, entry: Entry, proposed_here: bool) -> io::Result<Applied> {
        let log_id = entry.log_id;
        let revision = log_id.index;
        let applied = match entry.payload {
            EntryPayload::Normal(proposal) => {
                let mut command = codec::decode_command(&proposal.0).map_err(|error| {
                    self.reason.keep(format!("log entry {revision}: {error}"));
                    io::Error::new(io::ErrorKind::InvalidData, error)
                })?;
                self.misread(&mut command, proposed_here);
                registry::apply(&mut self.state, revision, &command)
            }
            EntryPayload::Membership(membership) => {
                self.membership = StoredMembership::new(Some(log_id), membership);
                self.state.revision = revision;
                Applied {
                    revision,
                    judgement: None,
                }
            }
            EntryPayload::Blank => {
                self.state.revision = revision;
                Applied {
                    revision,
                    judgement: None,
                }
            }
        };
        self.applied = Some(log_id);
        Ok(applied)
    }

    /// Bugs B5 and B9: takes out of a command what this node overlooks.
    fn misread(&self, command: &mut Command, proposed_here: bool) {
        let restored = self.applied.is_some() && self.applied == self.kept;
        if seeded_bugs::is(Bug::B5) && restored {
            command.operations.clear();
        }
        if seeded_bugs::is(Bug::B9) && !proposed_here {
            command.client_token.clear();
        }
    }
}

impl RaftStateMachine<TypeConfig> for StateMachine {
    type SnapshotData = Bytes;
    type SnapshotBuilder = Builder;

    async fn applied_state(&mut self) -> io::Result<(Option<LogId>, StoredMembership)> {
        Ok((self.applied, self.membership.clone()))
    }

    async fn apply<Strm>(&mut self, mut entries: Strm) -> io::Result<()>
    where
        Strm: Stream<Item = io::Result<EntryResponder<TypeConfig>>> + Unpin + OptionalSend,
    {
        let mut answers = Vec::new();
        while let Some(next) = entries.next().await {
            let (entry, responder) = next?;
            // A majority may have it before this node's own disk; what is served must come back after a crash.
            self.snapshots.log.durable(entry.log_id.index).await?;
            let applied = self.apply_entry(entry, responder.is_some())?;
            if let Some(responder) = responder {
                answers.push((responder, applied));
            }
        }
        // Published before anyone is answered: whoever wrote reads its own write.
        self.published.send_replace(self.state.clone());
        for (responder, applied) in answers {
            responder.send(applied);
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Builder {
        Builder {
            state: self.state.clone(),
            meta: SnapshotMeta {
                last_log_id: self.applied,
                last_membership: self.membership.clone(),
            },
            snapshots: self.snapshots.clone(),
        }
    }

    async fn install_snapshot(&mut self, meta: &SnapshotMeta, snapshot: Bytes) -> io::Result<()> {
        let (snapshots, meta_to_keep) = (self.snapshots.clone(), meta.clone());
        // At a start, the library installs what it has just read from the disk.
        let is_kept = meta.last_log_id.is_some() && self.kept == meta.last_log_id;
        if !is_kept {
            // What the leader's snapshot replaces leaves the log before it.
            self.snapshots.log.barrier().await?;
        }
        let state = blocking(move || {
            let state = codec::decode_state(&snapshot)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            let covered = meta_to_keep.last_log_id.map_or(0, |id| id.index);
            if state.revision != covered {
                return Err(io::Error::other(format!(
                    "it covers the log up to {covered}, but its registry is of revision {}",
                    state.revision
                )));
            }
            if !is_kept {
                snapshots.keep(&meta_to_keep, &snapshot)?;
            }
            Ok(state)
        })
        .await
        .inspect_err(|error| self.reason.keep(format!("snapshot: {error}")))?;
        self.state = state;
        self.applied = meta.last_log_id;
        self.membership = meta.last_membership.clone();
        self.published.send_replace(self.state.clone());
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> io::Result<Option<Snapshot>> {
        let latest = self.snapshots.latest().await;
        let latest = latest.inspect_err(|error| self.reason.keep(error.to_string()))?;
        self.kept = latest
            .as_ref()
            .and_then(|snapshot| snapshot.meta.last_log_id);
        Ok(latest)
    }
}

/// Builds a snapshot of the state as it was when the builder was made.
pub(super) struct Builder {
    state: State,
    meta: SnapshotMeta,
    snapshots: Snapshots,
}

impl RaftSnapshotBuilder<TypeConfig> for Builder {
    type SnapshotData = Bytes;

    async fn build_snapshot(&mut self) -> io::Result<Snapshot> {
        // Entries may be applied before they are on this node's disk.
        self.snapshots.log.barrier().await?;
        let (state, meta, snapshots) = (
            self.state.clone(),
            self.meta.clone(),
            self.snapshots.clone(),
        );
        blocking(move || {
            let snapshot = Bytes::from(codec::encode_state(&state));
            snapshots.keep(&meta, &snapshot)?;
            Ok(Snapshot { meta, snapshot })
        })
        .await
    }
}

/// Runs work that encodes much or waits for the disk away from the runtime's workers; in place
/// where the runtime has only this thread, so that what happens has one order.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return work();
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| io::Error::other(format!("snapshot task: {error}")))?
}
