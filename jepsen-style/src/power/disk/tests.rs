//! What a power cut leaves: all that was synced, and of the rest what chance wrote.

use std::ffi::OsStr;

use super::contents::Contents;
use super::names::Names;
use super::{Barriers, Disk, DiskError, Inode, Node, ROOT};
use crate::seed::Seed;

const SEEDS: u64 = 200;

fn name(name: &str) -> &OsStr {
    OsStr::new(name)
}

fn file(disk: &mut Disk, called: &str) -> Inode {
    let node = Node::File(Contents::default());
    disk.create(ROOT, name(called), node).unwrap()
}

/// What is left under a name after a cut.
fn left(disk: &mut Disk, called: &str) -> Option<Vec<u8>> {
    let inode = disk.lookup(ROOT, name(called)).ok()?;
    let contents = disk.file(inode).unwrap();
    Some(contents.read(0, usize::MAX).to_vec())
}

/// Cuts a disk in the same state with many seeds, and tells what is left under a name each time.
fn cuts(called: &str, prepare: impl Fn(&mut Disk)) -> Vec<Option<Vec<u8>>> {
    let outcomes = (0..SEEDS).map(|seed| {
        let mut disk = Disk::new(Barriers::Kept);
        prepare(&mut disk);
        disk.cut(&mut Seed(seed).stream("cut"));
        left(&mut disk, called)
    });
    outcomes.collect()
}

fn every<T: PartialEq>(outcomes: &[T], expected: &T) -> bool {
    outcomes.iter().all(|outcome| outcome == expected)
}

#[test]
fn data_and_name_that_were_synced_survive_every_cut() {
    let outcomes = cuts("a", |disk| {
        let inode = file(disk, "a");
        disk.file(inode).unwrap().write(0, b"kept");
        disk.sync(inode).unwrap();
        disk.sync(ROOT).unwrap();
    });
    assert!(every(&outcomes, &Some(b"kept".to_vec())));
}

#[test]
fn data_that_was_not_synced_may_be_lost_and_may_survive() {
    let outcomes = cuts("a", |disk| {
        let inode = file(disk, "a");
        disk.sync(ROOT).unwrap();
        disk.file(inode).unwrap().write(0, b"new");
    });
    assert!(outcomes.contains(&Some(Vec::new())));
    assert!(outcomes.contains(&Some(b"new".to_vec())));
}

#[test]
fn a_name_whose_directory_was_not_synced_may_be_lost_although_its_file_was() {
    let outcomes = cuts("a", |disk| {
        let inode = file(disk, "a");
        disk.file(inode).unwrap().write(0, b"new");
        disk.sync(inode).unwrap();
    });
    assert!(outcomes.contains(&None));
    assert!(outcomes.contains(&Some(b"new".to_vec())));
}

#[test]
fn a_rename_that_was_not_synced_leaves_the_old_or_the_new_and_nothing_else() {
    let prepare = |disk: &mut Disk| {
        for (called, content) in [("a", b"old"), ("b", b"new")] {
            let inode = file(disk, called);
            disk.file(inode).unwrap().write(0, content);
            disk.sync(inode).unwrap();
        }
        disk.sync(ROOT).unwrap();
        disk.rename((ROOT, name("b")), (ROOT, name("a"))).unwrap();
    };
    let (a, b) = (cuts("a", prepare), cuts("b", prepare));
    let pairs: Vec<_> = a.into_iter().zip(b).collect();
    let before = (Some(b"old".to_vec()), Some(b"new".to_vec()));
    let after = (Some(b"new".to_vec()), None);
    assert!(pairs.contains(&before) && pairs.contains(&after));
    assert!(pairs.iter().all(|pair| *pair == before || *pair == after));
}

#[test]
fn a_rename_that_was_synced_stays() {
    let outcomes = cuts("a", |disk| {
        let inode = file(disk, "b");
        disk.file(inode).unwrap().write(0, b"new");
        disk.sync(inode).unwrap();
        disk.rename((ROOT, name("b")), (ROOT, name("a"))).unwrap();
        disk.sync(ROOT).unwrap();
    });
    assert!(every(&outcomes, &Some(b"new".to_vec())));
}

