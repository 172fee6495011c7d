//! The smallest state machine that openraft's suite accepts: it remembers how far it applied.

use std::io;
use std::sync::{Arc, Mutex};

use futures_util::{Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::type_config::alias::SnapshotOf;
use openraft::{EntryPayload, OptionalSend, RaftSnapshotBuilder};
use trellis_core::registry::Applied;

use crate::raft::entry::{LogId, SnapshotMeta, StoredMembership};
use crate::raft::types::TypeConfig;

type Snapshot = SnapshotOf<TypeConfig, ()>;

#[derive(Clone, Default)]
pub(super) struct Machine(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    last: Option<LogId>,
    membership: StoredMembership,
    snapshot: Option<SnapshotMeta>,
}

impl RaftSnapshotBuilder<TypeConfig> for Machine {
    type SnapshotData = ();

    async fn build_snapshot(&mut self) -> Result<Snapshot, io::Error> {
        let mut memory = self.0.lock().unwrap();
        let meta = SnapshotMeta {
            last_log_id: memory.last,
            last_membership: memory.membership.clone(),
        };
        memory.snapshot = Some(meta.clone());
        Ok(Snapshot { meta, snapshot: () })
    }
}

impl RaftStateMachine<TypeConfig> for Machine {
    type SnapshotData = ();
    type SnapshotBuilder = Self;

    async fn applied_state(&mut self) -> Result<(Option<LogId>, StoredMembership), io::Error> {
        let memory = self.0.lock().unwrap();
        Ok((memory.last, memory.membership.clone()))
    }

    async fn apply<S>(&mut self, mut entries: S) -> Result<(), io::Error>
    where
        S: Stream<Item = Result<EntryResponder<TypeConfig>, io::Error>> + Unpin + OptionalSend,
    {
        while let Some(item) = entries.next().await {
            let (entry, responder) = item?;
            {
                let mut memory = self.0.lock().unwrap();
                memory.last = Some(entry.log_id);
                if let EntryPayload::Membership(membership) = entry.payload {
                    memory.membership = StoredMembership::new(Some(entry.log_id), membership);
                }
            }
            if let Some(responder) = responder {
                responder.send(Applied::default());
            }
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Self {
        self.clone()
    }

    async fn install_snapshot(&mut self, meta: &SnapshotMeta, (): ()) -> Result<(), io::Error> {
        let mut memory = self.0.lock().unwrap();
        memory.last = meta.last_log_id;
        memory.membership = meta.last_membership.clone();
        memory.snapshot = Some(meta.clone());
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot>, io::Error> {
        let meta = self.0.lock().unwrap().snapshot.clone();
        Ok(meta.map(|meta| Snapshot { meta, snapshot: () }))
    }
}
