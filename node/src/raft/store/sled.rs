//! The log in sled 0.34.
//!
//! A commit is sled's `flush`, which `trellis-sled` makes a barrier. Values stay at 4 KiB or less, so that
//! no page spills into sled's blob files, which it never syncs. sled panics on damage, so it is opened on
//! a thread of its own, and its callers catch panics.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use trellis_sled::{self as engine, Batch, Db, IVec, Mode, Tree};

use super::{Meta, Reader, Record, Store, StoreError, disk};

/// Longest value in any tree, bytes. A leaf holds up to 16, and spills above about 128 KiB.
const CHUNK_BYTES_MAX: usize = 4096;
/// sled's page cache, bytes. Its real memory is a multiple.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// Records removed in one batch when truncating.
const TRUNCATE_RECORDS: usize = 1000;

/// The writing side.
pub(crate) struct SledStore {
    db: Db,
    log: Tree,
    meta: Tree,
    path: PathBuf,
}

/// The reading side.
struct SledReader {
    log: Tree,
    meta: Tree,
    path: PathBuf,
}

impl SledStore {
    /// Opens the database in `dir`, or creates it.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        disk::create_dir(dir)?;
        let path = dir.join("db");
        let fail = |e| failed("open", &path, e);
        remove_unfinished(dir)?;
        let place = dir.to_owned();
        // On a damaged file sled panics rather than answering with an error.
        let opened = thread::spawn(move || {
            let db = engine::Config::new()
                .path(place)
                .mode(Mode::HighThroughput)
                .cache_capacity(CACHE_BYTES)
                .use_compression(false)
                .flush_every_ms(None)
                .open()?;
            let log = db.open_tree("log")?;
            let meta = db.open_tree("meta")?;
            db.flush()?;
            Ok((db, log, meta))
        });
        let (db, log, meta) = opened
            .join()
            .map_err(|_| StoreError::corrupt(&path, "sled panicked while opening it"))?
            .map_err(fail)?;
        for name in ["db", "conf", "blobs"] {
            disk::sync_file(&dir.join(name))?;
        }
        disk::sync_dir(dir)?;
        warn_of_blobs(&dir.join("blobs"));
        Ok(Self {
            db,
            log,
            meta,
            path,
        })
    }

    /// The keys of up to so many records, all chunks of each, and whether there are more: a crash between
    /// two batches must not leave a part of a record.
    fn whole_records(
        &self,
        keys: impl Iterator<Item = engine::Result<IVec>>,
        records_max: usize,
    ) -> Result<(Vec<IVec>, bool), StoreError> {
        let (mut taken, mut records, mut last) = (Vec::new(), 0, None);
        for key in keys {
            let key = key.map_err(|e| failed("read", &self.path, e))?;
            let index = parse(&key).map(|(index, _)| index);
            if last != Some(index) {
                if records == records_max {
                    return Ok((taken, true));
                }
                records += 1;
                last = Some(index);
            }
            taken.push(key);
        }
        Ok((taken, false))
    }

    fn remove(&self, keys: &[IVec]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for key in keys {
            batch.remove(key);
        }
        self.log
            .apply_batch(batch)
            .map_err(|e| failed("write", &self.path, e))
    }
}

impl Store for SledStore {
    fn append(&mut self, records: &[Record]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (index, bytes) in records {
            for (number, chunk) in (0u32..).zip(bytes.chunks(CHUNK_BYTES_MAX)) {
                batch.insert(&key(*index, number)[..], chunk);
            }
        }
        self.log
            .apply_batch(batch)
            .map_err(|e| failed("write", &self.path, e))
    }

    fn truncate_after(&mut self, last: Option<u64>) -> Result<(), StoreError> {
        let from = match last {
            None => 0,
            Some(u64::MAX) => return Ok(()),
            Some(last) => last + 1,
        };
        loop {
            let keys = self.log.range(key(from, 0)..).keys().rev();
            let (keys, more) = self.whole_records(keys, TRUNCATE_RECORDS)?;
            self.remove(&keys)?;
            if !more {
                return Ok(());
            }
        }
    }

