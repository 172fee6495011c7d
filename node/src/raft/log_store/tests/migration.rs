//! A move from one engine to the other takes everything along, and can be repeated when cut short.

use std::fs;

use openraft::storage::{RaftLogReader, RaftLogStorage};

use super::super::LogStore;
use super::{all, append, entry, log_id, vote};
use crate::raft::store::{StoreError, StoreKind, migrate};

#[tokio::test]
async fn everything_moves_there_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    let entries: Vec<_> = (0..30).map(|index| entry(3, index, 5000)).collect();
    append(&mut store, entries.clone()).await;
    store.save_vote(&vote(3)).await.unwrap();
    store.save_committed(Some(log_id(3, 20))).await.unwrap();
    store.purge(log_id(3, 9)).await.unwrap();
    store.close().await;
    for (from, to) in [
        (StoreKind::Sled, StoreKind::Redb),
        (StoreKind::Redb, StoreKind::Sled),
    ] {
        let moved = migrate(from, to, dir.path()).unwrap();
        assert_eq!(moved.entries, 20);
        assert!(moved.old.exists());
        let mut store = LogStore::open(to, dir.path()).unwrap();
        assert_eq!(all(&mut store).await, &entries[10..]);
        assert_eq!(store.read_vote().await.unwrap(), Some(vote(3)));
        let committed = store.read_committed().await.unwrap();
        assert_eq!(committed, Some(log_id(3, 20)));
        let state = store.get_log_state().await.unwrap();
        assert_eq!(state.last_purged_log_id, Some(log_id(3, 9)));
        store.close().await;
    }
}

#[tokio::test]
async fn a_store_does_not_move_while_its_node_runs() {
    let dir = tempfile::tempdir().unwrap();
    let store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    let error = migrate(StoreKind::Sled, StoreKind::Redb, dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::InUse(_)), "{error}");
    let second = LogStore::open(StoreKind::Sled, dir.path()).unwrap_err();
    assert!(matches!(second, StoreError::InUse(_)), "{second}");
    store.close().await;
}

#[tokio::test]
async fn a_store_of_the_other_engine_is_refused_and_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    store.close().await;
    let error = LogStore::open(StoreKind::Redb, dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::OtherKind { .. }), "{error}");
    let error = migrate(StoreKind::Redb, StoreKind::Sled, dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::NothingToMove { .. }), "{error}");
    LogStore::open(StoreKind::Sled, dir.path()).unwrap();
}

#[tokio::test]
async fn a_move_that_was_cut_short_can_be_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    append(&mut store, vec![entry(1, 0, 40), entry(1, 1, 40)]).await;
    store.close().await;
    // As it stands between the two renames.
    let moved = migrate(StoreKind::Sled, StoreKind::Redb, dir.path()).unwrap();
    fs::rename(&moved.old, dir.path().join("sled")).unwrap();
    for kind in StoreKind::ALL {
        let error = LogStore::open(kind, dir.path()).unwrap_err();
        assert!(matches!(error, StoreError::TwoStores(_)), "{error}");
    }
    migrate(StoreKind::Sled, StoreKind::Redb, dir.path()).unwrap();
    let mut store = LogStore::open(StoreKind::Redb, dir.path()).unwrap();
    assert_eq!(all(&mut store).await.len(), 2);
    store.close().await;
}
