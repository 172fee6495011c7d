//! What a worker has logged and the writer has not yet fetched.
//!
//! A queue has one producer, so its lock is taken by two threads at most; the writer holds it for
//! the exchange of two pointers, never while it writes. Buffers travel to the writer full and come
//! back empty: in steady state nothing is allocated.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::Record;

/// Longest buffer that is kept for reuse, bytes; a longer one was made by a burst.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// Lines for one destination.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The lines, each with its line feed.
    pub(super) bytes: Vec<u8>,
    /// How many.
    pub(super) count: u64,
}

/// Lines by destination.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// By destination, as subscribed.
    pub(super) lines: HashMap<Box<str>, Lines>,
    bytes: usize,
    count: usize,
}

impl Batch {
    /// Empties it and keeps its buffers, but those of destinations that had no line.
    pub(super) fn recycle(&mut self) {
        self.lines.retain(|_, lines| lines.count > 0);
        for lines in self.lines.values_mut() {
            lines.bytes.clear();
            lines.bytes.shrink_to(KEPT_BYTES_MAX);
            lines.count = 0;
        }
        (self.bytes, self.count) = (0, 0);
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It is the first one in the queue.
    First,
    /// It is queued.
    Queued,
    /// It is queued, and half of the queue is used.
    HalfFull,
    /// The queue is full; the line is lost.
    Dropped,
}

/// A bounded queue of lines.
#[derive(Debug)]
pub(super) struct Queue {
    batch: Mutex<Batch>,
    bytes_max: usize,
    count_max: usize,
}

impl Queue {
    /// An empty queue of at most so many bytes and lines.
    pub(super) fn new(bytes_max: usize, count_max: usize) -> Self {
        Self {
            batch: Mutex::default(),
            bytes_max,
            count_max,
        }
    }

    /// Adds a record for a destination.
    ///
    /// Cost: one uncontended lock and a look-up; no allocation in steady state.
    pub(super) fn push(&self, destination: &str, record: &Record<'_>) -> Pushed {
        let mut batch = self.lock();
        let batch = &mut *batch;
        if batch.count >= self.count_max || batch.bytes >= self.bytes_max {
            return Pushed::Dropped;
        }
        if !batch.lines.contains_key(destination) {
            batch.lines.insert(destination.into(), Lines::default());
        }
        let Some(lines) = batch.lines.get_mut(destination) else {
            return Pushed::Dropped;
        };
        let before = lines.bytes.len();
        record.write_json(&mut lines.bytes);
        let added = lines.bytes.len() - before;
        if batch.bytes + added > self.bytes_max {
            lines.bytes.truncate(before);
            return Pushed::Dropped;
        }
        lines.count += 1;
        let was_half = self.is_half(batch);
        batch.bytes += added;
        batch.count += 1;
        match batch.count {
            _ if self.is_half(batch) && !was_half => Pushed::HalfFull,
            1 => Pushed::First,
            _ => Pushed::Queued,
        }
    }

    /// Gives what is queued for an empty batch.
    pub(super) fn exchange(&self, empty: &mut Batch) {
        std::mem::swap(&mut *self.lock(), empty);
    }

    /// Whether nothing is queued.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn is_half(&self, batch: &Batch) -> bool {
        batch.bytes * 2 >= self.bytes_max || batch.count * 2 >= self.count_max
    }

    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record<'static> {
        Record {
            request_id: Some("r"),
            ..Record::default()
        }
    }

    #[test]
    fn a_full_queue_drops_lines_until_it_is_fetched() {
        let queue = Queue::new(usize::MAX / 4, 4);
        let pushed: Vec<_> = (0..6).map(|_| queue.push("file:a", &record())).collect();
        assert_eq!(
            pushed,
            [
                Pushed::First,
                Pushed::HalfFull,
                Pushed::Queued,
                Pushed::Queued,
                Pushed::Dropped,
                Pushed::Dropped
            ]
        );
        let mut batch = Batch::default();
        queue.exchange(&mut batch);
        assert_eq!(batch.lines["file:a"].count, 4);
        assert!(queue.is_empty());
        assert_eq!(queue.push("file:a", &record()), Pushed::First);
    }

    #[test]
    fn a_queue_is_bounded_in_bytes_and_holds_whole_lines_only() {
        let mut line = Vec::new();
        record().write_json(&mut line);
        let queue = Queue::new(line.len() * 2 + 10, 100);
        let pushed: Vec<_> = (0..3).map(|_| queue.push("stdout", &record())).collect();
        assert_eq!(pushed[2], Pushed::Dropped, "{pushed:?}");
        let mut batch = Batch::default();
        queue.exchange(&mut batch);
        assert_eq!(batch.lines["stdout"].bytes, line.repeat(2));
    }

    #[test]
    fn buffers_are_reused_and_idle_destinations_are_forgotten() {
        let mut batch = Batch::default();
        let queue = Queue::new(1 << 20, 100);
        queue.push("file:a", &record());
        queue.exchange(&mut batch);
        let capacity = batch.lines["file:a"].bytes.capacity();
        batch.recycle();
        assert_eq!(batch.lines["file:a"].bytes.capacity(), capacity);
        assert!(batch.is_empty());
        batch.recycle();
        assert!(batch.lines.is_empty());
    }
}
