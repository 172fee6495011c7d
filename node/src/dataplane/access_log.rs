//! The access log: exactly one record for each request, refused and aborted ones included.
//!
//! Workers write records into bounded queues of their own; one writer thread fetches them and
//! appends each batch to its destination with one write. Nothing here waits for a disk: a full
//! queue drops records, and every dropped record is counted and reported.

mod file;
mod json;
mod queue;
mod record;
mod writer;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use trellis_core::model::Destination;

pub use record::Record;

use queue::{Pushed, Queue};
use writer::Shared;

/// Settings of the access log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Directory of `file:NAME` destinations. Default: `access-logs` in the node's `data_dir`.
    pub dir: Option<PathBuf>,
    /// Records that may wait for the writer, per worker; more are dropped. Default 65,536.
    pub queue_records: usize,
    /// Bytes that may wait for the writer, per worker; more are dropped. Default 8 MiB.
    pub queue_bytes: usize,
    /// Longest time that a record waits for others to be written with it, milliseconds. Default 100.
    pub gather_ms: u64,
    /// Bytes of a file until it is rotated; the last batch may exceed it. Default 64 MiB.
    pub file_bytes: u64,
    /// Files that are kept of each name, the current one included. Default 8, at least 1.
    pub files: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dir: None,
            queue_records: 65_536,
            queue_bytes: 8 << 20,
            gather_ms: 100,
            file_bytes: 64 << 20,
            files: 8,
        }
    }
}

/// A kind of destination: the bounded label of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Standard output.
    Stdout,
    /// Files.
    File,
    /// Sinks outside of the node, which this log does not write to.
    Other,
}

impl Sink {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Stdout, Self::File, Self::Other];

    /// The kind of a destination.
    #[must_use]
    pub fn of(destination: &str) -> Self {
        match Destination::parse(destination) {
            Ok(Destination::Stdout) => Self::Stdout,
            Ok(Destination::File(_)) => Self::File,
            Ok(Destination::Arn(_)) | Err(_) => Self::Other,
        }
    }

    /// The label in metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::File => "file",
            Self::Other => "other",
        }
    }
}

/// What became of the records of one kind of destination since the node started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records written.
    pub delivered: u64,
    /// Records lost: the queue was full, writing failed, or nothing here writes to the destination.
    pub dropped: u64,
}

/// A producer's end of the access log. Each worker has its own clone.
pub struct AccessLog {
    shared: Arc<Shared>,
    queue: Arc<Queue>,
}

impl AccessLog {
    /// Starts the writer thread; it ends when the last clone is dropped and everything is written.
    ///
    /// `dir` is used where the settings name no directory. It is created when a file is first
    /// written.
    ///
    /// # Errors
    /// Where the thread cannot be started.
    pub fn start(config: &Config, dir: PathBuf) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(config));
        let queue = shared.add_queue();
        writer::start(config, dir, shared.clone())?;
        Ok(Self { shared, queue })
    }

    /// Records a request for each destination of the lists (the service network's and the
    /// service's); one that is named twice gets it once.
    ///
    /// Never waits for a disk. Cost: no allocation in steady state.
    pub fn record(&self, lists: &[&[String]], record: &Record<'_>) {
        let destinations = || lists.iter().copied().flatten();
        for (position, destination) in destinations().enumerate() {
            if destinations().take(position).any(|d| d == destination) {
                continue;
            }
            match self.queue.push(destination, record) {
                Pushed::First => self.shared.wake(false),
                Pushed::HalfFull => self.shared.wake(true),
                Pushed::Queued => {}
                Pushed::Dropped => self.shared.count_dropped(Sink::of(destination), 1),
            }
        }
    }

    /// Waits until everything that was recorded before is written, or the time is over; answers
    /// whether it is. Blocks the thread.
    #[must_use]
    pub fn flush(&self, within: Duration) -> bool {
        self.shared.flush(within)
    }

    /// What became of the records of a kind of destination.
    #[must_use]
    pub fn counts(&self, sink: Sink) -> Counts {
        self.shared.counts(sink)
    }
}

impl Clone for AccessLog {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            queue: self.shared.add_queue(),
        }
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        self.shared.close(&self.queue);
    }
}

#[cfg(test)]
mod tests;