#[test]
fn a_long_write_tears_at_sectors_only() {
    let outcomes = cuts("a", |disk| {
        let inode = file(disk, "a");
        disk.file(inode).unwrap().write(0, &[1; 8192]);
        disk.sync(inode).unwrap();
        disk.sync(ROOT).unwrap();
        disk.file(inode).unwrap().write(100, &[2; 8000]);
    });
    let torn = outcomes.iter().flatten().filter(|left| {
        let sectors = left.chunks(512);
        // The first and the last sector are written in part.
        let inner = sectors.skip(1).take(14);
        inner.clone().for_each(|sector| {
            assert!(
                sector.iter().all(|byte| *byte == sector[0]),
                "torn within a sector"
            );
        });
        inner.clone().any(|sector| sector[0] == 1) && inner.clone().any(|sector| sector[0] == 2)
    });
    assert!(torn.count() > 0);
}

#[test]
fn a_length_that_was_not_synced_may_lag_behind_the_data() {
    let outcomes = cuts("a", |disk| {
        let inode = file(disk, "a");
        disk.file(inode).unwrap().write(0, b"1234");
        disk.sync(inode).unwrap();
        disk.sync(ROOT).unwrap();
        disk.file(inode).unwrap().resize(2);
        disk.file(inode).unwrap().write(4, b"56");
    });
    for expected in [&b"1234"[..], b"12", b"12\x00\x0056", b"123456"] {
        assert!(outcomes.contains(&Some(expected.to_vec())), "{expected:?}");
    }
}

#[test]
fn a_removed_name_may_come_back_until_its_directory_is_synced() {
    let removed = |disk: &mut Disk| {
        let inode = file(disk, "a");
        disk.sync(inode).unwrap();
        disk.sync(ROOT).unwrap();
        disk.remove(ROOT, name("a")).unwrap();
    };
    let outcomes = cuts("a", removed);
    assert!(outcomes.contains(&None) && outcomes.contains(&Some(Vec::new())));
    let outcomes = cuts("a", |disk| {
        removed(disk);
        disk.sync(ROOT).unwrap();
    });
    assert!(every(&outcomes, &None));
}

#[test]
fn a_disk_that_ignores_barriers_loses_what_was_synced() {
    let mut disk = Disk::new(Barriers::Ignored);
    let inode = file(&mut disk, "a");
    disk.sync(inode).unwrap();
    disk.sync(ROOT).unwrap();
    let lost = (0..SEEDS).filter(|seed| {
        let mut disk = disk.clone();
        disk.cut(&mut Seed(*seed).stream("cut"));
        left(&mut disk, "a").is_none()
    });
    assert!(lost.count() > 0);
}

#[test]
fn what_was_open_and_removed_is_gone_with_its_process() {
    let mut disk = Disk::new(Barriers::Kept);
    let inode = file(&mut disk, "a");
    disk.sync(ROOT).unwrap();
    disk.remove(ROOT, name("a")).unwrap();
    disk.file(inode).unwrap().write(0, b"still open");
    disk.forget_unnamed();
    assert!(disk.node(inode).is_ok(), "a cut may bring the name back");
    disk.sync(ROOT).unwrap();
    disk.forget_unnamed();
    assert_eq!(disk.node(inode).err(), Some(DiskError::Missing));
}

#[test]
fn names_are_refused_as_a_file_system_does() {
    let mut disk = Disk::new(Barriers::Kept);
    let inode = file(&mut disk, "a");
    let directory = Node::Directory(Names::default());
    let directory = disk.create(ROOT, name("d"), directory).unwrap();
    let again = disk.create(ROOT, name("a"), Node::File(Contents::default()));
    assert_eq!(again, Err(DiskError::Exists));
    assert_eq!(disk.lookup(ROOT, name("b")), Err(DiskError::Missing));
    assert_eq!(disk.lookup(inode, name("b")), Err(DiskError::NotDirectory));
    assert_eq!(disk.file(directory).err(), Some(DiskError::Directory));
    let across = disk.rename((ROOT, name("a")), (directory, name("a")));
    assert_eq!(across, Err(DiskError::OtherDirectory));
    disk.create(directory, name("b"), Node::File(Contents::default()))
        .unwrap();
    assert_eq!(disk.remove(ROOT, name("d")), Err(DiskError::NotEmpty));
}
