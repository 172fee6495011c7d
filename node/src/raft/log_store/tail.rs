//! What is known of the log without the disk: its bounds, vote and committed position, and its newest
//! entries, which readers mostly want and which may not be on the disk yet.

use std::collections::VecDeque;

use crate::raft::entry::{Entry, LogId, Vote};
use crate::raft::store::StoreError;
use crate::raft::store::journal::Found;

/// Encoded length of the entries kept, bytes, beyond those that are not durable. About 5,000 small
/// commands, the usual distance between snapshots.
const KEPT_BYTES_MAX: usize = 16 * 1024 * 1024;

#[derive(Debug)]
struct Kept {
    entry: Entry,
    /// Encoded length.
    bytes: usize,
    /// The change it came with.
    change: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    /// The last vote that is on the disk.
    pub(crate) vote: Option<Vote>,
    /// The last purged entry.
    pub(crate) purged: Option<LogId>,
    /// The last entry, or the purge mark.
    pub(crate) last: Option<LogId>,
    /// The committed position as last saved.
    pub(crate) committed: Option<LogId>,
    /// Index of the first entry of the log, if it has one.
    first: u64,
    /// The newest entries, without a gap up to `last`.
    kept: VecDeque<Kept>,
    kept_bytes: usize,
    /// The change that purged `purged`.
    purge_change: u64,
    /// Appends and purges so far.
    changes: u64,
    /// Those of them that are on the disk.
    durable: u64,
    /// Grows when entries are taken away: what was read from the disk meanwhile may be half old.
    pub(crate) removals: u64,
}

/// How to read a range: the part that must come from the disk, and then the part that is here.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// First and last index to read from the disk.
    pub(crate) on_disk: Option<(u64, u64)>,
    /// What follows them.
    pub(crate) kept: Vec<Entry>,
    /// [`Tail::removals`] when this was planned.
    pub(crate) removals: u64,
}

impl Tail {
    /// The state found at start.
    pub(crate) fn new(found: Found, committed: Option<LogId>) -> Self {
        let mut tail = Self {
            vote: found.vote,
            purged: found.purged,
            last: found.last,
            committed: borne_out(committed, &found),
            first: found.purged.map_or(0, |id| id.index + 1),
            ..Self::default()
        };
        for (entry, bytes) in found.tail {
            tail.keep(entry, bytes);
        }
        tail.evict();
        tail
    }

    /// Adds entries with their encoded lengths, and answers the number of this change.
    pub(crate) fn append(&mut self, entries: Vec<(Entry, usize)>) -> Result<u64, StoreError> {
        self.check_consecutive(&entries)?;
        self.changes += 1;
        for (entry, bytes) in entries {
            self.last = Some(entry.log_id);
            self.keep(entry, bytes);
        }
        Ok(self.changes)
    }

    /// Takes the entries after `last` away; false if there are none.
    pub(crate) fn truncate_after(&mut self, last: Option<LogId>) -> Result<bool, StoreError> {
        let index = last.map(|id| id.index);
        if index < self.purged.map(|id| id.index) {
            let what = "entries that were purged cannot be truncated";
            return Err(StoreError::Misuse(what.to_owned()));
        }
        if index >= self.last.map(|id| id.index) {
            return Ok(false);
        }
        while let Some(kept) = self
            .kept
            .pop_back_if(|k| Some(k.entry.log_id.index) > index)
        {
            self.kept_bytes -= kept.bytes;
        }
        self.last = last;
        self.removals += 1;
        Ok(true)
    }

    /// Takes the entries up to `upto` away, and answers the number of this change; none if they were
    /// purged before.
    pub(crate) fn purge(&mut self, upto: LogId) -> Option<u64> {
        if Some(upto.index) <= self.purged.map(|id| id.index) {
            return None;
        }
        self.changes += 1;
        self.purge_change = self.changes;
        while let Some(kept) = self
            .kept
            .pop_front_if(|k| k.entry.log_id.index <= upto.index)
        {
            self.kept_bytes -= kept.bytes;
        }
        self.purged = Some(upto);
        self.first = upto.index + 1;
        if self.last.is_none_or(|last| last.index < upto.index) {
            self.last = Some(upto);
        }
        self.removals += 1;
        Some(self.changes)
    }

