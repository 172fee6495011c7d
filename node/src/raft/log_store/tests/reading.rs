//! What readers see, whether it comes from memory or from the disk.

use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};

use super::super::LogStore;
use super::{append, entry, log_id};
use crate::raft::store::StoreKind;

/// Indices of what was read.
async fn indices(store: &mut LogStore, range: std::ops::Range<u64>) -> Vec<u64> {
    let entries = store.try_get_log_entries(range).await.unwrap();
    entries.iter().map(|e| e.log_id.index).collect()
}

#[tokio::test]
async fn entries_that_left_memory_are_read_from_the_disk() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut store = LogStore::open(kind, dir.path()).unwrap();
        // 20 MiB, of which 16 stay in memory.
        let entries: Vec<_> = (0..40).map(|index| entry(1, index, 512 * 1024)).collect();
        for some in entries.chunks(10) {
            append(&mut store, some.to_vec()).await;
        }
        let plan = store.parts.shared.tail().plan(0, 39, usize::MAX);
        let (from, to) = plan.on_disk.unwrap();
        assert!(from == 0 && (5..15).contains(&to), "{to}");
        let read = store.try_get_log_entries(..).await.unwrap();
        assert!(read == entries, "{kind}");
        for (range, expected) in [
            (0..3, 0..3),
            (to - 1..to + 3, to - 1..to + 3),
            (38..200, 38..40),
            (40..200, 0..0),
        ] {
            let read = indices(&mut store, range.clone()).await;
            assert_eq!(read, expected.collect::<Vec<_>>(), "{kind} {range:?}");
        }
        store.close().await;
    }
}

#[tokio::test]
async fn a_replication_message_is_bounded_in_bytes_and_never_empty() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    let large = (0..10).map(|index| entry(1, index, 400 * 1024));
    append(&mut store, large.collect()).await;
    append(&mut store, vec![entry(1, 10, 3 * 1024 * 1024)]).await;
    for (start, end, expected) in [(0, 11, 3), (9, 11, 2), (10, 11, 1), (5, 6, 1), (5, 5, 0)] {
        let read = store.limited_get_log_entries(start, end).await.unwrap();
        assert_eq!(read.len(), expected, "{start}..{end}");
    }
    store.close().await;
}

#[tokio::test]
async fn entries_are_readable_when_append_returns() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(StoreKind::Redb, dir.path()).unwrap();
    for index in 0..50 {
        let appended = store.append([entry(1, index, 40)], IOFlushed::noop());
        appended.await.unwrap();
        assert_eq!(indices(&mut store, index..index + 1).await, [index]);
    }
    store.truncate_after(Some(log_id(1, 9))).await.unwrap();
    assert_eq!(indices(&mut store, 8..50).await, [8, 9]);
    store.purge(log_id(1, 7)).await.unwrap();
    assert_eq!(indices(&mut store, 0..50).await, [8, 9]);
    store.close().await;
}

#[tokio::test]
async fn a_hole_or_the_truncation_of_purged_entries_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    append(&mut store, (0..5).map(|i| entry(1, i, 40)).collect()).await;
    store
        .append([entry(1, 6, 40)], IOFlushed::noop())
        .await
        .unwrap_err();
    store
        .append([entry(1, 4, 40)], IOFlushed::noop())
        .await
        .unwrap_err();
    store.purge(log_id(1, 3)).await.unwrap();
    store.truncate_after(Some(log_id(1, 2))).await.unwrap_err();
    store.truncate_after(None).await.unwrap_err();
    // Neither a truncation beyond the end nor an older purge changes anything.
    store.truncate_after(Some(log_id(1, 9))).await.unwrap();
    store.purge(log_id(1, 1)).await.unwrap();
    append(&mut store, vec![entry(1, 5, 40)]).await;
    store.close().await;
    let mut store = LogStore::open(StoreKind::Sled, dir.path()).unwrap();
    assert_eq!(indices(&mut store, 0..10).await, [4, 5]);
    store.close().await;
}
