//! The log, the vote and the committed position, as openraft asks for them.
//!
//! One thread writes (`writer`); readers take from memory what is new (`tail`) and from the disk what is
//! not. Promises: a vote is durable when [`RaftLogStorage::save_vote`] returns; entries are readable when
//! `append` returns and durable when its callback is called; votes, appends, truncations and purges take
//! effect in the order in which they were asked for; after a failure nothing succeeds again.

mod committed;
mod tail;
mod writer;

use std::fmt::{self, Debug};
use std::io;
use std::ops::{Bound, RangeBounds};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use openraft::storage::{IOFlushed, LogState, RaftLogReader, RaftLogStorage};
use openraft::{OptionalSend, RaftTypeConfig};
use tokio::sync::{Semaphore, oneshot};

use super::entry::{Entry, LogId, Vote, encode_entry};
use super::store::journal::{self, Found, Journal};
use super::store::{Reader, Record, StoreError, StoreKind};
use super::types::TypeConfig;
use committed::Committed;
use tail::{Plan, Tail};
use writer::{Request, Shared, Writer};

#[cfg(test)]
mod tests;

/// Encoded length of the entries read for one replication message, bytes.
const REPLICATION_BYTES_MAX: usize = 1024 * 1024;
/// Appends that wait for the disk, KiB; further ones wait for these.
const WAITING_KIB_MAX: u32 = 64 * 1024;

/// What is asked of a log beside what the library asks.
#[tonic::async_trait]
pub trait Log: Send + Sync {
    /// The last entry that was purged.
    ///
    /// # Errors
    /// Where the log has stopped.
    fn purged(&self) -> io::Result<Option<LogId>>;

    /// Makes everything durable and lets go of it; what is asked for afterwards is refused.
    async fn close(&self);
}

/// The log store. Clones share it.
#[derive(Clone)]
pub struct LogStore {
    parts: Arc<Parts>,
}

struct Parts {
    shared: Arc<Shared>,
    requests: Sender<Request>,
    waiting: Arc<Semaphore>,
    /// None once closed, so that the engine lets go of its files.
    reader: Mutex<Option<Arc<dyn Reader>>>,
    closed: AtomicBool,
}

impl Debug for LogStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogStore").finish_non_exhaustive()
    }
}

impl LogStore {
    /// Opens the store in a node's Raft directory, or creates it, and checks all that is there. Blocks.
    ///
    /// # Errors
    /// [`StoreError`]; after [`StoreError::Corrupt`] and [`StoreError::Amnesia`] the directory must be
    /// moved aside, and the node must rejoin under a new member id.
    pub fn open(kind: StoreKind, dir: &Path) -> Result<Self, StoreError> {
        let (journal, found) = Journal::open(kind, dir)?;
        Self::start(journal, found, dir)
    }

    /// Starts the writer.
    fn start(journal: Journal, found: Found, dir: &Path) -> Result<Self, StoreError> {
        let (committed, saved) = Committed::open(&dir.join("committed"))?;
        let tail = Tail::new(found, saved);
        let file = committed.file()?;
        let shared = Arc::new(Shared::new(tail, committed));
        let (requests, receiver) = channel();
        let reader = journal.reader();
        let writer = Writer {
            journal,
            path: reader.path().to_owned(),
            committed: file,
            committed_path: dir.join("committed"),
            requests: receiver,
            shared: Arc::clone(&shared),
            committed_due: None,
        };
        thread::Builder::new()
            .name("raft-log".to_owned())
            .spawn(move || writer.run())
            .map_err(|e| StoreError::io("start the writer of", dir, e))?;
        let parts = Parts {
            shared,
            requests,
            waiting: Arc::new(Semaphore::new(WAITING_KIB_MAX as usize)),
            reader: Mutex::new(Some(reader)),
            closed: AtomicBool::new(false),
        };
        Ok(Self {
            parts: Arc::new(parts),
        })
    }

