//! The writer thread: fetches what workers queued and appends it to the destinations.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;
use trellis_core::model::Destination;

use super::file::Rotated;
use super::queue::{Batch, Queue};
use super::{Config, Counts, Sink};
use crate::clock;

/// Files that are open at the same time; the least recently written one is closed for another.
const OPEN_FILES_MAX: usize = 64;
/// Longest wait for work: a look around that costs nothing.
const IDLE_MAX: Duration = Duration::from_secs(3_600);
/// Shortest time between two reports of lost records or failed writes.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// What producers and the writer share.
pub(super) struct Shared {
    signals: Mutex<Signals>,
    changed: Condvar,
    counts: [(AtomicU64, AtomicU64); Sink::ALL.len()],
    limits: (usize, usize),
}

#[derive(Default)]
struct Signals {
    /// Something is queued.
    work: bool,
    /// It must not wait for more.
    urgent: bool,
    /// Flushes asked for.
    asked: u64,
    /// Flushes done.
    done: u64,
    /// The queues of live producers, and closed ones that are not yet empty.
    queues: Vec<Arc<Queue>>,
    /// Producers that are gone; their queues end when they are empty.
    closed: Vec<Arc<Queue>>,
}

impl Shared {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            signals: Mutex::default(),
            changed: Condvar::new(),
            counts: Default::default(),
            limits: (config.queue_bytes, config.queue_records),
        }
    }

    /// Adds a producer.
    pub(super) fn add_queue(&self) -> Arc<Queue> {
        let queue = Arc::new(Queue::new(self.limits.0, self.limits.1));
        self.lock().queues.push(queue.clone());
        queue
    }

    /// Ends a producer; what it queued is still written.
    pub(super) fn close(&self, queue: &Arc<Queue>) {
        self.lock().closed.push(queue.clone());
        self.wake(true);
    }

    /// Says that something is queued.
    pub(super) fn wake(&self, urgent: bool) {
        let mut signals = self.lock();
        signals.work = true;
        signals.urgent |= urgent;
        drop(signals);
        self.changed.notify_all();
    }

    /// Waits for a flush.
    pub(super) fn flush(&self, within: Duration) -> bool {
        let mut signals = self.lock();
        signals.asked += 1;
        let asked = signals.asked;
        (signals.work, signals.urgent) = (true, true);
        self.changed.notify_all();
        let waited = self
            .changed
            .wait_timeout_while(signals, within, |signals| signals.done < asked);
        let (signals, _) = waited.unwrap_or_else(PoisonError::into_inner);
        signals.done >= asked
    }

    pub(super) fn count_dropped(&self, sink: Sink, count: u64) {
        self.counts[sink as usize]
            .1
            .fetch_add(count, Ordering::Relaxed);
    }

    fn count_delivered(&self, sink: Sink, count: u64) {
        self.counts[sink as usize]
            .0
            .fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn counts(&self, sink: Sink) -> Counts {
        let (delivered, dropped) = &self.counts[sink as usize];
        Counts {
            delivered: delivered.load(Ordering::Relaxed),
            dropped: dropped.load(Ordering::Relaxed),
        }
    }

    /// Waits up to `idle` for work, then for more of it, and says which flush is asked for and
    /// which queues there are. `None` when every producer is gone.
    fn next(&self, idle: Duration, gather: Duration) -> Option<(u64, Vec<Arc<Queue>>)> {
        let is_idle = |signals: &mut Signals| !signals.work;
        let waited = self.changed.wait_timeout_while(self.lock(), idle, is_idle);
        let (signals, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let patient = |signals: &mut Signals| !signals.urgent;
        let waited = self.changed.wait_timeout_while(signals, gather, patient);
        let (mut signals, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (signals.work, signals.urgent) = (false, false);
        let signals = &mut *signals;
        let is_over = |queue: &Arc<Queue>| {
            queue.is_empty()
                && signals
                    .closed
                    .iter()
                    .any(|closed| Arc::ptr_eq(closed, queue))
        };
        signals.queues.retain(|queue| !is_over(queue));
        signals.closed.retain(|queue| !queue.is_empty());
        if signals.queues.is_empty() {
            return None;
        }
        // A closed queue that is written now must be looked at once more, to end it.
        signals.work = !signals.closed.is_empty();
        Some((signals.asked, signals.queues.clone()))
    }

    fn flushed(&self, asked: u64) {
        self.lock().done = asked;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Signals> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the thread.
///
/// # Errors
/// Where it cannot be started.
pub(super) fn start(config: &Config, dir: PathBuf, shared: Arc<Shared>) -> io::Result<()> {
    let writer = Writer {
        gather: Duration::from_millis(config.gather_ms),
        dir: config.dir.clone().unwrap_or(dir),
        config: config.clone(),
        files: HashMap::new(),
        reported: 0,
        reported_at: None,
        failure: None,
        shared,
    };
    let thread = std::thread::Builder::new().name("access-log".into());
    thread.spawn(move || writer.run())?;
    Ok(())
}

struct Writer {
    shared: Arc<Shared>,
    config: Config,
    dir: PathBuf,
    gather: Duration,
    files: HashMap<Box<str>, (Rotated, Instant)>,
    /// Records lost when it was last reported.
    reported: u64,
    reported_at: Option<Instant>,
    /// The last failure that is not yet reported.
    failure: Option<String>,
}

impl Writer {
    fn run(mut self) {
        let mut batch = Batch::default();
        let mut idle = IDLE_MAX;
        while let Some((asked, queues)) = self.shared.next(idle, self.gather) {
            for queue in queues {
                queue.exchange(&mut batch);
                self.write(&batch);
                batch.recycle();
            }
            // What it is too early to report is looked at again, whether or not there is work.
            idle = if self.report() {
                IDLE_MAX
            } else {
                REPORT_INTERVAL
            };
            self.shared.flushed(asked);
        }
        self.reported_at = None;
        self.report();
    }

    fn write(&mut self, batch: &Batch) {
        for (destination, lines) in batch.lines.iter().filter(|(_, lines)| lines.count > 0) {
            let sink = Sink::of(destination);
            let written = match Destination::parse(destination) {
                Ok(Destination::Stdout) => write_stdout(&lines.bytes).map(|()| true),
                Ok(Destination::File(name)) => self.write_file(name, &lines.bytes).map(|()| true),
                Ok(Destination::Arn(_)) | Err(_) => Ok(false),
            };
            match written {
                Ok(true) => self.shared.count_delivered(sink, lines.count),
                Ok(false) => self.shared.count_dropped(sink, lines.count),
                Err(error) => {
                    self.shared.count_dropped(sink, lines.count);
                    self.failure = Some(format!("{destination}: {error}"));
                }
            }
        }
    }

    fn write_file(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let now = clock::instant();
        if !self.files.contains_key(name) {
            if self.files.len() >= OPEN_FILES_MAX {
                self.close_oldest();
            }
            let file = Rotated::new(
                self.dir.join(name),
                self.config.file_bytes,
                self.config.files,
            );
            self.files.insert(name.into(), (file, now));
        }
        let Some((file, used)) = self.files.get_mut(name) else {
            return Ok(());
        };
        *used = now;
        file.append(bytes)
    }

    fn close_oldest(&mut self) {
        let oldest = self.files.iter().min_by_key(|(_, (_, used))| *used);
        if let Some(name) = oldest.map(|(name, _)| name.clone()) {
            self.files.remove(&name);
        }
    }

    /// Says what was lost, at most once in [`REPORT_INTERVAL`]; answers whether all of it is said.
    fn report(&mut self) -> bool {
        let lost = |sink| self.shared.counts(sink).dropped;
        // Records for sinks outside of the node are lost by configuration, not by accident.
        let dropped = lost(Sink::Stdout) + lost(Sink::File);
        let now = clock::instant();
        if dropped == self.reported {
            return true;
        }
        let is_early = |at| now.duration_since(at) < REPORT_INTERVAL;
        if self.reported_at.is_some_and(is_early) {
            return false;
        }
        let records = dropped - self.reported;
        let error = self.failure.take();
        warn!(records, error, "access log records dropped");
        (self.reported, self.reported_at) = (dropped, Some(now));
        true
    }
}

fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}
