//! One thread, one barrier for all that waits, answers in order; and readers meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::type_config::TypeConfigExt;

use super::super::LogStore;
use super::{append, entry, log_id, vote};
use crate::raft::store::testing::open_watched;
use crate::raft::store::{Store, StoreKind};
use crate::raft::types::TypeConfig;

#[tokio::test]
async fn what_waits_shares_one_barrier_and_nothing_is_answered_before_it() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commits);
        let barrier = move |engine: &mut dyn Store| {
            thread::sleep(Duration::from_millis(100));
            engine.commit()?;
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        let (journal, found) = open_watched(kind, dir.path(), Box::new(barrier));
        let mut store = LogStore::start(journal, found, dir.path()).unwrap();
        let mut answers = Vec::new();
        for index in 0..50 {
            let (done, answer) = TypeConfig::oneshot();
            let done = IOFlushed::signal(done);
            store.append([entry(1, index, 40)], done).await.unwrap();
            answers.push(answer);
        }
        assert_eq!(commits.load(Ordering::SeqCst), 0, "{kind}");
        store.save_vote(&vote(1)).await.unwrap();
        // The vote was asked for last: all before it is durable.
        for answer in &mut answers {
            answer.try_recv().unwrap().unwrap();
        }
        let shared = commits.load(Ordering::SeqCst);
        assert!((1..=3).contains(&shared), "{kind}: {shared} barriers");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_never_see_a_hole_or_two_minds_while_the_log_changes() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut store = LogStore::open(kind, dir.path()).unwrap();
        // More than stays in memory, so that readers go to the disk too.
        for index in 0..20 {
            let entries = (index * 20..(index + 1) * 20).map(|i| entry(1, i, 64 * 1024));
            append(&mut store, entries.collect()).await;
        }
        let ended = Arc::new(AtomicBool::new(false));
        let readers = [0_u64, 7].map(|skip| {
            let (mut reader, ended) = (store.clone(), Arc::clone(&ended));
            tokio::spawn(async move {
                let mut reads = 0;
                while !ended.load(Ordering::SeqCst) {
                    let from = (reads * 13 + skip) % 400;
                    let read = reader.try_get_log_entries(from..from + 40).await.unwrap();
                    let ids: Vec<_> = read.iter().map(|e| e.log_id).collect();
                    for pair in ids.windows(2) {
                        assert_eq!(pair[1].index, pair[0].index + 1);
                        assert!(pair[0] < pair[1], "{pair:?}");
                    }
                    reads += 1;
                }
                reads
            })
        });
        for round in 0..10 {
            let last = 390 + round;
            store
                .truncate_after(Some(log_id(round + 1, last)))
                .await
                .unwrap();
            let new = (last + 1..last + 20).map(|i| entry(round + 2, i, 64));
            append(&mut store, new.collect()).await;
            store.purge(log_id(1, round * 20)).await.unwrap();
        }
        ended.store(true, Ordering::SeqCst);
        for reader in readers {
            assert!(reader.await.unwrap() > 0, "{kind}");
        }
        store.close().await;
    }
}