    /// Makes everything durable and lets go of the files; what is asked for afterwards is refused. After
    /// it, and once reads in progress have ended, the directory can be opened again.
    pub async fn close(&self) {
        self.parts.closed.store(true, Ordering::SeqCst);
        let reader = self.reader_slot().take();
        drop(reader);
        let (closer, closed) = oneshot::channel();
        if self.parts.requests.send(Request::Close(closer)).is_ok() {
            // The writer answers or is gone; either way it is at its end.
            let _ = closed.await;
        }
    }

    fn reader_slot(&self) -> MutexGuard<'_, Option<Arc<dyn Reader>>> {
        let reader = self.parts.reader.lock();
        reader.unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self) -> io::Result<()> {
        if self.parts.closed.load(Ordering::SeqCst) {
            return Err(StoreError::Stopped("it was closed".to_owned()).into());
        }
        self.parts.shared.check()
    }

    fn send(&self, request: Request) -> io::Result<()> {
        let sent = self.parts.requests.send(request);
        sent.map_err(|_| StoreError::Stopped("its writer is gone".to_owned()).into())
    }

    /// The entries from `first` to `last`, both inclusive: all of them, or about `bytes_max`.
    async fn read(&self, first: u64, last: u64, bytes_max: usize) -> io::Result<Vec<Entry>> {
        loop {
            self.check()?;
            let plan = self.parts.shared.tail().plan(first, last, bytes_max);
            let Some((from, to)) = plan.on_disk else {
                return Ok(plan.kept);
            };
            let read = self.read_disk(from, to, bytes_max).await;
            // Entries were truncated or purged meanwhile: what was read may be of two minds.
            if self.parts.shared.tail().removals != plan.removals {
                continue;
            }
            return join(plan, read?, bytes_max);
        }
    }

    async fn read_disk(
        &self,
        from: u64,
        to: u64,
        bytes_max: usize,
    ) -> Result<Vec<(Entry, usize)>, StoreError> {
        let Some(reader) = self.reader_slot().clone() else {
            return Err(StoreError::Stopped("it was closed".to_owned()));
        };
        let task = tokio::task::spawn_blocking(move || {
            journal::unpanicked(reader.path(), || {
                let records = reader.records(from, to, bytes_max)?;
                let entries = records.iter().map(|record| {
                    let entry = journal::read_entry(reader.path(), record)?;
                    Ok((entry, record.1.len()))
                });
                let entries = entries.collect::<Result<Vec<_>, StoreError>>()?;
                let expected = from..=to;
                let found = entries.iter().map(|(entry, _)| entry.log_id.index);
                let whole = bytes_max < usize::MAX || entries.len() as u64 == to - from + 1;
                if entries.is_empty() || !whole || !found.eq(expected.take(entries.len())) {
                    let what = format!("entries are missing between {from} and {to}");
                    return Err(StoreError::corrupt(reader.path(), what));
                }
                Ok(entries)
            })
        });
        match task.await {
            Ok(read) => read,
            Err(error) => Err(StoreError::Stopped(error.to_string())),
        }
    }
}

#[tonic::async_trait]
impl Log for LogStore {
    fn purged(&self) -> io::Result<Option<LogId>> {
        self.check()?;
        Ok(self.parts.shared.tail().purged)
    }

    async fn close(&self) {
        LogStore::close(self).await;
    }
}

/// What was read from the disk, then what was kept, unless the former already fills the message.
fn join(plan: Plan, read: Vec<(Entry, usize)>, bytes_max: usize) -> io::Result<Vec<Entry>> {
    let bytes: usize = read.iter().map(|(_, bytes)| bytes).sum();
    let reached = read.last().map(|(entry, _)| entry.log_id.index);
    let whole = reached == plan.on_disk.map(|(_, to)| to) && bytes < bytes_max;
    let mut entries: Vec<_> = read.into_iter().map(|(entry, _)| entry).collect();
    if whole {
        entries.extend(plan.kept);
    }
    Ok(entries)
}

