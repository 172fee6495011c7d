//! The view that the data plane serves, and who waits for the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use trellis_core::view::View;

/// The current view. One swap, never two: whoever loads it sees one revision throughout.
#[derive(Debug)]
pub struct ViewCell {
    view: ArcSwap<View>,
    revision: watch::Sender<u64>,
}

impl ViewCell {
    /// Starts with a view.
    #[must_use]
    pub fn new(view: View) -> Self {
        let revision = watch::Sender::new(view.revision);
        Self {
            view: ArcSwap::from_pointee(view),
            revision,
        }
    }

    /// Replaces the view; workers take it up at once.
    pub fn publish(&self, view: Arc<View>) {
        let revision = view.revision;
        self.view.store(view);
        self.revision.send_replace(revision);
    }

    /// The current view.
    #[must_use]
    pub fn load(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// The revision of the current view, each time one is published.
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }
}

/// The revision that every worker serves.
#[derive(Debug)]
pub(crate) struct Served {
    workers: Box<[AtomicU64]>,
    all: watch::Sender<u64>,
}

impl Served {
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            workers: (0..workers).map(|_| AtomicU64::new(0)).collect(),
            all: watch::Sender::new(0),
        }
    }

    /// A worker serves this revision and no older one: requests it decides from now on use it.
    pub(crate) fn report(&self, worker: usize, revision: u64) {
        if let Some(mine) = self.workers.get(worker) {
            mine.store(revision, Ordering::SeqCst);
        }
        // The lowest is found under the watch's own lock, so that a slow reporter cannot undo a
        // later report.
        self.all.send_if_modified(|all| {
            let revisions = self.workers.iter().map(|own| own.load(Ordering::SeqCst));
            let lowest = revisions.min().unwrap_or(revision);
            let differs = *all != lowest;
            *all = lowest;
            differs
        });
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.all.subscribe()
    }
}
