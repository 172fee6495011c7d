//! What a crash may find of an engine, on both: whole records, and a file that can be opened.

use std::fs;

use super::{Record, StoreError, StoreKind, open};

/// Records of many chunks each, so that no number of records is a number of chunks.
fn records() -> Vec<Record> {
    (0..30).map(|index| (index, vec![7; 70_000])).collect()
}

#[test]
fn a_long_removal_goes_on_by_whole_records() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(kind, dir.path()).unwrap();
        store.append(&records()).unwrap();
        store.commit().unwrap();
        for records_max in [7, 14] {
            store.remove_first(19, records_max).unwrap();
            store.commit().unwrap();
            let left = store.reader().records(0, u64::MAX, usize::MAX).unwrap();
            assert!(
                left.iter().all(|(_, bytes)| bytes.len() == 70_000),
                "{kind}"
            );
        }
        let left = store.reader().records(0, u64::MAX, usize::MAX).unwrap();
        assert_eq!(left.first().map(|(index, _)| *index), Some(20), "{kind}");
        store.truncate_after(Some(24)).unwrap();
        store.commit().unwrap();
        let left = store.reader().records(0, u64::MAX, usize::MAX).unwrap();
        assert_eq!(left, records()[20..25], "{kind}");
    }
}

#[test]
fn a_database_whose_creation_was_cut_short_is_created_anew() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("db.unfinished"), [0; 4096]).unwrap();
    let mut store = open(StoreKind::Redb, dir.path()).unwrap();
    store.append(&records()).unwrap();
    store.commit().unwrap();
    drop(store);
    assert!(!dir.path().join("db.unfinished").exists());
    let store = open(StoreKind::Redb, dir.path()).unwrap();
    let kept = store.reader().records(0, u64::MAX, usize::MAX).unwrap();
    assert_eq!(kept, records());
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_the_way_out_is_told() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("db"), [0; 8192]).unwrap();
    let error = open(StoreKind::Redb, dir.path()).err().unwrap();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(
        error.to_string().contains("rejoin under a new member id"),
        "{error}"
    );
}

#[test]
fn a_snapshot_that_sled_left_half_written_is_no_obstacle() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(StoreKind::Sled, dir.path()).unwrap();
    store.append(&records()).unwrap();
    store.commit().unwrap();
    drop(store);
    let unfinished = dir.path().join("snap.FFFFFFFFFFFFFFFF.generating");
    fs::write(&unfinished, "half").unwrap();
    // A thread of sled's may hold its lock a moment longer than the store.
    let mut opened = open(StoreKind::Sled, dir.path());
    for _ in 0..100 {
        if !matches!(opened, Err(StoreError::Io { .. })) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        opened = open(StoreKind::Sled, dir.path());
    }
    let store = opened.unwrap();
    let kept = store.reader().records(0, u64::MAX, usize::MAX).unwrap();
    assert_eq!(kept, records());
    assert!(!unfinished.exists());
}