impl RaftLogReader<TypeConfig> for LogStore {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<Entry>, io::Error> {
        let first = match range.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let last = match range.end_bound() {
            Bound::Included(last) => *last,
            Bound::Excluded(0) => return Ok(Vec::new()),
            Bound::Excluded(end) => end - 1,
            Bound::Unbounded => u64::MAX,
        };
        self.read(first, last, usize::MAX).await
    }

    async fn read_vote(&mut self) -> Result<Option<Vote>, io::Error> {
        self.check()?;
        Ok(self.parts.shared.tail().vote)
    }

    async fn limited_get_log_entries(
        &mut self,
        start: u64,
        end: u64,
    ) -> Result<Vec<Entry>, io::Error> {
        match end.checked_sub(1) {
            Some(last) if start <= last => self.read(start, last, REPLICATION_BYTES_MAX).await,
            _ => Ok(Vec::new()),
        }
    }
}

impl RaftLogStorage<TypeConfig> for LogStore {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, io::Error> {
        self.check()?;
        let tail = self.parts.shared.tail();
        Ok(LogState {
            last_purged_log_id: tail.purged,
            last_log_id: tail.last,
        })
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> Result<(), io::Error> {
        self.check()?;
        let (done, durable) = oneshot::channel();
        self.send(Request::Vote { vote: *vote, done })?;
        let gone = |_| StoreError::Stopped("its writer is gone".to_owned());
        durable.await.map_err(gone)?
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> Result<(), io::Error> {
        self.check()?;
        // Where the entries are not on the disk yet, the writer writes the position after their barrier.
        let written = {
            let mut slot = self.parts.shared.committed();
            self.parts.shared.tail().committed = committed;
            self.parts.shared.write_committed(&mut slot)?
        };
        let waits = &self.parts.shared.committed_waits;
        if !written || waits.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        self.send(Request::Committed)
    }

    async fn read_committed(&mut self) -> Result<Option<LogId>, io::Error> {
        self.check()?;
        Ok(self.parts.shared.tail().committed)
    }

    async fn append<I>(&mut self, entries: I, done: IOFlushed<TypeConfig>) -> Result<(), io::Error>
    where
        I: IntoIterator<Item = <TypeConfig as RaftTypeConfig>::Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        self.check()?;
        let mut kept = Vec::new();
        let mut records: Vec<Record> = Vec::new();
        for entry in entries {
            let record = journal::seal_entry(entry.log_id.index, &encode_entry(&entry));
            kept.push((entry, record.1.len()));
            records.push(record);
        }
        let Some(last) = kept.last().map(|(entry, _)| entry.log_id) else {
            done.io_completed(Ok(()));
            return Ok(());
        };
        let bytes: usize = kept.iter().map(|(_, bytes)| bytes).sum();
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
        let waiting = Arc::clone(&self.parts.waiting);
        let permit = waiting.acquire_many_owned(kib.min(WAITING_KIB_MAX));
        let permit = permit.await.map_err(io::Error::other)?;
        // Sent under the lock: the writer must see the order that readers see.
        let mut tail = self.parts.shared.tail();
        let change = tail.append(kept)?;
        self.send(Request::Append {
            records,
            last,
            change,
            done,
            _permit: permit,
        })
    }

    async fn truncate_after(&mut self, last: Option<LogId>) -> Result<(), io::Error> {
        self.check()?;
        let mut tail = self.parts.shared.tail();
        if tail.truncate_after(last)? {
            self.send(Request::Truncate(last))?;
        }
        Ok(())
    }

    async fn purge(&mut self, upto: LogId) -> Result<(), io::Error> {
        self.check()?;
        let mut tail = self.parts.shared.tail();
        if let Some(change) = tail.purge(upto) {
            self.send(Request::Purge { upto, change })?;
        }
        Ok(())
    }
}
