//! What Raft needs of a disk, on either engine: log, vote and purge mark in one ordered stream with one
//! barrier, and a watermark outside the engine that says what this node has promised.
//!
//! The watermark is written after each barrier and lowered before a truncation, so it never promises
//! more than the engine holds. An engine that holds less has lost something: the node must not vote or
//! acknowledge again under its id.

use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use prost::Message;
use trellis_core::seeded_bugs::{self, Bug};

use super::disk::Lock;
use super::slots::Slots;
use super::{Meta, Reader, Record, Store, StoreError, StoreKind, disk, record};
use crate::raft::entry::{
    self, Entry, LogId, LogIdMessage, Vote, VoteMessage, decode_entry, decode_log_id, decode_vote,
};

#[cfg(test)]
mod tests;

/// Bytes read at once when the log is checked at start.
const SCAN_BYTES: usize = 4 * 1024 * 1024;
/// Purged records removed with one commit: about 3 ms of work for sled.
const SWEEP_RECORDS: usize = 256;

/// What this node has promised: entries it said are on its disk, and its vote.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
struct Watermark {
    #[prost(message, optional, tag = "1")]
    last: Option<LogIdMessage>,
    #[prost(message, optional, tag = "2")]
    vote: Option<VoteMessage>,
}

/// What was found at start.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The last vote.
    pub(crate) vote: Option<Vote>,
    /// The last entry that was purged.
    pub(crate) purged: Option<LogId>,
    /// The last entry, or the purge mark if there is none.
    pub(crate) last: Option<LogId>,
    /// The newest entries, with their encoded lengths in bytes; those before are intact on the disk.
    pub(crate) tail: Vec<(Entry, usize)>,
}

/// The writing side of the log. One thread holds it.
pub(crate) struct Journal {
    store: Box<dyn Store>,
    slots: Slots,
    /// As it stands in `slots`.
    promised: Watermark,
    /// As it will stand after the next commit.
    pending: Watermark,
    /// Records up to here may still be on the disk, and are no part of the log.
    sweep: Option<u64>,
    /// Held as long as this lives.
    lock: Lock,
}

impl Journal {
    /// Opens the store in a Raft directory, or creates it, and checks every record.
    pub(crate) fn open(kind: StoreKind, dir: &Path) -> Result<(Self, Found), StoreError> {
        disk::create_dir(dir)?;
        let lock = Lock::take(dir)?;
        check_kind(kind, dir)?;
        Self::open_locked(dir, lock, || super::open(kind, &dir.join(kind.name())))
    }

    /// The same over a given engine, in a directory whose lock is taken.
    pub(crate) fn open_locked(
        dir: &Path,
        lock: Lock,
        open_store: impl FnOnce() -> Result<Box<dyn Store>, StoreError>,
    ) -> Result<(Self, Found), StoreError> {
        let mark_path = dir.join("watermark");
        let (slots, mark) = Slots::open(&mark_path)?;
        let known = mark.is_some();
        let promised = match mark {
            Some(bytes) => {
                Watermark::decode(&*bytes).map_err(|e| StoreError::corrupt(&mark_path, e))?
            }
            None => Watermark::default(),
        };
        let store = open_store()?;
        let reader = store.reader();
        let (found, first) = unpanicked(reader.path(), || scan(&*reader))?;
        // The watermark is written below before the first record: one without the other is a loss.
        if !known && (found.last.is_some() || found.vote.is_some()) {
            return Err(StoreError::Amnesia {
                path: mark_path,
                what: "the watermark is gone".to_owned(),
            });
        }
        check_promises(reader.path(), &promised, &found)?;
        let purged = found.purged.map(|id| id.index);
        let mut journal = Self {
            store,
            slots,
            promised,
            pending: Watermark {
                last: found.last.as_ref().map(LogIdMessage::from),
                vote: found.vote.as_ref().map(VoteMessage::from),
            },
            sweep: purged.filter(|purged| first.is_some_and(|first| first <= *purged)),
            lock,
        };
        if !known {
            journal.promise(Watermark::default())?;
        }
        Ok((journal, found))
    }

