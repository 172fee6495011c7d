//! A snapshot is read as it was written, or named as damaged.

use std::fs;
use std::path::Path;

use openraft::impls::leader_id_adv::LeaderId as Leader;
use tempfile::TempDir;

use super::{Damage, SnapshotError, SnapshotFile};
use crate::raft::entry::{LogId, Membership, SnapshotMeta, StoredMembership};

fn meta(index: u64) -> SnapshotMeta {
    let leader = Leader {
        term: 3,
        node_id: 1,
    };
    let voters = vec![[1, 2, 3].into()];
    SnapshotMeta {
        last_log_id: Some(LogId::new(leader, index)),
        last_membership: StoredMembership::new(
            Some(LogId::new(leader, 1)),
            Membership::new_with_defaults(voters, [1, 2, 3, 4]),
        ),
    }
}

fn state(bytes: usize) -> Vec<u8> {
    (0..=250_u8).cycle().take(bytes).collect()
}

fn write(dir: &TempDir, index: u64, bytes: usize) -> SnapshotFile {
    let (meta, state) = (meta(index), state(bytes));
    let path = SnapshotFile::write(dir.path(), &meta, "cluster-1", &state).unwrap();
    SnapshotFile {
        path,
        meta,
        cluster_id: "cluster-1".to_owned(),
        state,
    }
}

fn flip(path: &Path, bit: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[bit / 8] ^= 1 << (bit % 8);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_snapshot_is_read_as_it_was_written() {
    for bytes in [0, 1, 256 * 1024, 256 * 1024 + 1, 600_000] {
        let dir = tempfile::tempdir().unwrap();
        let written = write(&dir, 7, bytes);
        let read = SnapshotFile::latest(dir.path(), Some(7)).unwrap();
        assert_eq!(read.as_ref(), Some(&written), "{bytes} bytes");
    }
}

#[test]
fn without_a_snapshot_there_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("snapshots");
    assert_eq!(SnapshotFile::latest(dir.path(), None).unwrap(), None);
    assert_eq!(SnapshotFile::latest(&missing, None).unwrap(), None);
}

#[test]
fn the_newest_two_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let written: Vec<_> = [9, 10, 100].map(|index| write(&dir, index, 10)).into();
    assert!(!written[0].path.exists());
    assert!(written[1].path.exists());
    let latest = SnapshotFile::latest(dir.path(), None).unwrap();
    assert_eq!(latest.as_ref(), Some(&written[2]));
}

#[test]
fn every_flipped_bit_is_an_error_that_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(&dir, 7, 40);
    let bits = fs::read(&written.path).unwrap().len() * 8;
    for bit in 0..bits {
        flip(&written.path, bit);
        let error = SnapshotFile::latest(dir.path(), Some(7)).expect_err("a flipped bit");
        let name = written.path.display().to_string();
        assert!(error.to_string().contains(&name), "bit {bit}: {error}");
        flip(&written.path, bit);
    }
    let whole = SnapshotFile::latest(dir.path(), Some(7)).unwrap();
    assert_eq!(whole, Some(written));
}

#[test]
fn every_truncation_and_every_addition_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(&dir, 7, 40);
    let whole = fs::read(&written.path).unwrap();
    for length in 0..whole.len() {
        fs::write(&written.path, &whole[..length]).unwrap();
        let read = SnapshotFile::latest(dir.path(), Some(7));
        assert!(read.is_err(), "cut at byte {length}");
    }
    let longer = [whole.as_slice(), b"x"].concat();
    fs::write(&written.path, longer).unwrap();
    let error = SnapshotFile::latest(dir.path(), Some(7)).unwrap_err();
    let trailing = SnapshotError::Damaged {
        path: written.path,
        what: Damage::Trailing,
    };
    assert_eq!(error.to_string(), trailing.to_string());
}

#[test]
fn an_older_snapshot_stands_in_only_where_the_log_goes_on_from_it() {
    let dir = tempfile::tempdir().unwrap();
    let older = write(&dir, 50, 40);
    let newest = write(&dir, 90, 40);
    flip(&newest.path, 400);
    let cases = [
        (None, true),
        (Some(49), true),
        (Some(50), true),
        (Some(51), false),
        (Some(90), false),
    ];
    for (purged, stands_in) in cases {
        match SnapshotFile::latest(dir.path(), purged) {
            Ok(found) => {
                assert!(stands_in, "purged {purged:?}");
                assert_eq!(found.as_ref(), Some(&older));
            }
            Err(error) => {
                assert!(!stands_in, "purged {purged:?}");
                let name = newest.path.display().to_string();
                assert!(error.to_string().contains(&name), "{error}");
            }
        }
    }
}

#[test]
fn a_damaged_only_snapshot_is_passed_over_where_the_log_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let only = write(&dir, 50, 40);
    flip(&only.path, 400);
    assert_eq!(SnapshotFile::latest(dir.path(), None).unwrap(), None);
    SnapshotFile::latest(dir.path(), Some(0)).unwrap_err();
}

#[test]
fn a_log_that_was_purged_further_than_any_snapshot_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let gap = SnapshotFile::latest(dir.path(), Some(0)).unwrap_err();
    assert!(
        matches!(gap, SnapshotError::Gap { reached: None, .. }),
        "{gap}"
    );
    write(&dir, 50, 40);
    SnapshotFile::latest(dir.path(), Some(50)).unwrap();
    let gap = SnapshotFile::latest(dir.path(), Some(51)).unwrap_err();
    assert!(
        matches!(
            gap,
            SnapshotError::Gap {
                reached: Some(50),
                ..
            }
        ),
        "{gap}"
    );
}

#[test]
fn an_unfinished_snapshot_is_none_and_goes_when_newer_ones_stand() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(&dir, 7, 40);
    let unfinished = write(&dir, 8, 40);
    fs::rename(
        &unfinished.path,
        unfinished.path.with_extension("unfinished"),
    )
    .unwrap();
    let latest = SnapshotFile::latest(dir.path(), Some(7)).unwrap();
    assert_eq!(latest, Some(written));
}
