//! After a disk has failed once, nothing is acknowledged and nothing is tried again.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use openraft::storage::{RaftLogReader, RaftLogStorage, RaftLogStorageExt};

use super::super::LogStore;
use super::{append, entry, log_id, vote};
use crate::raft::store::testing::open_watched;
use crate::raft::store::{Store, StoreError, StoreKind};

/// How the engine fails.
#[derive(Clone, Copy)]
enum Failure {
    Error,
    Panic,
}

/// A store whose barrier fails from the third one on, and how often it was tried.
fn open(dir: &Path, failure: Failure) -> (LogStore, Arc<AtomicUsize>) {
    let commits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&commits);
    let barrier = move |engine: &mut dyn Store| {
        if counted.fetch_add(1, Ordering::SeqCst) < 2 {
            return engine.commit();
        }
        let eio = io::Error::from_raw_os_error(5);
        match failure {
            Failure::Error => Err(StoreError::io("sync", Path::new("db"), eio)),
            Failure::Panic => panic!("the engine met damage"),
        }
    };
    let (journal, found) = open_watched(StoreKind::Redb, dir, Box::new(barrier));
    let store = LogStore::start(journal, found, dir).unwrap();
    (store, commits)
}

#[tokio::test]
async fn nothing_is_acknowledged_after_a_barrier_failed_and_it_is_not_tried_again() {
    for (failure, what) in [
        (Failure::Error, "cannot sync db"),
        (Failure::Panic, "the engine panicked"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, commits) = open(dir.path(), failure);
        append(&mut store, vec![entry(1, 0, 40)]).await;
        store.save_vote(&vote(1)).await.unwrap();
        let failed = store.blocking_append(vec![entry(1, 1, 40)]).await;
        assert!(failed.unwrap_err().to_string().contains(what));
        assert_eq!(commits.load(Ordering::SeqCst), 3);

        store.save_vote(&vote(2)).await.unwrap_err();
        store
            .blocking_append(vec![entry(1, 2, 40)])
            .await
            .unwrap_err();
        store.purge(log_id(1, 0)).await.unwrap_err();
        store.truncate_after(None).await.unwrap_err();
        store.save_committed(Some(log_id(1, 0))).await.unwrap_err();
        store.read_vote().await.unwrap_err();
        store.try_get_log_entries(..).await.unwrap_err();
        store.close().await;
        assert_eq!(commits.load(Ordering::SeqCst), 3);
    }
}

#[tokio::test]
async fn a_closed_store_refuses_and_answers() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    append(&mut store, vec![entry(1, 0, 40)]).await;
    let mut clone = store.clone();
    store.close().await;
    clone.save_vote(&vote(1)).await.unwrap_err();
    clone
        .blocking_append(vec![entry(1, 1, 40)])
        .await
        .unwrap_err();
    clone.try_get_log_entries(..).await.unwrap_err();
    clone.close().await;
}