    /// Lets go of the engine, but not of the directory.
    pub(crate) fn into_lock(self) -> Lock {
        self.lock
    }

    /// The reading side.
    pub(crate) fn reader(&self) -> Arc<dyn Reader> {
        self.store.reader()
    }

    /// Writes sealed records; `last` is the log id of the last of them.
    pub(crate) fn append(&mut self, records: &[Record], last: &LogId) -> Result<(), StoreError> {
        self.store.append(records)?;
        self.pending.last = Some(last.into());
        Ok(())
    }

    /// Writes the vote.
    pub(crate) fn save_vote(&mut self, vote: &Vote) -> Result<(), StoreError> {
        if seeded_bugs::is(Bug::B2) {
            return Ok(());
        }
        self.put(Meta::Vote, &entry::encode_vote(vote))?;
        self.pending.vote = Some(vote.into());
        Ok(())
    }

    /// Removes the entries after `last`.
    pub(crate) fn truncate_after(&mut self, last: Option<LogId>) -> Result<(), StoreError> {
        let last = last.as_ref().map(LogIdMessage::from);
        if index(&self.promised) > last.map(|id| id.index) {
            let lowered = Watermark {
                last,
                ..self.promised
            };
            self.promise(lowered)?;
        }
        self.store.truncate_after(last.map(|id| id.index))?;
        self.pending.last = last;
        Ok(())
    }

    /// Takes the entries up to `upto` out of the log; [`Journal::commit`] removes them bit by bit.
    pub(crate) fn purge(&mut self, upto: &LogId) -> Result<(), StoreError> {
        self.put(Meta::Purged, &entry::encode_log_id(upto))?;
        self.sweep = Some(upto.index);
        if index(&self.pending) < Some(upto.index) {
            self.pending.last = Some(upto.into());
        }
        Ok(())
    }

    /// Whether purged records are left to be removed.
    pub(crate) fn sweeping(&self) -> bool {
        self.sweep.is_some()
    }

    /// The barrier: everything before it is on the disk when it returns, and promised.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if let Some(upto) = self.sweep
            && !self.store.remove_first(upto, SWEEP_RECORDS)?
        {
            self.sweep = None;
        }
        self.store.commit()?;
        if self.pending != self.promised {
            self.promise(self.pending)?;
        }
        Ok(())
    }

    fn promise(&mut self, watermark: Watermark) -> Result<(), StoreError> {
        self.slots.write(&watermark.encode_to_vec())?;
        self.slots.sync()?;
        self.promised = watermark;
        Ok(())
    }

    fn put(&mut self, key: Meta, content: &[u8]) -> Result<(), StoreError> {
        let record = record::seal(key.key().as_bytes(), content);
        self.store.put_meta(key, &record)
    }
}

/// Seals an encoded entry.
pub(crate) fn seal_entry(index: u64, encoded: &[u8]) -> Record {
    (index, record::seal(&index.to_be_bytes(), encoded))
}

/// Checks and decodes a record.
pub(crate) fn read_entry(path: &Path, (index, bytes): &Record) -> Result<Entry, StoreError> {
    let content = record::unseal(&index.to_be_bytes(), bytes);
    let content = content
        .ok_or_else(|| StoreError::corrupt(path, format!("the checksum of entry {index}")))?;
    let entry = decode_entry(content)
        .map_err(|e| StoreError::corrupt(path, format!("entry {index}: {e}")))?;
    if entry.log_id.index == *index {
        Ok(entry)
    } else {
        Err(StoreError::corrupt(
            path,
            format!("entry {index} says that it is {}", entry.log_id.index),
        ))
    }
}

/// Runs engine code; a panic in it means that the file is damaged.
pub(crate) fn unpanicked<T>(
    path: &Path,
    run: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(StoreError::corrupt(path, "the engine panicked")))
}

fn index(watermark: &Watermark) -> Option<u64> {
    watermark.last.map(|id| id.index)
}

