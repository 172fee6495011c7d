//! The one thread that writes the log: takes everything that waits, writes it in order, makes it durable
//! with one barrier, then answers in order. After a failure it answers everything with that failure: a
//! barrier that failed is never tried again, because the system may have dropped what it could not write.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use openraft::storage::IOFlushed;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::committed::Committed;
use super::tail::Tail;
use crate::clock;
use crate::raft::entry::{LogId, Vote};
use crate::raft::store::journal::{Journal, unpanicked};
use crate::raft::store::{Record, StoreError};
use crate::raft::types::TypeConfig;

/// Requests made durable by one barrier. Their bytes are bounded by the permits they hold.
const BATCH_REQUESTS_MAX: usize = 1024;
/// Longest time for which a machine failure may undo the committed position, milliseconds. A failure of
/// the process alone never does.
const COMMITTED_SYNC_MS: u64 = 50;

/// What the writer is asked to do.
pub(crate) enum Request {
    /// Write entries.
    Append {
        records: Vec<Record>,
        last: LogId,
        /// Its number in the tail.
        change: u64,
        done: IOFlushed<TypeConfig>,
        /// Its share of the bytes that may wait.
        _permit: OwnedSemaphorePermit,
    },
    /// Write the vote.
    Vote {
        vote: Vote,
        done: oneshot::Sender<io::Result<()>>,
    },
    /// Remove the entries after this one.
    Truncate(Option<LogId>),
    /// Remove the entries up to this one.
    Purge {
        upto: LogId,
        /// Its number in the tail.
        change: u64,
    },
    /// The committed position was written, and is not durable yet.
    Committed,
    /// Make everything durable and let go of the files.
    Close(oneshot::Sender<()>),
}

/// What the writer shares with the handles.
#[derive(Debug)]
pub(crate) struct Shared {
    tail: Mutex<Tail>,
    /// The committed position on the disk. Locked before the tail.
    committed: Mutex<Committed>,
    /// Whether the committed position waits for its barrier.
    pub(crate) committed_waits: AtomicBool,
    /// Why the store has stopped, once it has.
    pub(crate) stopped: OnceLock<Arc<StoreError>>,
}

impl Shared {
    pub(crate) fn new(tail: Tail, committed: Committed) -> Self {
        Self {
            tail: Mutex::new(tail),
            committed: Mutex::new(committed),
            committed_waits: AtomicBool::new(false),
            stopped: OnceLock::new(),
        }
    }

    pub(crate) fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn committed(&self) -> MutexGuard<'_, Committed> {
        let committed = self.committed.lock();
        committed.unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the committed position as far as the disk bears it out; false if there is nothing new.
    pub(crate) fn write_committed(&self, slot: &mut Committed) -> Result<bool, StoreError> {
        let on_disk = self.tail().committed_on_disk();
        on_disk.map_or(Ok(false), |position| slot.write(position))
    }

    /// Refuses once the store has stopped.
    pub(crate) fn check(&self) -> io::Result<()> {
        match self.stopped.get() {
            None => Ok(()),
            Some(error) => Err(io::Error::other(Arc::clone(error))),
        }
    }
}

/// The thread's own state.
pub(crate) struct Writer {
    pub(crate) journal: Journal,
    /// The engine's file, named when it panics.
    pub(crate) path: PathBuf,
    /// The file of the committed position.
    pub(crate) committed: File,
    pub(crate) committed_path: PathBuf,
    pub(crate) requests: Receiver<Request>,
    pub(crate) shared: Arc<Shared>,
    /// When the committed position must be durable.
    pub(crate) committed_due: Option<Instant>,
}

enum Woken {
    By(Request),
    /// Nothing waits, but there is work of our own: removing purged records, or a barrier that is due.
    Idle,
    /// Every handle is gone.
    Abandoned,
}

enum End {
    Failed(StoreError),
    Closed(Vec<oneshot::Sender<()>>),
}

impl Writer {
    /// Serves until the store is closed, abandoned or fails.
    pub(crate) fn run(mut self) {
        let end = self.serve();
        let Self {
            journal,
            requests,
            shared,
            path,
            ..
        } = self;
        // An engine may panic on damage here too; the requests that follow must still be answered.
        let let_go = unpanicked(&path, || {
            drop(journal);
            Ok(())
        });
        if let Err(error) = let_go {
            tracing::error!(%error, "the raft log was not closed cleanly");
        }
        let (error, closers) = match end {
            End::Failed(error) => {
                tracing::error!(%error, "the raft log has stopped");
                (error, Vec::new())
            }
            End::Closed(closers) => (StoreError::Stopped("it was closed".to_owned()), closers),
        };
        let error = Arc::clone(shared.stopped.get_or_init(|| Arc::new(error)));
        for closer in closers {
            // A receiver that is gone does not wait for the end.
            let _ = closer.send(());
        }
        while let Ok(request) = requests.recv() {
            refuse(request, &error);
        }
    }

