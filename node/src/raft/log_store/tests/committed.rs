//! What is committed after a crash was committed before it: the position is never ahead of its entries.

use std::fs;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use openraft::storage::{IOFlushed, RaftLogStorage};
use openraft::type_config::TypeConfigExt;

use super::super::{Log as _, LogStore};
use super::{append, entry, log_id, vote};
use crate::raft::entry::LogId;
use crate::raft::store::testing::{crash, open_watched};
use crate::raft::store::{Store, StoreKind};
use crate::raft::types::TypeConfig;

/// A store whose barrier waits for a word, unless nobody can give it any more.
fn held_back(kind: StoreKind, dir: &std::path::Path) -> (LogStore, Sender<()>) {
    let (go, word) = channel();
    let barrier = move |engine: &mut dyn Store| {
        let _ = word.recv();
        engine.commit()
    };
    let (journal, found) = open_watched(kind, dir, Box::new(barrier));
    (LogStore::start(journal, found, dir).unwrap(), go)
}

async fn committed(kind: StoreKind, dir: &std::path::Path) -> Option<LogId> {
    let mut store = LogStore::open(kind, dir).unwrap();
    let committed = store.read_committed().await.unwrap();
    store.close().await;
    committed
}

#[tokio::test]
async fn a_position_whose_entries_are_not_on_the_disk_is_not_there_either() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (at, copy) = (dir.path().join("raft"), dir.path().join("copy"));
        let mut store = LogStore::open(kind, &at).unwrap();
        append(&mut store, (0..10).map(|i| entry(1, i, 40)).collect()).await;
        store.save_committed(Some(log_id(1, 4))).await.unwrap();
        store.close().await;
        let (mut store, go) = held_back(kind, &at);
        // A new leader writes others in the places of the last five, and all are committed: by others.
        store.truncate_after(Some(log_id(1, 4))).await.unwrap();
        let new = (5..12).map(|i| entry(2, i, 40));
        store.append(new, IOFlushed::noop()).await.unwrap();
        store.save_committed(Some(log_id(2, 11))).await.unwrap();
        let known = store.read_committed().await.unwrap();
        assert_eq!(known, Some(log_id(2, 11)), "{kind}");
        crash(&at, &copy);
        assert_eq!(committed(kind, &copy).await, Some(log_id(1, 4)), "{kind}");
        drop(go);
        store.save_vote(&vote(2)).await.unwrap();
        crash(&at, &copy);
        assert_eq!(committed(kind, &copy).await, Some(log_id(2, 11)), "{kind}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_position_ahead_of_the_disk_is_written_as_far_as_the_disk_reaches() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (at, copy) = (dir.path().join("raft"), dir.path().join("copy"));
        let mut store = LogStore::open(kind, &at).unwrap();
        append(&mut store, (0..10).map(|i| entry(1, i, 40)).collect()).await;
        store.close().await;
        let (mut store, go) = held_back(kind, &at);
        let new = (10..12).map(|i| entry(1, i, 40));
        store.append(new, IOFlushed::noop()).await.unwrap();
        store.save_committed(Some(log_id(1, 11))).await.unwrap();
        crash(&at, &copy);
        assert_eq!(committed(kind, &copy).await, Some(log_id(1, 9)), "{kind}");
        drop(go);
        store.close().await;
    }
}

#[tokio::test]
async fn a_position_whose_entries_are_on_the_disk_is_there_when_it_was_saved() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (at, copy) = (dir.path().join("raft"), dir.path().join("copy"));
        let mut store = LogStore::open(kind, &at).unwrap();
        append(&mut store, (0..10).map(|i| entry(1, i, 40)).collect()).await;
        for index in 0..10 {
            store.save_committed(Some(log_id(1, index))).await.unwrap();
            crash(&at, &copy);
            assert_eq!(
                committed(kind, &copy).await,
                Some(log_id(1, index)),
                "{kind}"
            );
        }
        store.close().await;
    }
}