/// Refuses a directory in which the other engine keeps its files.
fn check_kind(kind: StoreKind, dir: &Path) -> Result<(), StoreError> {
    let present: Vec<_> = StoreKind::ALL
        .into_iter()
        .filter(|kind| dir.join(kind.name()).exists())
        .collect();
    match present.as_slice() {
        [] => Ok(()),
        [found] if *found == kind => Ok(()),
        [found] => Err(StoreError::OtherKind {
            dir: dir.to_owned(),
            found: *found,
            asked: kind,
        }),
        _ => Err(StoreError::TwoStores(dir.to_owned())),
    }
}

/// Reads and checks all there is. Also answers the index of the first record, purged ones included.
pub(crate) fn scan(reader: &dyn Reader) -> Result<(Found, Option<u64>), StoreError> {
    let path = reader.path();
    let mut found = Found {
        vote: read_meta(reader, Meta::Vote, decode_vote)?,
        purged: read_meta(reader, Meta::Purged, decode_log_id)?,
        ..Found::default()
    };
    found.last = found.purged;
    let mut first = None;
    let mut next = 0;
    loop {
        let records = reader.records(next, u64::MAX, SCAN_BYTES)?;
        let Some((last, _)) = records.last() else {
            return Ok((found, first));
        };
        first = first.or(records.first().map(|(index, _)| *index));
        next = last.saturating_add(1);
        // What is purged but not removed yet is no part of the log.
        let purged = found.purged.map(|id| id.index);
        found.tail.clear();
        for record in records.iter().filter(|(index, _)| Some(*index) > purged) {
            let entry = read_entry(path, record)?;
            let expected = found.last.map_or(0, |id| id.index + 1);
            if entry.log_id.index != expected {
                let what = format!("entry {expected} is missing before {}", entry.log_id.index);
                return Err(StoreError::corrupt(path, what));
            }
            found.last = Some(entry.log_id);
            found.tail.push((entry, record.1.len()));
        }
    }
}

fn read_meta<T>(
    reader: &dyn Reader,
    key: Meta,
    decode: impl FnOnce(&[u8]) -> Result<T, entry::DecodeError>,
) -> Result<Option<T>, StoreError> {
    let Some(bytes) = reader.meta(key)? else {
        return Ok(None);
    };
    let damaged = |what: String| StoreError::corrupt(reader.path(), what);
    let content = record::unseal(key.key().as_bytes(), &bytes)
        .ok_or_else(|| damaged(format!("the checksum of the {} record", key.key())))?;
    let value = decode(content).map_err(|e| damaged(format!("the {} record: {e}", key.key())))?;
    Ok(Some(value))
}

/// Compares what is there with what was promised.
fn check_promises(path: &Path, promised: &Watermark, found: &Found) -> Result<(), StoreError> {
    let amnesia = |what| {
        let path = path.to_owned();
        Err(StoreError::Amnesia { path, what })
    };
    let last = found.last.as_ref().map(LogIdMessage::from);
    if last.map(|id| id.index) < index(promised) {
        let show = |id: Option<LogIdMessage>| {
            id.map_or("none".to_owned(), |id| LogId::from(id).to_string())
        };
        let (found, promised) = (show(last), show(promised.last));
        return amnesia(format!(
            "the last entry is {found}, promised was {promised}"
        ));
    }
    let at_mark = found.tail.iter().map(|(entry, _)| entry.log_id);
    if let Some(mark) = promised.last.map(LogId::from)
        && let Some(entry) = at_mark.into_iter().find(|id| id.index == mark.index)
        && entry != mark
    {
        return amnesia(format!("there is entry {entry}, promised was {mark}"));
    }
    let promised = promised.vote.map(Vote::from);
    if found.vote.partial_cmp(&promised) == Some(Ordering::Less) {
        let show = |vote: Option<Vote>| vote.map_or("none".to_owned(), |vote| vote.to_string());
        let (found, promised) = (show(found.vote), show(promised));
        return amnesia(format!("the vote is {found}, promised was {promised}"));
    }
    Ok(())
}
