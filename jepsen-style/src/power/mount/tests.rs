//! The rules of the disk hold for a process that uses it through the kernel.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use super::{CutAt, Mount, O_DSYNC};
use crate::power::disk::{Barriers, Disk};
use crate::seed::Seed;

const SEEDS: u64 = 20;

/// Lets files be written on a mounted disk; then the disk, or none where FUSE cannot be mounted.
fn written(cut_at: Option<CutAt>, write: &dyn Fn(&Path)) -> Option<Disk> {
    let on = tempfile::tempdir().unwrap();
    match Mount::new(Disk::new(Barriers::Kept), on.path(), cut_at) {
        Ok(mount) => {
            write(on.path());
            Some(mount.unmount().unwrap().0)
        }
        Err(error) => {
            println!(
                "skipped: no FUSE file system can be mounted here ({error}); needs root and /dev/fuse"
            );
            None
        }
    }
}

/// What a file holds after a cut, for several seeds.
fn left(disk: &Disk, called: &str) -> Vec<Option<Vec<u8>>> {
    let outcomes = (0..SEEDS).map(|seed| {
        let mut disk = disk.clone();
        disk.cut(&mut Seed(seed).stream("cut"));
        let on = tempfile::tempdir().unwrap();
        let mount = Mount::new(disk, on.path(), None).unwrap();
        let read = fs::read(on.path().join(called)).ok();
        mount.unmount().unwrap();
        read
    });
    outcomes.collect()
}

fn sync(path: &Path) {
    File::open(path).unwrap().sync_all().unwrap();
}

#[test]
fn what_a_process_synced_survives_and_what_it_only_wrote_may_not() {
    let disk = written(None, &|on| {
        fs::write(on.join("kept"), "kept").unwrap();
        sync(&on.join("kept"));
        fs::create_dir(on.join("d")).unwrap();
        fs::write(on.join("d/written"), "written").unwrap();
        sync(on);
        sync(&on.join("d"));
    });
    let Some(disk) = disk else { return };
    assert!(
        left(&disk, "kept")
            .iter()
            .all(|found| found.as_deref() == Some(b"kept"))
    );
    let written = left(&disk, "d/written");
    assert!(written.contains(&Some(Vec::new())));
    assert!(written.contains(&Some(b"written".to_vec())));
}

#[test]
fn a_write_to_a_file_opened_for_synchronous_writes_survives() {
    let disk = written(None, &|on| {
        let mut options = OpenOptions::new();
        options.write(true).create(true).custom_flags(O_DSYNC);
        let mut file = options.open(on.join("a")).unwrap();
        sync(on);
        file.write_all(b"at once").unwrap();
    });
    let Some(disk) = disk else { return };
    assert!(
        left(&disk, "a")
            .iter()
            .all(|found| found.as_deref() == Some(b"at once"))
    );
}

#[test]
fn a_rename_whose_directory_was_not_synced_leaves_the_old_or_the_new() {
    let disk = written(None, &|on| {
        for (called, content) in [("a", "old"), ("b", "new")] {
            fs::write(on.join(called), content).unwrap();
            sync(&on.join(called));
        }
        sync(on);
        fs::rename(on.join("b"), on.join("a")).unwrap();
    });
    let Some(disk) = disk else { return };
    let outcomes = left(&disk, "a");
    for expected in [&b"old"[..], b"new"] {
        assert!(outcomes.contains(&Some(expected.to_vec())));
    }
    assert!(outcomes.iter().all(Option::is_some));
}

#[test]
fn after_the_cut_nothing_is_answered_and_nothing_is_written() {
    for (takes_effect, kept) in [(false, &b""[..]), (true, b"1")] {
        // Create, sync the name, write, sync: the cut is at the last.
        let cut_at = CutAt {
            operation: 4,
            takes_effect,
        };
        let on = tempfile::tempdir().unwrap();
        let disk = Disk::new(Barriers::Kept);
        let Ok(mount) = Mount::new(disk, on.path(), Some(cut_at)) else {
            println!("skipped: no FUSE file system can be mounted here; needs root and /dev/fuse");
            return;
        };
        let path = on.path().to_owned();
        let writer = std::thread::spawn(move || {
            let mut file = File::create(path.join("a")).unwrap();
            sync(&path);
            file.write_all(b"1").unwrap();
            let synced = file.sync_all();
            let written = file.write_all(b"2");
            (synced.is_err(), written.is_err())
        });
        assert!(mount.wait_cut(Duration::from_secs(10)));
        assert!(!writer.is_finished());
        mount.release();
        assert_eq!(writer.join().unwrap(), (true, true));
        let (disk, _) = mount.unmount().unwrap();
        let outcomes = left(&disk, "a");
        assert!(outcomes.contains(&Some(kept.to_vec())), "{outcomes:?}");
        assert!(!outcomes.contains(&Some(b"12".to_vec())));
        if takes_effect {
            assert!(outcomes.iter().all(|found| found.as_deref() == Some(kept)));
        }
    }
}
