//! What is lost or damaged is reported, and never read as something else.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use openraft::storage::{RaftLogReader, RaftLogStorage};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::super::LogStore;
use super::{append, entry, log_id, vote};
use crate::raft::entry::{Entry, Vote};
use crate::raft::store::testing::crash;
use crate::raft::store::{StoreError, StoreKind};

/// Bits flipped in the file of each engine.
const FLIPS: u32 = 60;

/// A store that was closed with some entries in it.
struct Closed {
    dir: TempDir,
    entries: Vec<Entry>,
    /// What was purged before.
    purged: Vec<Entry>,
}

impl Closed {
    /// Whether these are the entries of the log. Damage may undo the purge, as a crash before it would:
    /// then all that was ever written is there.
    fn is_whole(&self, found: &[Entry]) -> bool {
        found == self.entries || found == [&self.purged[..], &self.entries].concat()
    }
}

async fn closed(kind: StoreKind) -> Closed {
    let dir = tempfile::tempdir().unwrap();
    let mut store = LogStore::open(kind, dir.path()).unwrap();
    let entries: Vec<_> = (0..40).map(|index| entry(2, index, 700)).collect();
    for some in entries.chunks(7) {
        append(&mut store, some.to_vec()).await;
    }
    store.save_vote(&vote(2)).await.unwrap();
    store.save_committed(Some(log_id(2, 30))).await.unwrap();
    store.purge(log_id(2, 4)).await.unwrap();
    store.close().await;
    let (purged, entries) = entries.split_at(5);
    Closed {
        dir,
        entries: entries.to_vec(),
        purged: purged.to_vec(),
    }
}

fn flip(path: &Path, bit: u64) {
    let file = OpenOptions::new().read(true).write(true).open(path);
    let file = file.unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, bit / 8).unwrap();
    byte[0] ^= 1 << (bit % 8);
    file.write_all_at(&byte, bit / 8).unwrap();
}

/// Opens a store and reads everything in it.
async fn read(kind: StoreKind, dir: &Path) -> Result<(Option<Vote>, Vec<Entry>), String> {
    let mut store = LogStore::open(kind, dir).map_err(|e| e.to_string())?;
    let entries = store.try_get_log_entries(..).await;
    let vote = store.read_vote().await;
    store.close().await;
    let text = |e: std::io::Error| e.to_string();
    Ok((vote.map_err(text)?, entries.map_err(text)?))
}

/// The bytes of the engine's file that mean something.
fn written(path: &Path) -> Vec<u64> {
    let bytes = fs::read(path).unwrap();
    let positions = (0_u64..).zip(&bytes).filter(|(_, byte)| **byte != 0);
    positions.map(|(at, _)| at).collect()
}

fn check_flips(kind: StoreKind) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let whole = runtime.block_on(closed(kind));
    let file = Path::new(kind.name()).join("db");
    let positions = written(&whole.dir.path().join(&file));
    let config = Config {
        cases: FLIPS,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let strategy = (prop::sample::select(positions), 0..8_u64);
    let run = |(byte, bit): (u64, u64)| {
        let dir = tempfile::tempdir().unwrap();
        crash(whole.dir.path(), dir.path());
        flip(&dir.path().join(&file), byte * 8 + bit);
        if let Ok((found, entries)) = runtime.block_on(read(kind, dir.path())) {
            prop_assert_eq!(found, Some(vote(2)));
            prop_assert!(whole.is_whole(&entries), "other entries were read");
        }
        Ok(())
    };
    TestRunner::new(config).run(&strategy, run).unwrap();
}

#[test]
fn a_flipped_bit_in_sled_is_an_error_or_has_no_effect() {
    check_flips(StoreKind::Sled);
}

#[test]
fn a_flipped_bit_in_redb_is_an_error_or_has_no_effect() {
    check_flips(StoreKind::Redb);
}