#[tokio::test]
async fn a_position_that_the_log_does_not_bear_out_says_nothing_of_the_log() {
    // From the log that is there, and the file of a longer one, or of one with other entries.
    for (term, index) in [(1, 8), (2, 3)] {
        let dir = tempfile::tempdir().unwrap();
        let (ours, other) = (dir.path().join("ours"), dir.path().join("other"));
        for (at, term, last) in [(&ours, 1, 5), (&other, term, 9)] {
            let mut store = LogStore::open(StoreKind::Sled, at).unwrap();
            append(&mut store, (0..=last).map(|i| entry(term, i, 40)).collect()).await;
            store.purge(log_id(term, 1)).await.unwrap();
            store.save_vote(&vote(term)).await.unwrap();
            store
                .save_committed(Some(log_id(term, index.min(last))))
                .await
                .unwrap();
            store.close().await;
        }
        fs::copy(other.join("committed"), ours.join("committed")).unwrap();
        assert_eq!(committed(StoreKind::Sled, &ours).await, Some(log_id(1, 1)));
    }
}

#[tokio::test]
async fn a_committed_snapshot_from_the_leader_waits_for_the_purge_that_it_brings() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (at, copy) = (dir.path().join("raft"), dir.path().join("copy"));
        let mut store = LogStore::open(kind, &at).unwrap();
        append(&mut store, (0..10).map(|i| entry(1, i, 40)).collect()).await;
        store.save_committed(Some(log_id(1, 4))).await.unwrap();
        store.close().await;
        let (mut store, go) = held_back(kind, &at);
        store.purge(log_id(2, 50)).await.unwrap();
        store.save_committed(Some(log_id(2, 50))).await.unwrap();
        crash(&at, &copy);
        // An engine may have written the purge before the barrier; then the position came with it.
        let mut crashed = LogStore::open(kind, &copy).unwrap();
        let purged = crashed.get_log_state().await.unwrap().last_purged_log_id;
        let expected = purged.unwrap_or(log_id(1, 4));
        let found = crashed.read_committed().await.unwrap();
        assert_eq!(found, Some(expected), "{kind}");
        crashed.close().await;
        drop(go);
        store.save_vote(&vote(2)).await.unwrap();
        crash(&at, &copy);
        assert_eq!(committed(kind, &copy).await, Some(log_id(2, 50)), "{kind}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_purge_that_waits_does_not_hold_the_position_back() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (at, copy) = (dir.path().join("raft"), dir.path().join("copy"));
        let mut store = LogStore::open(kind, &at).unwrap();
        append(&mut store, (0..10).map(|i| entry(1, i, 40)).collect()).await;
        store.close().await;
        let (mut store, go) = held_back(kind, &at);
        let (done, acknowledged) = TypeConfig::oneshot();
        let new = (10..12).map(|i| entry(1, i, 40));
        store.append(new, IOFlushed::signal(done)).await.unwrap();
        store.save_committed(Some(log_id(1, 11))).await.unwrap();
        // The writer is at the barrier by now, or takes both into one.
        tokio::time::sleep(Duration::from_millis(50)).await;
        store.purge(log_id(1, 2)).await.unwrap();
        go.send(()).unwrap();
        acknowledged.await.unwrap().unwrap();
        crash(&at, &copy);
        assert_eq!(committed(kind, &copy).await, Some(log_id(1, 11)), "{kind}");
        drop(go);
        store.close().await;
    }
}

#[tokio::test]
async fn an_entry_is_waited_for_until_its_barrier() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, go) = held_back(kind, dir.path());
        let new = (0..2).map(|i| entry(1, i, 40));
        store.append(new, IOFlushed::noop()).await.unwrap();
        let early = tokio::time::timeout(Duration::from_millis(50), store.durable(1)).await;
        assert!(early.is_err(), "{kind}");
        drop(go);
        store.durable(1).await.unwrap();
        store.close().await;
    }
}