    fn remove_first(&mut self, upto: u64, records_max: usize) -> Result<bool, StoreError> {
        let keys = self.log.range(..=key(upto, u32::MAX)).keys();
        let (keys, more) = self.whole_records(keys, records_max)?;
        self.remove(&keys)?;
        Ok(more)
    }

    fn put_meta(&mut self, key: Meta, bytes: &[u8]) -> Result<(), StoreError> {
        self.meta
            .insert(key.key(), bytes)
            .map(drop)
            .map_err(|e| failed("write", &self.path, e))
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let flushed = self.db.flush();
        flushed
            .map(drop)
            .map_err(|e| failed("flush", &self.path, e))
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(SledReader {
            log: self.log.clone(),
            meta: self.meta.clone(),
            path: self.path.clone(),
        })
    }
}

impl Reader for SledReader {
    fn records(&self, first: u64, last: u64, bytes_max: usize) -> Result<Vec<Record>, StoreError> {
        let mut records: Vec<Record> = Vec::new();
        let mut bytes = 0;
        let mut next_chunk = 0;
        for item in self.log.range(key(first, 0)..=key(last, u32::MAX)) {
            let (key, chunk) = item.map_err(|e| failed("read", &self.path, e))?;
            let (index, number) =
                parse(&key).ok_or_else(|| StoreError::corrupt(&self.path, "a key of the log"))?;
            let gap = || StoreError::corrupt(&self.path, format!("chunks of entry {index}"));
            match records.last_mut() {
                Some((last, content)) if *last == index => {
                    if number != next_chunk {
                        return Err(gap());
                    }
                    content.extend_from_slice(&chunk);
                }
                _ if number != 0 => return Err(gap()),
                Some(_) if bytes >= bytes_max => return Ok(records),
                _ => records.push((index, chunk.to_vec())),
            }
            next_chunk = number + 1;
            bytes += chunk.len();
        }
        Ok(records)
    }

    fn meta(&self, key: Meta) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.meta.get(key.key());
        let value = value.map_err(|e| failed("read", &self.path, e))?;
        Ok(value.map(|bytes| bytes.to_vec()))
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

fn key(index: u64, chunk: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&index.to_be_bytes());
    key[8..].copy_from_slice(&chunk.to_be_bytes());
    key
}

fn parse(key: &[u8]) -> Option<(u64, u32)> {
    let (index, rest) = key.split_first_chunk::<8>()?;
    let chunk: &[u8; 4] = rest.try_into().ok()?;
    Some((u64::from_be_bytes(*index), u32::from_be_bytes(*chunk)))
}

fn failed(action: &'static str, path: &Path, error: engine::Error) -> StoreError {
    match error {
        engine::Error::Io(source) => StoreError::io(action, path, source),
        error @ (engine::Error::Corruption { .. }
        | engine::Error::CollectionNotFound(_)
        | engine::Error::Unsupported(_)
        | engine::Error::ReportableBug(_)) => StoreError::corrupt(path, error),
    }
}

/// sled never syncs its blob files: none must ever be there.
fn warn_of_blobs(dir: &Path) {
    let blobs = fs::read_dir(dir).map_or(0, Iterator::count);
    if blobs > 0 {
        tracing::warn!(dir = %dir.display(), blobs, "the store has blob files, which are not durable");
    }
}

/// Removes snapshots of sled's own that a crash left half written. sled 0.34 takes them for whole ones,
/// and refuses the store: it passes over another suffix (`get_snapshot_files`) than it writes under
/// (`write_snapshot`).
fn remove_unfinished(dir: &Path) -> Result<(), StoreError> {
    let fail = |e| StoreError::io("list", dir, e);
    for item in fs::read_dir(dir).map_err(fail)? {
        let path = item.map_err(fail)?.path();
        if path.extension().is_some_and(|e| e == "generating") {
            fs::remove_file(&path).map_err(|e| StoreError::io("remove", &path, e))?;
        }
    }
    Ok(())
}
