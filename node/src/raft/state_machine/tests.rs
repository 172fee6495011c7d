//! A snapshot is not on the disk before the log that it covers.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use bytes::Bytes;
use openraft::impls::leader_id_adv::LeaderId as Leader;
use openraft::storage::{IOFlushed, RaftLogStorage, RaftStateMachine};
use openraft::{EntryPayload, RaftSnapshotBuilder};
use tokio::sync::watch;
use trellis_core::registry::{State, codec};

use super::{Reason, Snapshots, StateMachine};
use crate::raft::entry::{Entry, LogId, SnapshotMeta, StoredMembership};
use crate::raft::log_store::LogStore;
use crate::raft::snapshot::SnapshotFile;
use crate::raft::store::testing::open_watched;
use crate::raft::store::{Store, StoreKind};

/// Far longer than a snapshot takes here.
const WAIT: Duration = Duration::from_millis(300);

/// A machine over a log whose barrier waits for a word, with one entry on its way to the disk.
async fn machine(dir: &Path) -> (StateMachine, Sender<()>) {
    let (go, word) = channel();
    let barrier = move |engine: &mut dyn Store| {
        let _ = word.recv();
        engine.commit()
    };
    let (journal, found) = open_watched(StoreKind::Redb, dir, Box::new(barrier));
    let mut log = LogStore::start(journal, found, dir).unwrap();
    let entry = Entry {
        log_id: log_id(1),
        payload: EntryPayload::Blank,
    };
    log.append([entry], IOFlushed::noop()).await.unwrap();
    let snapshots = Snapshots {
        directory: SnapshotFile::dir(dir),
        cluster_id: "cluster-1".to_owned(),
        log: Arc::new(log.clone()),
    };
    let (published, _) = watch::channel(State::default());
    (
        StateMachine::new(published, snapshots, Reason::default()),
        go,
    )
}

fn log_id(index: u64) -> LogId {
    let leader = Leader {
        term: 1,
        node_id: 1,
    };
    LogId::new(leader, index)
}

fn snapshots(dir: &Path) -> usize {
    std::fs::read_dir(SnapshotFile::dir(dir)).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_snapshot_that_is_built_waits_for_the_entries_it_covers() {
    let dir = tempfile::tempdir().unwrap();
    let (mut machine, go) = machine(dir.path()).await;
    let mut builder = machine.get_snapshot_builder().await;
    let early = tokio::time::timeout(WAIT, builder.build_snapshot()).await;
    assert!(early.is_err());
    assert_eq!(snapshots(dir.path()), 0);
    drop(go);
    builder.build_snapshot().await.unwrap();
    assert_eq!(snapshots(dir.path()), 1);
}

#[tokio::test]
async fn a_snapshot_from_the_leader_waits_for_what_it_takes_out_of_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let (mut machine, go) = machine(dir.path()).await;
    let mut state = State::default();
    state.revision = 9;
    let state = Bytes::from(codec::encode_state(&state));
    let meta = SnapshotMeta {
        last_log_id: Some(log_id(9)),
        last_membership: StoredMembership::default(),
    };
    let early = tokio::time::timeout(WAIT, machine.install_snapshot(&meta, state.clone())).await;
    assert!(early.is_err());
    assert_eq!(snapshots(dir.path()), 0);
    drop(go);
    machine.install_snapshot(&meta, state).await.unwrap();
    assert_eq!(snapshots(dir.path()), 1);
}

#[tokio::test]
async fn an_entry_is_applied_once_it_is_on_this_nodes_own_disk() {
    let dir = tempfile::tempdir().unwrap();
    let (mut machine, go) = machine(dir.path()).await;
    let published = machine.published.subscribe();
    let entries = || {
        let entry = Entry {
            log_id: log_id(1),
            payload: EntryPayload::Blank,
        };
        futures_util::stream::iter([Ok((entry, None))])
    };
    let early = tokio::time::timeout(WAIT, machine.apply(entries())).await;
    assert!(early.is_err());
    assert_eq!(published.borrow().revision, 0);
    drop(go);
    machine.apply(entries()).await.unwrap();
    assert_eq!(published.borrow().revision, 1);
}