/// Where the content of an entry stands in the engine's file.
fn place_of(path: &Path, content: &[u8]) -> u64 {
    let bytes = fs::read(path).unwrap();
    let found = bytes.windows(content.len()).rposition(|w| w == content);
    found.unwrap() as u64
}

#[tokio::test]
async fn a_damaged_record_is_an_error_that_names_the_file_and_the_way_out() {
    let whole = closed(StoreKind::Redb).await;
    let file = whole.dir.path().join("redb/db");
    flip(&file, place_of(&file, b"2/20 2/20 2/20 ") * 8);
    let error = LogStore::open(StoreKind::Redb, whole.dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(&file.display().to_string()), "{text}");
    assert!(text.contains("the checksum of entry 20"), "{text}");
    assert!(text.contains("rejoin under a new member id"), "{text}");
}

#[tokio::test]
async fn a_store_that_went_back_in_time_is_amnesia() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut store = LogStore::open(kind, dir.path()).unwrap();
        append(&mut store, vec![entry(1, 0, 40), entry(1, 1, 40)]).await;
        let old = dir.path().join("old");
        crash(&dir.path().join(kind.name()), &old);
        append(&mut store, vec![entry(1, 2, 40)]).await;
        store.close().await;
        let engine = dir.path().join(kind.name());
        fs::remove_dir_all(&engine).unwrap();
        fs::rename(&old, &engine).unwrap();
        let error = LogStore::open(kind, dir.path()).unwrap_err();
        assert!(
            matches!(error, StoreError::Amnesia { .. }),
            "{kind}: {error}"
        );
        assert!(
            error.to_string().contains("promised was T1-N1.2"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_forgotten_vote_is_amnesia() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut store = LogStore::open(kind, dir.path()).unwrap();
        store.save_vote(&vote(4)).await.unwrap();
        let old = dir.path().join("old");
        crash(&dir.path().join(kind.name()), &old);
        store.save_vote(&vote(5)).await.unwrap();
        store.close().await;
        let engine = dir.path().join(kind.name());
        fs::remove_dir_all(&engine).unwrap();
        fs::rename(&old, &engine).unwrap();
        let error = LogStore::open(kind, dir.path()).unwrap_err();
        assert!(
            matches!(error, StoreError::Amnesia { .. }),
            "{kind}: {error}"
        );
    }
}

#[tokio::test]
async fn a_store_without_its_engine_or_its_watermark_is_amnesia_however_often_it_is_opened() {
    let losses: [fn(&Path, StoreKind); 3] = [
        |dir, kind| fs::remove_dir_all(dir.join(kind.name())).unwrap(),
        |dir, _| fs::remove_file(dir.join("watermark")).unwrap(),
        |dir, _| fs::write(dir.join("watermark"), "").unwrap(),
    ];
    for kind in StoreKind::ALL {
        for lose in losses {
            let whole = closed(kind).await;
            lose(whole.dir.path(), kind);
            for _ in 0..2 {
                let error = LogStore::open(kind, whole.dir.path()).unwrap_err();
                assert!(
                    matches!(error, StoreError::Amnesia { .. }),
                    "{kind}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_flipped_bit_in_the_watermark_never_hides_a_loss() {
    let whole = closed(StoreKind::Redb).await;
    let mark = whole.dir.path().join("watermark");
    let slots = [0, 4096].map(|at| (at * 8..(at + 128) * 8).step_by(37));
    for bit in slots.into_iter().flatten() {
        flip(&mark, bit);
        let opened = read(StoreKind::Redb, whole.dir.path()).await;
        if let Ok((_, entries)) = opened {
            assert!(whole.is_whole(&entries), "{} entries", entries.len());
        }
        // Opening writes nothing, so that the bit can be put back.
        flip(&mark, bit);
    }
    let (found, _) = read(StoreKind::Redb, whole.dir.path()).await.unwrap();
    assert_eq!(found, Some(vote(2)));
}