    /// Notes that all changes up to this one are on the disk.
    pub(crate) fn durable(&mut self, change: u64) {
        self.durable = change;
        self.evict();
    }

    /// The last committed position that what is on the disk bears out; none where that is unknown.
    ///
    /// A position must not be on the disk before its entries: a crash between the two would leave what
    /// stood in their places, and that was never committed.
    pub(crate) fn committed_on_disk(&self) -> Option<LogId> {
        let (committed, last) = (self.committed?, self.last?);
        if committed.index > last.index || self.purge_change > self.durable {
            return None;
        }
        let first_kept = self.kept.front().map(|kept| kept.entry.log_id.index);
        // What is not kept is on the disk.
        let Some(first_kept) = first_kept.filter(|first| *first <= committed.index) else {
            return Some(committed);
        };
        let on_disk = |kept: &Kept| kept.change <= self.durable;
        let kept_on_disk = self.kept.partition_point(on_disk) as u64;
        let Some(last_on_disk) = kept_on_disk.checked_sub(1) else {
            return self.purged.filter(|_| first_kept == self.first);
        };
        let position = last_on_disk.min(committed.index - first_kept);
        let kept = self.kept.get(usize::try_from(position).ok()?)?;
        Some(kept.entry.log_id)
    }

    /// How to read the entries from `first` to `last`, both inclusive, in about `bytes_max`.
    pub(crate) fn plan(&self, first: u64, last: u64, bytes_max: usize) -> Plan {
        let first = first.max(self.first);
        let end = self.last.map_or(0, |id| id.index + 1);
        let end = end.min(last.saturating_add(1));
        if first >= end {
            return Plan::default();
        }
        let kept_from = self.kept.front().map_or(end, |k| k.entry.log_id.index);
        let on_disk = (first < kept_from).then(|| (first, kept_from.min(end) - 1));
        let from = first.max(kept_from);
        let wanted = self.kept.iter();
        let wanted = wanted
            .skip_while(|k| k.entry.log_id.index < from)
            .take_while(|k| k.entry.log_id.index < end);
        let mut bytes = 0;
        let kept = wanted
            .take_while(|kept| {
                let more = bytes < bytes_max;
                bytes += kept.bytes;
                more
            })
            .map(|kept| kept.entry.clone())
            .collect();
        Plan {
            on_disk,
            kept,
            removals: self.removals,
        }
    }

    fn check_consecutive(&mut self, entries: &[(Entry, usize)]) -> Result<(), StoreError> {
        let Some((first, _)) = entries.first() else {
            return Ok(());
        };
        // An empty log may begin anywhere: a snapshot may stand before it.
        if self.last.is_none() {
            self.first = first.log_id.index;
        }
        let next = self.last.map_or(self.first, |last| last.index + 1);
        for (next, (entry, _)) in (next..).zip(entries) {
            if entry.log_id.index != next {
                let what = format!("entry {} is not {next}, the next", entry.log_id);
                return Err(StoreError::Misuse(what));
            }
        }
        Ok(())
    }

    fn keep(&mut self, entry: Entry, bytes: usize) {
        self.kept_bytes += bytes;
        self.kept.push_back(Kept {
            entry,
            bytes,
            change: self.changes,
        });
    }

    fn evict(&mut self) {
        while self.kept_bytes > KEPT_BYTES_MAX
            && let Some(kept) = self.kept.pop_front_if(|k| k.change <= self.durable)
        {
            self.kept_bytes -= kept.bytes;
        }
    }
}

/// The saved position where the log bears it out, else what was purged: only what is committed is purged.
/// A log that ends before the position, or has another entry there, says nothing of its own end.
fn borne_out(saved: Option<LogId>, found: &Found) -> Option<LogId> {
    let saved = saved?;
    if Some(saved.index) <= found.purged.map(|id| id.index) {
        return found.purged;
    }
    let mut newest = found.tail.iter().map(|(entry, _)| entry.log_id);
    let other = newest.any(|id| id.index == saved.index && id != saved);
    let beyond = found.last.is_none_or(|last| last.index < saved.index);
    if other || beyond {
        found.purged
    } else {
        Some(saved)
    }
}
