//! What is committed after a crash was committed before it: the position is never ahead of its entries.

use std::fs;
use std::sync::mpsc::{Sender, channel};

use openraft::storage::{IOFlushed, RaftLogStorage};

use super::super::LogStore;
use super::{append, entry, log_id, vote};
use crate::raft::entry::LogId;
use crate::raft::store::testing::{crash, open_watched};
use crate::raft::store::{Store, StoreKind};

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
        assert_eq!(committed(kind, &copy).await, Some(log_id(1, 4)), "{kind}");
        drop(go);
        store.save_vote(&vote(2)).await.unwrap();
        crash(&at, &copy);
        assert_eq!(committed(kind, &copy).await, Some(log_id(2, 50)), "{kind}");
        store.close().await;
    }
}
