//! Committed entries → registry → everyone who watches it.
//!
//! The state lives in memory; what is durable is the log and the snapshots. After a restart the
//! library installs the last snapshot and applies the log up to the committed entry again, before
//! the node answers anything.

use std::io;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::type_config::alias::SnapshotOf;
use openraft::{EntryPayload, OptionalSend, RaftSnapshotBuilder};
use tokio::sync::watch;
use trellis_core::registry::{self, Applied, State, codec};

use super::entry::{Entry, LogId, SnapshotMeta, StoredMembership};
use super::snapshots::Snapshots;
use super::types::TypeConfig;

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

/// The registry as Raft drives it.
pub(super) struct StateMachine {
    state: State,
    applied: Option<LogId>,
    membership: StoredMembership,
    published: watch::Sender<State>,
    snapshots: Arc<Snapshots>,
    reason: Reason,
}

impl StateMachine {
    /// An empty registry that publishes what it becomes.
    pub(super) fn new(
        published: watch::Sender<State>,
        snapshots: Arc<Snapshots>,
        reason: Reason,
    ) -> Self {
        Self {
            state: State::default(),
            applied: None,
            membership: StoredMembership::default(),
            published,
            snapshots,
            reason,
        }
    }

    /// Applies one entry. Blank and membership entries, too, advance the revision, so that waiting
    /// for a log index is waiting for a revision.
    fn apply_entry(&mut self, entry: Entry) -> io::Result<Applied> {
        let log_id = entry.log_id;
        let revision = log_id.index;
        let applied = match entry.payload {
            EntryPayload::Normal(proposal) => {
                let command = codec::decode_command(&proposal.0).map_err(|error| {
                    self.reason.keep(format!("log entry {revision}: {error}"));
                    io::Error::new(io::ErrorKind::InvalidData, error)
                })?;
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
            let applied = self.apply_entry(entry)?;
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
        let (snapshots, kept) = (self.snapshots.clone(), meta.clone());
        let state = blocking(move || {
            let state = codec::decode_state(&snapshot)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            snapshots.keep(&kept, &snapshot)?;
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
        let snapshots = self.snapshots.clone();
        let latest = blocking(move || snapshots.latest())
            .await
            .inspect_err(|error| self.reason.keep(format!("snapshot: {error}")))?;
        Ok(latest.map(|(meta, snapshot)| Snapshot { meta, snapshot }))
    }
}

/// Builds a snapshot of the state as it was when the builder was made.
pub(super) struct Builder {
    state: State,
    meta: SnapshotMeta,
    snapshots: Arc<Snapshots>,
}

impl RaftSnapshotBuilder<TypeConfig> for Builder {
    type SnapshotData = Bytes;

    async fn build_snapshot(&mut self) -> io::Result<Snapshot> {
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

/// Runs work that encodes much or waits for the disk away from the runtime's workers.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| io::Error::other(format!("snapshot task: {error}")))?
}
