//! A disk in memory that keeps Raft's log: what was not synced is lost in a crash.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::io;
use std::ops::RangeBounds;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openraft::entry::RaftEntry;
use openraft::storage::{IOFlushed, LogState, RaftLogReader, RaftLogStorage};
use openraft::{AsyncRuntime, OptionalSend};
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio::sync::{Notify, oneshot};

use super::bug::Bug;
use crate::raft::entry::{Entry, LogId, Vote};
use crate::raft::log_store::Log;
use crate::raft::types::{Runtime, TypeConfig};

/// Most entries in one replication message.
const REPLICATION_ENTRIES_MAX: u64 = 64;
/// Chance that an operation on the log meets a hiccup of the disk, per thousand.
const HICCUP_PERMILLE: u32 = 5;

/// The log, the vote and the committed position, as they stand somewhere.
#[derive(Clone, Default)]
pub(super) struct Kept {
    /// The entries, by index.
    pub(super) log: BTreeMap<u64, Entry>,
    /// The last entry that was purged.
    pub(super) purged: Option<LogId>,
    /// The vote.
    pub(super) vote: Option<Vote>,
    /// The committed position as last saved.
    pub(super) committed: Option<LogId>,
}

impl Kept {
    /// The last entry, or the purge mark.
    pub(super) fn last(&self) -> Option<LogId> {
        let last = self.log.last_key_value().map(|(_, entry)| entry.log_id);
        last.max(self.purged)
    }

    /// Whether the log has an entry, or had it and purged it.
    pub(super) fn holds(&self, id: LogId) -> bool {
        let purged = self.purged.is_some_and(|purged| purged.index >= id.index);
        purged || self.log.get(&id.index).is_some_and(|e| e.log_id == id)
    }

    fn truncate_after(&mut self, last: Option<LogId>) {
        self.log.split_off(&last.map_or(0, |last| last.index + 1));
    }

    fn purge(&mut self, upto: LogId) {
        self.log = self.log.split_off(&(upto.index + 1));
        self.purged = self.purged.max(Some(upto));
    }
}

enum Operation {
    Append(Vec<Entry>, IOFlushed<TypeConfig>),
    Vote(Vote, oneshot::Sender<()>),
    Truncate(Option<LogId>),
    Purge(LogId),
    Committed(Option<LogId>),
}

/// What is on a disk and what is on its way there.
#[derive(Default)]
pub(super) struct Drive {
    /// As its user sees it.
    pub(super) seen: Kept,
    /// As it would be after a crash now, at the least.
    pub(super) durable: Kept,
    /// Entries appended since somebody last took them, and what stood before each.
    pub(super) news: Vec<(Entry, Option<LogId>)>,
    /// The last vote that was said to be kept.
    pub(super) promised: Option<Vote>,
    /// Added to the time that each sync takes, milliseconds.
    pub(super) slow_ms: u64,
    /// What this disk does wrong.
    pub(super) bug: Option<Bug>,
    waiting: VecDeque<Operation>,
}

impl Drive {
    fn keep(&mut self, operation: &Operation) {
        match operation {
            Operation::Append(entries, _) => {
                let entries = entries.iter().map(|e| (e.log_id.index, e.clone()));
                self.durable.log.extend(entries);
            }
            Operation::Vote(..) if self.bug == Some(Bug::VoteNotKept) => {}
            Operation::Vote(vote, _) => self.durable.vote = Some(*vote),
            Operation::Truncate(last) => self.durable.truncate_after(*last),
            Operation::Purge(upto) => self.durable.purge(*upto),
            Operation::Committed(committed) => self.durable.committed = *committed,
        }
    }

    /// The power is cut: of what was on its way, some first part is kept.
    pub(super) fn crash(&mut self, chance: &mut SmallRng) {
        let kept = chance.random_range(0..=self.waiting.len());
        let waiting = std::mem::take(&mut self.waiting);
        for operation in waiting.iter().take(kept) {
            self.keep(operation);
        }
        // As the log store does: what is left of a committed prefix is committed.
        let last = self.durable.last();
        let reached = |id: &LogId| last.is_some_and(|last| id.index <= last.index);
        self.durable.committed = match self.durable.committed {
            Some(committed) if reached(&committed) => Some(committed),
            Some(_) => last,
            None => None,
        };
        self.seen = self.durable.clone();
        self.news.clear();
    }

    fn sync_time(&self) -> Duration {
        let mut chance = Runtime::thread_rng();
        let hiccup = chance.random_ratio(HICCUP_PERMILLE, 1_000);
        let ms = if hiccup {
            chance.random_range(20..150)
        } else {
            chance.random_range(0..3)
        };
        Duration::from_millis(ms + self.slow_ms)
    }