    fn serve(&mut self) -> End {
        loop {
            let mut batch = Vec::new();
            let abandoned = match self.wait() {
                Woken::By(request) => {
                    batch.push(request);
                    let waiting = self.requests.try_iter();
                    batch.extend(waiting.take(BATCH_REQUESTS_MAX - 1));
                    false
                }
                Woken::Idle => false,
                Woken::Abandoned => true,
            };
            let closing = abandoned || batch.iter().any(|r| matches!(r, Request::Close(_)));
            let path = self.path.clone();
            match unpanicked(&path, || self.write(&batch, closing)) {
                Ok(()) => {
                    let closers = self.answer(batch);
                    if closing {
                        return End::Closed(closers);
                    }
                }
                Err(error) => {
                    let message = StoreError::Stopped(error.to_string());
                    let message = Arc::clone(self.shared.stopped.get_or_init(|| message.into()));
                    batch.into_iter().for_each(|r| refuse(r, &message));
                    return End::Failed(error);
                }
            }
        }
    }

    fn wait(&self) -> Woken {
        if self.journal.sweeping() {
            return match self.requests.try_recv() {
                Ok(request) => Woken::By(request),
                Err(TryRecvError::Empty) => Woken::Idle,
                Err(TryRecvError::Disconnected) => Woken::Abandoned,
            };
        }
        let Some(due) = self.committed_due else {
            return self.requests.recv().map_or(Woken::Abandoned, Woken::By);
        };
        let left = due.saturating_duration_since(clock::instant());
        match self.requests.recv_timeout(left) {
            Ok(request) => Woken::By(request),
            Err(RecvTimeoutError::Timeout) => Woken::Idle,
            Err(RecvTimeoutError::Disconnected) => Woken::Abandoned,
        }
    }

    fn write(&mut self, batch: &[Request], closing: bool) -> Result<(), StoreError> {
        let mut written = self.journal.sweeping();
        for request in batch {
            match request {
                Request::Append { records, last, .. } => self.journal.append(records, last)?,
                Request::Vote { vote, .. } => self.journal.save_vote(vote)?,
                Request::Truncate(last) => self.journal.truncate_after(*last)?,
                Request::Purge { upto, .. } => self.journal.purge(upto)?,
                Request::Committed => {
                    let wait = Duration::from_millis(COMMITTED_SYNC_MS);
                    self.committed_due.get_or_insert(clock::instant() + wait);
                    continue;
                }
                Request::Close(_) => continue,
            }
            written = true;
        }
        if written {
            self.journal.commit()?;
            self.note_durable(batch)?;
        }
        let due = |due| closing || due <= clock::instant();
        if self.committed_due.is_some_and(due) {
            self.committed_due = None;
            // Cleared first: a position written from here on asks for a barrier of its own.
            self.shared.committed_waits.store(false, Ordering::SeqCst);
            self.committed
                .sync_data()
                .map_err(|e| StoreError::io("sync", &self.committed_path, e))?;
        }
        Ok(())
    }

    /// Notes what the barrier made durable, and writes the committed position that waited for it.
    fn note_durable(&mut self, batch: &[Request]) -> Result<(), StoreError> {
        let last = batch.iter().rev().find_map(|request| match request {
            Request::Append { change, .. } | Request::Purge { change, .. } => Some(*change),
            Request::Vote { .. }
            | Request::Truncate(_)
            | Request::Committed
            | Request::Close(_) => None,
        });
        let mut slot = self.shared.committed();
        if let Some(change) = last {
            self.shared.tail().durable(change);
        }
        if self.shared.write_committed(&mut slot)? {
            let wait = Duration::from_millis(COMMITTED_SYNC_MS);
            self.committed_due.get_or_insert(clock::instant() + wait);
        }
        Ok(())
    }

    fn answer(&self, batch: Vec<Request>) -> Vec<oneshot::Sender<()>> {
        let mut closers = Vec::new();
        for request in batch {
            match request {
                Request::Append { done, .. } => done.io_completed(Ok(())),
                Request::Vote { vote, done } => {
                    self.shared.tail().vote = Some(vote);
                    // A caller that is gone does not need the answer; the vote stands.
                    let _ = done.send(Ok(()));
                }
                Request::Truncate(_) | Request::Purge { .. } | Request::Committed => {}
                Request::Close(closer) => closers.push(closer),
            }
        }
        closers
    }
}

fn refuse(request: Request, error: &Arc<StoreError>) {
    let error = || io::Error::other(Arc::clone(error));
    match request {
        Request::Append { done, .. } => done.io_completed(Err(error())),
        Request::Vote { done, .. } => {
            let _ = done.send(Err(error()));
        }
        Request::Close(closer) => {
            let _ = closer.send(());
        }
        Request::Truncate(_) | Request::Purge { .. } | Request::Committed => {}
    }
}