    /// Makes what waited first durable, and says so.
    fn complete(&mut self, count: usize) {
        for _ in 0..count {
            let Some(operation) = self.waiting.pop_front() else {
                return;
            };
            self.keep(&operation);
            match operation {
                Operation::Append(_, done) => done.io_completed(Ok(())),
                Operation::Vote(vote, done) => {
                    self.seen.vote = Some(vote);
                    self.promised = Some(vote);
                    // Nobody may wait any more.
                    let _ = done.send(());
                }
                Operation::Truncate(_) | Operation::Purge(_) | Operation::Committed(_) => {}
            }
        }
    }
}

/// A disk. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Disk {
    drive: Arc<Mutex<Drive>>,
    work: Arc<Notify>,
}

impl Disk {
    /// What is on it.
    pub(super) fn drive(&self) -> MutexGuard<'_, Drive> {
        self.drive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits, for as long as it is polled.
    pub(super) async fn run(self) {
        loop {
            let (count, time) = {
                let drive = self.drive();
                (drive.waiting.len(), drive.sync_time())
            };
            if count == 0 {
                self.work.notified().await;
                continue;
            }
            tokio::time::sleep(time).await;
            self.drive().complete(count);
        }
    }

    fn ask(&self, drive: &mut Drive, operation: Operation) {
        drive.waiting.push_back(operation);
        self.work.notify_one();
    }
}

#[tonic::async_trait]
impl Log for Disk {
    fn purged(&self) -> io::Result<Option<LogId>> {
        Ok(self.drive().seen.purged)
    }

    async fn close(&self) {
        while !self.drive().waiting.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl RaftLogReader<TypeConfig> for Disk {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<Entry>, io::Error> {
        let drive = self.drive();
        let found = drive.seen.log.range(range);
        Ok(found.map(|(_, entry)| entry.clone()).collect())
    }

    async fn read_vote(&mut self) -> Result<Option<Vote>, io::Error> {
        Ok(self.drive().seen.vote)
    }

    async fn limited_get_log_entries(
        &mut self,
        start: u64,
        end: u64,
    ) -> Result<Vec<Entry>, io::Error> {
        let end = end.min(start + REPLICATION_ENTRIES_MAX);
        self.try_get_log_entries(start..end).await
    }
}

impl RaftLogStorage<TypeConfig> for Disk {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, io::Error> {
        let drive = self.drive();
        Ok(LogState {
            last_purged_log_id: drive.seen.purged,
            last_log_id: drive.seen.last(),
        })
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> Result<(), io::Error> {
        let (done, kept) = oneshot::channel();
        {
            let mut drive = self.drive();
            self.ask(&mut drive, Operation::Vote(*vote, done));
        }
        kept.await.map_err(io::Error::other)
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> Result<(), io::Error> {
        let mut drive = self.drive();
        drive.seen.committed = committed;
        self.ask(&mut drive, Operation::Committed(committed));
        Ok(())
    }

    async fn read_committed(&mut self) -> Result<Option<LogId>, io::Error> {
        Ok(self.drive().seen.committed)
    }

    async fn append<I>(&mut self, entries: I, done: IOFlushed<TypeConfig>) -> Result<(), io::Error>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let entries: Vec<Entry> = entries.into_iter().collect();
        let mut drive = self.drive();
        for entry in &entries {
            let before = drive.seen.last();
            if before.is_some_and(|before| entry.index() != before.index + 1) {
                return Err(io::Error::other(format!(
                    "{} does not follow",
                    entry.log_id
                )));
            }
            drive.seen.log.insert(entry.index(), entry.clone());
            drive.news.push((entry.clone(), before));
        }
        let done = if drive.bug == Some(Bug::AckedBeforeSync) {
            done.io_completed(Ok(()));
            IOFlushed::noop()
        } else {
            done
        };
        self.ask(&mut drive, Operation::Append(entries, done));
        Ok(())
    }

    async fn truncate_after(&mut self, last: Option<LogId>) -> Result<(), io::Error> {
        let mut drive = self.drive();
        drive.seen.truncate_after(last);
        self.ask(&mut drive, Operation::Truncate(last));
        Ok(())
    }

    async fn purge(&mut self, upto: LogId) -> Result<(), io::Error> {
        let mut drive = self.drive();
        drive.seen.purge(upto);
        self.ask(&mut drive, Operation::Purge(upto));
        Ok(())
    }
}
